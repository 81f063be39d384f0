"""Whether a treatment did what was expected of it; pure functions of histories."""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gansmith.doctor.evidence import Prescription
from gansmith.doctor.history import TICKS, History, Values
from gansmith.doctor.measurements.progress import distance_curve
from gansmith.doctor.remedies import reading
from gansmith.training.autopilot.treatment import Treatment, key_of, known

EXAMS = 2  # that a treatment must have had before it is judged
WORSE = 1.1  # times the distance before, from which the run has lost by it
NEARER = 0.85  # of the farthest in a segment, below which it is on its way
MUCH_BETTER = 0.8  # of the distance before, below which it has gained, whatever was expected


@dataclass(frozen=True)
class Judgement:
    """What came of a treatment.

    Args:
        kept: whether it stays.
        worse: whether the run is farther from the data than before.
        says: why, in words.
        after: the measurement now.
        distance: to the data now.
    """

    kept: bool
    worse: bool
    says: str
    after: float
    distance: float


def trained(history: History) -> History:
    """Return a history without the exam of untrained weights."""
    kept = [row for row in history.metrics if row.get("step") != 0]
    return replace(history, metrics=kept, _columns={})


def distances(history: History) -> Values:
    """Return the distance to the data at each exam of trained weights.

    Of vectors, two moments and what is covered count alike: either alone can stand still while the
    other says that the run comes nearer.
    """
    count = len(trained(history).metrics)
    curve, moments = distance_curve(history).known, history.column("metrics/frechet_distance").known
    if len(curve.values) != len(moments.values):
        return curve.values[-count:] if count else curve.values[:0]
    both = np.sqrt(curve.values * np.maximum(moments.values, 0.0))
    return np.asarray(both[-count:] if count else both[:0])


def distance(history: History) -> float:
    """Return the distance to the data, the mean of the newest two exams; NaN: not known."""
    newest = distances(history)[-EXAMS:]
    return float(newest.mean()) if len(newest) else math.nan


def may_be_judged(history: History) -> bool:
    """Say whether a segment has exams and ticks enough to be judged by."""
    return len(trained(history).metrics) >= EXAMS and history.ticks >= TICKS


def judge(treatment: Treatment, history: History, found: bool, failing: bool = False) -> Judgement:
    """Judge a treatment by what was expected, and by the distance to the data.

    Args:
        treatment: the one under way.
        history: of its segment.
        found: whether the doctor still finds the failure.
        failing: training cannot go on with it.
    """
    if failing:
        return Judgement(False, True, "training cannot go on with it", math.nan, math.nan)
    now, expected = distance(history), treatment.expected
    before = math.nan if treatment.distance is None else treatment.distance
    worse, much_better = now > WORSE * before, now < MUCH_BETTER * before
    after = reading(history, expected.signal) if expected else math.nan
    value = math.nan if treatment.before is None else treatment.before
    met = expected.is_met(value, after) if expected else not found
    kept = much_better or (met and not worse)
    return Judgement(kept, worse, _says(treatment, after, now, met), after, now)


def _says(treatment: Treatment, after: float, now: float, met: bool) -> str:
    expected, told = treatment.expected, []
    if expected and treatment.before is not None and math.isfinite(after):
        name = expected.signal.replace("_", " ")
        told.append(f"{name} went from {treatment.before:.3g} to {after:.3g}")
        told[-1] += ", as expected" if met else f", expected was {expected.direction}"
        told[-1] += "" if met else f" by {expected.by:.2g} at least"
    if treatment.distance is not None and math.isfinite(now):
        told.append(f"the distance to the data from {treatment.distance:.4g} to {now:.4g}")
    return "; ".join(told) or ("the failure is gone" if met else "the failure is still found")


def measured_before(treatment: Treatment, history: History) -> Treatment:
    """Return a treatment with what is measured before it begins."""
    expected = treatment.expected
    value = reading(history, expected.signal) if expected else math.nan
    return replace(treatment, before=known(value), distance=known(distance(history)))


def planned(prescription: Prescription, history: History) -> dict[str, Any]:
    """Return what else to try as plain values, with what is measured before any of it begins."""
    expected = prescription.expectation
    value = reading(history, expected.signal) if expected else math.nan
    return {**prescription.as_dict(), "before": known(value)}


def comes_nearer(history: History) -> bool:
    """Say whether a segment is on its way: well below the farthest that it has been."""
    values = distances(history)
    return len(values) > EXAMS and bool(distance(history) < NEARER * values.max())


def as_before(treatment: Treatment, undone: Treatment) -> Treatment:
    """Return a treatment that begins where an undone one began, with what was measured there."""
    others = {key_of(one["changes"], one.get("start", "here")): one for one in undone.others}
    before = others.get(treatment.key, {}).get("before")
    return replace(treatment, before=before, distance=undone.distance, at=undone.at)
