"""What to try when a run ended while it was still getting better."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import recipes, remedies


@remedies.add
def undertrained(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> list[Prescription]:
    """Train on.

    Reference: Kaplan et al. 2020, arXiv:2001.08361.
    """
    because = "the distance was still falling: resume the run with twice the length"
    length = recipes.section(recipe, "length")
    longer = {
        f"length.{unit}": 2 * value
        for unit, value in length.items()
        if unit in ("kimg", "budget") and isinstance(value, int | float)
    }
    return [Prescription(because, longer or {"length.kimg": 1000})]
