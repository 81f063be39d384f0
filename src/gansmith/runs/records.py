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
TAIL = 1 << 16  # bytes that are searched at once for the end of a line
LONGEST = 16 << 20  # bytes of a line, beyond which it is damaged: ours have some kilobytes
TOO_LONG = b"\0"  # stands for such a line, which is never in memory as a whole


class Line(NamedTuple):
    """One line: its number from 1, its bytes, where it ends, and what it says; None: damaged."""

    number: int
    text: bytes
    end: int
    record: Record | None


def lines(path: Path) -> Iterator[Line]:
    """Yield the lines of a file, but not a last one that is still being written or was cut off."""
    for number, text, end in whole_lines(path):
        record = parse(text)
        if text.strip() and (record is not None or text.endswith(b"\n")):
            yield Line(number, text, end, record)


def whole_lines(path: Path, start: int = 0) -> Iterator[tuple[int, bytes, int]]:
    """Yield number from 1, bytes, and place of the end of each line; nothing is parsed.

    A line of more than 16 MB is given as one that holds no record.

    Args:
        path: the file.
        start: where to begin, in bytes; lines are counted from there.

    Raises:
        RunError: the file is a pipe or a device.
    """
    if kind := special(path):
        raise RunError(f"{path} is {kind} and not a file; remove it, or put the records back")
    if not is_regular(path):
        return
    with path.open("rb") as file:
        number, end = 0, file.seek(start)
        while text := file.readline(LONGEST):
            number, end = number + 1, end + len(text)
            if len(text) == LONGEST and not text.endswith(b"\n"):
                text = TOO_LONG
                while rest := file.readline(TAIL):
                    end += len(rest)
                    if rest.endswith(b"\n"):
                        text = TOO_LONG + b"\n"
                        break
            yield number, text, end


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


def cut(path: Path, size: int, step: float) -> bool:
    """Cut a file of ticks or exams where a checkpoint saw its end, without reading it.

    Only the lines on both sides of the cut are parsed, to be sure that it is the right place.

    Args:
        path: the file.
        size: how long it was when the checkpoint was made, in bytes.
        step: of the checkpoint: of what stands before the cut none is later, behind it earlier.

    Returns:
        whether that was the right place; if not, the file is as it was.
    """
    if not is_regular(path):
        return False
    with path.open("rb+") as file:
        number = file.fileno()
        if size > os.fstat(number).st_size or _last_end(number, size) != size:
            return False
        last = _last_end(number, max(0, size - 1))
        file.seek(last)
        before = _step(file.readline(min(LONGEST, size - last))) if size else -math.inf
        file.seek(size)
        behind = file.readline(LONGEST)
        after = _step(behind) if behind.endswith(b"\n") else math.inf
        if before is None or after is None or not before <= step <= after:
            return False
        file.truncate(size)
        os.fsync(number)
    return True


def _step(line: bytes) -> float | None:
    """Return the step of a record; None if it has none."""
    step = (parse(line) or {}).get("step")
    return step if isinstance(step, int | float) else None


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
    start = _last_end(file, size)
    if start == size:
        return size
    if size - start <= LONGEST and parse(os.pread(file, size - start, start)) is not None:
        os.write(file, b"\n")
        return size + 1
    os.ftruncate(file, start)
    return start


def _last_end(file: int, size: int) -> int:
    """Return where the last end of a line before ``size`` is; 0 if there is none."""
    while size > 0:
        start = max(0, size - TAIL)
        found = os.pread(file, size - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        size = start
    return 0


def parse(text: bytes) -> Record | None:
    """Return the record of a line, None if it holds none.

    NaN and infinity, which our own lines hold as null, others write as JSON lacks them: they are
    named, for the doctor is to know both alike.
    """
    try:
        record = json_value(text.decode("utf-8", errors="replace"))
    except (ValueError, TypeError):
        return None
    if not isinstance(record, dict):
        return None
    if b"NaN" in text or b"Infinity" in text:
        broken = [n for n, v in record.items() if isinstance(v, float) and not math.isfinite(v)]
        named = record.get("nonfinite")
        known = [n for n in named if isinstance(n, str)] if isinstance(named, list) else []
        record["nonfinite"] = sorted({*known, *broken})
    return record
