"""What to try against checkerboards and noise in the fakes."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import recipes, remedies


@remedies.add
def artefacts(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> list[Prescription]:
    """Average the weights; take networks that resize and filter rather than stride.

    Reference: Odena et al. 2016, Distill; Karras et al. 2021, arXiv:2106.12423.
    """
    reference = "Odena et al. 2016, Distill; Karras et al. 2021, arXiv:2106.12423"
    because = (
        "strided transposed convolutions overlap unevenly; modern resizes with a filter instead"
    )
    other = recipes.section(recipe, "networks.generator").get("name") != "modern"
    changes = {"networks.generator": {"name": "modern"}} if other else {}
    average = "the average of the generator's weights is calmer than any single one"
    ema = {} if recipe.get("ema") else {"ema.half_life_kimg": 10.0}
    expects = ("checkerboard", "grain")
    return recipes.only_useful(
        Prescription(average, ema, "Karras et al. 2017, arXiv:1710.10196", expects=expects),
        Prescription(because, changes, reference, expects=expects),
    )
