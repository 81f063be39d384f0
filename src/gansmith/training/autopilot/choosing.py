"""What the autopilot may do next, and how the length of a run is shared out."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.recipe.tree import change
from gansmith.training.autopilot.treatment import key_of
from gansmith.training.startup.new_segment import not_to_change

EARLY = 0.4  # share of a run, up to which most of it is still to come
MOSTLY_UNTRAINED = 0.5  # of the untrained generator's distance, above which there is little to keep
FIRST = 0.2  # share of a run in which a failure can hardly be found before
Possible = Callable[[Mapping[str, Any]], str]  # why a run cannot go on with a recipe; empty: it can


@dataclass(frozen=True)
class Shares:
    """How a run's length is shared out beforehand.

    Args:
        treatments: at most so many.
        patience: looks in a row at which a failure must be found.
        last: share of the run that belongs to the last segment.
    """

    treatments: int
    patience: int
    last: float

    @property
    def window(self) -> float:
        """The share of the run after which a treatment is judged."""
        return max(1.0 - self.last - FIRST, 0.1) / self.treatments

    def allows(self, progress: float, begun: int) -> bool:
        """Say whether another treatment can still pay off."""
        return begun < self.treatments and progress <= 1.0 - self.last


def treatable(prescriptions: Iterable[Prescription]) -> Iterator[Prescription]:
    """Yield what a segment of a run can have: its data, exams and length stay."""
    for one in prescriptions:
        lengthens = any(path.startswith("length.") for path in one.changes)
        if one.changes and not lengthens and not not_to_change(list(one.changes)):
            yield one


def untried(
    prescriptions: Iterable[Prescription], tried: Collection[str]
) -> Iterator[Prescription]:
    """Yield those that were not tried in this run."""
    return (one for one in prescriptions if key_of(one.changes, one.start) not in tried)


def fresh_if_little_is_lost(one: Prescription, progress: float, remaining: float) -> Prescription:
    """Return a prescription that begins untrained where the run has learned next to nothing.

    Weights that a failure has shaped, and an optimizer's memory of it, cost a mended game more than
    the part of the run that made them.

    Args:
        one: the prescription.
        progress: share of the run that is over.
        remaining: share of the untrained generator's distance that remains; NaN: not known.
    """
    if one.start == "here" and little_is_lost(progress, remaining):
        return replace(one, start="untrained")
    return one


def little_is_lost(progress: float, remaining: float) -> bool:
    """Say whether a run has learned next to nothing while most of it is still to come.

    Args:
        progress: share of the run that is over.
        remaining: share of the untrained generator's distance that remains; NaN: not known.
    """
    return progress <= EARLY and remaining > MOSTLY_UNTRAINED


def changed_tree(tree: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of a recipe's tree with changes by dotted path."""
    found = deepcopy(dict(tree))
    for path, value in changes.items():
        change(found, path, deepcopy(value))
    return found


def sure(diagnoses: Iterable[Diagnosis], least: float) -> list[Diagnosis]:
    """Return the diagnoses that count as found."""
    return [one for one in diagnoses if one.confidence >= least]
