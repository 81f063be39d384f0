"""Which findings explain others away."""

from collections.abc import Sequence

from gansmith.doctor.evidence import Diagnosis

FOUND = 0.5  # confidence from which a finding explains others
DOMINANCE = ("discriminator_dominates", "generator_dominates")
EXPLAINS = {
    # the exams looked at other samples than the discriminator
    "samples_differ": (*DOMINANCE, "underfitting", "undertrained", "artefacts", "mode_collapse"),
    "loop_fault": (*DOMINANCE, "underfitting", "vanishing_gradient"),
}


def unexplained(found: Sequence[Diagnosis]) -> list[Diagnosis]:
    """Return the findings that no other one explains: their remedies would mend nothing."""
    sure = [diagnosis.failure for diagnosis in found if diagnosis.confidence >= FOUND]
    explained = {failure for cause in sure for failure in EXPLAINS.get(cause, ())}
    return [diagnosis for diagnosis in found if diagnosis.failure not in explained]
