"""What to try when a run ended while it was still getting better."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import recipes, remedies, usual

ENOUGH = 3.0  # sum of steps, each as a share of the weights, after which a net is another


@remedies.add
def undertrained(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> list[Prescription]:
    """Larger steps where they are far smaller than usual; or train on.

    Reference: Kaplan et al. 2020, arXiv:2001.08361.
    """
    return recipes.only_useful(_faster(recipe), _longer(diagnosis, recipe))


def _faster(recipe: Mapping[str, Any]) -> Prescription:
    rate = usual.usual_rate(recipe)
    slow = [p for p in recipes.PLAYERS if usual.rate_of(recipe, p) < rate / usual.FAR]
    because = "steps this small do not get far in as many as the run has"
    changes = {f"optimizers.{player}.lr": rate for player in slow}
    reference, expects = "Heusel et al. 2017, arXiv:1706.08500", ("weight_change",)
    return Prescription(because, changes, reference, expects=expects)


def _longer(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> Prescription:
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
    return Prescription(because, longer or {"length.kimg": 1000})
