"""Files of one JSON record a line: appended to whole, read past damage, cut back to a moment."""

import math
import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from gansmith.errors import RunError, RunWarning
from gansmith.reading import is_regular, json_value, special
from gansmith.runs import folder

Record = dict[str, Any]
NAMED = 5  # numbers of damaged lines that a sentence lists
TAIL = 1 << 16  # bytes from the end in which a last line is looked for


class Line(NamedTuple):
    """One line: its number from 1, its bytes, where it ends, and what it says; None: damaged."""

    number: int
    text: bytes
    end: int
    record: Record | None


def lines(path: Path) -> Iterator[Line]:
    """Yield the lines of a file, but not a last one that is still being written or was cut off."""
    end = 0
    for number, text in whole_lines(path, blank=True):
        end += len(text)
        record = parse(text)
        if text.strip() and (record is not None or text.endswith(b"\n")):
            yield Line(number, text, end, record)


def whole_lines(path: Path, blank: bool = False) -> Iterator[tuple[int, bytes]]:
    """Yield number from 1 and bytes of each line, blank ones only if wanted; nothing is parsed."""
    if kind := special(path):
        raise RunError(f"{path} is {kind} and not a file; remove it, or put the records back")
    if not is_regular(path):
        return
    with path.open("rb") as file:
        for number, text in enumerate(file, 1):
            if blank or not text.isspace():
                yield number, text


def told_damage(path: Path, damaged: Sequence[int]) -> str:
    """Return the sentence on lines of a file that could not be read; "" if there are none."""
    if not damaged:
        return ""
    more = f" and {len(damaged) - NAMED} more" if len(damaged) > NAMED else ""
    listed = ", ".join(map(str, damaged[:NAMED])) + more
    what, are = ("line", "is") if len(damaged) == 1 else ("lines", "are")
    was = "was" if len(damaged) == 1 else "were"
    return f"{what} {listed} of {path} {are} damaged and {was} left out"


def append(path: Path, line: str) -> None:
    """Append one line, whole or not at all; a last line that was cut off makes way for it.

    Raises:
        OSError: the disk does not take it; the file is as it was before.
    """
    with path.open("ab+", buffering=0) as file:
        start = _mended_end(file.fileno())
        rest = memoryview(line.encode("utf-8"))
        try:
            while rest:
                rest = rest[file.write(rest) :]
        except OSError:
            with suppress(OSError):
                file.truncate(start)
            raise


def settle(path: Path) -> int:
    """Put a file's lines on the disk; return how long it is, 0 if it is not there."""
    if not path.is_file():
        return 0
    folder.flush(path)
    return path.stat().st_size


def keep(path: Path, wanted: Callable[[Record, int], bool]) -> None:
    """Drop the lines that are not wanted, and damaged ones, which is said.

    Args:
        path: the file; nothing happens if it is not there.
        wanted: whether to keep a record, given where its line ends.
    """
    if not path.is_file():
        return
    damaged: list[int] = []

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            for line in lines(path):
                if line.record is None:
                    damaged.append(line.number)
                elif wanted(line.record, line.end):
                    file.write(line.text.rstrip(b"\r\n") + b"\n")

    folder.write_whole(path, write)
    if damaged:
        warnings.warn(RunWarning(told_damage(path, damaged)), stacklevel=2)


def _mended_end(file: int) -> int:
    """End a whole last line, drop a torn one; return the length then."""
    size = os.fstat(file).st_size
    torn = _after_last_end(file, size)
    if not torn:
        return size
    if parse(torn) is not None:
        os.write(file, b"\n")
        return size + 1
    os.ftruncate(file, size - len(torn))
    return size - len(torn)


def _after_last_end(file: int, size: int) -> bytes:
    """Return what follows the last end of a line."""
    length, tail = TAIL, b""
    while b"\n" not in tail and len(tail) < size:
        tail = os.pread(file, min(length, size), max(0, size - length))
        length *= 16
    return tail[tail.rfind(b"\n") + 1 :]


def parse(text: bytes) -> Record | None:
    """Return the record of a line, None if it holds none.

    NaN and infinity, which our own lines hold as null, others write as JSON lacks them: they are
    named, for the doctor is to know both alike.
    """
    try:
        record = dict(json_value(text.decode("utf-8", errors="replace")))
    except (ValueError, TypeError):
        return None
    if b"NaN" in text or b"Infinity" in text:
        broken = [n for n, v in record.items() if isinstance(v, float) and not math.isfinite(v)]
        named = record.get("nonfinite")
        known = [n for n in named if isinstance(n, str)] if isinstance(named, list) else []
        record["nonfinite"] = sorted({*known, *broken})
    return record
