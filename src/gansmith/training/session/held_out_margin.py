"""D's ranking margin on reals that training never sees, for controllers that keep the balance."""

import torch
from torch import Tensor

from gansmith.sampling.first_samples import first_samples
from gansmith.sampling.generate import draw_latents, make_samples
from gansmith.training.controllers import MARGIN
from gansmith.training.parts.run_parts import Parts

JUDGED = 128  # samples of each side
PIECE = 64


class HeldOutMargin:
    """Has D judge the same held-out reals, and fakes of the same latents, at every tick.

    Args:
        parts: of the run; without a controller that reads the margin nothing is judged.
    """

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self._judges = parts.reads("held_out") and parts.runtime.rank == 0
        if self._judges:
            self.reals = whole_pieces(first_samples(parts.data.held_out, JUDGED))
            self.latents = draw_latents(parts.recipe.seed + 2, len(self.reals), parts.game.latent)

    def __call__(self) -> dict[str, float]:
        """Return the margin, the same on every process; nothing without reals or readers."""
        if not self.parts.reads("held_out") or not len(self.parts.data.held_out):
            return {}
        return {MARGIN: self.parts.runtime.first(self._measure() if self._judges else 0.0)}

    @torch.no_grad()
    def _measure(self) -> float:
        bounds = self.parts.data.kind.bounds
        generator = self.parts.game.players["generator"]
        fakes = make_samples(generator, self.latents, bounds=bounds)
        return margin(self._scores(self.reals), self._scores(fakes))

    def _scores(self, samples: Tensor) -> Tensor:
        discriminator = self.parts.game.players["discriminator"]
        was_training = discriminator.training
        discriminator.eval()
        pieces = self.parts.runtime.put(samples).split(PIECE)  # type: ignore[no-untyped-call]
        found = torch.cat([discriminator(piece).scores.flatten() for piece in pieces])
        discriminator.train(was_training)
        return found


def whole_pieces(samples: Tensor) -> Tensor:
    """Return as many samples as fill whole pieces, or all where they fill none.

    A discriminator that compares the samples of a batch judges pieces of one size alike.
    """
    return samples[: max(len(samples) // PIECE * PIECE, min(len(samples), PIECE))]


def margin(real: Tensor, fake: Tensor) -> float:
    """Return how much more often a real scores above a fake than below it: -1 to 1, 0 by chance."""
    return float((real.double()[:, None] - fake.double()[None]).sign().mean())
