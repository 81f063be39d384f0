"""Sliced Wasserstein distance: for raw vectors, where features are not needed."""

from typing import Annotated

import torch
from torch import Tensor

from gansmith.facts import Value
from gansmith.metrics.maths.checks import Features, both_sides
from gansmith.ranges import Range
from gansmith.registry import metrics

BLOCK = 64


@metrics.add(
    values={
        "sliced_wasserstein": Value(
            "low",
            "distance",
            "Sliced Wasserstein",
            "Wasserstein-2 distance, mean over random directions",
            least=0,
        )
    }
)
def sliced_wasserstein(
    real: Features, fake: Features, projections: Annotated[int, Range(low=1)] = 512, seed: int = 0
) -> float:
    """Wasserstein-2 distance averaged over random directions; 0 is equal, lower is better.

    Both sides enter alike. It sees the shape of the distribution, not only mean and covariance, and
    is in the units of the samples: a shift by m along all directions gives |m| / sqrt(width).

    Formula: ( E_u integral_0^1 (F_u^-1(t) - G_u^-1(t))^2 dt )^(1/2), u uniform on the sphere.

    Args:
        real: samples or features of reals [samples, width].
        fake: samples or features of fakes [samples, width].
        projections: how many directions; the error falls with its root.
        seed: of the directions.

    Raises:
        ValueError: widths differ or a value is not finite.

    Reference: Rabin et al. 2012, Wasserstein barycenter and its application to texture mixing; for
    GANs Deshpande et al. 2018, arXiv:1803.11188.
    """
    reals, fakes = both_sides("sliced_wasserstein", real, fake, 1)
    draws = torch.Generator().manual_seed(seed)
    directions = torch.randn(reals.shape[1], projections, generator=draws, dtype=torch.float64)
    directions = directions / directions.norm(dim=0)
    total = 0.0
    for part in torch.split(directions, BLOCK, dim=1):
        total += float(_squared((reals @ part).sort(0).values, (fakes @ part).sort(0).values).sum())
    return float((total / projections) ** 0.5)


def _squared(x: Tensor, y: Tensor) -> Tensor:
    """Integral of the squared difference of two quantile functions, for each column; exact."""
    if len(x) == len(y):
        return (x - y).square().mean(0)
    steps = [torch.arange(1, len(side) + 1, dtype=torch.float64) / len(side) for side in (x, y)]
    levels = torch.cat(steps).sort().values
    weights = levels.diff(prepend=levels.new_zeros(1))
    middles = levels - weights / 2
    at = [torch.searchsorted(step, middles).clamp(max=len(step) - 1) for step in steps]
    return (weights[:, None] * (x[at[0]] - y[at[1]]).square()).sum(0)
