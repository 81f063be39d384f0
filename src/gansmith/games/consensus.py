"""Two players who, beside their own losses, agree to bring the slopes of both to rest."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

import torch
from torch import Tensor, nn
from torch.func import functional_call

from gansmith.augment.augmentation import Augmenter
from gansmith.games.judging import exact
from gansmith.games.two_player import TwoPlayer
from gansmith.ranges import Range
from gansmith.records import AdversarialLoss, Batch, Knob, Outcome, Term, Turn
from gansmith.registry import games

Weights = dict[str, Tensor]


class Consensus(TwoPlayer):
    """The game of two players, each of whom also descends gamma/2 |v|^2.

    v is the slope of G's loss by G's weights beside that of D's loss by D's.
    """

    def play(self, turn: Turn, batch: Batch, step: int) -> Outcome:
        """Play one turn as two players do, and add the price of both slopes."""
        outcome = super().play(turn, batch, step)
        v = self._slopes(turn, batch)
        mean = batch.mean(v.detach().clone())
        with torch.autocast(v.device.type, enabled=False):
            pull = mean @ v  # its slope, averaged over processes, is that of |mean|^2 / 2 ...
        price = self.knobs["gamma"].value * (pull - 0.5 * pull.detach())  # ... and so its value
        added = {
            f"loss/{turn.player}": outcome.loss + price,
            f"term/consensus/{turn.player}": price,
        }
        return replace(outcome, loss=outcome.loss + price, signals={**outcome.signals, **added})

    def _slopes(self, turn: Turn, batch: Batch) -> Tensor:
        """Return v as one vector; it can be differentiated by the weights of whose turn it is."""
        of_g = _weights(self.generator, turn.player == "generator")
        of_d = _weights(self.discriminator, turn.player == "discriminator")
        condition = () if batch.condition is None else (batch.condition,)

        def scores(samples: Tensor) -> Tensor:
            judged = self.augment(samples) if self.augment else samples
            return exact(functional_call(self.discriminator, of_d, (judged, *condition)).scores)

        latent = batch.draws.normal("latent", self.latent)
        fake = scores(exact(functional_call(self.generator, of_g, (latent, *condition))))
        real = scores(batch.real)
        losses = self.loss.generator(real, fake).mean(), self.loss.discriminator(real, fake).mean()
        return torch.cat([_slope(*one) for one in zip(losses, (of_g, of_d), strict=True)])


def _weights(network: nn.Module, own: bool) -> Weights:
    """Return the weights of the player whose turn it is, or stand-ins for those of the other."""
    named = network.named_parameters()
    if own:
        return {name: weight for name, weight in named if weight.requires_grad}
    return {name: weight.detach().requires_grad_() for name, weight in named}


def _slope(loss: Tensor, weights: Weights) -> Tensor:
    found = torch.autograd.grad(
        loss, list(weights.values()), create_graph=True, materialize_grads=True
    )
    return torch.cat([slope.flatten() for slope in found])


@games.add(slope_of_weights=True)
def consensus(
    players: Mapping[str, nn.Module],
    loss: AdversarialLoss,
    terms: Mapping[str, Term],
    latent: int,
    discriminator_turns: int = 1,
    gamma: Annotated[
        float, Range(above=0.0, log=True, why="without it this is the game two_player")
    ] = 1.0,
    augment: Augmenter | None = None,
) -> Consensus:
    """A generator against a discriminator, both also descending the size of both their slopes.

    Plain descent circles around the balance of a game; the shared term draws both players inwards.
    Each turn goes through both networks once more and is differentiated twice by all weights, so
    that a step takes three to seven times as long. Terms are added to the losses as ever and do
    not count in v.

    Formula: L_player + gamma/2 |v|^2, v = (dL_G/dw_G, dL_D/dw_D), differentiated as a whole.

    Args:
        players: the networks by name.
        loss: what both play for.
        terms: additions to the players' losses by name.
        latent: how many numbers go into G.
        discriminator_turns: turns of D for one of G.
        gamma: strength, above 0; typical 0.01 to 1. Where it is too large, players rest wherever
            both slopes vanish, be it the worst place for one of them.
        augment: changes all that D judges, if anything does.

    Raises:
        ValueError: gamma is not above 0.

    Reference: Mescheder et al. 2017, arXiv:1705.10461.
    """
    game = Consensus(players, loss, terms, latent, discriminator_turns, augment)
    game.knobs["gamma"] = Knob("gamma", gamma)
    return game
