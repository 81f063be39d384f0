"""What to try when the generator's gradient is gone."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import recipes, remedies, usual

ATTACH = Prescription(
    "in the generator's turn score its samples as it made them (detach them in the discriminator's"
    " turn alone), and give its optimizer its own weights, none of them frozen",
    {},
)
EXPECTS = ("gradient_retained", "rank_accuracy")


@remedies.add
def vanishing_gradient(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> list[Prescription]:
    """Keep D smooth between real and fake, slow it down, take a loss whose gradient does not die.

    Where no gradient ever reached G, no recipe helps: mend the loop.

    Reference: Arjovsky and Bottou 2017, arXiv:1701.04862.
    """
    if any(evidence.signal == "update/generator" for evidence in diagnosis.evidence):
        return [ATTACH]
    return recipes.only_useful(
        *usual.around_restored(recipe, (_steeper(recipe), _slower(recipe))),
        _loss(recipe),
        _smooth(recipe),
        usual.restored(recipe, start="untrained"),
        usual.anew(recipe),
    )


def _loss(recipe: Mapping[str, Any]) -> Prescription:
    """Another loss alone leaves the discriminator a step: with it comes a slope penalty."""
    dies = recipes.loss(recipe) in ("minimax", "least_squares", "hinge")
    because = (
        f"under the loss {recipes.loss(recipe)!r} a discriminator that wins leaves the generator"
        " little or no gradient; non_saturating keeps it alive at every score"
    )
    changes: dict[str, Any] = {"loss.name": "non_saturating"} if dies else {}
    if changes and not usual.is_penalised(recipe):
        changes["terms.r1.gamma"] = usual.usual_slope(recipe)
    reference = "Goodfellow et al. 2014, arXiv:1406.2661"
    return Prescription(because, changes, reference, expects=EXPECTS)


def _steeper(recipe: Mapping[str, Any]) -> Prescription:
    because = (
        "a stronger slope penalty widens the discriminator's step between real and fake until the"
        " fakes lie on its slope again"
    )
    reference = "Mescheder et al. 2018, arXiv:1801.04406"
    return Prescription(because, recipes.scaled(recipe, 10.0), reference, expects=EXPECTS)


def _smooth(recipe: Mapping[str, Any]) -> Prescription:
    because = (
        "a discriminator without a slope penalty turns into a step between real and fake, flat"
        " wherever the fakes are"
    )
    changes = {} if usual.is_penalised(recipe) else recipes.strengthen(recipe, 10.0)
    reference = "Mescheder et al. 2018, arXiv:1801.04406"
    return Prescription(because, changes, reference, expects=EXPECTS)


def _slower(recipe: Mapping[str, Any]) -> Prescription:
    """Where D's rate is above G's, or nothing else bounds its slope."""
    because = "a slower discriminator gives the generator time to follow"
    changes = recipes.rate(recipe, "discriminator", 0.25)
    reference = "Heusel et al. 2017, arXiv:1706.08500"
    ahead = usual.rate_of(recipe, "discriminator") > usual.rate_of(recipe, "generator")
    fitting = changes if ahead or usual.is_penalised(recipe) else {}
    return Prescription(because, fitting, reference, expects=EXPECTS)
