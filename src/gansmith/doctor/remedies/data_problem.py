"""What to try when the data are the trouble."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import recipes, remedies


@remedies.add
def data_problem(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> list[Prescription]:
    """Mend the data; where that cannot be, smooth D so that copies and few samples hurt less.

    Reference: Karras et al. 2020, arXiv:2006.06676.
    """
    because = (
        "first correct the data (`gansmith check` names the files); a smoother discriminator takes"
        " longer to memorise copies and small sets"
    )
    reference = "Karras et al. 2020, arXiv:2006.06676"
    few = any("samples to train on" in evidence.says for evidence in diagnosis.evidence)
    expects = ("held_out_gap", "memorised_share")
    smoother = Prescription(because, recipes.strengthen(recipe), reference, expects=expects)
    return [*(recipes.augment(recipe) if few else ()), smoother]
