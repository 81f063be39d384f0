"""Follows a run folder while it is written: each look reads only what is new."""

from pathlib import Path
from typing import NamedTuple

from gansmith.runs import folder
from gansmith.runs.reader import RunRecord, read_run
from gansmith.runs.records import Record
from gansmith.runs.tail import Tail
from gansmith.runs.thinned import MOVES, NUMBERS

WHOLE = {folder.RECIPE: ("recipe", "recipe_text"), folder.ENVIRONMENT: ("environment",)}


class News(NamedTuple):
    """What was written since the last look.

    Of a very long history, read for the first time, signals are every k-th (see ``Thinned``).
    ``anew`` says that records were cut back since, as on a resume, and are all given again.
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

    Raises:
        RunError: there is no such run.
    """

    def __init__(self, run: str | Path) -> None:
        self.record: RunRecord = read_run(run)
        path = self.record.path
        self._tails = {
            name: Tail(path / name, MOVES if name == folder.JOURNAL else NUMBERS)
            for name in (folder.SIGNALS, folder.METRICS, folder.JOURNAL)
        }
        self._seen: dict[str, object] = {}

    def look(self) -> News:
        """Read what is new; ``record`` then holds it, too.

        A last line that is still being written waits for the next look.
        """
        fresh = {name: tail.read() for name, tail in self._tails.items()}
        known = {Path(name).stem: tail.records for name, tail in self._tails.items()}
        self.record.forget("values")
        self.record.__dict__.update(known)
        for name, parts in WHOLE.items():
            if _changed(self._seen, self.record.path / name):
                self.record.forget(*parts)
        anew = any(one.anew for one in fresh.values())
        signals, metrics, journal = (one.records for one in fresh.values())
        return News(signals, metrics, journal, anew)


def _changed(seen: dict[str, object], path: Path) -> bool:
    """Say whether a file is another than at the last look."""
    try:
        found = path.stat()
        now: object = (found.st_mtime_ns, found.st_size, found.st_ino)
    except OSError:
        now = None
    before, seen[path.name] = seen.get(path.name), now
    return before != now
