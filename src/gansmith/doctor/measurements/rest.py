"""Whether a run has come to rest far from the data."""

import math

import numpy as np

from gansmith.doctor.history import History, Series, median
from gansmith.doctor.measurements.balance import MIN_TICKS, mean_rank_accuracy
from gansmith.doctor.measurements.fidelity import floor
from gansmith.doctor.measurements.measurement import measured
from gansmith.doctor.measurements.progress import (
    UNTRAINED_SHARE,
    are_vectors,
    distance_curve,
    initial_distance,
)
from gansmith.doctor.statistics import ratio, second_half

MAX_DETAIL_OF_BLURRED_IMAGES = 0.3  # of the reals' power above half the highest frequency
MAX_LATE_RATE = 0.3  # of its peak, at which a learning rate has been brought down


@measured(unit="share of the reals' own", healthy=(0.5, None))
def best_late_precision(history: History) -> float:
    """Largest precision of the last third of the exams, over that of reals among other reals."""
    return best_late(history, "precision")


@measured(unit="share of the reals' own", healthy=(0.5, None))
def best_late_coverage(history: History) -> float:
    """Largest coverage of the last third of the exams, over that of reals near other reals."""
    return best_late(history, "coverage")


def best_late(history: History, name: str) -> float:
    """Return the best of a metric's last third of exams, over its value between reals."""
    values = history.column(f"metrics/{name}").known.values
    best = float(values[-max(1, len(values) // 3) :].max(initial=0.0))
    return ratio(best, floor(history, name))


def precision_rests(history: History) -> bool:
    """Say whether no more fakes lie among the data at the end than a third of the exams before."""
    values = history.column("metrics/precision").known.values
    third = len(values) // 3
    before, now = (values[-k * third :][:third] for k in (2, 1))
    return third >= 3 and median(now) < 1.05 * median(before)


def precision_never_changed(history: History) -> bool:
    """Say whether the share of fakes among the data was the same through nearly all of the run."""
    series = history.column("metrics/precision").known
    values = series.values[series.kimg > 0.2 * history.kimg]
    return len(values) >= 8 and float(values.max()) < 1.2 * float(values.min())


def lacks_detail(history: History) -> bool:
    """Say whether G never makes the detail by which D tells all fakes."""
    fine = history.column("metrics/high_frequency_ratio").known.values
    if are_vectors(history) or len(fine) < MIN_TICKS:
        return False
    blurred = float(second_half(fine).max()) < MAX_DETAIL_OF_BLURRED_IMAGES
    return blurred and mean_rank_accuracy(history) > mean_rank_accuracy.high


def comes_no_nearer(history: History) -> bool:
    """Say whether the last third of the exams is no nearer to the data than the first one was.

    Nor than the initial distance, whatever happened since.
    """
    series = distance_curve(history)
    values = series.values[series.kimg > UNTRAINED_SHARE * history.kimg]
    third, start = len(values) // 3, initial_distance(history)
    late = median(values[-third:]) if third >= 3 else 0.0
    return late > 0.9 * median(values[:third]) or late > start


def kimg_of_slowing(history: History) -> float:
    """Return when a schedule that brings G's learning rate near zero has halved it; or infinity."""
    rate = history.column("knob/optimizers.generator.lr").known
    if not rate or _late_rate(rate) > MAX_LATE_RATE * float(rate.values.max()):
        return math.inf
    fast = np.flatnonzero(rate.values > float(rate.values.max()) / 2)
    return float(rate.kimg[fast[-1]])


def _late_rate(rate: Series) -> float:
    return float(np.median(rate.values[-len(rate.values) // 4 :]))


def kimg_of_distance(history: History, limit: float) -> float:
    """Return the kimg from which the distance has been below a limit."""
    series = history.column("metrics/frechet_distance").known
    near = np.flatnonzero(series.values < limit)
    return float(series.kimg[near[0]]) if len(near) else history.kimg
