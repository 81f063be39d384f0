"""What to try against divergence."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import recipes, remedies


@remedies.add
def divergence(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> list[Prescription]:
    """Keep D's slope in bounds, halve the steps, and leave half precision.

    Reference: Mescheder et al. 2018, arXiv:1801.04406.
    """
    slower = {k: v for p in recipes.PLAYERS for k, v in recipes.rate(recipe, p, 0.5).items()}
    return recipes.only_useful(_slope(recipe), _steps(slower), _precision(recipe))


def _slope(recipe: Mapping[str, Any]) -> Prescription:
    if recipes.loss(recipe) == "wasserstein" and not recipes.has(recipe, "gradient_penalty"):
        return Prescription(
            "a Wasserstein critic needs its slope held near 1, or its scores grow without end",
            {"terms.gradient_penalty.weight": 10.0},
            "Gulrajani et al. 2017, arXiv:1704.00028",
        )
    because = (
        "a steeper penalty on the discriminator's slope damps the growth"
        if recipes.is_smooth(recipe)
        else "nothing keeps the discriminator's slope in bounds: R1 makes the game converge locally"
    )
    reference = "Mescheder et al. 2018, arXiv:1801.04406"
    return Prescription(because, recipes.strengthen(recipe), reference)


def _steps(changes: Mapping[str, float]) -> Prescription:
    because = "smaller steps: the two players overshoot each other when they move too far at once"
    return Prescription(because, changes, "Heusel et al. 2017, arXiv:1706.08500")


def _precision(recipe: Mapping[str, Any]) -> Prescription:
    half = recipes.section(recipe, "runtime").get("precision") == "fp16"
    because = "fp16 ends at 65,504; bf16 has the range of float32 at the same speed"
    return Prescription(because, {"runtime.precision": "bf16"} if half else {})
