"""What to try when the players go round in circles."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import recipes, remedies


@remedies.add
def oscillation(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> list[Prescription]:
    """Damp the game: penalties on both sides, no momentum, smaller steps.

    Reference: Mescheder et al. 2018, arXiv:1801.04406; Daskalakis et al. 2017, arXiv:1711.00141.
    """
    return recipes.only_useful(_momentum(recipe), _damping(recipe), _steps(recipe))


def _momentum(recipe: Mapping[str, Any]) -> Prescription:
    changes = {}
    for player in recipes.PLAYERS:
        betas = recipes.section(recipe, f"optimizers.{player}").get("betas")
        if isinstance(betas, list) and betas and betas[0] > 0:
            changes[f"optimizers.{player}.betas"] = [0.0, 0.99]
    because = "momentum pushes a player on after the other has turned"
    return Prescription(because, changes, "Gidel et al. 2018, arXiv:1807.04740")


def _damping(recipe: Mapping[str, Any]) -> Prescription:
    because = "a penalty on the discriminator's slope turns the circle into a spiral inwards"
    reference = "Mescheder et al. 2018, arXiv:1801.04406"
    return Prescription(because, recipes.strengthen(recipe), reference)


def _steps(recipe: Mapping[str, Any]) -> Prescription:
    slower = {k: v for p in recipes.PLAYERS for k, v in recipes.rate(recipe, p, 0.3).items()}
    because = "smaller steps overshoot less"
    return Prescription(because, slower, "Mescheder et al. 2018, arXiv:1801.04406")
