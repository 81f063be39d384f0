"""What to try where translations are their inputs."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import recipes, remedies


@remedies.add
def identity_mapping(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> list[Prescription]:
    """Let the ties to the input pull less, and the discriminator more.

    Reference: Zhu et al. 2017, arXiv:1703.10593.
    """
    reference = "Zhu et al. 2017, arXiv:1703.10593"
    terms = recipes.parts(recipe, "terms")
    ties = {
        f"terms.{name}.weight": float(f"{terms[name].get('weight', usual) / 4:.2g}")
        for name, usual in (("identity", 5.0), ("cycle", 10.0), ("reconstruction", 100.0))
        if name in terms
    }
    because = "ties to the input outweigh the discriminator, and changing nothing obeys them all"
    faster = "a discriminator that tells both kinds apart gives the generator a reason to change"
    rate = recipes.rate(recipe, "discriminator", 2.0)
    expects = ("translation_change", "distance_over_inputs")
    return recipes.only_useful(
        Prescription(because, ties, reference, expects=expects),
        Prescription(faster, rate, reference, expects=expects),
    )
