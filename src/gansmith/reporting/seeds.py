"""What a recipe reaches over several seeds: means, intervals, and whether two recipes differ."""

import math
from collections.abc import Sequence
from functools import cache
from statistics import fmean, variance
from typing import NamedTuple

import numpy as np

LEVEL = 0.95
NODES = 128  # of the quadrature; the error is below 1e-12 up to a thousand degrees of freedom


class Spread(NamedTuple):
    """The mean over seeds, and an interval that holds the mean over all seeds in 95 % of cases.

    ``low`` and ``high`` are None for a single seed, which says nothing about others.
    """

    mean: float
    low: float | None
    high: float | None
    seeds: int


class Difference(NamedTuple):
    """The mean of one recipe minus that of another, its interval, and the chance of none."""

    mean: float
    low: float
    high: float
    p: float


def spread(values: Sequence[float]) -> Spread:
    """Return the mean of numbers of independent seeds with its interval by Student's t.

    Args:
        values: one a seed, at least one.
    """
    mean, count = fmean(values), len(values)
    if count < 2:
        return Spread(mean, None, None, count)
    reach = quantile(count - 1) * math.sqrt(variance(values) / count)
    return Spread(mean, mean - reach, mean + reach, count)


def difference(first: Sequence[float], second: Sequence[float]) -> Difference | None:
    """Return by how much the means of two recipes differ, their spreads being unequal.

    Args:
        first: numbers of one recipe, one a seed.
        second: of the other.

    Returns:
        None where either has one seed only.

    Reference: Welch 1947, doi:10.1093/biomet/34.1-2.28.
    """
    if min(len(first), len(second)) < 2:
        return None
    mean = fmean(first) - fmean(second)
    shares = [variance(values) / len(values) for values in (first, second)]
    error = math.sqrt(sum(shares))
    if error == 0:
        return Difference(mean, mean, mean, float(mean == 0))
    degrees = sum(shares) ** 2 / sum(
        share**2 / (len(values) - 1) for share, values in zip(shares, (first, second), strict=True)
    )
    reach = quantile(degrees) * error
    return Difference(mean, mean - reach, mean + reach, 1 - within(abs(mean) / error, degrees))


def within(t: float, degrees: float) -> float:
    """Return the chance that a variable of Student's t distribution lies in [-t, t].

    With t = sqrt(degrees) tan(angle) its density is proportional to cos(angle)^(degrees - 1).

    Args:
        t: at least 0.
        degrees: of freedom, at least 1; any real number.
    """
    nodes, weights = _quadrature()
    half = math.atan(t / math.sqrt(degrees)) / 2
    integral = half * float(weights @ np.cos(half * (nodes + 1)) ** (degrees - 1))
    log_whole = math.lgamma(degrees / 2) - math.lgamma((degrees + 1) / 2)
    return min(1.0, 2 * integral / math.sqrt(math.pi) * math.exp(-log_whole))


def quantile(degrees: float, level: float = LEVEL) -> float:
    """Return the t for which a variable of Student's t distribution lies in [-t, t] at a level.

    Args:
        degrees: of freedom, at least 1.
        level: between 0 and 1.
    """
    low, high = 0.0, math.pi / 2
    for _ in range(60):
        angle = (low + high) / 2
        inside = within(math.sqrt(degrees) * math.tan(angle), degrees) < level
        low, high = (angle, high) if inside else (low, angle)
    return math.sqrt(degrees) * math.tan((low + high) / 2)


@cache
def _quadrature() -> tuple[np.ndarray, np.ndarray]:
    return np.polynomial.legendre.leggauss(NODES)
