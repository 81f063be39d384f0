"""What a foreign loop's gradients and weights tell, without waiting for the device."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn


class Gradients:
    """Each player's gradient norm, and now and then how far an iteration moves its weights.

    Args:
        players: the networks by name; None for those that are not known.
    """

    def __init__(self, players: Mapping[str, nn.Module | None]) -> None:
        self.players = {name: net for name, net in players.items() if net is not None}
        self._before = dict[str, list[Tensor]]()

    @property
    def device(self) -> torch.device:
        """Where the first network is: signals are kept there, so that no step waits for it."""
        weights = (weight for net in self.players.values() for weight in net.parameters())
        return next((weight.device for weight in weights), torch.device("cpu"))

    @torch.no_grad()
    def signals(self, due: bool) -> dict[str, Tensor]:
        """Return what this iteration left behind.

        Args:
            due: keep the weights, to compare them with those after the next iteration.
        """
        found: dict[str, Tensor] = {}
        for player, network in self.players.items():
            weights = list(network.parameters())
            gradients = [p.grad for p in weights if p.grad is not None]
            if gradients:
                found[f"gradient/{player}"] = _norm(gradients)
            before = self._before.pop(player, None)
            if before:
                moved = [p.detach() - b for p, b in zip(weights, before, strict=True)]
                found[f"update/{player}"] = _norm(moved) / _norm(before).clamp_min(1e-12)
            if due:
                self._before[player] = [p.detach().clone() for p in weights]
        return found


def _norm(tensors: Sequence[Tensor]) -> Tensor:
    return torch.nn.utils.get_total_norm([t.detach() for t in tensors])
