"""Which findings yield to others: what one failure explains is no failure of its own."""

from collections.abc import Iterable, Sequence

from gansmith.doctor.evidence import Diagnosis, Doubt, doubted
from gansmith.doctor_facts import DetectorFacts

FOUND = 0.5  # confidence from which a failure counts as found

Finding = tuple[DetectorFacts, Diagnosis]  # what a detector declares, and what it found


def settled(findings: Sequence[Finding]) -> list[Diagnosis]:
    """Return what stands once each finding has yielded to the failures that its detector names.

    All findings are compared as their detectors made them, so that the order does not matter.
    """
    found = {diagnosis.failure for _, diagnosis in findings if diagnosis.confidence >= FOUND}
    return [left for facts, one in findings if (left := _left_of(one, facts, found))]


def _left_of(diagnosis: Diagnosis, facts: DetectorFacts, found: set[str]) -> Diagnosis | None:
    """What is left of a finding beside these failures; None: it is withdrawn."""
    causes = found - {diagnosis.failure, *diagnosis.holds_beside}
    explains = [(name, cap) for name, cap in facts.caps.items() if name in causes]
    if explains and diagnosis.remains:
        return _left_of(diagnosis.remains, facts, found)
    left = doubted(diagnosis, _doubts(explains))
    return left if left.confidence > 0 else None


def _doubts(explains: Iterable[tuple[str, float]]) -> Iterable[Doubt]:
    for name, cap in explains:
        yield Doubt(cap, f"{name.replace('_', ' ')} was found too, and explains this")
