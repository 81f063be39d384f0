"""What to try when the generator does not listen to its labels."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import recipes, remedies


@remedies.add
def condition_ignored(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> list[Prescription]:
    """Let D be told the labels by projection, or add a classifier's loss.

    Reference: Miyato and Koyama 2018, arXiv:1802.05637.
    """
    told = recipes.section(recipe, "condition").get("discriminator")
    because = "a discriminator whose score says how well sample and label agree punishes wrong ones"
    reference = "Miyato and Koyama 2018, arXiv:1802.05637"
    changes = {"condition.discriminator": "projection"} if told != "projection" else {}
    slower = "a slower discriminator has the generator learn the classes before D knows them all"
    rate = recipes.rate(recipe, "discriminator", 0.5)
    expects = ("condition_consistency", "condition_sensitivity")
    return recipes.only_useful(
        Prescription(slower, rate, "Heusel et al. 2017, arXiv:1706.08500", expects=expects),
        Prescription(because, changes, reference, expects=expects),
    )
