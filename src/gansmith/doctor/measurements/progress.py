"""How much of the distance between the untrained generator and the data remains."""

import math

import numpy as np

from gansmith.doctor.evidence import Evidence
from gansmith.doctor.history import History, Series, Values
from gansmith.doctor.measurements.maturity import kimg_of_new_network
from gansmith.doctor.measurements.measurement import measured

UNTRAINED_SHARE = 0.02  # an exam within this share of the run shows the untrained generator
MAX_DIVERSITY_OF_FLAT_SAMPLES = 0.35  # of the reals' own
MAX_PEAK = 3.0  # times the untrained net's distance; beyond it an early exam is a passing spike
MIN_PEAK = 1.1  # the same, from which the early exams have a peak at all
LEARNED = 0.85  # remaining distance, by the best measure, below which G has learned something


def untrained_value(history: History, name: str) -> float:
    """Return a metric of the untrained generator; NaN if no exam was that early."""
    series = history.column(f"metrics/{name}").known
    early = series and series.kimg[0] <= UNTRAINED_SHARE * history.kimg
    return float(series.values[0]) if early else math.nan


@measured(unit="Frechet distance")
def initial_distance(history: History) -> float:
    """Frechet distance from which progress is counted; NaN if no exam was early enough.

    As a rule that of the untrained generator. Where its images are all alike, the worst of the
    early exams: flat grey lies nearer to the data than what a convolutional net makes in its first
    thousands of steps, and a run that has come down from there has made that progress. Early are
    exams of the first half, before the steps of the generator add up to three times its weights. A
    distance beyond three times the untrained net's is a spike, and counts no further.
    """
    start = untrained_value(history, "frechet_distance")
    varied = untrained_value(history, "diversity_ratio") > MAX_DIVERSITY_OF_FLAT_SAMPLES
    if are_vectors(history) or varied or not start > 0:
        return start
    series = history.column("metrics/frechet_distance").known
    early = series.kimg <= min(history.kimg / 2, kimg_of_new_network(history))
    return min(max(start, float(series.values[early].max(initial=0.0))), MAX_PEAK * start)


def fell_from_peak(history: History, share: float = 0.75) -> bool:
    """Say whether images lie below ``share`` of the worst early exam, which was no untrained net.

    The newest two exams on average. A generator that does so learns, whatever the untrained net's
    distance was.
    """
    start, peak = untrained_value(history, "frechet_distance"), initial_distance(history)
    now = history.recent("metrics/frechet_distance", 0.0, 2)
    return peak > MIN_PEAK * start and now < share * peak


@measured(unit="share", healthy=(None, 0.5))
def remaining_distance(history: History) -> float:
    """Share of the distance from the untrained generator to real data that remains.

    1: no progress; 0: as near as reals are to each other. The Frechet distance falls by orders of
    magnitude, so its share is logarithmic. Of images, the smaller of it and of the share not yet
    covered counts. Of vectors the larger: their features are themselves, and two moments are soon
    right of samples that are quite wrong; coverage, in three decades, shows it. NaN where neither
    was measured with its floor.
    """
    return remaining_since(history)


def remaining_since(history: History, exams: int = 2, start: float | None = None) -> float:
    """Return the remaining distance, by the median of the newest exams and from a given start.

    Args:
        history: of the run.
        exams: how many of the newest count.
        start: the distance from which progress is counted; absent: ``initial_distance``.
    """
    shares = _shares(history, exams, initial_distance(history) if start is None else start)
    return (max if are_vectors(history) else min)(shares, default=math.nan)


def remaining_evidence(remaining: float, most: float) -> Evidence:
    """Return the remaining distance as evidence; ``most`` is its highest healthy value."""
    says = f"{remaining:.0%} of the distance from the untrained generator to real data remains"
    return Evidence("metrics/frechet_distance", remaining, (None, most), says)


@measured(unit="share", healthy=(None, 0.75))
def least_remaining_distance(history: History) -> float:
    """Share of the distance that remains by the measure that made most progress; NaN: unknown."""
    shares = _shares(history, 2, initial_distance(history))
    start = untrained_value(history, "coverage")
    if are_vectors(history) and start > 0:  # a tight cluster covers a little by chance
        covered = history.recent("metrics/coverage", 0.0, 2)
        begun, now = _uncovered_decades(np.array([start, covered]) / _coverage_of_reals(history))
        shares = [*shares[:1], float(now / max(begun, 0.1))]
    return min(shares, default=math.nan)


def has_learned(history: History) -> bool:
    """Say whether a seventh of the distance is gone by any measure; True if none is known."""
    return not least_remaining_distance(history) >= LEARNED


def _shares(history: History, exams: int, start: float) -> list[float]:
    """What remains by distance and by coverage, as far as they are known."""
    now = history.recent("metrics/frechet_distance", 0.0, exams)
    floor = history.recent("floor/frechet_distance")
    far = math.nan
    if min(now, start, floor) > 0 and start > floor:
        far = math.log(now / floor) / math.log(start / floor)
    covered = history.recent("metrics/coverage", 0.0, exams) / _coverage_of_reals(history)
    uncovered = (
        float(_uncovered_decades(np.array([covered]))[0]) if are_vectors(history) else 1.0 - covered
    )
    return [min(max(share, 0.0), 1.0) for share in (far, uncovered) if not math.isnan(share)]


def are_vectors(history: History) -> bool:
    """Whether samples are vectors or sequences, which are their own features."""
    return history.kind.compares_raw


def distance_curve(history: History) -> Series:
    """Return the distance to the data at each exam: what should fall.

    Of images that is the Frechet distance. Of vectors it is the distance at which coverage would
    be where it is, if that is the larger, see ``remaining_distance``.
    """
    series = history.column("metrics/frechet_distance").known
    series = Series(*(column[series.values > 0] for column in series))
    start = untrained_value(history, "frechet_distance")
    floor = history.recent("floor/frechet_distance")
    covered, reach = history.column("metrics/coverage").known, _coverage_of_reals(history)
    known = are_vectors(history) and start > floor > 0 and reach > 0
    if not (known and series and np.array_equal(covered.kimg, series.kimg)):
        return series
    by_coverage = floor * (start / floor) ** _uncovered_decades(covered.values / reach)
    return Series(series.kimg, np.maximum(series.values, by_coverage))


def improves(history: History, least: float = 0.1) -> bool:
    """Say whether the distance fell by a share of ``least`` over the last half of the exams.

    A fall back to where the run had been before is none. The untrained net's own distance does not
    count: the first steps often lead away.
    """
    series = distance_curve(history)
    values = series.values
    if len(values) < 4:
        return False
    half = len(values) // 2
    middle, end = np.median(values[half - 1 : half + 1]), values[-2:].mean()
    before = values[:half][series.kimg[:half] > UNTRAINED_SHARE * history.kimg]
    return bool(end < (1 - least) * middle and end < 1.1 * before.min(initial=np.inf))


def _coverage_of_reals(history: History) -> float:
    reach = history.recent("floor/coverage")
    return reach if reach > 0 else math.nan


def _uncovered_decades(covered: Values) -> Values:
    """What remains by coverage: 0 for all that reals cover, 1 for a thousandth of it or less."""
    return np.asarray(np.clip(-np.log10(np.maximum(covered, 1e-3)) / 3, 0.0, 1.0))
