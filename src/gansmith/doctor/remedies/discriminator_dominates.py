"""What to try when the discriminator wins and the generator cannot follow."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import recipes, remedies, usual

EXPECTS = ("rank_accuracy", "separation", "pace")


@remedies.add
def discriminator_dominates(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> list[Prescription]:
    """See that G's steps are not too small, slow D down, smooth it.

    Reference: Heusel et al. 2017, arXiv:1706.08500; Mescheder et al. 2018, arXiv:1801.04406.
    """
    if recipes.is_dwarfed(recipe, "generator"):  # no knob lets it hold more
        return recipes.only_useful(_larger(recipe), usual.anew(recipe))
    return recipes.only_useful(
        *usual.around_restored(recipe, (_pace(recipe), _fewer_turns(recipe), _steeper(recipe))),
        _smooth(recipe),
        usual.restored(recipe, start="untrained"),
        usual.anew(recipe),
    )


def _pace(recipe: Mapping[str, Any]) -> Prescription:
    """Both at the usual rate where G is far behind; else a slower D."""
    generator, discriminator = (usual.rate_of(recipe, player) for player in recipes.PLAYERS)
    reference = "Heusel et al. 2017, arXiv:1706.08500"
    if generator < discriminator / 4:
        because = "the generator's steps are far smaller than the discriminator's: let it keep pace"
        rate = min(max(discriminator, usual.usual_rate(recipe) / 4), usual.usual_rate(recipe))
        changes = {f"optimizers.{p}.lr": rate for p in recipes.PLAYERS}
        changes = {p: r for p, r in changes.items() if usual.at(recipe, p) != r}
        return Prescription(because, changes, reference, expects=EXPECTS)
    because = "a slower discriminator gives the generator time to follow"
    changes = recipes.rate(recipe, "discriminator", 0.25)
    return Prescription(because, changes, reference, expects=EXPECTS)


def _fewer_turns(recipe: Mapping[str, Any]) -> Prescription:
    turns = usual.turns(recipe)
    because = f"the discriminator takes {turns} turns to each of the generator's"
    changes = {"game.discriminator_turns": 1} if turns > 1 else {}
    return Prescription(because, changes, expects=EXPECTS)


def _steeper(recipe: Mapping[str, Any]) -> Prescription:
    because = "a steeper slope penalty keeps the discriminator from drawing too sharp a line"
    reference = "Mescheder et al. 2018, arXiv:1801.04406"
    return Prescription(because, recipes.scaled(recipe, 4.0), reference, expects=EXPECTS)


def _smooth(recipe: Mapping[str, Any]) -> Prescription:
    because = "a slope penalty keeps the discriminator from drawing a sharper line than it needs"
    changes = {} if usual.is_penalised(recipe) else recipes.strengthen(recipe)
    reference = "Mescheder et al. 2018, arXiv:1801.04406"
    return Prescription(because, changes, reference, expects=EXPECTS)


def _larger(recipe: Mapping[str, Any]) -> Prescription:
    because = "a larger generator can hold more of the data"
    changes = recipes.wider(recipe, "generator")
    return Prescription(because, changes, "Brock et al. 2018, arXiv:1809.11096")
