"""Samples to inspect: the numbers say how much is wrong, these show what."""

from dataclasses import dataclass

import torch
from jaxtyping import Int
from torch import Tensor

from gansmith.metrics.maths.checks import Features, both_sides
from gansmith.metrics.maths.distances import comparable, nearest

Indices = Int[Tensor, " count"]


@dataclass(frozen=True)
class Examples:
    """Indices of samples worth a look, most telling first.

    Attributes:
        missed: reals that no fake is near, for how dense the reals are there (diversity).
        worst: fakes farthest from any real, on the same scale (realism).
        best: fakes nearest to their real, on the same scale.
        closest: (fake, real) at the smallest distance: copies, if there are any [count, 2].
        share_missed: share of reals without a fake in their ball, which is 1 - coverage.
    """

    missed: Tensor
    worst: Tensor
    best: Tensor
    closest: Tensor
    share_missed: float


def examples(real: Features, fake: Features, count: int = 8, k: int = 5) -> Examples:
    """Return the samples to inspect: missed reals, worst and best fakes, closest pairs.

    A distance is measured in radii of the real's ball, which reaches to its k-th nearest real, so
    that sparse parts of the data are not all called missed.

    Args:
        real: features of reals [samples, width].
        fake: features of fakes [samples, width].
        count: how many of each.
        k: neighbours that set the size of a ball.

    Raises:
        ValueError: a side has k samples or fewer, or a value that is not finite.
    """
    reals, fakes = comparable(*both_sides("examples", real, fake, k + 1, "lower k", exact=False))
    balls = nearest(reals, k=k).farthest.clamp(min=torch.finfo(reals.dtype).tiny)
    to_fakes, to_reals = nearest(reals, fakes).farthest / balls, nearest(fakes, reals)
    relative = to_reals.farthest / balls[to_reals.index]
    copies = _lowest(to_reals.farthest, count)
    return Examples(
        missed=_lowest(-to_fakes, count),
        worst=_lowest(-relative, count),
        best=_lowest(relative, count),
        closest=torch.stack([copies, to_reals.index[copies]], 1),
        share_missed=float((to_fakes >= 1).double().mean()),
    )


def _lowest(values: Tensor, count: int) -> Indices:
    order = values.argsort(stable=True)
    return order[:count]
