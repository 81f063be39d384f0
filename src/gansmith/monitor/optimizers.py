"""What a foreign loop's optimizers hold."""

from collections.abc import Mapping
from typing import Any

from torch import nn

from gansmith.monitor.losses import players_of


def optimizers_of(given: Any) -> dict[str, Any]:
    """Return optimizers by player; names such as "D" or "opt_G" count as the players'.

    Raises:
        TypeError: they are no mapping of optimizers.
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise TypeError(
            'they are a mapping such as {"generator": opt_g, "discriminator": opt_d}, not a'
            f" {type(given).__name__}"
        )
    for name, optimizer in given.items():
        if not getattr(optimizer, "param_groups", None):
            raise TypeError(f"{name!r} is a {type(optimizer).__name__}, which is no optimizer")
    players = players_of(given)
    return {str(players.get(name, name)): optimizer for name, optimizer in given.items()}


def held(
    optimizers: Mapping[str, Any], players: Mapping[str, nn.Module | None]
) -> dict[str, float]:
    """Return rates of learning, and which weights are held by whom and frozen, as shares 0 to 1.

    ``optimizer/A/B`` is the share of B's weights that the optimizer given as A's holds.
    """
    return _rates(optimizers) | _holdings(optimizers, players) | _frozen(players)


def _rates(optimizers: Mapping[str, Any]) -> dict[str, float]:
    """Return each optimizer's learning rate, that of its first group."""
    return {
        f"knob/optimizers.{name}.lr": float(optimizer.param_groups[0]["lr"])
        for name, optimizer in optimizers.items()
    }


def _holdings(
    optimizers: Mapping[str, Any], players: Mapping[str, nn.Module | None]
) -> dict[str, float]:
    """Return which shares of its player's weights and of others' each optimizer holds, 0 to 1."""
    weights = {
        player: {id(p) for p in network.parameters()}
        for player, network in players.items()
        if network is not None
    }
    found = {}
    for name, optimizer in optimizers.items():
        held = {id(p) for group in optimizer.param_groups for p in group["params"]}
        for player, own in weights.items():
            if name in weights and own:
                found[f"optimizer/{name}/{player}"] = len(own & held) / len(own)
    return found


def _frozen(players: Mapping[str, nn.Module | None]) -> dict[str, float]:
    """Return which share of each player's weights takes no gradient, 0 to 1."""
    found = {}
    for player, network in players.items():
        takes = [p.requires_grad for p in network.parameters()] if network is not None else []
        if takes:
            found[f"frozen/{player}"] = 1 - sum(takes) / len(takes)
    return found
