"""Intervals of a mean over seeds that allow for the finite test set too."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

POINTS = np.polynomial.legendre.leggauss(60)
METHOD = (
    "mean over seeds; its standard error joins the spread over seeds with that over resamples of "
    "the test samples (class by class), and the interval is Student's with seeds - 1 degrees"
)


@dataclass(frozen=True)
class Interval:
    """A mean with the ends of its confidence interval."""

    value: float
    low: float
    high: float

    def within(self, low: float, high: float) -> "Interval":
        """Return it without the part that no value can have."""
        return Interval(self.value, max(self.low, low), min(self.high, high))

    def as_dict(self) -> dict[str, float]:
        """Return it as JSON has it."""
        return {"value": self.value, "low": self.low, "high": self.high}


def interval(values: np.ndarray, level: float = 0.95) -> Interval:
    """Return the mean over seeds with its interval.

    Formula: mean +- t(seeds - 1) * sqrt(s^2 / seeds + v), s^2 the variance over seeds and v that of
    the mean over seeds when test samples are drawn anew. Both hold what seeds and samples add
    together, so the interval is rather too wide than too narrow.

    Args:
        values: a score, or a difference of two, [seeds, 1 + resamples]: of the test set as it is,
            then of resamples of it that are the same for all seeds.
        level: of confidence.

    Raises:
        ValueError: there are fewer than two seeds.
    """
    seeds = len(values)
    if seeds < 2:
        raise ValueError("an interval over seeds needs at least 2 seeds")
    own, again = values[:, 0], values[:, 1:].mean(0)
    error = np.sqrt(own.var(ddof=1) / seeds + (again.var(ddof=1) if len(again) > 1 else 0.0))
    reach = quantile((1 + level) / 2, seeds - 1) * error
    mean = float(own.mean())
    return Interval(mean, mean - float(reach), mean + float(reach))


@lru_cache
def quantile(share: float, degrees: int) -> float:
    """Return the quantile of Student's distribution, by bisection of its integral.

    Args:
        share: above 0.5 and below 1.
        degrees: of freedom, 1 or more.
    """
    low, high = 0.0, 1.0
    while _mass(high, degrees) < share:
        low, high = high, 2 * high
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _mass(middle, degrees) < share else (low, middle)
    return high


def _mass(end: float, degrees: int) -> float:
    """Return the share of Student's distribution below a number.

    With x = sqrt(n) tan(a) the density is cos(a)^(n - 1), smooth on a finite stretch, so that
    Gauss-Legendre points give all digits.
    """
    points, weights = POINTS
    reach = np.arctan(end / np.sqrt(degrees))
    part = reach / 2 * (weights @ np.cos(reach / 2 * (points + 1)) ** (degrees - 1))
    whole = np.pi / 4 * (weights @ np.cos(np.pi / 4 * (points + 1)) ** (degrees - 1))
    return 0.5 + 0.5 * float(part / whole)
