"""What to try against each failure, first things first: one pure function a failure."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Expectation, Prescription
from gansmith.facts import NoFacts
from gansmith.registry import Registry

remedies = Registry("remedy", "gansmith.doctor.remedies", NoFacts, context=("diagnosis", "recipe"))


WITHIN = 0.25  # of the training so far that a treatment may take to show


def prescribe(
    diagnosis: Diagnosis, recipe: Mapping[str, Any], kimg: float = 0.0
) -> tuple[Prescription, ...]:
    """Return what to try against a diagnosis in a run of this recipe; empty if nothing is known.

    Args:
        diagnosis: whose first evidence outside its healthy range is what must improve.
        recipe: of the run.
        kimg: thousands of real samples that it has seen.
    """
    if diagnosis.failure not in remedies.names():
        return ()
    found = remedies.build(diagnosis.failure, diagnosis=diagnosis, recipe=recipe)
    expected = _expected(diagnosis, kimg)
    return tuple(replace(one, expectation=one.expectation or expected) for one in found)


def _expected(diagnosis: Diagnosis, kimg: float) -> Expectation | None:
    """Return what a treatment should do: bring the signal that tells most back to health."""
    for item in diagnosis.evidence:
        low, high = item.healthy
        if item.is_healthy or not math.isfinite(item.observed):
            continue
        limit = low if low is not None and item.observed < low else high
        if limit is not None:
            by, up = abs(limit - item.observed), item.observed < limit
            return Expectation(item.signal, "up" if up else "down", limit, by, WITHIN * kimg)
    return None
