"""Reads a run folder as it is, also while it is being written."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from gansmith.errors import RunError
from gansmith.reading import exists, is_regular, json_value, read_text, special, toml_tree
from gansmith.runs import folder
from gansmith.shown import value

Record = dict[str, Any]


@dataclass(frozen=True)
class RunRecord:
    """A run as its folder tells it; each part is read when first asked for."""

    path: Path

    @cached_property
    def recipe_text(self) -> str:
        """The resolved recipe as written, with the reasons in comments."""
        return _text(self.path / folder.RECIPE)

    @cached_property
    def recipe(self) -> Record:
        """The resolved recipe."""
        try:
            return toml_tree(self.recipe_text)
        except ValueError as error:
            raise RunError(f"{self.path / folder.RECIPE} is damaged: {error}") from error

    @cached_property
    def environment(self) -> Record:
        """Versions, machine and data of the run; empty if it was never written."""
        path = self.path / folder.ENVIRONMENT
        if not exists(path):
            return {}
        try:
            return dict(json_value(_text(path)))
        except (ValueError, TypeError) as error:
            raise RunError(f"{path} is damaged: it is not a JSON object") from error

    @cached_property
    def signals(self) -> list[Record]:
        """One record a tick."""
        return list(read_lines(self.path / folder.SIGNALS))

    @cached_property
    def metrics(self) -> list[Record]:
        """One record an exam."""
        return list(read_lines(self.path / folder.METRICS))

    @cached_property
    def journal(self) -> list[Record]:
        """One record an event."""
        return list(read_lines(self.path / folder.JOURNAL))

    @property
    def state(self) -> str:
        """finished, stopped, or unfinished (still training, or ended without a word)."""
        events = [row.get("event") for row in self.journal]
        told = [event for event in events if event in ("finished", "stopped", "started", "resumed")]
        return str(told[-1]) if told and told[-1] in ("finished", "stopped") else "unfinished"

    @cached_property
    def uncovered(self) -> Path | None:
        """Picture of reals that no fake is near; None where there is none."""
        path = self.path / folder.UNCOVERED
        return path if is_regular(path) else None

    @cached_property
    def samples(self) -> list[tuple[int, Path]]:
        """Sample grids as (kimg, path), in order of time."""
        found = sorted(filter(is_regular, (self.path / folder.SAMPLES).glob("kimg-*.png")))
        named = [(re.fullmatch(r"kimg-(\d+)", path.stem), path) for path in found]
        return [(int(name.group(1)), path) for name, path in named if name]


def read_run(path: str | Path) -> RunRecord:
    """Return the record of a run folder.

    Raises:
        RunError: the folder is not there or is not a run folder.
    """
    return RunRecord(folder.require_run(Path(path)))


def read_lines(path: Path) -> Iterator[Record]:
    """Yield the records of a JSON-lines file; a last line that is still being written is left out.

    Raises:
        RunError: a line that is not the last one is damaged.
    """
    if kind := special(path):
        raise RunError(f"{path} is {kind} and not a file; remove it, or put the records back")
    lines = (
        path.read_text(encoding="utf-8", errors="replace").splitlines() if is_regular(path) else []
    )
    for number, line in enumerate(lines, 1):
        try:
            yield _record(line)
        except (ValueError, TypeError) as error:
            if number == len(lines):
                return
            raise RunError(
                f"{path} is damaged at line {number}: {value(line)} is not JSON"
            ) from error


def _text(path: Path) -> str:
    """Return the text of a file.

    Raises:
        RunError: it cannot be read, is no regular file, or is not UTF-8.
    """
    try:
        return read_text(path)
    except OSError as error:
        raise RunError(f"{path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise RunError(f"{path} is damaged: it is not UTF-8 text") from error


def _record(line: str) -> Record:
    """Return the record of a line; NaN and infinity, which our own lines hold as null, are named.

    Others write them as JSON lacks them: the doctor is to know both alike.
    """
    record = dict(json_value(line))
    if "NaN" in line or "Infinity" in line:
        broken = [n for n, v in record.items() if isinstance(v, float) and not math.isfinite(v)]
        record["nonfinite"] = sorted({*record.get("nonfinite", ()), *broken})
    return record
