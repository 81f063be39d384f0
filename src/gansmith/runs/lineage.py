"""Which records are a run's current line of history, and which belong to a line that was left.

A run begins as segment 0. Where it goes on with another recipe, or from an earlier checkpoint, a
new segment begins; nothing of what came before is deleted.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gansmith.runs.records import parse

SEGMENT, STEP = re.compile(rb'"segment": (\d+)'), re.compile(rb'"step": (\d+)')
EVENT = "segment"  # of the journal, where one begins


@dataclass(frozen=True)
class Segment:
    """A part of a run with one recipe.

    Args:
        number: from 0 on.
        follows: the segment that it went on from.
        step: of the checkpoint that it went on from.
        kimg: of that checkpoint.
        says: why, in a sentence.
    """

    number: int
    follows: int
    step: int
    kimg: float
    says: str


class Lineage:
    """The segments of a run, the first apart, which began with it.

    Args:
        segments: in the order in which they began.
    """

    def __init__(self, segments: Iterable[Segment] = ()) -> None:
        self.segments = tuple(segments)

    @classmethod
    def of(cls, journal: Iterable[Mapping[str, Any]]) -> "Lineage":
        """Return the lineage that a journal tells; damaged events are none."""
        read = (_segment(row) for row in journal if row.get("event") == EVENT)
        return cls(segment for segment in read if segment is not None)

    @property
    def current(self) -> int:
        """The number of the newest segment."""
        return self.segments[-1].number if self.segments else 0

    @cached_property
    def limits(self) -> dict[int, float]:
        """The last step that counts of each segment on the current line."""
        begun = {segment.number: segment for segment in self.segments}
        number, found = self.current, {self.current: math.inf}
        while number in begun and begun[number].follows not in found:
            found[begun[number].follows] = begun[number].step
            number = begun[number].follows
        return found

    def holds(self, record: Mapping[str, Any]) -> bool:
        """Say whether a tick or an exam is on the current line."""
        step = record.get("step", 0)
        limit = self.limits.get(segment_of(record), -1)
        return not isinstance(step, int | float) or step <= limit

    def holds_line(self, line: bytes) -> bool:
        """Say the same of a record's line, which is parsed only where it is not one of ours."""
        if len(self.limits) == 1 and not self.segments:
            return True
        step = STEP.search(line)
        if step is None:
            return self.holds(parse(line) or {})
        return int(step[1]) <= self.limits.get(segment_of_line(line), -1)


def segment_of(record: Mapping[str, Any]) -> int:
    """Return the segment of a record; older ones, and those of the first, do not name it."""
    number = record.get("segment", 0)
    return number if type(number) is int else 0


def segment_of_line(line: bytes) -> int:
    """Return the segment of a record's line without parsing it."""
    found = SEGMENT.search(line)
    return int(found[1]) if found else 0


def _segment(row: Mapping[str, Any]) -> Segment | None:
    number, follows, step = (row.get(name) for name in ("segment", "follows", "step"))
    if type(number) is int and type(follows) is int and type(step) is int:
        kimg = row.get("kimg")
        at = float(kimg) if isinstance(kimg, int | float) else math.nan
        return Segment(number, follows, step, at, str(row.get("says", "")))
    return None
