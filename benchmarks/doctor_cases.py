"""Runs of the failure zoo with what the doctor says of them, for ``doctor.py``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gansmith.doctor.diagnose import ILL, signs
from gansmith.doctor.history import History
from gansmith.doctor.trust import calibrated
from gansmith.testing.zoo import Record

HEALTHY = "healthy"
LEVELS = (0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8, 0.9)
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

    @property
    def seed(self) -> int:
        return int(self.record.name.rpartition("--")[2])

    def is_right(self, name: str) -> bool:
        """Whether a diagnosis is what the run was made to be, or a failure that belongs to it."""
        return name == self.truth or name in self.record.also

    @property
    def right(self) -> bool:
        return self.right_at(dict.fromkeys(self.found, ILL))

    def right_at(self, levels: Mapping[str, float]) -> bool:
        """Whether it is right with a level of confidence of each failure's own."""
        named = {name for name, sure in self.found.items() if sure >= levels.get(name, ILL)}
        return not named if self.truth == HEALTHY else self.truth in named


def examine(record: Record) -> Case:
    found = {d.failure: d.confidence for d in signs(record.history)}
    right = record.failure and found.get(record.failure, 0.0) >= ILL
    return Case(record, found, delay(record) if right else None)


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


def fitted(cases: list[Case]) -> dict[str, float]:
    """For each failure the level with the best sensitivity plus specificity on these runs."""
    return {name: _level(name, cases) for name in {n for case in cases for n in case.found}}


def _level(name: str, cases: list[Case]) -> float:
    ill = [c.found.get(name, 0.0) for c in cases if c.truth == name]
    well = [c.found.get(name, 0.0) for c in cases if c.truth != name and name not in c.record.also]
    if not ill or not well:
        return ILL

    def gain(level: float) -> float:
        named, spared = sum(sure >= level for sure in ill), sum(sure < level for sure in well)
        return named / len(ill) + spared / len(well)

    best = max(LEVELS, key=gain)
    return best if gain(best) > gain(ILL) + 1 / len(ill) else ILL  # one run more proves nothing


def left_out(cases: list[Case], of: Callable[[Case], str]) -> list[tuple[Case, bool]]:
    """Each run with whether it is right, by levels that its own fold had no part in."""
    found = []
    for fold in sorted({of(c) for c in cases}):
        levels = fitted([c for c in cases if of(c) != fold])
        found += [(c, c.right_at(levels)) for c in cases if of(c) == fold]
    return found


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


def told_left_out(cases: list[Case]) -> Told:
    """Diagnoses with the trust that the other data sets teach."""
    found: Told = []
    for fold in sorted({by_data(c) for c in cases}):
        others = trust([c for c in cases if by_data(c) != fold])
        found += told([c for c in cases if by_data(c) == fold], others)
    return found
