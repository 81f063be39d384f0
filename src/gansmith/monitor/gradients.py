"""What a foreign loop's gradients and weights tell, without waiting for the device."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

ENOUGH = 10_000  # numbers of a gradient that tell whether it is new


class Gradients:
    """Each player's gradient norm, and now and then how far an iteration moves its weights.

    Args:
        players: the networks by name; None for those that are not known.
    """

    def __init__(self, players: Mapping[str, nn.Module | None]) -> None:
        self.players = {name: net for name, net in players.items() if net is not None}
        self._watched = {name: _Watched(net) for name, net in self.players.items()}

    @property
    def device(self) -> torch.device:
        """Where the first network is: signals are kept there, so that no step waits for it."""
        weights = (weight for net in self.players.values() for weight in net.parameters())
        return next((weight.device for weight in weights), torch.device("cpu"))

    @torch.no_grad()
    def signals(self, begins: bool, ends: bool) -> dict[str, Tensor]:
        """Return what this iteration left behind.

        Args:
            begins: keep weights and gradients, to compare them with those of the next iteration.
            ends: this iteration is the last before signals are read.
        """
        found: dict[str, Tensor] = {}
        for player, watched in self._watched.items():
            seen = watched.look(begins, ends)
            found |= {f"{what}/{player}": value for what, value in seen.items()}
        return found


class _Watched:
    """One player's weights and gradients, from one tick to the next."""

    def __init__(self, network: nn.Module) -> None:
        self.network = network
        self.weights, self.gradients = list[Tensor](), list[tuple[Tensor, Tensor]]()
        self.steps, self.first, self.last = 0, torch.zeros(()), torch.zeros(())

    def look(self, begins: bool, ends: bool) -> dict[str, Tensor]:
        own = [_own(weight) for weight in self.network.parameters()]
        gradients = [p.grad for p in self.network.parameters() if p.grad is not None]
        found = {"gradient": _norm([_own(g) for g in gradients])} if gradients else {}
        if [w.shape for w in own] != [w.shape for w in self.weights]:
            self.weights, self.gradients = [], []  # another network than at the last tick
        if self.weights:
            self.steps += 1
            if self.steps == 1:
                self.first = self._moved(own)
                found |= self._fresh(gradients)
            if ends:
                found |= {"update": self._update(own)}
        if begins:
            self._keep(own, gradients)
        return found

    def _keep(self, own: Sequence[Tensor], gradients: Sequence[Tensor]) -> None:
        if self.weights:
            self.last = self._moved(own) / self.steps
        self.weights, self.steps = [weight.clone() for weight in own], 0
        self.gradients = [(gradient, _own(gradient).clone()) for gradient in _some(gradients)]

    def _moved(self, own: Sequence[Tensor]) -> Tensor:
        moved = [now - before for now, before in zip(own, self.weights, strict=True)]
        return _norm(moved) / _norm(self.weights).clamp_min(1e-12)

    def _update(self, own: Sequence[Tensor]) -> Tensor:
        """The first iteration's; of a player that has no turn in it, the mean of the tick.

        Or of the tick before, where its only turn is the iteration that ticks begin with.
        """
        tick = self._moved(own) / self.steps
        tick = torch.where(tick > 0, tick, self.last.to(tick))
        return torch.where(self.first > 0, self.first, tick)

    def _fresh(self, gradients: Sequence[Tensor]) -> dict[str, Tensor]:
        """How much of a gradient is new, as a share of it, where it was not thrown away.

        Little, and less and less, where gradients are never cleared.
        """
        known, self.gradients = self.gradients, []
        now = gradients[: len(known)]
        if not now or any(g is not kept for g, (kept, _) in zip(now, known, strict=False)):
            return {}
        new = [_own(gradient) - before for gradient, before in known]
        return {"fresh": _norm(new) / _norm([_own(g) for g in now]).clamp_min(1e-30)}


def _own(tensor: Tensor) -> Tensor:
    """The share of a tensor that is here, where several processes hold one each."""
    return (tensor.to_local() if hasattr(tensor, "to_local") else tensor).detach()


def _some(gradients: Sequence[Tensor]) -> list[Tensor]:
    """Enough of them to see whether they are new, and few enough to keep."""
    found, numbers = list[Tensor](), 0
    for gradient in gradients:
        if numbers < ENOUGH:
            found.append(gradient)
            numbers += gradient.numel()
    return found


def _norm(tensors: Sequence[Tensor]) -> Tensor:
    return torch.nn.utils.get_total_norm(list(tensors))
