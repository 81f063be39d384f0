"""Runs of the failure zoo with their diagnoses, for ``measure.py``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.doctor.zoo import Record
from gansmith.doctor.calibration import calibrated
from gansmith.doctor.diagnose import ILL, signs
from gansmith.doctor.history import History

HEALTHY = "healthy"
DRAWN = 4  # diagnoses by which a detector's trust is shrunk towards that of all


@dataclass(frozen=True)
class Case:
    """A run with its diagnoses, confidence by failure, and kimg until the right one was made."""

    record: Record
    found: dict[str, float]
    delay: float | None

    @property
    def truth(self) -> str:
        return self.record.failure or HEALTHY

    @property
    def top(self) -> str:
        sure = {name: calibrated(name, c) for name, c in self.found.items() if c >= ILL}
        return max(sure, key=lambda name: sure[name]) if sure else HEALTHY

    def is_right(self, name: str) -> bool:
        """Whether a diagnosis is what the run was made to be, or a failure that belongs to it."""
        return name == self.truth or name in self.record.also

    @property
    def right(self) -> bool:
        """Whether the failure is diagnosed, or nothing where the run is healthy."""
        named = {name for name, sure in self.found.items() if sure >= ILL}
        return not named if self.truth == HEALTHY else self.truth in named

    @property
    def fair(self) -> bool:
        """Whether the failure or one that is correct beside it is diagnosed; nothing if healthy."""
        named = {name for name, sure in self.found.items() if sure >= ILL}
        return self.right or (self.truth != HEALTHY and any(map(self.is_right, named)))


def examine(record: Record, timed: bool = False) -> Case:
    """Return the diagnoses of a record, and if ``timed`` how soon the right one was made."""
    found = {d.failure: d.confidence for d in signs(record.history)}
    right = record.failure and found.get(record.failure, 0.0) >= ILL
    return Case(record, found, delay(record) if timed and right else None)


def delay(record: Record) -> float:
    """kimg after which the failure is diagnosed at every exam."""
    history, seen = record.history, record.history.kimg
    for exam in reversed(history.metrics):
        kimg = exam["kimg"]
        part = History(
            [row for row in history.signals if row["kimg"] <= kimg],
            [row for row in history.metrics if row["kimg"] <= kimg],
            history.recipe,
            history.data,
        )
        named = {d.failure for d in signs(part) if d.confidence >= ILL}
        if record.failure not in named:
            break
        seen = kimg
    return seen


def trust(cases: list[Case]) -> dict[str, float]:
    """How often a detector's diagnoses at 0.5 or more were right in these runs, 0.55 at least."""
    made = [(n, case.is_right(n)) for case in cases for n, sure in case.found.items() if sure > ILL]
    common = sum(right for _, right in made) / max(len(made), 1)
    found = {}
    for name in sorted({name for name, _ in made}):
        mine = [right for n, right in made if n == name]
        found[name] = max(0.55, (sum(mine) + DRAWN * common) / (len(mine) + DRAWN))
    return {name: round(share, 2) for name, share in found.items()}


def by_data(case: Case) -> str:
    return case.record.data


def by_architecture(case: Case) -> str:
    return case.record.architecture


Diagnosed = list[tuple[float, bool]]  # confidences of diagnoses, and whether they are right


def diagnosed(cases: Sequence[Case], trusted: Mapping[str, float]) -> Diagnosed:
    return [
        (calibrated(name, sure, trusted), case.is_right(name))
        for case in cases
        for name, sure in case.found.items()
    ]
