"""Whether a curve goes round: a peak of its spectrum against red noise, and returning swings."""

import math
from typing import NamedTuple

import numpy as np

from gansmith.doctor.history import Values

LEAST = 32  # points in which a rhythm can be told from noise
CYCLES = 3  # fewer turns may be a trend
FASTEST = 0.45  # turns a point; two points a turn may be the beat of the sampling


class Rhythm(NamedTuple):
    """The strongest rhythm of a curve.

    Args:
        period: in points.
        share: of the curve's variance that lies at this period.
        chance: of so high a peak in red noise of the same persistence.
        swing: from its lowest to its highest, in units of the curve.
    """

    period: float
    share: float
    chance: float
    swing: float


def rhythm(values: Values) -> Rhythm | None:
    """Return the strongest rhythm with three turns or more; None in too short or flat a curve.

    The spectrum is held against that of a first-order autoregression with the curve's own
    persistence, so that slow wandering is no rhythm.

    Reference: Torrence and Compo 1998, Bulletin of the American Meteorological Society 79.
    """
    count = len(values)
    if count < LEAST or not np.isfinite(values).all():
        return None
    place = np.linspace(-1, 1, count)
    level = values - np.polyval(np.polyfit(place, values, 2), place)
    power = float(level @ level)
    if power <= 1e-24 * max(1.0, float(np.abs(values).max()) ** 2):
        return None
    spectrum = np.abs(np.fft.rfft(level * np.hanning(count))) ** 2
    frequency = np.fft.rfftfreq(count)
    kept = np.arange(CYCLES, int(FASTEST * count) + 1)
    total = spectrum[1:].sum()
    persistence = min(max(float(level[1:] @ level[:-1]) / power, 0.0), 0.99)
    noise = 1 / (1 - 2 * persistence * np.cos(2 * np.pi * frequency) + persistence**2)
    noise *= total / noise[1:].sum()
    ratio = spectrum[kept] / noise[kept]
    peak = int(kept[np.argmax(ratio)])
    around = spectrum[max(1, peak - 2) : peak + 3].sum()
    share = float(around / total)
    chance = -math.expm1(len(kept) * math.log1p(-math.exp(-min(float(ratio.max()), 700.0))))
    swing = 2 * math.sqrt(2 * share * power / count)
    return Rhythm(count / peak, share, chance, swing)


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
