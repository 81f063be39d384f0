"""Signals that only the trainer can see: gradients and updates."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor

from gansmith.records import Player
from gansmith.training.parts.run_parts import Parts


def slopes(parts: Parts, watched: Mapping[str, Tensor], step: int) -> dict[str, Tensor]:
    """Return the mean over the batch of each sample's gradient norm, times the batch.

    The loss is a mean, so its gradient at one sample shrinks with the batch and the pieces it is
    worked off in; times both it does not. Nothing at steps that are not recorded.
    """
    if step % parts.look_every:
        return {}
    found = {name: tensor.grad for name, tensor in watched.items() if tensor.grad is not None}
    return {
        name: parts.pieces * g.float().flatten(1).norm(dim=1).sum() for name, g in found.items()
    }


@contextmanager
def measured(parts: Parts, player: Player, step: int) -> Iterator[None]:
    """Record the gradient norm before a step, and once a tick how far it moves the weights."""
    due, looked = (step % every == 0 for every in (parts.recipe.signals.tick, parts.look_every))
    weights = list(parts.game.players[player].parameters()) if due or looked else []
    if looked:
        parts.signals.add({f"gradient/{player}": _norm([p.grad for p in weights])})
    if not due:
        yield
        return
    before = [p.detach().clone() for p in weights]
    yield
    moved = [p.detach() - b for p, b in zip(weights, before, strict=True)]
    ratio = _norm(moved) / _norm(before).clamp_min(1e-12)
    parts.signals.add({f"update/{player}": ratio})


def _norm(tensors: Sequence[Tensor | None]) -> Tensor:
    return torch.nn.utils.get_total_norm([t.detach() for t in tensors if t is not None])
