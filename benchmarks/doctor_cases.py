"""Runs of the failure zoo with what the doctor says of them, for ``doctor.py``."""

from collections.abc import Mapping
from dataclasses import dataclass

from gansmith.doctor.calibration import calibrated
from gansmith.doctor.diagnose import ILL, signs
from gansmith.doctor.history import History
from gansmith.testing.zoo import Record

HEALTHY = "healthy"
DRAWN = 4  # diagnoses by which a detector's trust is drawn towards that of all


@dataclass(frozen=True)
class Case:
    """One run with the signs the doctor sees, by failure, and kimg until it named the right one."""

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
        """Whether the failure is named, or nothing where the run is healthy."""
        named = {name for name, sure in self.found.items() if sure >= ILL}
        return not named if self.truth == HEALTHY else self.truth in named

    @property
    def fair(self) -> bool:
        """Whether the failure, or one that is right beside it, is named; nothing if healthy."""
        named = {name for name, sure in self.found.items() if sure >= ILL}
        return self.right or (self.truth != HEALTHY and any(map(self.is_right, named)))


def examine(record: Record, timed: bool = False) -> Case:
    """What the doctor says of a record, and if ``timed`` how soon it said the right thing."""
    found = {d.failure: d.confidence for d in signs(record.history)}
    right = record.failure and found.get(record.failure, 0.0) >= ILL
    return Case(record, found, delay(record) if timed and right else None)


def delay(record: Record) -> float:
    """kimg after which the failure is named and stays named."""
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


Told = list[tuple[float, bool]]  # confidences of diagnoses, and whether they are right


def told(cases: list[Case], trusted: Mapping[str, float]) -> Told:
    return [
        (calibrated(name, sure, trusted), case.is_right(name))
        for case in cases
        for name, sure in case.found.items()
    ]
