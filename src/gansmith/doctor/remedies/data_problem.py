"""What to try when the data are the trouble."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import recipes, remedies

SOFTENED = ("samples to train on", "exact copies")  # what a smoother discriminator makes up for
MEND = Prescription(
    "correct the data: no change of training makes up for ranges, labels or files that are wrong"
    " (`gansmith check` names them)",
    {},
)


@remedies.add
def data_problem(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> list[Prescription]:
    """Mend the data; of few samples and of copies, smooth D so that they hurt less.

    Reference: Karras et al. 2020, arXiv:2006.06676.
    """
    told = [evidence.says for evidence in diagnosis.evidence]
    if told and not any(words in says for words in SOFTENED for says in told):
        return [MEND]
    because = (
        "first correct the data (`gansmith check` names the files); a smoother discriminator takes"
        " longer to memorise copies and small sets"
    )
    reference = "Karras et al. 2020, arXiv:2006.06676"
    few = any(SOFTENED[0] in says for says in told)
    expects = ("held_out_gap", "memorised_share")
    smoother = Prescription(because, recipes.strengthen(recipe), reference, expects=expects)
    return [*(recipes.augment(recipe) if few else ()), smoother]
