"""How far a detector's certainty is to be believed: what the failure zoo taught."""

from collections.abc import Mapping

# How often a diagnosis at 0.5 or more was right on the known and the trial runs of the zoo, drawn
# towards the share of all by four diagnoses; `python benchmarks/doctor.py --trust` prints it anew.
TRUST: Mapping[str, float] = {
    "artefacts": 0.56,
    "condition_ignored": 0.75,
    "data_problem": 0.98,
    "discriminator_dominates": 0.88,
    "discriminator_overfitting": 0.96,
    "divergence": 0.96,
    "generator_dominates": 0.77,
    "hidden_signal": 0.8,  # as identity_mapping
    "identity_mapping": 0.8,  # not of the zoo: tried on made-up records alone
    "loop_fault": 0.95,  # not of the zoo, see ADR 12
    "memorisation": 0.96,
    "mode_collapse": 0.68,
    "oscillation": 0.81,
    "samples_differ": 0.85,  # not of the zoo, see ADR 12
    "underfitting": 0.67,
    "undertrained": 0.55,
    "unsuitable_loss": 0.99,
    "vanishing_gradient": 0.87,
    "worse_than_input": 0.8,  # as identity_mapping
}
PLAIN = 0.8  # of a detector that the zoo has not tried


def calibrated(failure: str, confidence: float, trust: Mapping[str, float] = TRUST) -> float:
    """Return the confidence that a diagnosis deserves: full certainty becomes the detector's trust.

    Evidence says how clear a sign is; how often so clear a sign is right, only trials tell. What
    is below 0.5 stays, so that no verdict changes; above, the way to 1 is shortened.

    Args:
        failure: name of the diagnosis.
        confidence: of its evidence, 0 to 1.
        trust: of each detector, 0.5 to 1.
    """
    if confidence <= 0.5:
        return confidence
    return 0.5 + (confidence - 0.5) * (trust.get(failure, PLAIN) - 0.5) / 0.5
