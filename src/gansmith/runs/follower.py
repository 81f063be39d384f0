"""Follows a run folder while it is written: each look reads only what is new."""

from pathlib import Path
from typing import NamedTuple

from gansmith.runs import folder
from gansmith.runs.lineage import Lineage, Segment
from gansmith.runs.reader import RunRecord, read_run
from gansmith.runs.records import Record
from gansmith.runs.tail import Tail
from gansmith.runs.thinned import MOST, MOVES, NUMBERS


class News(NamedTuple):
    """What was written since the last look.

    Of a very long history, read for the first time, signals are every k-th (see ``Thinned``).
    ``anew`` says that all are given again: records were cut back, as on a resume, or a new segment
    has begun.
    """

    signals: list[Record]
    metrics: list[Record]
    journal: list[Record]
    anew: bool

    def __bool__(self) -> bool:
        """Say whether there is any."""
        return self.anew or bool(self.signals or self.metrics or self.journal)


class Follower:
    """Keeps the record of a run up to date.

    Args:
        run: the run folder.
        most: ticks and exams to keep at most, apart from those that must not be missed.

    Raises:
        RunError: there is no such run.
    """

    def __init__(self, run: str | Path, most: int = MOST) -> None:
        self.record: RunRecord = read_run(run)
        self._most = most
        self._journal = Tail(self.record.path / folder.JOURNAL, MOVES)
        self._line: tuple[Segment, ...] = ()
        self._open()

    def _open(self) -> None:
        """Begin to read the ticks and exams of the current line."""
        path, lineage = self.record.path, Lineage(self._line)
        wanted = lineage.holds_line if self._line else None
        self._signals = Tail(path / folder.SIGNALS, NUMBERS, self._most, wanted=wanted)
        self._metrics = Tail(path / folder.METRICS, NUMBERS, self._most, wanted=wanted)

    def look(self) -> News:
        """Read what is new; ``record`` then holds it, too.

        A last line that is still being written waits for the next look. Where a new segment has
        begun, the ticks and exams of the line that it goes on with are given again.
        """
        journal = self._journal.read()
        line = Lineage.of(self._journal.records).segments
        turned, self._line = line != self._line, line
        if turned:
            self._open()
        signals, metrics = self._signals.read(), self._metrics.read()
        self.record.forget()
        tails = {"signals": self._signals, "metrics": self._metrics, "journal": self._journal}
        self.record.__dict__.update({name: tail.records for name, tail in tails.items()})
        anew = turned or journal.anew or signals.anew or metrics.anew
        return News(signals.records, metrics.records, journal.records, anew)
