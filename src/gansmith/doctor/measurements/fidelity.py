"""How good and how varied samples are, over the same number measured between reals.

All are medians of the newest three exams: one exam may fall into a passing dip.
"""

import math

from gansmith.doctor.history import History, median
from gansmith.doctor.measurements.measurement import measured
from gansmith.doctor.statistics import ratio, second_half

EXAMS = 3  # newest, whose median counts


def lately(history: History, name: str) -> float:
    """Return the median of a metric's newest three exams; NaN: not measured."""
    return median(history.column(f"metrics/{name}").known.values[-EXAMS:])


def floor(history: History, name: str, otherwise: float = math.nan) -> float:
    """Return a metric measured between reals, or ``otherwise`` where it was not."""
    known = history.recent(f"floor/{name}")
    return otherwise if math.isnan(known) else known


def over_reals(history: History, name: str) -> float:
    """Return a metric over its value between reals; NaN: not measured."""
    return ratio(lately(history, name), floor(history, name))


@measured(unit="share of the reals' own", healthy=(0.02, None))
def relative_precision(history: History) -> float:
    """Share of fakes that lie among the reals, over that of reals among other reals."""
    return over_reals(history, "precision")


@measured(unit="share of the reals' own", healthy=(0.25, None))
def relative_recall(history: History) -> float:
    """Share of reals that lie among the fakes, over that of reals among other reals."""
    return over_reals(history, "recall")


@measured(unit="share of the reals' own", healthy=(0.35, None))
def relative_coverage(history: History) -> float:
    """Share of reals with a fake near them, over that of reals with another real near them."""
    return over_reals(history, "coverage")


@measured(unit="share of the reals' own", healthy=(0.6, None))
def usual_coverage(history: History) -> float:
    """Coverage over the reals' own, the median of the second half of the exams."""
    late = second_half(history.column("metrics/coverage").known.values)
    return ratio(median(late), floor(history, "coverage"))


@measured(unit="share of the reals' own", healthy=(0.5, None))
def relative_diversity(history: History) -> float:
    """Mean feature distance between fakes, over that between reals."""
    return ratio(lately(history, "diversity_ratio"), floor(history, "diversity_ratio", 1.0))


@measured(unit="times the reals' own", healthy=(None, 5.0))
def distance_over_floor(history: History) -> float:
    """Frechet distance over that of one part of the reals to another."""
    return over_reals(history, "frechet_distance")


@measured(unit="share of the samples", healthy=(None, 0.2))
def excess_duplicates(history: History) -> float:
    """Share of fakes that are near-duplicates of another, less that among reals."""
    return lately(history, "duplicate_share") - floor(history, "duplicate_share", 0.0)


@measured(unit="share of the reals' own", healthy=(0.1, None))
def spacing(history: History) -> float:
    """Nearest over mean distance of fakes, over that of reals: near 0 where samples repeat."""
    return lately(history, "spacing_ratio")


@measured(unit="share of the data", healthy=(None, 0.28))
def missing_share(history: History) -> float:
    """Share of the data that lie where a tenth of the fakes due there are made, or fewer.

    The limit for vectors is 0.18.
    """
    return lately(history, "missing_share")
