"""What to try when the players go round in circles."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import recipes, remedies, usual

EXPECTS = ("distance_swing", "periodic_share")


@remedies.add
def oscillation(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> list[Prescription]:
    """Damp the game: stronger penalties, smaller steps, no momentum.

    Reference: Mescheder et al. 2018, arXiv:1801.04406; Daskalakis et al. 2017, arXiv:1711.00141.
    """
    return recipes.only_useful(
        *usual.around_restored(recipe, (_steeper(recipe), _steps(recipe))),
        _momentum(recipe),
        _damping(recipe),
        usual.restored(recipe, start="untrained"),
        usual.anew(recipe),
    )


def _momentum(recipe: Mapping[str, Any]) -> Prescription:
    changes = {}
    for player in recipes.PLAYERS:
        betas = recipes.section(recipe, f"optimizers.{player}").get("betas")
        if isinstance(betas, list) and betas and betas[0] > 0:
            changes[f"optimizers.{player}.betas"] = [0.0, 0.99]
    because = "momentum pushes a player on after the other has turned"
    return Prescription(because, changes, "Gidel et al. 2018, arXiv:1807.04740", expects=EXPECTS)


def _steeper(recipe: Mapping[str, Any]) -> Prescription:
    because = "a steeper penalty on the discriminator's slope turns the circle into a spiral sooner"
    reference = "Mescheder et al. 2018, arXiv:1801.04406"
    return Prescription(because, recipes.scaled(recipe, 4.0), reference, expects=EXPECTS)


def _damping(recipe: Mapping[str, Any]) -> Prescription:
    because = "a penalty on the discriminator's slope turns the circle into a spiral inwards"
    changes = {} if usual.is_penalised(recipe) else recipes.strengthen(recipe)
    reference = "Mescheder et al. 2018, arXiv:1801.04406"
    return Prescription(because, changes, reference, expects=EXPECTS)


def _steps(recipe: Mapping[str, Any]) -> Prescription:
    slower = {k: v for p in recipes.PLAYERS for k, v in recipes.rate(recipe, p, 0.3).items()}
    because = "smaller steps overshoot less"
    reference = "Mescheder et al. 2018, arXiv:1801.04406"
    return Prescription(because, slower, reference, expects=EXPECTS)
