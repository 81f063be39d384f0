"""Oscillation: the players chase each other in circles instead of settling."""

from typing import NamedTuple

import numpy as np

from gansmith.doctor.evidence import Diagnosis, Evidence, Sign
from gansmith.doctor.history import History, Values, median
from gansmith.doctor.measurements.cycles import (
    CURVES,
    SWING_FACTOR,
    distance_swing,
    distance_turns,
    late_curve,
    periodic_share,
    settled_distances,
)
from gansmith.doctor.measurements.fidelity import floor, usual_coverage
from gansmith.doctor.measurements.progress import improves, remaining_distance
from gansmith.doctor.periodicity import MIN_POINTS, periodicity, swings
from gansmith.doctor.statistics import confidence, second_half, together
from gansmith.registry import detectors

MIN_TURNS = 4  # highs and lows: two whole periods
MAX_SWING_OF_MANY_TURNS = 1.6  # factor between a high and a low of twice as many turns
MAX_P_VALUE = 0.001  # of a spectral peak in red noise
MAX_P_VALUE_OF_A_SECOND_CURVE = 0.02  # products of periodic sides are periodic in other shapes
MAX_WIDTH_OF_A_DAMPED_OSCILLATION = 0.8  # of the scores' last third over the third before
MIN_REMAINING_DISTANCE = 0.25  # below it the run works
MIN_REMAINING_DISTANCE_WITHOUT_PROGRESS = 0.95
MIN_DISTANCE_OVER_FLOOR = 10.0


@detectors.add
def oscillation(history: History) -> Diagnosis | None:
    """The scores oscillate at a steady period, or the distance swings up and down by factors.

    A period must stand out of red noise, carry most of the curve's variance, and swing by more than
    the spread of scores within a batch. A distance counts as swinging when it turned four times by
    a factor, far above the noise floor. A run that gets better all the same is left alone.

    Reference: Mescheder et al. 2018, arXiv:1801.04406; Daskalakis et al. 2017, arXiv:1711.00141.
    """
    found = [sign for sign in (_periodic(history), _swinging(history)) if sign]
    remaining = remaining_distance(history)
    if not found or remaining < MIN_REMAINING_DISTANCE:
        return None
    if _settles(history) and not remaining > MIN_REMAINING_DISTANCE_WITHOUT_PROGRESS:
        return None
    return Diagnosis.of_signs("oscillation", found, together, began=history.kimg / 4)


def _settles(history: History) -> bool:
    """Whether the distance falls, and the scores do not swing as widely as they did before.

    A few exams of a game that oscillates may chance to lie on a slope.
    """
    if not improves(history):
        return False
    curve = history.column(CURVES[0]).known.values
    third = len(curve) // 3
    if third < MIN_POINTS // 2 or _periodic(history) is None:
        return True
    before, after = (float(np.ptp(part)) for part in (curve[third : 2 * third], curve[-third:]))
    return after < MAX_WIDTH_OF_A_DAMPED_OSCILLATION * before


class Oscillation(NamedTuple):
    """A curve that oscillates; the clearest is the largest of several.

    Args:
        clear: whether its spectral peak has next to no chance in red noise.
        share: of its variance at that period.
        name: of the curve.
        kimg: of one period.
        width: of the swing, over the noise of the curve.
    """

    clear: bool
    share: float
    name: str
    kimg: float
    width: float


def _periodic(history: History) -> Sign | None:
    """The clearest period of the scores over the last three quarters of the run."""
    found = [seen for name in CURVES if (seen := _oscillation_of(history, name))]
    if len(found) < 2 or not any(seen.clear for seen in found):
        return None
    clearest = max(found)
    says = (
        f"{clearest.name} oscillates with a period of {clearest.kimg:.3g} kimg:"
        f" {clearest.share:.0%} of its variance lies at that period, and it swings"
        f" {clearest.width:.1f} times as wide as the scores of one batch"
    )
    evidence = periodic_share.at_most(clearest.name, clearest.share, says)
    return Sign(confidence(clearest.share, periodic_share.high, 0.85), evidence)


def _oscillation_of(history: History, name: str) -> Oscillation | None:
    values = late_curve(history, name)
    seen, noise = periodicity(values), _noise(history, name, values)
    if not seen or seen.p_value >= MAX_P_VALUE_OF_A_SECOND_CURVE or not seen.swing > noise:
        return None
    times = history.column(name).known.kimg
    length = times[-1] - times[times >= history.kimg / 4][0]
    period = seen.period * length / max(len(values) - 1, 1)
    return Oscillation(seen.p_value < MAX_P_VALUE, seen.share, name, period, seen.swing / noise)


def _noise(history: History, name: str, values: Values) -> float:
    """How wide a swing is noise: the spread of scores in a batch, or the level of a loss."""
    if name.startswith("scores/"):
        return max(history.recent(name.replace("/mean", "/std"), 0.75), 1e-12)
    return max(abs(median(values)), 1e-12)


def _swinging(history: History) -> Sign | None:
    """The distance to the data turned by factors, again and again, far from the data."""
    turns = distance_turns(history)
    if len(turns) < MIN_TURNS or not _swings_far_away(history):
        return None
    typical = distance_swing(history)
    says = (
        f"the distance to the data turned {len(turns)} times, by a factor of {typical:.1f}"
        " typically, far above that of reals against reals"
    )
    many = len(turns) >= 2 * MIN_TURNS
    limit = MAX_SWING_OF_MANY_TURNS if many else distance_swing.high
    evidence = Evidence("metrics/frechet_distance", typical, (None, limit), says)
    return Sign(confidence(typical, limit, 2 * limit), evidence)


def _swings_far_away(history: History) -> bool:
    """Whether it swings to the end, above the noise floor, with most of the data not covered.

    The two moments of small nets that cover the data jump, and that is no oscillation.
    """
    values, reals = settled_distances(history), floor(history, "frechet_distance")
    far = float(values.min()) > MIN_DISTANCE_OVER_FLOOR * reals
    lasts = len(swings(second_half(values), SWING_FACTOR)) > 0
    return far and lasts and not usual_coverage(history) > usual_coverage.low
