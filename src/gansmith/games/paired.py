"""A generator that makes an image from an image, against one that knows what belongs to it."""

from collections.abc import Mapping
from functools import cached_property, partial

import torch
from torch import Tensor, nn

from gansmith.errors import GansmithError
from gansmith.games.fakes_again import FakesAgain
from gansmith.games.judging import exact, exact_critique
from gansmith.games.two_player import TwoPlayer
from gansmith.records import AdversarialLoss, Batch, Condition, Critique, Outcome, Term, Turn
from gansmith.registry import games


class Paired(TwoPlayer):
    """The game of pix2pix: G maps the condition's images, D sees them beside what it judges."""

    @cached_property
    def fakes(self) -> FakesAgain[Tensor]:
        """Those of a step, which both turns use."""
        return FakesAgain(self.generator)

    def play(self, turn: Turn, batch: Batch, step: int) -> Outcome:
        """Play one turn on pairs: the batch's reals belong to the images of its condition."""
        latent = batch.draws.normal("latent", 0)
        make = partial(self.sample, latent, batch.condition)
        if turn.player == "discriminator":
            fake = self.fakes.made_for_discriminator(make)
            return self.discriminator_turn(batch, fake, latent, step)
        fake = self.fakes.made_for_generator(make)
        offers = {"target": lambda: (fake, batch.real)}
        return self.generator_turn(batch, fake, latent, step, offers)

    def sample(self, latent: Tensor, condition: Condition | None = None) -> Tensor:
        """Translate the condition's images; the latent is empty."""
        return exact(self.generator(images_of(condition)))

    def _judge(self, samples: Tensor, condition: Condition | None = None) -> Critique:
        both = torch.cat([samples, images_of(condition)], 1)
        return exact_critique(self.discriminator(both))


def images_of(condition: Condition | None) -> Tensor:
    """Return the images that samples are made from.

    Raises:
        GansmithError: there are none.
    """
    if condition is None or "images" not in condition:
        raise GansmithError('this game is played with images; add [condition] with name = "image"')
    return condition["images"]


@games.add(
    translates=True,
    kinds=("image",),
    offers=("target",),
    generator="unet",
    loss="non_saturating",
    term={"name": "reconstruction"},
)
def paired(
    players: Mapping[str, nn.Module],
    loss: AdversarialLoss,
    terms: Mapping[str, Term],
    discriminator_turns: int = 1,
) -> Paired:
    """Image to image with pairs (pix2pix): D judges input and output together.

    G gets an image instead of a latent: grey for colour, a sketch for an image. Each real sample
    comes with the input that belongs to it ([condition] with name = "image"); D sees both, so that
    an output must be real and fit its input. Offers "target" to terms that compare (reconstruction,
    perceptual, style). `gansmith translate` uses a trained run.

    Args:
        players: the networks by name; D takes the channels of both images.
        loss: what both play for.
        terms: additions to the players' losses by name.
        discriminator_turns: turns of D for one of G.

    Reference: Isola et al. 2016, arXiv:1611.07004.
    """
    return Paired(players, loss, terms, 0, discriminator_turns)
