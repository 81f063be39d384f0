"""What to try where translations lie farther from the target than their inputs."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import recipes, remedies


@remedies.add
def worse_than_input(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> list[Prescription]:
    """Begin with the input and add to it; slow the discriminator down.

    Reference: Zhang et al. 2016, arXiv:1608.03981.
    """
    reference = "Zhang et al. 2016, arXiv:1608.03981"
    condition = recipes.section(recipe, "condition")
    kept = condition.get("corruption") in ("grey", "lightness") or condition.get("residual")
    fits = condition.get("name") == "image" and not kept
    adds = {"condition.residual": True} if fits else {}
    because = "a generator that adds to its input begins there, and changes what it must"
    slower = "a slower discriminator rewards fewer textures that are not there"
    expects = ("distance_over_inputs",)
    rate = recipes.rate(recipe, "discriminator", 0.5)
    return recipes.only_useful(
        Prescription(slower, rate, "Heusel et al. 2017, arXiv:1706.08500", expects=expects),
        Prescription(because, adds, reference, expects=expects),
    )
