"""What to try when the discriminator wins and the generator cannot follow."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import recipes, remedies


@remedies.add
def discriminator_dominates(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> list[Prescription]:
    """Slow D down, smooth it, and see that G's steps are not too small.

    Reference: Heusel et al. 2017, arXiv:1706.08500; Mescheder et al. 2018, arXiv:1801.04406.
    """
    return recipes.only_useful(_pace(recipe), _fewer_turns(recipe), _smooth(recipe))


def _pace(recipe: Mapping[str, Any]) -> Prescription:
    rates = [recipes.section(recipe, f"optimizers.{p}").get("lr") for p in recipes.PLAYERS]
    known = [rate for rate in rates if isinstance(rate, int | float)]
    reference = "Heusel et al. 2017, arXiv:1706.08500"
    if len(known) == 2 and known[0] < known[1] / 4:
        because = "the generator's steps are far smaller than the discriminator's: let it keep pace"
        return Prescription(because, {"optimizers.generator.lr": known[1]}, reference)
    because = "a slower discriminator gives the generator time to follow"
    return Prescription(because, recipes.rate(recipe, "discriminator", 0.25), reference)


def _fewer_turns(recipe: Mapping[str, Any]) -> Prescription:
    turns = recipes.section(recipe, "game").get("discriminator_turns", 1)
    because = f"the discriminator takes {turns} turns to each of the generator's"
    return Prescription(because, {"game.discriminator_turns": 1} if turns > 1 else {})


def _smooth(recipe: Mapping[str, Any]) -> Prescription:
    because = "a slope penalty keeps the discriminator from drawing a sharper line than it needs"
    reference = "Mescheder et al. 2018, arXiv:1801.04406"
    return Prescription(because, recipes.strengthen(recipe), reference)
