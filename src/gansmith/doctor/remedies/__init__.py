"""What to try against each failure, first things first: one pure function a failure."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.facts import NoFacts
from gansmith.registry import Registry

remedies = Registry("remedy", "gansmith.doctor.remedies", NoFacts, context=("diagnosis", "recipe"))


def prescribe(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> tuple[Prescription, ...]:
    """Return what to try against a diagnosis in a run of this recipe; empty if nothing is known."""
    if diagnosis.failure not in remedies.names():
        return ()
    return tuple(remedies.build(diagnosis.failure, diagnosis=diagnosis, recipe=recipe))
