"""What to try when the generator memorises its training samples.

Augmentation comes before the knobs, for it helps most where images are few (small_data.md).
"""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import recipes, remedies

EXPECTS = ("memorised_share", "held_out_gap")


@remedies.add
def memorisation(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> list[Prescription]:
    """Augment, smooth D so that it cannot single out samples, and stop before it does.

    Reference: Zhao et al. 2020, arXiv:2006.10738; Karras et al. 2020, arXiv:2006.06676.
    """
    others = recipes.only_useful(_smooth(recipe), _stop(diagnosis, recipe))
    return [*recipes.augment(recipe), *others]


def _smooth(recipe: Mapping[str, Any]) -> Prescription:
    because = "a smoother discriminator cannot reward copies of single samples"
    reference = "Mescheder et al. 2018, arXiv:1801.04406"
    changes = recipes.strengthen(recipe)
    return Prescription(because, changes, reference, start="best", expects=EXPECTS)


def _stop(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> Prescription:
    because = f"it began at {diagnosis.since_kimg:.3g} kimg: stop there, or train on more data"
    changes = {"length.kimg": diagnosis.since_kimg} if diagnosis.since_kimg > 0 else {}
    return Prescription(because, changes, "Karras et al. 2020, arXiv:2006.06676")
