"""What to try when the generator's gradient is gone."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import recipes, remedies

ATTACH = Prescription(
    "in the generator's turn score its samples as it made them (detach them in the discriminator's"
    " turn alone), and give its optimizer its own weights, none of them frozen",
    {},
)


@remedies.add
def vanishing_gradient(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> list[Prescription]:
    """Take a loss whose gradient does not die, keep D smooth between real and fake, slow D down.

    Where no gradient ever reached G, no recipe helps: mend the loop.

    Reference: Arjovsky and Bottou 2017, arXiv:1701.04862.
    """
    if any(evidence.signal == "update/generator" for evidence in diagnosis.evidence):
        return [ATTACH]
    return recipes.only_useful(_loss(recipe), _smooth(recipe), _slower(recipe))


def _loss(recipe: Mapping[str, Any]) -> Prescription:
    dies = recipes.loss(recipe) in ("minimax", "least_squares", "hinge")
    because = (
        f"under the loss {recipes.loss(recipe)!r} a discriminator that wins leaves the generator"
        " little or no gradient; non_saturating keeps it alive at every score"
    )
    changes = {"loss.name": "non_saturating"} if dies else {}
    return Prescription(because, changes, "Goodfellow et al. 2014, arXiv:1406.2661")


def _smooth(recipe: Mapping[str, Any]) -> Prescription:
    because = (
        "a stronger slope penalty widens the discriminator's step between real and fake until the"
        " fakes lie on its slope again"
        if recipes.has(recipe, *recipes.PENALTIES)
        else "a discriminator without a slope penalty turns into a step between real and fake,"
        " flat wherever the fakes are"
    )
    reference = "Mescheder et al. 2018, arXiv:1801.04406"
    return Prescription(because, recipes.strengthen(recipe, 10.0), reference)


def _slower(recipe: Mapping[str, Any]) -> Prescription:
    because = "a slower discriminator gives the generator time to follow"
    changes = recipes.rate(recipe, "discriminator", 0.25)
    return Prescription(because, changes, "Heusel et al. 2017, arXiv:1706.08500")
