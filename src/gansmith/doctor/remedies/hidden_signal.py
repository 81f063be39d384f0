"""What to try where the way back reads a hidden code."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import recipes, remedies


@remedies.add
def hidden_signal(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> list[Prescription]:
    """Ask less of the way back; let both ways keep what is of the other kind already.

    Reference: Chu et al. 2017, arXiv:1712.02950.
    """
    reference = "Chu et al. 2017, arXiv:1712.02950"
    terms = recipes.parts(recipe, "terms")
    weight = terms.get("cycle", {}).get("weight", 10.0)
    less = {"terms.cycle.weight": float(f"{weight / 4:.2g}")}
    because = "a way back that must be perfect has the translation carry what it does not show"
    return recipes.only_useful(
        Prescription(because, less, reference, expects=("hidden_signal",)),
    )
