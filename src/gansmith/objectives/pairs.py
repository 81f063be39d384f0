"""Pairs of images that a game offers to compare, and how far apart they are."""

from collections.abc import Callable
from typing import Literal

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from gansmith.errors import GansmithError
from gansmith.records import Pair, PerSample, View

Norm = Literal["l1", "l2", "huber"]
Images = Float[Tensor, " batch *axes"]


DISTANCES: dict[Norm, Callable[..., Tensor]] = {
    "l1": F.l1_loss,
    "l2": F.mse_loss,
    "huber": F.huber_loss,
}


def pair_of(view: View, name: str, term: str) -> Pair:
    """Return a pair that the turn offers: what G made, and what it is to be like.

    Raises:
        GansmithError: the game offers no such pair.
    """
    if name not in view.pairs:
        raise GansmithError(
            f"terms.{term} compares images that this game does not make ({name}); use the game "
            f"{'paired' if name == 'target' else 'cycle'}, or leave the term out"
        )
    return view.pairs[name]


def distance(made: Images, wanted: Images, norm: Norm) -> PerSample:
    """Return the mean over the values of each sample of |d|, d^2, or Huber's compromise.

    Huber's is d^2/2 up to |d| = 1 and |d| - 1/2 beyond.
    """
    kind = torch.promote_types(made.dtype, torch.float32)
    apart = DISTANCES[norm](made.to(kind), wanted.to(kind), reduction="none")
    return apart.flatten(1).mean(1)
