"""A player's weights stay near what they have been on average."""

from collections.abc import Mapping
from typing import Literal

import torch
from torch import Tensor, nn

from gansmith.objectives.options import Weight
from gansmith.records import Knob, PerSample, Term, View
from gansmith.registry import terms


class MeanOverTime(nn.Module):
    """The mean of all weights that a network has had so far; it is fixed in evaluation mode.

    Args:
        network: whose weights they are; None: that of the first call.
    """

    mean: Tensor
    count: Tensor

    def __init__(self, network: nn.Module | None) -> None:
        super().__init__()
        self.register_buffer("mean", torch.empty(0) if network is None else _flat(network).clone())
        self.register_buffer("count", torch.zeros(()))

    def distance(self, network: nn.Module) -> Tensor:
        """Return the squared distance of the weights from their mean, then take them into it."""
        weights = torch.cat([p.flatten() for p in network.parameters()])
        now = weights.detach()
        same = self.mean.shape == weights.shape
        self.mean = torch.where(self.count > 0, self.mean, now) if same else now.clone()
        away = (weights - self.mean).square().sum()
        if self.training:
            self.count += 1
            self.mean.lerp_(now, 1 / self.count)
        return away


def _flat(network: nn.Module) -> Tensor:
    return torch.cat([p.detach().flatten() for p in network.parameters()])


@terms.add(remembers=True)
def historical_averaging(
    weight: Weight = 1e-3,
    player: Literal["generator", "discriminator", "both"] = "both",
    players: Mapping[str, nn.Module] | None = None,
) -> Term:
    """Historical averaging: weights that circle are drawn to the middle of their circle.

    For games that orbit their balance. It is part of the loss and goes through the player's own
    optimizer; late in a run the mean hardly moves any more and holds the weights where they are.

    Formula: weight * |w - mean of w over all steps so far|^2, over all of the player's parameters.

    Args:
        weight: strength; 1e-4 to 1e-2.
        player: whose weights: generator, discriminator or both.
        players: the networks by name, whose weights are the first that are remembered.

    Raises:
        ValueError: weight is not above 0.

    Reference: Salimans et al. 2016, arXiv:1606.03498.
    """
    names = ("discriminator", "generator") if player == "both" else (player,)
    memory = nn.ModuleDict({name: MeanOverTime((players or {}).get(name)) for name in names})

    def value(view: View) -> PerSample:
        whose = view.player if player == "both" else player
        own = memory[whose]
        assert isinstance(own, MeanOverTime)
        return own.distance(view.players[whose]).expand(len(view.latent))

    return Term(value, player, Knob("weight", weight), module=memory)
