"""What to try when the discriminator memorises its training samples.

Augmentation comes before the knobs, for it helps most where images are few (small_data.md).
"""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import recipes, remedies, usual

EXPECTS = ("held_out_gap", "held_out_drop")


@remedies.add
def discriminator_overfitting(
    diagnosis: Diagnosis, recipe: Mapping[str, Any]
) -> list[Prescription]:
    """Augment, penalise D's slope at the reals, slow D down; more data helps most.

    Reference: Zhao et al. 2020, arXiv:2006.10738; Karras et al. 2020, arXiv:2006.06676.
    """
    return [
        *recipes.augment(recipe),
        *recipes.only_useful(
            _smooth(recipe), _slower(recipe), usual.restored(recipe, *EXPECTS, start="best")
        ),
    ]


def _smooth(recipe: Mapping[str, Any]) -> Prescription:
    because = (
        "a steeper price on slopes at the reals keeps the discriminator from singling them out"
        " (more training data helps most)"
    )
    changes = recipes.strengthen(recipe, 10.0)
    reference = "Mescheder et al. 2018, arXiv:1801.04406; Karras et al. 2020, arXiv:2006.06676"
    return Prescription(because, changes, reference, start="best", expects=EXPECTS)


def _slower(recipe: Mapping[str, Any]) -> Prescription:
    because = "a slower discriminator memorises its samples later"
    changes = recipes.rate(recipe, "discriminator", 0.5)
    reference = "Heusel et al. 2017, arXiv:1706.08500"
    return Prescription(because, changes, reference, start="best", expects=EXPECTS)
