"""What to try when the discriminator cannot tell fakes that are far from real."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import recipes, remedies, usual

EXPECTS = ("rank_accuracy", "pace")
MOST_TURNS = 4


@remedies.add
def generator_dominates(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> list[Prescription]:
    """Let D learn at the generator's pace, loosen the penalties on it, give it more turns.

    Reference: Heusel et al. 2017, arXiv:1706.08500; Gulrajani et al. 2017, arXiv:1704.00028.
    """
    if recipes.is_dwarfed(recipe, "discriminator"):  # no knob makes it see more
        return recipes.only_useful(_larger(recipe), usual.anew(recipe))
    return recipes.only_useful(
        *usual.around_restored(recipe, (_pace(recipe), _looser(recipe), _turns(recipe))),
        _larger(recipe),
        usual.restored(recipe, start="untrained"),
        usual.anew(recipe),
    )


def _pace(recipe: Mapping[str, Any]) -> Prescription:
    generator, discriminator = (usual.rate_of(recipe, player) for player in recipes.PLAYERS)
    slow = discriminator < generator
    because = "the discriminator's steps are smaller than the generator's: it cannot keep up"
    known = recipes.section(recipe, "optimizers.generator").get("lr") is not None
    changes = {"optimizers.discriminator.lr": generator} if slow and known else {}
    reference = "Heusel et al. 2017, arXiv:1706.08500"
    return Prescription(because, changes, reference, expects=EXPECTS)


def _looser(recipe: Mapping[str, Any]) -> Prescription:
    """The usual weight where it is far beyond that, or else a tenth."""
    penalised = recipes.has(recipe, "r1", "r2")
    because = (
        "a penalty this strong keeps the discriminator flat: it may not tell what it could see"
    )
    changes = recipes.strengthen(recipe, 0.1) if penalised else {}
    most = 10 * usual.usual_slope(recipe)
    if any(value > most for path, value in changes.items() if path.endswith("gamma")):
        changes = {p: usual.usual_slope(recipe) if p.endswith("gamma") else v
                   for p, v in changes.items()}  # fmt: skip
    reference = "Mescheder et al. 2018, arXiv:1801.04406"
    return Prescription(because, changes, reference, expects=EXPECTS)


def _turns(recipe: Mapping[str, Any]) -> Prescription:
    turns = usual.turns(recipe)
    because = "more turns let the discriminator catch up before the generator moves on"
    changes = {"game.discriminator_turns": 2 * turns} if turns < MOST_TURNS else {}
    reference = "Gulrajani et al. 2017, arXiv:1704.00028"
    return Prescription(because, changes, reference, expects=EXPECTS)


def _larger(recipe: Mapping[str, Any]) -> Prescription:
    because = "a larger discriminator can see what this one cannot"
    changes = recipes.wider(recipe, "discriminator")
    return Prescription(because, changes, "Brock et al. 2018, arXiv:1809.11096", expects=EXPECTS)
