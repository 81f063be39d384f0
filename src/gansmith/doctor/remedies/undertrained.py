"""What to try when a run ended while it was still getting better."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import recipes, remedies

ENOUGH = 3.0  # sum of steps, each as a share of the weights, after which a net is another


@remedies.add
def undertrained(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> list[Prescription]:
    """Train on.

    Reference: Kaplan et al. 2020, arXiv:2001.08361.
    """
    gone = next((e.observed for e in diagnosis.evidence if e.signal == "update/generator"), None)
    times = 2 if gone is None else min(max(round(ENOUGH / max(gone, 1e-9)), 2), 20)
    because = "the distance was still falling: resume the run with twice the length"
    if gone is not None:
        because = f"training had just begun: resume the run with {times} times the length"
    length = recipes.section(recipe, "length")
    longer = {
        f"length.{unit}": times * value
        for unit, value in length.items()
        if unit in ("kimg", "budget") and isinstance(value, int | float)
    }
    return [Prescription(because, longer or {"length.kimg": 1000})]
