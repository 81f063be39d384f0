"""What the autopilot remembers: plain values that a checkpoint holds."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from gansmith.listeners import NewSegment
from gansmith.training.autopilot.judging import Judgement
from gansmith.training.autopilot.treatment import Treatment, key_of, known

BY_HAND = "the run was changed by hand while it was under way"


@dataclass
class Memory:
    """The treatments so far, and how often each failure was found.

    Args:
        looks: at how many exams in a row each failure was found.
        past: treatments that were judged.
        under_way: the one that is not judged yet.
        planned: the one that the new segment is to be, which was asked for.
        pending: that new segment, until it begins.
        unfit: what was refused or told, and is not to be tried or told again.
    """

    looks: dict[str, int] = field(default_factory=dict)
    past: list[Treatment] = field(default_factory=list)
    under_way: Treatment | None = None
    planned: Treatment | None = None
    pending: dict[str, Any] | None = None
    unfit: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Memory":
        """Return the memory that plain values hold; empty: none."""
        known = dict(values)
        for name in ("under_way", "planned"):
            known[name] = Treatment.of(known[name]) if known.get(name) else None
        known["past"] = [Treatment.of(one) for one in known.get("past", ())]
        return cls(**known)

    def plain(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    @property
    def tried(self) -> set[str]:
        """What is not to be tried again."""
        begun = {key_of(one.changes, start) for one in self.past for start in ("here", one.start)}
        return begun | set(self.unfit)

    def look(self, failures: Iterable[str]) -> dict[str, int]:
        """Count a look at which these failures were found; return the counts."""
        self.looks = {failure: self.looks.get(failure, 0) + 1 for failure in failures}
        return self.looks

    def turn(self, wish: NewSegment, treatment: Treatment | None) -> None:
        """Remember the new segment that was asked for, and the treatment that it is."""
        self.pending, self.planned = asdict(wish), treatment

    def turned(self, segment: int) -> None:
        """The new segment has begun."""
        if self.pending:
            self.pending, self.under_way, self.planned = None, self.planned, None
            self.looks = {}
            if self.under_way:
                self.under_way.segment = segment

    def judged(self, judged: Judgement) -> None:
        """Remember what came of the treatment that was under way."""
        if self.under_way:
            self.under_way.outcome = "kept" if judged.kept else "undone"
            self.under_way.says = judged.says
            self.under_way.after = known(judged.after)
            self.under_way.distance_after = known(judged.distance)
            self.past.append(self.under_way)
            self.under_way, self.looks = None, {}

    def changed_by_hand(self) -> None:
        """Give up what was going on: somebody else has changed the run."""
        if self.under_way:
            self.under_way.outcome, self.under_way.says = "undone", BY_HAND
            self.past.append(self.under_way)
        self.under_way = self.planned = self.pending = None
        self.looks = {}
