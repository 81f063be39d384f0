"""What to try when the loss itself is the trouble."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import recipes, remedies


@remedies.add
def unsuitable_loss(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> list[Prescription]:
    """Take a loss that does not die, or bound D's slope.

    Reference: Goodfellow et al. 2014, arXiv:1406.2661; Gulrajani et al. 2017, arXiv:1704.00028.
    """
    unbounded = any("nothing bounds" in item.says for item in diagnosis.evidence)
    return recipes.only_useful(_bound(unbounded), _alive(unbounded))


def _bound(unbounded: bool) -> Prescription:
    because = "a Wasserstein critic needs its slope held near 1, or its scores grow without end"
    changes = {"terms.gradient_penalty.weight": 10.0} if unbounded else {}
    return Prescription(because, changes, "Gulrajani et al. 2017, arXiv:1704.00028")


def _alive(unbounded: bool) -> Prescription:
    because = "non_saturating has the same goal and a gradient at every score"
    reference = "Goodfellow et al. 2014, arXiv:1406.2661"
    if unbounded:
        because = "a loss that is content with a margin stops the scores from growing"
        return Prescription(because, {"loss.name": "hinge"}, "Lim and Ye 2017, arXiv:1705.02894")
    return Prescription(because, {"loss.name": "non_saturating"}, reference)
