"""From a history to a verdict: every detector is asked, the surest comes first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from gansmith.doctor.calibration import calibrated
from gansmith.doctor.evidence import Diagnosis, Doubt, Evidence, doubted
from gansmith.doctor.history import TICKS, History
from gansmith.doctor.inconclusive import why_inconclusive
from gansmith.doctor.outlook import outlook
from gansmith.doctor.remedies import prescribe
from gansmith.doctor.yielding import settled
from gansmith.doctor_facts import DetectorFacts
from gansmith.errors import counted, wrong_return
from gansmith.notebook import card
from gansmith.registry import Part, detectors
from gansmith.runs.reader import RunRecord, read_run

ILL = 0.5  # confidence from which a diagnosis makes the verdict "ill"
UNTRAINED = Doubt(0.45, "nothing was trained yet")  # of a run without a tick
MENTIONED = 0.2  # confidence below which a suspicion is not worth a reader's time


@dataclass(frozen=True)
class Verdict:
    """The doctor's answer about a run.

    Args:
        run: the run folder as the user named it.
        kimg: thousands of real samples seen at the newest record.
        verdict: "healthy", "ill" (a diagnosis at confidence 0.5 or more) or "unknown".
        diagnoses: what was found, the surest first; also suspicions below 0.5.
        says: one sentence that puts the verdict into words and names what it rests on.
        outlook: whether more training would help, in a sentence; empty where nobody can say.
    """

    run: str
    kimg: float
    verdict: str
    diagnoses: tuple[Diagnosis, ...]
    says: str
    outlook: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the document that ``gansmith diagnose --json`` prints."""
        return {
            "run": self.run,
            "kimg": self.kimg,
            "verdict": self.verdict,
            "says": self.says,
            "outlook": self.outlook,
            "diagnoses": [diagnosis.as_dict() for diagnosis in self.diagnoses],
        }

    def _repr_html_(self) -> str:
        """Return a card for notebooks."""
        told = [line for d in self.diagnoses for line in _told(d)]
        return card(f"Diagnosis of {self.run}", [self.says, self.outlook, *told], self.verdict)


def _told(diagnosis: Diagnosis) -> list[str]:
    """Return a diagnosis as lines for a card: what, why, what to try first."""
    name = diagnosis.failure.replace("_", " ")
    lines = [f"{name}, confidence {diagnosis.confidence:.2f}: {diagnosis.evidence[0].says}"]
    lines += [f"Less sure because {doubt.reason}" for doubt in diagnosis.doubts]
    return lines + [f"To try: {remedy.because}" for remedy in diagnosis.remedies[:1]]


def diagnose(run: str | Path | RunRecord) -> Verdict:
    """Name what is wrong with a run, from its folder alone; the run may still be going on.

    Raises:
        RunError: there is no run folder at that path, or one of its files is damaged.
    """
    record = run if isinstance(run, RunRecord) else read_run(run)
    return judge(History.of(record), str(record.path))


def judge(history: History, run: str = "") -> Verdict:
    """Return the verdict on a history; ``run`` is the name to put on it.

    Of a run that has changed, what came before its newest segment has no say.
    """
    history = history.current
    found = tuple(assess(history))
    if not history.ticks:  # nothing was trained: what the data look like is no verdict on a run
        found = tuple(doubted(d, [UNTRAINED]) for d in found)
    verdict = _verdict(history, found)
    with np.errstate(all="ignore"):
        ahead = outlook(history)
    words = ahead.says if ahead else ""
    return Verdict(run, history.kimg, verdict, found, _says(history, verdict, found), words)


def assess(history: History) -> list[Diagnosis]:
    """Ask every detector and return what they found with remedies, the surest first.

    Fast enough to be asked at every exam while training goes on. Of a run that has changed, what
    came before its newest segment has no say.
    """
    history = history.current
    found = [
        replace(
            d,
            confidence=calibrated(d.failure, d.confidence),
            remedies=prescribe(d, history.recipe, history.kimg, history),
            evidence=telling(d.evidence),
        )
        for d in signs(history)
    ]
    return sorted(found, key=lambda diagnosis: -diagnosis.confidence)


def signs(history: History) -> list[Diagnosis]:
    """Ask every detector and return what they found, as sure as its evidence is clear.

    Each has yielded to the failures that its detector declares to explain it.
    """
    with np.errstate(all="ignore"):  # infinities are news for detectors, not warnings
        asked = [(part.facts, _asked(part, history)) for part in detectors]
    found = settled([(facts, diagnosis) for facts, diagnosis in asked if diagnosis is not None])
    return [diagnosis for diagnosis in found if diagnosis.confidence >= MENTIONED]


def _asked(detector: Part[DetectorFacts], history: History) -> Diagnosis | None:
    """Return what a detector found; one of the user's own may return the wrong thing."""
    found = detector.builder(history)
    if not isinstance(found, Diagnosis | None):
        raise wrong_return(f"detector '{detector.name}'", "a Diagnosis or None", found)
    return found


def telling(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Return the evidence whose value is outside its healthy range, or all where none is.

    A suspicion may rest on values that are all still healthy; beside others they prove nothing.
    """
    return tuple(item for item in evidence if not item.is_healthy) or evidence


def listed(words: Sequence[str]) -> str:
    """Return words as a person lists them: "a", "a and b", "a, b and c"."""
    return words[-1] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _verdict(history: History, found: Sequence[Diagnosis]) -> str:
    if any(diagnosis.confidence >= ILL for diagnosis in found):
        return "ill"
    return "healthy" if history.ticks >= TICKS and not why_inconclusive(history) else "unknown"


def _says(history: History, verdict: str, found: Sequence[Diagnosis]) -> str:
    seen = f"{counted(history.ticks, 'tick')} and {counted(history.exams, 'exam')}"
    seen += f" up to {history.kimg:.3g} kimg"
    if verdict == "unknown" and history.ticks >= TICKS:
        return f"{why_inconclusive(history)}: {seen}"
    if verdict == "unknown" and not history.ticks:
        hint = "; see what is suspected of the data" if found else ""
        return f"too short a history to judge, nothing was trained yet: {seen}{hint}"
    if verdict == "unknown":
        return f"too short a history to judge: {seen}; {TICKS} ticks are the least"
    if verdict == "ill":
        ill = [d.failure.replace("_", " ") for d in found if d.confidence >= ILL]
        return f"{listed(ill)}, seen in {seen}"
    blind = "" if history.exams else "; without an exam nothing is known about variety or quality"
    but = ", but see the suspicions" if found else ""
    return f"nothing ails this run in {seen}{but}{blind}"
