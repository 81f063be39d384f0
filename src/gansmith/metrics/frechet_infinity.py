"""The Frechet distance that many samples would give: free of most of the bias of few."""

import torch

from gansmith.facts import Value
from gansmith.metrics.frechet_distance import frechet_between
from gansmith.metrics.maths.checks import Features, both_sides
from gansmith.metrics.maths.moments import Moments
from gansmith.registry import metrics

GROUPS = 8
VALUES = {
    "frechet_infinity": Value(
        "low",
        "distance",
        "Frechet distance, unbiased",
        "Frechet distance extrapolated to endless samples",
    ),
    "frechet_infinity_error": Value(
        "low", "error bar", "Error of it", "standard error of the extrapolated Frechet distance"
    ),
}
Groups = list[tuple[Moments, Moments]]


@metrics.add(values=VALUES)
def frechet_infinity(real: Features, fake: Features, seed: int = 0) -> dict[str, float]:
    """Frechet distance extrapolated to endless samples, with its standard error.

    The bias of the distance falls as 1/n, so a line through the distances of all samples and of two
    halves, drawn over 1/n, meets 1/n = 0 at the distance without bias. Both sides enter alike, and
    both are extrapolated. Numbers at different counts compare, unlike those of
    ``frechet_distance``; it can be slightly negative near 0. The error is a jackknife of the
    distance over eight groups. Trust it where there are at least twice as many samples as features.

    Args:
        real: features of reals [samples, width].
        fake: features of fakes [samples, width].
        seed: deals the samples into groups.

    Returns:
        ``frechet_infinity`` and its standard error ``frechet_infinity_error``.

    Raises:
        ValueError: a side has fewer than 32 samples or a value that is not finite.

    Reference: Chong and Forsyth 2019, arXiv:1911.07023.
    """
    rows = both_sides("frechet_infinity", real, fake, 4 * GROUPS)
    draws = torch.Generator().manual_seed(seed)
    orders = [torch.randperm(len(side), generator=draws) for side in rows]
    sides = [
        [Moments.of(part) for part in side[order].tensor_split(GROUPS)]
        for side, order in zip(rows, orders, strict=True)
    ]
    groups = list(zip(*sides, strict=True))
    without = [_distance(groups[:i] + groups[i + 1 :]) for i in range(GROUPS)]
    spread = torch.tensor(without, dtype=torch.float64).var(correction=0)
    return {
        "frechet_infinity": _intercept(groups),
        "frechet_infinity_error": float((GROUPS - 1) * spread) ** 0.5,
    }


def _intercept(groups: Groups) -> float:
    """Least squares line of distance over 1/n through the whole and its two halves, at 1/n = 0."""
    half = len(groups) // 2
    sets = (groups, groups[:half], groups[half:])
    inverse = torch.tensor([[1.0, 1 / len(part)] for part in sets], dtype=torch.float64)
    distances = torch.tensor([[_distance(part)] for part in sets], dtype=torch.float64)
    return float(torch.linalg.lstsq(inverse, distances).solution[0])


def _distance(groups: Groups) -> float:
    real, fake = groups[0]
    for more_real, more_fake in groups[1:]:
        real, fake = real + more_real, fake + more_fake
    return frechet_between(real, fake)
