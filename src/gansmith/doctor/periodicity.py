"""Whether a curve oscillates: a peak of its spectrum against red noise, and returning swings."""

import math
from typing import NamedTuple

import numpy as np

from gansmith.doctor.history import Values

MIN_POINTS = 32  # in which a period can be told from noise
MIN_PERIODS = 3  # fewer may be a trend
MAX_FREQUENCY = 0.45  # periods a point; two points a period may come from the sampling


class Periodicity(NamedTuple):
    """The strongest period of a curve.

    Args:
        period: in points.
        share: of the curve's variance that lies at this period.
        p_value: chance of so high a peak in red noise of the same persistence.
        swing: from its lowest to its highest, in units of the curve.
    """

    period: float
    share: float
    p_value: float
    swing: float


def periodicity(values: Values) -> Periodicity | None:
    """Return the strongest period that fits three times; None in too short or flat a curve.

    The spectrum is held against that of a first-order autoregression with the curve's own
    persistence, so that slow wandering is no period.

    Reference: Torrence and Compo 1998, Bulletin of the American Meteorological Society 79.
    """
    count = len(values)
    if count < MIN_POINTS or not np.isfinite(values).all():
        return None
    place = np.linspace(-1, 1, count)
    level = values - np.polyval(np.polyfit(place, values, 2), place)
    power = float(level @ level)
    if power <= 1e-24 * max(1.0, float(np.abs(values).max()) ** 2):
        return None
    spectrum = np.abs(np.fft.rfft(level * np.hanning(count))) ** 2
    frequency = np.fft.rfftfreq(count)
    kept = np.arange(MIN_PERIODS, int(MAX_FREQUENCY * count) + 1)
    total = spectrum[1:].sum()
    persistence = min(max(float(level[1:] @ level[:-1]) / power, 0.0), 0.99)
    noise = 1 / (1 - 2 * persistence * np.cos(2 * np.pi * frequency) + persistence**2)
    noise *= total / noise[1:].sum()
    ratio = spectrum[kept] / noise[kept]
    peak = int(kept[np.argmax(ratio)])
    around = spectrum[max(1, peak - 2) : peak + 3].sum()
    share = float(around / total)
    p_value = -math.expm1(len(kept) * math.log1p(-math.exp(-min(float(ratio.max()), 700.0))))
    swing = 2 * math.sqrt(2 * share * power / count)
    return Periodicity(count / peak, share, p_value, swing)


def swings(values: Values, factor: float) -> list[float]:
    """Return the ratios of successive turning points of positive values, ``factor`` or more apart.

    A move that does not come back by ``factor`` is part of the one before, so noise makes none.
    """
    turns: list[float] = []
    if len(values) < 3:
        return turns
    logs, step = np.log(values), math.log(factor)
    low = high = start = float(logs[0])
    rising: bool | None = None
    for value in map(float, logs[1:]):
        low, high = min(low, value), max(high, value)
        if rising is not True and value - low >= step:
            turns += [] if rising is None else [math.exp(start - low)]
            start, high, rising = low, value, True
        elif rising is not False and high - value >= step:
            turns += [] if rising is None else [math.exp(high - start)]
            start, low, rising = high, value, False
    return turns
