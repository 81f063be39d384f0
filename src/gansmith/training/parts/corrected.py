"""A trained generator as its samples are given out: corrected where their kind has it so."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from gansmith.conditions.of_run import Conditionings, prompts_for
from gansmith.kinds.kind import Kind
from gansmith.sampling.generate import draw_latents, make_samples

COUNT, SEED = 4096, 1_947  # samples that show what is to be corrected, and of their latents


class Corrected(nn.Module):
    """A generator, and behind it what corrects its samples.

    Args:
        net: makes samples.
        correct: samples to samples.
    """

    def __init__(self, net: nn.Module, correct: nn.Module) -> None:
        super().__init__()
        self.net, self.correct = net, correct
        self.couples_batch = bool(getattr(net, "couples_batch", True))

    def forward(self, *given: Any) -> Tensor:
        """Make samples [batch, *shape]."""
        samples: Tensor = self.correct(self.net(*given))
        return samples


def corrected(
    generator: nn.Module,
    kind: Kind,
    facts: Mapping[str, Any],
    latent: int,
    conditionings: Conditionings,
) -> nn.Module:
    """Return a generator whose samples are corrected by what many of them show.

    Args:
        generator: trained.
        kind: of its samples.
        facts: of the data.
        latent: numbers that go into it.
        conditionings: of it; they are asked for as usual.
    """
    if kind.corrects is None:
        return generator
    latents = draw_latents(SEED, COUNT, latent)
    asked = {one.name: one.prompt(COUNT) for one in conditionings}
    prompts = prompts_for(latents, conditionings, asked)
    many = make_samples(generator, prompts.inputs, prompts.condition, bounds=kind.bounds)
    return Corrected(generator, kind.corrects(many, facts)).to(next(generator.parameters()).device)
