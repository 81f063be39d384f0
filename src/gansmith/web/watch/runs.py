"""Which runs lie in a folder, and what the newest line of each says."""

import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from gansmith.errors import GansmithError, RunError
from gansmith.reading import toml_tree
from gansmith.reporting.wording import MAIN
from gansmith.runs import folder
from gansmith.values import value_of

DEEP = 3  # folders below the one that is watched
SKIPPED = {folder.SAMPLES, folder.CHECKPOINTS, folder.SEGMENTS}
TAIL = 1 << 16  # bytes at a file's end in which its newest line is looked for
QUIET = 600.0  # seconds without a word after which a run on another machine counts as over
FILES = (folder.SIGNALS, folder.METRICS, folder.JOURNAL, folder.RECIPE)
Signature = tuple[tuple[int, int], ...]


@dataclass
class Runs:
    """The runs of a folder, by their path below it.

    Args:
        root: a folder of runs, or one run.

    Raises:
        RunError: there is no such folder.
    """

    root: Path
    known: dict[str, Path] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.root.is_dir():
            raise RunError(
                f"there is no folder {self.root}; give a folder that holds runs, such as runs/, or "
                "one run"
            )

    def look(self) -> dict[str, Path]:
        """Return the runs that there are now, in order of their names."""
        found = dict(_found(self.root, self.root, DEEP))
        self.known = dict(sorted(found.items()))
        return self.known

    def path(self, name: str) -> Path:
        """Return the folder of a run that was found.

        Raises:
            RunError: there is no such run.
        """
        if name not in self.known and name not in self.look():
            raise RunError(f"there is no run {name} here")
        return self.known[name]


def _found(path: Path, root: Path, deep: int) -> Iterator[tuple[str, Path]]:
    if folder.is_run(path):
        name = path.relative_to(root).as_posix()
        yield (path.resolve().name if name == "." else name), path
        return
    if deep:
        for entry in _entries(path):
            yield from _found(entry, root, deep - 1)


def _entries(path: Path) -> list[Path]:
    try:
        with os.scandir(path) as inside:
            return [
                Path(entry.path)
                for entry in inside
                if entry.is_dir(follow_symlinks=False)
                and not entry.name.startswith(".")
                and entry.name not in SKIPPED
            ]
    except OSError:
        return []


def signature(run: Path) -> Signature:
    """Return what changes whenever a run writes: size and time of its records."""
    return tuple(_stat(run / name) for name in FILES)


def _stat(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_size, found.st_mtime_ns


def newest_lines(path: Path) -> list[Mapping[str, Any]]:
    """Return the records at the end of a file of lines, oldest first."""
    try:
        with path.open("rb") as opened:
            size = opened.seek(0, os.SEEK_END)
            opened.seek(max(0, size - TAIL))
            lines = opened.read(TAIL).split(b"\n")
    except OSError:
        return []
    found = [_record(line) for line in lines[1 if size > TAIL else 0 : -1]]
    return [record for record in found if record is not None]


def _record(line: bytes) -> Mapping[str, Any] | None:
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, Mapping) else None


def is_live(run: Path, state: str) -> bool:
    """Say whether a process writes a run now: the holder of its lock lives, or it spoke lately."""
    if state != "unfinished":
        return False
    words = _text(run / folder.LOCK).split()
    if len(words) == 4 and words[1].isdigit() and words[3] == os.uname().nodename:
        return Path(f"/proc/{words[1]}").exists() or not Path("/proc/self").exists()
    spoke = max(time_ns for _, time_ns in signature(run)) / 1e9
    return time.time() - spoke < QUIET


def _text(path: Path) -> str:
    try:
        return path.read_bytes()[:200].decode(errors="replace")
    except OSError:
        return ""


def summary(name: str, run: Path) -> dict[str, Any]:
    """Return what the list of runs shows of one, from the ends of its records."""
    ticks, journal = newest_lines(run / folder.SIGNALS), newest_lines(run / folder.JOURNAL)
    exams = newest_lines(run / folder.METRICS)
    tick = ticks[-1] if ticks else {}
    state = _state(journal)
    live = is_live(run, state)
    length = _length(run / folder.RECIPE, *_stat(run / folder.RECIPE))
    told = [str(row.get("says", "")) for row in journal if row.get("event") == "diagnosis"]
    return {
        "id": name,
        "state": "live" if live else "ended" if state == "unfinished" else state,
        "kimg": _number(tick, "kimg") or _number(exams[-1] if exams else {}, "kimg") or 0.0,
        "speed": _number(tick, "samples_per_second"),
        "seconds": _number(tick, "seconds"),
        "progress": None if state == "finished" else progress(tick, length),
        "left": time_left(tick, length) if live else None,
        "metric": _metric(exams[-1]) if exams else None,
        "told": told[-1] if told else "",
    }


def _state(journal: list[Mapping[str, Any]]) -> str:
    words = ("finished", "stopped", "started", "resumed")
    told = [row.get("event") for row in journal if row.get("event") in words]
    return str(told[-1]) if told and told[-1] in words[:2] else "unfinished"


@lru_cache(maxsize=1024)
def _length(path: Path, size: int, changed: int) -> dict[str, float]:
    """Return the length of a run as its recipe says it: kimg, budget in seconds."""
    try:
        length = toml_tree(path.read_text(encoding="utf-8")).get("length")
    except (OSError, ValueError, GansmithError):
        return {}
    return {n: v for n, v in length.items() if isinstance(v, int | float)} if length else {}


def progress(tick: Mapping[str, Any], length: Mapping[str, float]) -> float | None:
    """Return the share of a run that is over, 0 to 1; None where nobody knows."""
    shares = [
        (_number(tick, measured) or 0.0) / length[name]
        for name, measured in (("kimg", "kimg"), ("budget", "seconds"))
        if length.get(name)
    ]
    return min(1.0, max(shares)) if shares else None


def time_left(tick: Mapping[str, Any], length: Mapping[str, float]) -> float | None:
    """Return the seconds that a run still needs; None where nobody knows."""
    speed, kimg = _number(tick, "samples_per_second"), _number(tick, "kimg") or 0.0
    left = []
    if length.get("kimg") and speed:
        left.append(1000 * (length["kimg"] - kimg) / speed)
    if length.get("budget"):
        left.append(length["budget"] - (_number(tick, "seconds") or 0.0))
    return max(0.0, min(left)) if left else None


def _metric(exam: Mapping[str, Any]) -> tuple[str, float] | None:
    found = exam.get("metrics")
    metrics = found if isinstance(found, Mapping) else {}
    name = next((name for name in (*MAIN, *metrics) if _number(metrics, name) is not None), None)
    return None if name is None else (value_of(name, {}).title, float(metrics[name]))


def _number(row: Mapping[str, Any], name: str) -> float | None:
    value = row.get(name)
    return float(value) if isinstance(value, int | float) else None
