"""What to try against each failure, first things first: one pure function a failure.

Knobs come first, then what needs a rebuilt loss, term or optimizer, then other networks or a start
from untrained weights. Where measurements say otherwise, the file of the failure says so.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Expectation, HealthyRange, Prescription
from gansmith.doctor.history import History
from gansmith.facts import NoFacts
from gansmith.registry import Registry, measurements

remedies = Registry("remedy", "gansmith.doctor.remedies", NoFacts, context=("diagnosis", "recipe"))

WITHIN = 0.25  # of the training so far that a treatment may take to show
LEAST = 1 / 3  # of the way back to health that a measurement should go at least
LEAST_FALL = 0.1  # of the remaining distance, where that is healthy already
DISTANCE = "remaining_distance"  # what every treatment should shrink, whatever it is against


def prescribe(
    diagnosis: Diagnosis,
    recipe: Mapping[str, Any],
    kimg: float = 0.0,
    history: History | None = None,
) -> tuple[Prescription, ...]:
    """Return what to try against a diagnosis in a run of this recipe; empty if nothing is known.

    Args:
        diagnosis: whose first evidence outside its healthy range is what must improve, where no
            measurement that a remedy names is known.
        recipe: of the run.
        kimg: thousands of real samples that it has seen.
        history: of the run, to read measurements from.
    """
    if diagnosis.failure not in remedies.names():
        return ()
    read = with_kind(recipe, history)
    found = remedies.build(diagnosis.failure, diagnosis=diagnosis, recipe=read)
    shown = _shown(diagnosis, kimg)
    return tuple(
        replace(one, expectation=measured(one, history, kimg) or one.expectation or shown)
        for one in found
    )


def with_kind(recipe: Mapping[str, Any], history: History | None) -> Mapping[str, Any]:
    """Return a recipe that says what a sample is, as the run remembers it."""
    data = recipe.get("data")
    if history is None or not isinstance(data, Mapping):
        return recipe
    return {**recipe, "data": {**data, "kind": history.kind.name}}


def reading(history: History, name: str) -> float:
    """Return what a measurement says of a history; NaN where it does not tell."""
    try:
        return float(measurements.get(name).builder(history))
    except (ValueError, ZeroDivisionError, IndexError):  # too short a history for it
        return math.nan


def measured(one: Prescription, history: History | None, kimg: float) -> Expectation | None:
    """Return what the first measurement that is known, and ill, should do."""
    if history is None or not one.changes:
        return None
    for name in (*one.expects, DISTANCE):
        value = reading(history, name)
        limit = _limit(value, measurements.get(name).facts.healthy)
        if limit is not None:
            by, up = LEAST * abs(limit - value), value < limit
            return Expectation(name, "up" if up else "down", limit, by, WITHIN * kimg)
        if name == DISTANCE and value > 0:
            by = LEAST_FALL * value
            return Expectation(name, "down", value - by, by, WITHIN * kimg)
    return None


def _limit(value: float, healthy: HealthyRange) -> float | None:
    """Return the end of the healthy range that a value is beyond; None: it is healthy."""
    low, high = healthy
    if low is not None and value < low:
        return low
    return high if high is not None and value > high else None


def _shown(diagnosis: Diagnosis, kimg: float) -> Expectation | None:
    """Return what a treatment should do: bring the signal that tells most back to health."""
    for item in diagnosis.evidence:
        if not math.isfinite(item.observed):
            continue
        limit = _limit(item.observed, item.healthy)
        if limit is not None:
            by, up = abs(limit - item.observed), item.observed < limit
            return Expectation(item.signal, "up" if up else "down", limit, by, WITHIN * kimg)
    return None
