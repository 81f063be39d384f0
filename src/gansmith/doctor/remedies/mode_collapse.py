"""What to try against mode collapse."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import recipes, remedies, usual

EXPECTS = (
    "effective_modes",
    "missing_modes",
    "class_diversity",
    "relative_recall",
    "relative_coverage",
    "relative_diversity",
    "spacing",
    "missing_share",
)


@remedies.add
def mode_collapse(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> list[Prescription]:
    """A generator no faster than D; then fakes compared with reals in pairs under R1 and R2.

    Or D judges packs of two samples, or compares those of a batch, which shows it that fakes are
    alike; at the end, and dear, G plays against the D that would come of some more steps.

    Reference: Sun et al. 2020, arXiv:2011.04926; Huang et al. 2025, arXiv:2501.05441; Lin et al.
    2017, arXiv:1712.04086; Salimans et al. 2016, arXiv:1606.03498; Metz et al. 2016,
    arXiv:1611.02163.
    """
    before = (_pace(recipe), _relativistic(recipe), _penalties(recipe))
    return recipes.only_useful(
        *usual.around_restored(recipe, before, *EXPECTS),
        _packs(recipe),
        _compares(recipe),
        usual.restored(recipe, *EXPECTS, start="untrained"),
        usual.anew(recipe),
        _unrolled(recipe),
    )


def _pace(recipe: Mapping[str, Any]) -> Prescription:
    """Only where G is the faster one, or its steps are far larger than usual."""
    generator, discriminator = (usual.rate_of(recipe, player) for player in recipes.PLAYERS)
    most = min(discriminator, usual.FAR * usual.usual_rate(recipe))
    because = "a generator that moves faster than the discriminator can jump onto one mode"
    known = all(usual.at(recipe, f"optimizers.{player}.lr") for player in recipes.PLAYERS)
    changes = {"optimizers.generator.lr": most} if known and generator > most else {}
    reference = "Heusel et al. 2017, arXiv:1706.08500"
    return Prescription(because, changes, reference, expects=EXPECTS)


def _relativistic(recipe: Mapping[str, Any]) -> Prescription:
    paired = recipes.loss(recipe) == "relativistic"
    because = (
        "a loss that compares each fake with a real sample has no minimum at a collapsed generator"
    )
    changes = {} if paired else {"loss.name": "relativistic", **_both(recipe)}
    return Prescription(because, changes, "Sun et al. 2020, arXiv:2011.04926", expects=EXPECTS)


def _penalties(recipe: Mapping[str, Any]) -> Prescription:
    paired = recipes.loss(recipe) == "relativistic"
    because = "R1 on reals and R2 on fakes together keep the paired game from wandering off modes"
    changes = _both(recipe) if paired else {}
    return Prescription(because, changes, "Huang et al. 2025, arXiv:2501.05441", expects=EXPECTS)


def _both(recipe: Mapping[str, Any]) -> dict[str, float]:
    terms, slope = recipes.parts(recipe, "terms"), usual.usual_slope(recipe)
    gamma = next((terms[name].get("gamma", slope) for name in ("r1", "r2") if name in terms), slope)
    return {f"terms.{name}.gamma": gamma for name in ("r1", "r2") if name not in terms}


def _packs(recipe: Mapping[str, Any]) -> Prescription:
    """Packs of two, where the batch is made of them and nothing belongs to single samples."""
    base = recipes.section(recipe, "networks.discriminator").get("name")
    runtime, batch = (
        recipes.section(recipe, "runtime"),
        recipes.section(recipe, "data").get("batch"),
    )
    parts = runtime.get("processes", 1) * runtime.get("accumulation", 1)
    single = recipe.get("condition") or recipe.get("codes")
    fits = isinstance(batch, int) and batch % (2 * parts) == 0
    options = {"name": "packed", "base": base, "samples": 2}
    changes = {f"networks.discriminator.{name}": value for name, value in options.items()}
    possible = base not in (None, "packed") and fits and not single
    because = "a discriminator that sees two samples at once sees that they are alike"
    reference = "Lin et al. 2017, arXiv:1712.04086"
    return Prescription(because, changes if possible else {}, reference, expects=EXPECTS)


def _compares(recipe: Mapping[str, Any]) -> Prescription:
    """Minibatch discrimination around a D that sees single samples."""
    base = recipes.section(recipe, "networks.discriminator").get("name")
    wraps = (None, "packed", "minibatch_discrimination")
    options = {"name": "minibatch_discrimination", "base": base}
    changes = {f"networks.discriminator.{name}": value for name, value in options.items()}
    because = "a discriminator that compares the samples of a batch sees that fakes are alike"
    reference = "Salimans et al. 2016, arXiv:1606.03498"
    return Prescription(because, {} if base in wraps else changes, reference, expects=EXPECTS)


def _unrolled(recipe: Mapping[str, Any]) -> Prescription:
    """The unrolled game; its steps ahead cost as much as turns of D, and need its optimizers."""
    named = recipes.section(recipe, "optimizers.discriminator").get("name", "adam")
    fits = usual.is_plain_game(recipe) and named in ("sgd", "adam", "adamw")
    changes: dict[str, Any] = {"game.name": "unrolled", "game.steps": 5} if fits else {}
    because = "a generator that sees where the discriminator will go does not run after it"
    reference = "Metz et al. 2016, arXiv:1611.02163"
    return Prescription(because, changes, reference, start="untrained", expects=EXPECTS)
