"""Reads a file of records, at once or as it grows."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from gansmith.runs.records import TOO_LONG, Record, parse, whole_lines
from gansmith.runs.thinned import MOST, NUMBERS, Rare, Thinned


class Read(NamedTuple):
    """Records of a file, and the numbers of its damaged lines among those that were parsed."""

    records: Thinned
    damaged: list[int]


class Tail:
    """Reads a growing file of one JSON record a line, thinned; each call only what is new.

    A last line that is still being written waits for the next call. Where the file was cut back or
    written anew, as on a resume, all is read again.

    Args:
        path: the file; one that is not there has no records.
        rare: which records must not be missed.
        most: how many to keep at most, apart from rare ones.
        wanted: which lines count, before they are parsed; absent: all.
    """

    def __init__(
        self,
        path: Path,
        rare: Rare = NUMBERS,
        most: int = MOST,
        wanted: Callable[[bytes], bool] | None = None,
    ) -> None:
        self.path, self.rare, self.most, self.wanted = path, rare, most, wanted
        self._forget()

    def _forget(self) -> None:
        self.records, self.damaged = Thinned(rare=self.rare, most=self.most), list[int]()
        self._end = self._lines = 0  # bytes and lines that were read
        self._last = b""  # the last of them, by which a file that was cut back is known

    def read(self) -> "Fresh":
        """Return what was added since the last call; lines that are not kept are not parsed."""
        anew = self._end > 0 and not self._goes_on()
        if anew:
            self._forget()
        fresh, skipped, before, records = list[Record](), b"", self._lines, self.records
        for number, text, end in whole_lines(self.path, self._end):
            whole = text.endswith(b"\n")
            if not whole and parse(text) is None:
                break  # it is still being written
            self._end, self._last, self._lines = end, text, before + number - (not whole)
            if text.isspace() or (self.wanted and not self.wanted(text)):
                continue
            if whole and not records.wants(records.seen) and not self.rare.line(text):
                records.skip()
                skipped = text
                continue
            skipped = b""
            self._keep(parse(text), before + number, fresh)
        if self._last.startswith(TOO_LONG):
            self._last = b""  # which is not what stands in the file
        newest = parse(skipped) if skipped else None
        if newest is not None:
            records.amend(newest)
            fresh.append(newest)
        return Fresh(fresh, anew)

    def _keep(self, record: Record | None, number: int, fresh: list[Record]) -> None:
        if record is None:
            self.damaged.append(number)
        else:
            self.records.append(record)
            fresh.append(record)

    def _goes_on(self) -> bool:
        """Say whether what was read last still stands where it stood."""
        try:
            with self.path.open("rb") as file:
                file.seek(self._end - len(self._last))
                return file.read(len(self._last)) == self._last
        except OSError:
            return False


class Fresh(NamedTuple):
    """Records that are new, as far as they are kept, and whether all of them were read again."""

    records: list[Record]
    anew: bool


def read_thinned(
    path: Path,
    rare: Rare = NUMBERS,
    most: int = MOST,
    wanted: Callable[[bytes], bool] | None = None,
) -> Read:
    """Read a file of one JSON record a line, thinned; lines that are not kept are not parsed.

    Args:
        path: the file; one that is not there has no records.
        rare: which records must not be missed.
        most: how many to keep at most, apart from rare ones.
        wanted: which lines count, before they are parsed; absent: all.
    """
    tail = Tail(path, rare, most, wanted)
    tail.read()
    return Read(tail.records, tail.damaged)
