"""Fine detail and fine patterns of images, against those of the reals."""

import math

from gansmith.doctor.history import History, Values, median
from gansmith.doctor.measurements.measurement import measured
from gansmith.doctor.statistics import middle_third

MIN_EXAMS = 4  # before which a generator has not yet found its textures
EXAMS = 3  # newest, in each of which a sign must be there
PROMINENCE = 17.0  # decibels over neighbouring patterns, at which a pattern counts in full
MAX_SHARE_OF_A_FADING_SIGN = 0.7  # of its newest values over those of the middle of the run
MIN_SHARE_OF_A_STEADY_SIGN = 0.95


@measured(unit="share of the reals' contrast", healthy=(None, 0.19))
def checkerboard(history: History) -> float:
    """Amplitude of a pattern of one pixel on, one off, less where its neighbours are as strong.

    The least of the newest three exams, at a prominence of 17 decibels in full; NaN: unknown.
    """
    amplitudes = history.column("metrics/checkerboard").known.values
    if len(amplitudes) < MIN_EXAMS or not history.column("metrics/checkerboard_excess").known:
        return math.nan
    weight = 10 ** ((checkerboard_prominence(history) - PROMINENCE) / 20)
    return least_of_the_newest(amplitudes) * weight


@measured(unit="decibels", healthy=(None, PROMINENCE))
def checkerboard_prominence(history: History) -> float:
    """How far the finest pattern stands above its neighbours in the spectrum."""
    known = history.column("metrics/checkerboard_excess").known.values
    return least_of_the_newest(known)


@measured(unit="times the reals' power", healthy=(0.5, 3.5))
def fine_detail(history: History) -> float:
    """Power above half the highest frequency over the reals', the least of the newest three exams.

    The limit is 2.5 where the untrained net had less.
    """
    return least_of_the_newest(history.column("metrics/high_frequency_ratio").known.values)


@measured(unit="share of the reals' contrast", healthy=(None, 0.25))
def grain(history: History) -> float:
    """Amplitude of fine detail, the least of the newest three exams; below it is hardly seen."""
    return least_of_the_newest(history.column("metrics/grain").known.values)


def least_of_the_newest(values: Values) -> float:
    """Return the least of the newest three values; NaN of none."""
    return float(values[-EXAMS:].min()) if len(values) else math.nan


def weakens(values: Values) -> bool:
    """Say whether the newest values lie a twentieth below those of the middle of the run."""
    return _newest_over_middle(values, MIN_SHARE_OF_A_STEADY_SIGN)


def fades(values: Values) -> bool:
    """Say whether the newest values lie well below those of the middle of the run."""
    return _newest_over_middle(values, MAX_SHARE_OF_A_FADING_SIGN)


def _newest_over_middle(values: Values, share: float) -> bool:
    return median(values[-EXAMS:]) < share * median(middle_third(values))
