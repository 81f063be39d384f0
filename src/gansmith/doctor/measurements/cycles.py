"""Whether scores and the distance to the data go up and down, or rest."""

import math

import numpy as np

from gansmith.doctor.history import History, Values, median
from gansmith.doctor.measurements.measurement import measured
from gansmith.doctor.measurements.progress import distance_curve
from gansmith.doctor.periodicity import periodicity, swings

CURVES = ("scores/fake/mean", "scores/real/mean", "loss/generator")
SWING_FACTOR = 1.5  # between a high and a low of the distance that count as turns


@measured(unit="share of the variance", healthy=(None, 0.5))
def periodic_share(history: History) -> float:
    """Share of the variance of scores or G's loss at one period, in the last three quarters.

    The largest of the mean scores of both sides and the generator's loss; NaN: none is periodic.
    """
    found = (periodicity(late_curve(history, name)) for name in CURVES)
    return max((seen.share for seen in found if seen), default=math.nan)


def late_curve(history: History, name: str) -> Values:
    """Return a curve without the first quarter of the run."""
    curve = history.column(name).known
    return curve.values[curve.kimg >= history.kimg / 4]


def distance_turns(history: History) -> list[float]:
    """Return the factors by which the distance to the data turned, without the first exams."""
    values = settled_distances(history)
    return swings(values, SWING_FACTOR) if len(values) else []


def settled_distances(history: History) -> Values:
    """Return the distance to the data without the first fifth of the exams."""
    values = distance_curve(history).values
    return values[len(values) // 5 :]


@measured(unit="factor", healthy=(None, 1.75))
def distance_swing(history: History) -> float:
    """Typical factor between a high and a low of the distance to the data; NaN: no turns."""
    return median(np.array(distance_turns(history)))
