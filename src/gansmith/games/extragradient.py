"""Two players who extrapolate each other's next step."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from torch import nn

from gansmith.augment.augmentation import Augmenter
from gansmith.games.top_scored import Top
from gansmith.games.two_player import TwoPlayer
from gansmith.ranges import Range
from gansmith.records import AdversarialLoss, Term, Turn
from gansmith.registry import games


class Extragradient(TwoPlayer):
    """The game of two players with four turns a step: both extrapolate, then both step.

    The optimizers do the rest: their first step of two is the extrapolation, their second begins
    where the first began (``training.optimizers.look_ahead``).
    """

    def turns(self, step: int) -> Sequence[Turn]:
        """Return the turns of a step: D and G ahead, then D and G, on a fresh batch each time."""
        return [Turn("discriminator"), Turn("generator", fresh=False)] * 2


@games.add(extrapolates=True)
def extragradient(
    players: Mapping[str, nn.Module],
    loss: AdversarialLoss,
    terms: Mapping[str, Term],
    latent: int,
    discriminator_turns: Annotated[
        int, Range(low=1, high=1, why="each player extrapolates and steps once")
    ] = 1,
    top: Top | None = None,
    augment: Augmenter | None = None,
) -> Extragradient:
    """A generator against a discriminator, each stepping by the slope found where both are going.

    Plain descent circles around the balance of a game; this comes closer with each step. A step
    costs twice as much. Needs an optimizer that extrapolates (extra_adam, extra_sgd) for both. The
    players extrapolate in turn, as they step in turn: on the bilinear game the distance from the
    balance shrinks by sqrt(1 - lr^2) a step.

    Formula: w' = w - lr * g(w); w <- w - lr * g(w'), w both players' weights.

    Args:
        players: the networks by name.
        loss: what both play for.
        terms: additions to the players' losses by name.
        latent: how many numbers go into G.
        discriminator_turns: 1; each player extrapolates and steps once.
        top: share of each batch of fakes, highest scored, that G learns from; absent: all.
        augment: changes all that D judges, if anything does.

    Raises:
        ValueError: discriminator_turns is not 1, or top not in (0, 1].

    Reference: Gidel et al. 2018, arXiv:1802.10551.
    """
    return Extragradient(players, loss, terms, latent, augment=augment, top=top)
