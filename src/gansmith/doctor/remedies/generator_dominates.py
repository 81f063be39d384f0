"""What to try when the discriminator cannot tell fakes that are far from real."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import recipes, remedies


@remedies.add
def generator_dominates(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> list[Prescription]:
    """Loosen the penalties on D, let it learn at the generator's pace, give it more turns.

    Reference: Heusel et al. 2017, arXiv:1706.08500; Gulrajani et al. 2017, arXiv:1704.00028.
    """
    return recipes.only_useful(_pace(recipe), _looser(recipe), _turns(recipe))


def _pace(recipe: Mapping[str, Any]) -> Prescription:
    rates = [recipes.section(recipe, f"optimizers.{p}").get("lr") for p in recipes.PLAYERS]
    known = [rate for rate in rates if isinstance(rate, int | float)]
    slow = len(known) == 2 and known[1] < known[0]
    because = "the discriminator's steps are smaller than the generator's: it cannot keep up"
    changes = {"optimizers.discriminator.lr": known[0]} if slow else {}
    return Prescription(because, changes, "Heusel et al. 2017, arXiv:1706.08500")


def _looser(recipe: Mapping[str, Any]) -> Prescription:
    penalised = recipes.has(recipe, "r1", "r2")
    because = (
        "a penalty this strong keeps the discriminator flat: it may not tell what it could see"
    )
    changes = recipes.strengthen(recipe, 0.1) if penalised else {}
    return Prescription(because, changes, "Mescheder et al. 2018, arXiv:1801.04406")


def _turns(recipe: Mapping[str, Any]) -> Prescription:
    turns = recipes.section(recipe, "game").get("discriminator_turns", 1)
    because = "more turns let the discriminator catch up before the generator moves on"
    changes = {"game.discriminator_turns": 2 * turns} if turns < 4 else {}
    return Prescription(because, changes, "Gulrajani et al. 2017, arXiv:1704.00028")
