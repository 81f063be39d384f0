"""What a detector says: a failure, how sure it is, and evidence that can be checked on the plot."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Range = tuple[float | None, float | None]


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
    healthy: Range
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
        low, high = self.healthy
        if low is not None and high is not None:
            return f"{low:.3g} to {high:.3g}" if low != high else f"{low:.3g}"
        if low is not None:
            return f"at least {low:.3g}"
        return f"at most {high:.3g}" if high is not None else ""

    def as_dict(self) -> dict[str, Any]:
        """Return the evidence as it stands in JSON: the range as a list, no number as null."""
        return {
            "signal": self.signal,
            "observed": _number(self.observed),
            "healthy": [_number(limit) for limit in self.healthy],
            "says": self.says,
        }


@dataclass(frozen=True)
class Expectation:
    """What a treatment should do, so that it can be judged.

    Args:
        signal: name of the curve that should move.
        direction: "up" or "down".
        to: the healthy limit that it should reach, in the unit of the evidence.
        by: how far that is from what was seen.
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


@dataclass(frozen=True)
class Prescription:
    """A change to the recipe that treats a failure, with its reason and its paper.

    ``changes`` maps dotted recipe paths to new values, as ``--set`` takes them. ``expectation``:
    which signal must improve, by how much and by when; None where no healthy limit is known.
    """

    because: str
    changes: Mapping[str, Any]
    reference: str = ""
    expectation: Expectation | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the prescription as it stands in JSON."""
        expected = {"expectation": self.expectation.as_dict()} if self.expectation else {}
        return {
            "because": self.because,
            "changes": dict(self.changes),
            "reference": self.reference,
            **expected,
        }


@dataclass(frozen=True)
class Diagnosis:
    """A named failure, how sure the doctor is (0 to 1), why, since when, and what to try."""

    failure: str
    confidence: float
    evidence: tuple[Evidence, ...]
    since_kimg: float
    remedies: tuple[Prescription, ...] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """Return the diagnosis as it stands in the JSON of ``gansmith diagnose --json``."""
        return {
            "failure": self.failure,
            "confidence": round(self.confidence, 3),
            "since_kimg": _number(self.since_kimg),
            "evidence": [item.as_dict() for item in self.evidence],
            "remedies": [item.as_dict() for item in self.remedies],
        }


def _number(value: float | None) -> float | None:
    """JSON has no NaN: a value that is not finite becomes null."""
    return value if value is not None and math.isfinite(value) else None
