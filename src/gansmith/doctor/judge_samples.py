"""From samples of an unknown origin to a verdict: what their numbers show without any history."""

from collections.abc import Iterator, Mapping
from typing import Any

from gansmith.doctor.diagnose import ILL, MENTIONED, Verdict, listed
from gansmith.doctor.evidence import Diagnosis, Evidence, Sign
from gansmith.doctor.history import History
from gansmith.doctor.measurements.repetition import relative_novelty
from gansmith.doctor.signs_of_collapse import signs_of_collapse
from gansmith.doctor.statistics import confidence, together

FEWEST = 100  # samples of which less can be said


def judge_samples(found: Mapping[str, Any]) -> Verdict:
    """Return what ails samples, by what ``evaluate`` found of them.

    Only what samples alone can show: that they repeat each other or leave out parts of the data
    (mode_collapse), and, of texts, that they are those of the data (memorisation).

    Args:
        found: what ``evaluate`` returned, with a noise floor.
    """
    protocol = found["protocol"]
    row = {"step": 0, "kimg": 0.0, "metrics": found["metrics"], "floor": found["floor"]}
    known = {"kind": {"name": protocol["sources"].get("kind", "")}}
    history = History((), [row], data=known)
    told = sorted(_diagnoses(history), key=lambda diagnosis: -diagnosis.confidence)
    few = min(protocol["real"], protocol["fake"]) < FEWEST or not found["floor"]
    ill = [d.failure.replace("_", " ") for d in told if d.confidence >= ILL]
    verdict = "unknown" if few else "ill" if ill else "healthy"
    says = _says(protocol, verdict, ill, bool(told))
    return Verdict(protocol["sources"]["fake"], 0.0, verdict, tuple(told), says)


def _diagnoses(history: History) -> Iterator[Diagnosis]:
    signs = {"mode_collapse": signs_of_collapse(history), "memorisation": [*_copies(history)]}
    for failure, seen in signs.items():
        if together(sign.confidence for sign in seen) >= MENTIONED:
            yield Diagnosis.of_signs(failure, seen, together, began=0.0)


def _copies(history: History) -> Iterator[Sign]:
    """Texts that are those of the data, letter by letter."""
    now = relative_novelty(history)
    if not now < 2 * relative_novelty.low:
        return
    share = history.column("metrics/new_share").known.values[-1]
    says = f"{1 - share:.0%} of the texts are in the data, letter by letter"
    evidence = Evidence("metrics/new_share", share, (relative_novelty.low, None), says)
    yield Sign(confidence(max(now, 1e-6), relative_novelty.low, 0.05), evidence, 0.0)


def _says(protocol: Mapping[str, Any], verdict: str, ill: list[str], suspected: bool) -> str:
    counts = f"{protocol['fake']:,} samples against {protocol['real']:,} reals"
    if verdict == "unknown":
        return f"too few samples to judge: {counts}; {FEWEST} on each side are the least"
    if ill:
        return f"{listed(ill)}, seen in {counts}"
    but = ", but see the suspicions" if suspected else ""
    return f"nothing ails these samples{but}: {counts}"
