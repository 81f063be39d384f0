"""What to try when exams look at other samples than the discriminator."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import remedies

MODE = Prescription(
    "let running statistics keep up (a batch normalisation's momentum of 0.1), or keep the"
    " generator in training mode for its samples, or normalise without running statistics",
    {},
    "Ioffe and Szegedy 2015, arXiv:1502.03167",
)
SAME = Prescription(
    "draw new noise for each batch of the loop, and give `sample` the network, the mode and the"
    " scale that the loop trains with",
    {},
)


@remedies.add
def samples_differ(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> list[Prescription]:
    """Make the loop's fakes and the samples one distribution; what else ails it shows then."""
    signals = {evidence.signal for evidence in diagnosis.evidence}
    of_mode = {"scores/shown_training/mean", "samples/mode_gap"} & signals
    return [MODE if of_mode else SAME]
