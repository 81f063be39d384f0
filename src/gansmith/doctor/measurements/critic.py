"""How steep a critic is, and whether anything holds it there."""

import math

import numpy as np

from gansmith.doctor.history import EMPTY, History, Series, Values, median
from gansmith.doctor.measurements.measurement import measured
from gansmith.doctor.statistics import newest, ratio, smooth

MIN_TICKS = 8


@measured(unit="score per data unit", healthy=(None, 5.0))
def critic_slope(history: History) -> float:
    """D's slope at the fakes, median of the last fifth; a distance needs 1 or less.

    Where it was not recorded, what the spread of the scores needs at least.
    """
    return median(newest(slope_sizes(history), 0.2))


@measured(unit="highest over lowest", healthy=(None, 2.0))
def slope_range(history: History) -> float:
    """Highest over lowest slope of D over the last two thirds of the run."""
    late = late_slopes(history)
    return ratio(float(late.max()), float(late.min())) if len(late) else math.nan


def late_slopes(history: History) -> Values:
    """Return D's slope over the last two thirds of the run, smoothed."""
    sizes = slope_sizes(history)
    return sizes[len(sizes) // 3 :]


def slope_sizes(history: History) -> Values:
    """Return the size of D's slope, smoothed; empty where too little is known."""
    curve, _ = slope_curve(history)
    return smooth(np.abs(curve.values), 5) if len(curve.values) >= MIN_TICKS else curve.values[:0]


def slope_curve(history: History) -> tuple[Series, bool]:
    """Return D's slope at the fakes, and whether it was recorded.

    Where it was not, the least that its scores need: they spread no wider than the slope times the
    spread of samples, and that is at most half the range of a number times the root of their count.
    """
    curve = history.column("gradient/samples").known
    if curve:
        return curve, True
    low, high = (history.recent(f"samples/real/{side}") for side in ("low", "high"))
    shape = history.data.get("shape")
    count = math.prod(shape) if isinstance(shape, list | tuple) and shape else 0
    reach = (high - low) / 2 * math.sqrt(count)
    spread = history.column("scores/real/std").known
    return (Series(spread.kimg, spread.values / reach) if reach > 0 else EMPTY), False
