"""One treatment: what was found, what was changed, what was expected, and what came of it."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from gansmith.doctor.evidence import Expectation, Prescription
from gansmith.wording import as_toml

Tree = Mapping[str, Any]
WHERE = {"best": " from the weights of the best exam", "untrained": " from untrained weights"}


@dataclass
class Treatment:
    """A treatment as a checkpoint and the journal hold it: plain values.

    Args:
        failure: what it is against.
        because: why it should help.
        changes: dotted recipe paths and their new values.
        start: the weights that it goes on from: "here", "best" or "untrained".
        reference: the paper.
        expectation: what should come of it; None: that the failure is no longer found.
        before: the measurement that should move, when it began; None: not known.
        distance: to the data, when it began; None: not known.
        base: the recipe without it.
        at: "SEGMENT/STEP" of the checkpoint that it began from; empty: there is none.
        began: share of the run that was over.
        kimg: thousands of real samples seen.
        others: what else to try against the same finding, in order.
        outcome: "", "kept" or "undone".
        says: what came of it, in words.
        after: the measurement at the end.
        distance_after: the distance at the end.
        segment: the segment that it began.
    """

    failure: str
    because: str
    changes: dict[str, Any]
    start: str = "here"
    reference: str = ""
    expectation: dict[str, Any] | None = None
    before: float | None = None
    distance: float | None = None
    base: dict[str, Any] = field(default_factory=dict)
    at: str = ""
    began: float = 0.0
    kimg: float = 0.0
    others: list[dict[str, Any]] = field(default_factory=list)
    outcome: str = ""
    says: str = ""
    after: float | None = None
    distance_after: float | None = None
    segment: int = 0

    @classmethod
    def of(cls, values: Tree) -> "Treatment":
        """Return the treatment that plain values hold."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in values.items() if name in known})

    def plain(self) -> dict[str, Any]:
        """Return its plain values."""
        return asdict(self)

    def told(self) -> dict[str, Any]:
        """Return what the journal has of it: all but the recipe and what is only planned."""
        return {n: v for n, v in self.plain().items() if n not in ("base", "others")}

    @property
    def expected(self) -> Expectation | None:
        """What should come of it."""
        return Expectation(**self.expectation) if self.expectation else None

    @property
    def key(self) -> str:
        """What makes it another treatment: what it changes, and from which weights."""
        return key_of(self.changes, self.start)

    @property
    def makes_anew(self) -> bool:
        """Whether its weights are of other networks, or were learned from the start."""
        other = any(path.startswith(("networks.", "game.latent")) for path in self.changes)
        return other or self.start == "untrained"

    def in_words(self) -> str:
        """Return the changes, where it starts, why, and what is expected."""
        changes = ", ".join(f"{path} = {as_toml(value)}" for path, value in self.changes.items())
        where = {
            "best": " from the weights of the best exam",
            "untrained": " from untrained weights",
        }
        return f"{changes}{where.get(self.start, '')}: {self.because}{self._expected_words()}"

    def _expected_words(self) -> str:
        expected = self.expected
        if expected is None:
            return ""
        name = expected.signal.replace("_", " ")
        before = "" if self.before is None else f" from {self.before:.3g}"
        return (
            f"; expected: {name}{before} {expected.direction} to {expected.to:.3g}, or by"
            f" {expected.by:.2g} at least, by {self.kimg + expected.within_kimg:.4g} kimg"
        )


def key_of(changes: Tree, start: str) -> str:
    """Return what two prescriptions have in common that are the same."""
    return f"{start}: {as_toml({path: changes[path] for path in sorted(changes)})}"


def known(value: float) -> float | None:
    """Return a number that a checkpoint and a journal may hold: None where it is not known."""
    return float(value) if math.isfinite(value) else None


def prescription_of(values: Tree) -> Prescription:
    """Return the prescription that its plain values describe."""
    expected = values.get("expectation")
    return Prescription(
        because=values["because"],
        changes=values["changes"],
        reference=values["reference"],
        expectation=Expectation(**expected) if expected else None,
        start=values.get("start", "here"),
    )
