"""What gradient reaches the generator."""

import math

import numpy as np

from gansmith.doctor.history import History, Series, median
from gansmith.doctor.measurements.measurement import measured
from gansmith.doctor.statistics import newest, ratio, smooth

MIN_TICKS = 8
OF_THE_GENERATOR = ("gradient/samples", "gradient/generator")


@measured(unit="share of the early level", healthy=(0.02, None))
def remaining_gradient(history: History) -> float:
    """The weaker of the gradients at G's weights and at its samples, smoothed, over its early peak.

    Healthy runs stay within a factor of twenty of it.
    """
    shares = (gradient_left(history, name) for name in OF_THE_GENERATOR)
    return min((share for share in shares if not math.isnan(share)), default=math.nan)


def gradient_left(history: History, name: str) -> float:
    """Return a gradient's last tenth over its early peak; NaN: unknown."""
    size = smoothed_gradient(history, name)
    return ratio(late_level(size), early_peak(size)) if size else math.nan


def smoothed_gradient(history: History, name: str) -> Series:
    """Return the size of a gradient without spikes; empty where too little is known."""
    known = history.column(name).known
    if len(known.values) < MIN_TICKS:
        return Series(known.kimg[:0], known.values[:0])
    return Series(known.kimg, smooth(np.abs(known.values)))


def early_peak(size: Series) -> float:
    """Return the peak of the first fifth: a net with a zero last layer starts with no gradient."""
    return float(size.values[: max(5, len(size.values) // 5)].max())


def late_level(size: Series) -> float:
    """Return the median of the last tenth."""
    return median(newest(size.values, 0.1))


@measured(unit="share of D's gradient", healthy=(1e-4, None))
def gradient_share(history: History) -> float:
    """Largest gradient that ever reached G over the median of D's.

    A generator that learns has a two-hundredth or more where D wins.
    """
    own, other = (
        history.column(f"gradient/{player}").known.values
        for player in ("generator", "discriminator")
    )
    if len(own) < MIN_TICKS or len(own) != len(other):
        return math.nan
    return ratio(float(own.max()), float(np.median(other)))
