"""How far a run has come, and how well D tells real from fake, in numbers without a unit."""

import math

import numpy as np

from gansmith.doctor.history import EMPTY, History, Series

YOUNG = 0.02  # an exam within this share of the run shows the untrained generator


def untrained(history: History, name: str) -> float:
    """Return a metric of the untrained generator; NaN if no exam was that early."""
    series = history.column(f"metrics/{name}").known
    early = series and series.kimg[0] <= YOUNG * history.kimg
    return float(series.values[0]) if early else math.nan


def way_left(history: History, exams: int = 2) -> float:
    """Return the share of the way from untrained to real that is left: 1 nothing done, 0 real.

    The Frechet distance falls by orders of magnitude, so its way is logarithmic; coverage is a
    share already. The smaller of the two counts; NaN where neither was measured with its floor.
    """
    now = history.recent("metrics/frechet_distance", 0.0, exams)
    start, floor = untrained(history, "frechet_distance"), history.recent("floor/frechet_distance")
    ways = []
    if min(now, start, floor) > 0 and start > floor:
        ways.append(math.log(now / floor) / math.log(start / floor))
    reach = history.recent("floor/coverage")
    if reach > 0:
        ways.append(1.0 - history.recent("metrics/coverage", 0.0, exams) / reach)
    known = [way for way in ways if not math.isnan(way)]
    return min(max(min(known), 0.0), 1.0) if known else math.nan


def improves(history: History, least: float = 0.1) -> bool:
    """Say whether the Frechet distance fell by a share of ``least`` over the last half of exams."""
    values = history.column("metrics/frechet_distance").known.values
    if len(values) < 4 or not (values > 0).all():
        return False
    middle, end = np.median(values[len(values) // 2 - 1 : len(values) // 2 + 1]), values[-2:].mean()
    return bool(end < (1 - least) * middle)


def separation(history: History) -> Series:
    """Return the gap between real and fake scores in standard deviations (d'), tick by tick.

    It has no unit, so it reads alike for every loss: below 1 the two overlap, at 4 and above every
    pair is told apart, below 0 fakes score as more real than reals.
    """
    names = [f"scores/{side}/{what}" for what in ("mean", "std") for side in ("real", "fake")]
    columns = [history.column(name) for name in names]
    if len({len(column.kimg) for column in columns}) != 1 or not columns[0]:
        return EMPTY
    real, fake, real_std, fake_std = (column.values for column in columns)
    spread = np.sqrt((real_std**2 + fake_std**2) / 2)
    gap = np.divide(real - fake, spread, out=np.full(len(real), np.nan), where=spread > 0)
    return Series(columns[0].kimg, gap)
