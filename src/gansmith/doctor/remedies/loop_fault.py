"""What to try when the loop does not do what it is meant to do."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import remedies

LINES = {
    "update": "make each optimizer of its own network's parameters, after the network and none of"
    " them frozen, and call its step() after its own loss's backward()",
    "fresh": "call zero_grad() of each player's optimizer before its loss's backward()",
    "loss": "let the discriminator end without a sigmoid (BCEWithLogitsLoss and softplus have their"
    " own), or keep the sigmoid and take BCELoss",
}


@remedies.add
def loop_fault(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> list[Prescription]:
    """Mend the line of the loop that the evidence names; no recipe helps."""
    kinds = dict.fromkeys(evidence.signal.partition("/")[0] for evidence in diagnosis.evidence)
    return [Prescription(LINES[kind], {}) for kind in kinds or LINES]
