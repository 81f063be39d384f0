"""What to try when the loss itself is the trouble."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import recipes, remedies, usual

SLOPE = ("critic_slope",)  # what a bounded critic has; other losses are judged by the distance


@remedies.add
def unsuitable_loss(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> list[Prescription]:
    """Bound D's slope, or take a loss that does not die.

    Reference: Goodfellow et al. 2014, arXiv:1406.2661; Gulrajani et al. 2017, arXiv:1704.00028.
    """
    unbounded = any("nothing bounds" in item.says for item in diagnosis.evidence)
    return recipes.only_useful(
        usual.restored(recipe),
        _bound(unbounded),
        _alive(recipe, unbounded),
        usual.restored(recipe, start="untrained"),
        usual.anew(recipe),
    )


def _bound(unbounded: bool) -> Prescription:
    because = "a Wasserstein critic needs its slope held near 1, or its scores grow without end"
    changes = {"terms.gradient_penalty.weight": 10.0} if unbounded else {}
    return Prescription(because, changes, "Gulrajani et al. 2017, arXiv:1704.00028", expects=SLOPE)


def _alive(recipe: Mapping[str, Any], unbounded: bool) -> Prescription:
    """A loss of the same goal, with a penalty where there is none: alone it leaves D a step."""
    added = {} if usual.is_penalised(recipe) else {"terms.r1.gamma": usual.usual_slope(recipe)}
    if unbounded:
        because = "a loss that is content with a margin stops the scores from growing"
        reference = "Lim and Ye 2017, arXiv:1705.02894"
        return Prescription(because, {"loss.name": "hinge", **added}, reference)
    because = "non_saturating has the same goal and a gradient at every score"
    changes = {"loss.name": "non_saturating", **added}
    return Prescription(because, changes, "Goodfellow et al. 2014, arXiv:1406.2661")
