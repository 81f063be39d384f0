"""What to try against divergence."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import recipes, remedies, usual

EXPECTS = ("largest_step", "loss_growth")


@remedies.add
def divergence(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> list[Prescription]:
    """Smaller steps, a bounded slope of D, bf16; all from weights that were still sound.

    Reference: Mescheder et al. 2018, arXiv:1801.04406.
    """
    return recipes.only_useful(
        _steps(recipe),
        _steeper(recipe),
        _slope(recipe),
        _precision(recipe),
        usual.restored(recipe, start="best"),
        usual.restored(recipe, start="untrained"),
        usual.anew(recipe),
    )


def _steps(recipe: Mapping[str, Any]) -> Prescription:
    """The usual rates where they are far above them, or else half of them."""
    most = usual.usual_rate(recipe)
    changes = {}
    for player in recipes.PLAYERS:
        if usual.rate_of(recipe, player) > most:
            changes[f"optimizers.{player}.lr"] = most
    for player in recipes.PLAYERS if not changes else ():
        changes |= recipes.rate(recipe, player, 0.5)
    because = "smaller steps: the two players overshoot each other when they move too far at once"
    reference = "Heusel et al. 2017, arXiv:1706.08500"
    return Prescription(because, changes, reference, start="best", expects=EXPECTS)


def _steeper(recipe: Mapping[str, Any]) -> Prescription:
    because = "a steeper penalty on the discriminator's slope damps the growth"
    reference = "Mescheder et al. 2018, arXiv:1801.04406"
    changes = recipes.scaled(recipe, 4.0)
    return Prescription(because, changes, reference, start="best", expects=EXPECTS)


def _slope(recipe: Mapping[str, Any]) -> Prescription:
    if recipes.loss(recipe) == "wasserstein" and not recipes.has(recipe, "gradient_penalty"):
        return Prescription(
            "a Wasserstein critic needs its slope held near 1, or its scores grow without end",
            {"terms.gradient_penalty.weight": 10.0},
            "Gulrajani et al. 2017, arXiv:1704.00028",
            start="best",
            expects=EXPECTS,
        )
    because = (
        "nothing keeps the discriminator's slope in bounds: R1 makes the game converge locally"
    )
    changes = {} if usual.is_penalised(recipe) else recipes.strengthen(recipe)
    reference = "Mescheder et al. 2018, arXiv:1801.04406"
    return Prescription(because, changes, reference, start="best", expects=EXPECTS)


def _precision(recipe: Mapping[str, Any]) -> Prescription:
    half = recipes.section(recipe, "runtime").get("precision") == "fp16"
    because = "fp16 ends at 65,504; bf16 has the range of float32 at the same speed"
    return Prescription(because, {"runtime.precision": "bf16"} if half else {}, start="best")
