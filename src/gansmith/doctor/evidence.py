"""What a detector says: a failure, how sure it is, and evidence that can be checked on the plot."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, TypeVar

from gansmith.ranges import between

HealthyRange = tuple[float | None, float | None]


@dataclass(frozen=True)
class Evidence:
    """One signal that speaks for a diagnosis.

    Args:
        signal: name of the curve, as in ``signals.jsonl`` or ``metrics/<name>``.
        observed: what was seen, in the unit of the curve or as a ratio that ``says`` explains;
            NaN where the signal stopped being a number.
        healthy: lowest and highest healthy value; None where that side is open.
        says: one sentence that a person can check on the plot.
    """

    signal: str
    observed: float
    healthy: HealthyRange
    says: str

    @property
    def is_healthy(self) -> bool:
        """Whether the value lies inside the healthy range, so that it speaks against nothing."""
        low, high = self.healthy
        inside = (low is None or self.observed >= low) and (high is None or self.observed <= high)
        return inside and self.healthy != (None, None)

    @property
    def healthy_words(self) -> str:
        """The healthy range in words, such as "at least 0.5"; empty where there is none."""
        return between(*self.healthy)

    def as_dict(self) -> dict[str, Any]:
        """Return the evidence as it stands in JSON: the range as a list, no number as null."""
        return {
            "signal": self.signal,
            "observed": _number(self.observed),
            "healthy": [_number(limit) for limit in self.healthy],
            "says": self.says,
        }


@dataclass(frozen=True)
class Doubt:
    """Why a detector is less sure than its evidence alone would make it.

    Args:
        cap: the confidence that it leaves at most, 0 to 1; 0 withdraws the finding.
        reason: a clause in plain English, such as "only 3 exams yet".
    """

    cap: float
    reason: str

    def as_dict(self) -> dict[str, Any]:
        """Return the doubt as it stands in JSON."""
        return {"cap": round(self.cap, 3), "reason": self.reason}


@dataclass(frozen=True)
class Sign:
    """One reason for a diagnosis; a detector that looks for several combines them.

    Args:
        confidence: how sure it makes the detector, 0 to 1, with its doubts counted.
        evidence: what was seen.
        since_kimg: where it began; NaN where that cannot be said.
        doubts: those that lowered the confidence.
    """

    confidence: float
    evidence: Evidence
    since_kimg: float = math.nan
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True)
class Expectation:
    """What a treatment should do, so that it can be judged: reach a limit, or move towards it.

    Args:
        signal: name of the measurement, or of the curve, that should move.
        direction: "up" or "down".
        to: the healthy limit, in the unit of the evidence.
        by: how far it should move at least.
        within_kimg: thousands of real samples that it may take.
    """

    signal: str
    direction: Literal["up", "down"]
    to: float
    by: float
    within_kimg: float

    def as_dict(self) -> dict[str, Any]:
        """Return the expectation as it stands in JSON."""
        return asdict(self)

    def is_met(self, before: float, now: float) -> bool:
        """Say whether a value went as it should; not where it is not known."""
        up = 1 if self.direction == "up" else -1
        return up * (now - self.to) >= 0 or up * (now - before) >= self.by


Start = Literal["here", "best", "untrained"]


@dataclass(frozen=True)
class Prescription:
    """A change to the recipe that treats a failure, with its reason and its paper.

    Args:
        because: why it should help.
        changes: dotted recipe paths and their new values, as ``--set`` takes them; empty: what is
            to be done is no setting.
        reference: the paper.
        expectation: which signal must improve, by how much and by when; None where no healthy limit
            is known.
        start: the weights that the treated run goes on from: as they are, those of the best exam,
            or untrained ones.
        expects: names of the measurements that should improve; the first that is known, and not
            healthy, becomes the expectation.
    """

    because: str
    changes: Mapping[str, Any]
    reference: str = ""
    expectation: Expectation | None = None
    start: Start = "here"
    expects: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the prescription as it stands in JSON."""
        expected = {"expectation": self.expectation.as_dict()} if self.expectation else {}
        return {
            "because": self.because,
            "changes": dict(self.changes),
            "reference": self.reference,
            **({} if self.start == "here" else {"start": self.start}),
            **expected,
        }


@dataclass(frozen=True)
class Diagnosis:
    """A named failure, how sure the doctor is, why, since when, and what to try.

    Args:
        failure: its name.
        confidence: 0 to 1, with all doubts counted.
        evidence: what was seen.
        since_kimg: where it began; 0: from the start.
        remedies: what to try; filled in by the doctor.
        doubts: those that lowered the confidence.
        holds_beside: failures that this finding does not yield to, because the evidence of this run
            excludes that they explain it.
        remains: what is still found where it does yield; None: the same under the declared cap.
    """

    failure: str
    confidence: float
    evidence: tuple[Evidence, ...]
    since_kimg: float
    remedies: tuple[Prescription, ...] = field(default=())
    doubts: tuple[Doubt, ...] = ()
    holds_beside: tuple[str, ...] = ()
    remains: "Diagnosis | None" = None

    @classmethod
    def of_signs(
        cls,
        failure: str,
        signs: Iterable[Sign],
        combine: Callable[[Sequence[float]], float] = max,
        began: float = math.nan,
    ) -> "Diagnosis":
        """Return the diagnosis that several signs make, one or more.

        Args:
            failure: its name.
            signs: what speaks for it, in the order in which it is shown.
            combine: turns the signs' confidences into one: ``max``, or ``together`` where they are
                independent.
            began: in kimg; where absent, when the surest sign began.
        """
        found = tuple(signs)
        surest = max(found, key=lambda sign: sign.confidence)
        return cls(
            failure,
            combine([sign.confidence for sign in found]),
            tuple(sign.evidence for sign in found),
            surest.since_kimg if math.isnan(began) else began,
            doubts=surest.doubts
            if combine is max
            else tuple(doubt for sign in found for doubt in sign.doubts),
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the diagnosis as it stands in the JSON of ``gansmith diagnose --json``."""
        return {
            "failure": self.failure,
            "confidence": round(self.confidence, 3),
            "since_kimg": _number(self.since_kimg),
            "evidence": [item.as_dict() for item in self.evidence],
            "remedies": [item.as_dict() for item in self.remedies],
            "doubts": [item.as_dict() for item in self.doubts],
        }


Finding = TypeVar("Finding", Sign, Diagnosis)


def doubted(finding: Finding, doubts: Iterable[Doubt]) -> Finding:
    """Return a finding with the confidence that doubts leave; it keeps those that lower it."""
    counting: list[Doubt] = [doubt for doubt in doubts if doubt.cap < finding.confidence]
    confidence: float = min((doubt.cap for doubt in counting), default=finding.confidence)
    return replace(finding, confidence=confidence, doubts=(*finding.doubts, *counting))


def _number(value: float | None) -> float | None:
    """JSON has no NaN: a value that is not finite becomes null."""
    return value if value is not None and math.isfinite(value) else None
