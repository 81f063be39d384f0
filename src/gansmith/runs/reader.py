"""Reads a run folder as it is, also while it is being written."""

import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from gansmith.errors import RunError, RunWarning
from gansmith.facts import Value
from gansmith.reading import exists, is_regular, json_value, read_text, toml_tree
from gansmith.runs import folder
from gansmith.runs.lineage import EVENT as SEGMENT_BEGINS
from gansmith.runs.lineage import Lineage, segment_of_line
from gansmith.runs.records import Record, lines, told_damage
from gansmith.runs.tail import read_thinned
from gansmith.runs.thinned import MOVES, NUMBERS, Thinned

SHOWN = (".png", ".txt")  # what samples are kept as


@dataclass(frozen=True)
class SegmentRecord:
    """Ticks and exams of one segment, and its recipe."""

    number: int
    signals: Thinned
    metrics: Thinned
    recipe: Record


@dataclass(frozen=True)
class RunRecord:
    """A run as its folder records it; each part is read when first requested."""

    path: Path
    damage: list[str] = field(default_factory=list, compare=False)  # sentences on lines left out

    @cached_property
    def recipe_text(self) -> str:
        """The resolved recipe as written, with the reasons in comments."""
        return _text(self.path / folder.RECIPE)

    @cached_property
    def recipe(self) -> Record:
        """The resolved recipe."""
        return _tree(self.path / folder.RECIPE, self.recipe_text)

    @cached_property
    def environment(self) -> Record:
        """Versions, machine and data of the run; empty if it was never written."""
        path = self.path / folder.ENVIRONMENT
        if not exists(path):
            return {}
        try:
            return dict(json_value(_text(path)))
        except (ValueError, TypeError) as error:
            raise RunError(
                f"{path} is damaged: it is not a JSON object; put a copy of it back, or delete it "
                "and go on with --resume, which writes it anew"
            ) from error

    @cached_property
    def lineage(self) -> Lineage:
        """The segments of the run, and which records are its current line of history."""
        return Lineage.of(self.journal)

    @cached_property
    def signals(self) -> Thinned:
        """One record a tick of the current line; of very many ticks, every k-th."""
        return self._read(folder.SIGNALS)

    @cached_property
    def metrics(self) -> Thinned:
        """One record an exam of the current line; of very many exams, every k-th."""
        return self._read(folder.METRICS)

    @cached_property
    def journal(self) -> Thinned:
        """One record an event, of all segments; of very many moves of a knob, every k-th."""
        return self._read(folder.JOURNAL)

    @cached_property
    def values(self) -> dict[str, Value]:
        """How to read the numbers of exams, as far as the folder says."""
        return {name: value for row in self.metrics for name, value in _values(row).items()}

    def segment(self, number: int) -> "SegmentRecord":
        """Return all that was written in a segment, also where the run went back behind it.

        Raises:
            RunError: there is no such segment, or its recipe is damaged.
        """
        if number not in (0, *(segment.number for segment in self.lineage.segments)):
            raise RunError(
                f"{self.path} has no segment {number}; its last is {self.lineage.current}"
            )
        signals, metrics = (
            read_thinned(self.path / name, wanted=lambda line: segment_of_line(line) == number)
            for name in (folder.SIGNALS, folder.METRICS)
        )
        own = self.path / folder.SEGMENTS / str(number) / folder.RECIPE
        recipe = _tree(own, _text(own)) if is_regular(own) else self.recipe
        return SegmentRecord(number, signals.records, metrics.records, recipe)

    def add(self, name: str, record: Record) -> None:
        """Note a record that was just written to a file; one that was not read yet will hold it."""
        if record.get("event") == SEGMENT_BEGINS:
            self.forget()
        known = self.__dict__.get(Path(name).stem)
        if known is not None:
            known.append(record)
        if name == folder.METRICS and "values" in self.__dict__:
            self.values.update(_values(record))

    def forget(self, *parts: str) -> None:
        """Read these parts again when they are next requested; all if none is named."""
        for part in parts or tuple(self.__dict__):
            if part not in ("path", "damage"):
                self.__dict__.pop(part, None)

    def _read(self, name: str) -> Thinned:
        path = self.path / name
        if name == folder.JOURNAL:
            records, damaged = read_thinned(path, MOVES)
        else:
            wanted = self.lineage.holds_line if self.lineage.segments else None
            records, damaged = read_thinned(path, NUMBERS, wanted=wanted)
        if damaged:
            says = told_damage(path, damaged)
            warnings.warn(RunWarning(says), stacklevel=2)
            self.damage.append(says)
        return records

    @property
    def state(self) -> str:
        """finished, stopped, or unfinished (still training, or ended without a word)."""
        events = [row.get("event") for row in self.journal]
        told = [event for event in events if event in ("finished", "stopped", "started", "resumed")]
        return str(told[-1]) if told and told[-1] in ("finished", "stopped") else "unfinished"

    @property
    def uncovered(self) -> Path | None:
        """Picture or lines of reals that no fake is near; None where there are none."""
        path = self.path / folder.UNCOVERED
        return next(filter(is_regular, (path, path.with_suffix(".txt"))), None)

    @property
    def clips(self) -> Path | None:
        """The newest file of sampled clips; None where a run makes no sound."""
        found = sorted(filter(is_regular, (self.path / folder.SAMPLES).glob("kimg-*.wav")))
        return found[-1] if found else None

    @property
    def samples(self) -> list[tuple[int, Path]]:
        """Sample grids, or lines of text, as (kimg, path), in order of time."""
        listed = (self.path / folder.SAMPLES).glob("kimg-*")
        found = sorted(path for path in listed if path.suffix in SHOWN and is_regular(path))
        named = [(re.fullmatch(r"kimg-(\d+)", path.stem), path) for path in found]
        return [(int(name.group(1)), path) for name, path in named if name]


def read_run(path: str | Path) -> RunRecord:
    """Return the record of a run folder.

    Raises:
        RunError: the folder is not there or is not a run folder.
    """
    return RunRecord(folder.require_run(Path(path)))


def read_lines(path: Path, told: list[str] | None = None) -> Iterator[Record]:
    """Yield the records of a JSON-lines file.

    A last line that is still being written is left out; so are damaged ones, with a warning.

    Args:
        path: the file; one that is not there has no records.
        told: gets the sentence on damaged lines too.
    """
    damaged = []
    for line in lines(path):
        if line.record is None:
            damaged.append(line.number)
        else:
            yield line.record
    if damaged:
        says = told_damage(path, damaged)
        warnings.warn(RunWarning(says), stacklevel=2)
        if told is not None:
            told.append(says)


def _tree(path: Path, text: str) -> Record:
    try:
        return toml_tree(text)
    except ValueError as error:
        raise RunError(
            f"{path} is damaged: {error}; put a copy of it back, or start a new run"
        ) from error


def _values(exam: Record) -> dict[str, Value]:
    """Return how to read the numbers that an exam is the first to have."""
    told = exam.get("values")
    read = {name: Value.read(v) for name, v in told.items()} if isinstance(told, Mapping) else {}
    return {name: value for name, value in read.items() if value is not None}


def _text(path: Path) -> str:
    """Return the text of a file.

    Raises:
        RunError: it cannot be read, is not a regular file, or is not UTF-8.
    """
    try:
        return read_text(path)
    except OSError as error:
        raise RunError(f"{path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise RunError(f"{path} is damaged: it is not UTF-8 text") from error
