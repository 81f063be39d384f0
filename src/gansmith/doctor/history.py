"""A run's recorded numbers as columns over kimg: the only thing that detectors look at."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from gansmith.errors import as_float
from gansmith.facts import Value
from gansmith.kinds.recorded import RecordedKind, kind_of_record
from gansmith.runs.lineage import segment_of
from gansmith.runs.reader import RunRecord

Values = Float[np.ndarray, " points"]
Row = Mapping[str, Any]


class Series(NamedTuple):
    """One curve: kimg and values of the same length; NaN where a value was not finite."""

    kimg: Values
    values: Values

    @property
    def known(self) -> "Series":
        """The points whose value is a finite number."""
        finite = np.isfinite(self.values)
        return Series(self.kimg[finite], self.values[finite])

    def __bool__(self) -> bool:
        return len(self.kimg) > 0


ALONE, RIVAL = "likelihood/nll", "loss/discriminator"  # signals of G without D, and of D
TICKS = 8  # with fewer a history is too short to judge
EMPTY = Series(np.empty(0), np.empty(0))


@dataclass(frozen=True)
class History:
    """What a run wrote down, read column by column.

    Columns are the names of ``signals.jsonl``; ``metrics/<name>`` and ``floor/<name>`` of the
    exams; and what else exams record (``scores/held_out/mean``). A column is made when it is
    first asked for, so that a live look costs milliseconds.

    Args:
        signals: one mapping a tick, in the order written.
        metrics: one mapping an exam, with ``metrics`` and ``floor`` inside.
        recipe: the run's resolved recipe; detectors use it for words only, never for thresholds.
        data: what is known of the data: ``train``, ``facts``, ``networks`` and the rest of
            environment.json.
        ended: whether this is all, or the run may still be going on.
        values: how to read the numbers of exams, as far as the run says.
        newest: the number of the run's newest segment.
    """

    signals: Sequence[Row]
    metrics: Sequence[Row] = ()
    recipe: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    ended: bool = True
    values: Mapping[str, Value] = field(default_factory=dict)
    newest: int = 0
    _columns: dict[str, Series] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, run: RunRecord) -> "History":
        """Return the history of a run folder: its current line, of all segments."""
        known = _known(run.environment.get("data"))
        if isinstance(run.environment.get("networks"), Mapping):
            known["networks"] = run.environment["networks"]
        if run.uncovered:
            known["uncovered"] = run.uncovered.name
        ended = run.state != "unfinished"
        return cls(
            run.signals, run.metrics, run.recipe, known, ended, run.values, run.lineage.current
        )

    @property
    def current(self) -> "History":
        """The history since the run last changed; all of it where it never did.

        Steps of maximum likelihood before the game are left out: there is no D in them.
        """
        return (self.since(self.newest) if self.newest else self).played

    @property
    def played(self) -> "History":
        """The history of the game, without what came before it; all of it where nothing did."""
        before = [ALONE in row and RIVAL not in row for row in self.signals]
        if not any(before):
            return self
        rows = [row for row, alone in zip(self.signals, before, strict=True) if not alone]
        return replace(self, signals=rows, _columns={})

    def segment(self, number: int) -> "History":
        """Return the history of one segment; see ``since``."""
        return self._part(lambda row: segment_of(row) == number)

    def since(self, number: int) -> "History":
        """Return the history from a segment on.

        The exam of the untrained generator stays: it is what no training is, in any segment.
        """
        return self._part(lambda row: segment_of(row) >= number)

    def _part(self, wanted: Callable[[Row], bool]) -> "History":
        signals = [row for row in self.signals if wanted(row)]
        metrics = [row for row in self.metrics if wanted(row) or row.get("step") == 0]
        return replace(self, signals=signals, metrics=metrics, _columns={})

    @property
    def kind(self) -> RecordedKind:
        """What a sample is, as the run remembers it."""
        return kind_of_record(self.data)

    @property
    def ticks(self) -> int:
        """Number of ticks with a readable time; of a thinned history, of all that there were."""
        timed = sum(_time(row) is not None for row in self.signals)
        return timed + getattr(self.signals, "left_out", 0)

    @property
    def broken(self) -> int:
        """Number of ticks of a thinned history with a value that is not finite; 0 of others."""
        return int(getattr(self.signals, "rare_seen", 0)) if self._thinned else 0

    @property
    def _thinned(self) -> bool:
        return getattr(self.signals, "left_out", 0) > 0

    @property
    def exams(self) -> int:
        """Number of exams with a readable time."""
        return sum(_time(row) is not None for row in self.metrics)

    @property
    def kimg(self) -> float:
        """Thousands of real samples seen at the newest record; 0 for an empty history."""
        times = [_time(row) for row in (*self.signals[-1:], *self.metrics[-1:])]
        return max((time for time in times if time is not None), default=0.0)

    def column(self, name: str) -> Series:
        """Return a curve; empty when nothing of that name was recorded."""
        if name not in self._columns:
            self._columns[name] = self._read(name)
        return self._columns[name]

    def early(self, name: str, share: float = 0.1, least: int = 3) -> float:
        """Return the median of a curve's first ``share`` of points, ``least`` or more."""
        values = self.column(name).known.values
        return median(values[: max(least, math.ceil(share * len(values)))])

    def recent(self, name: str, share: float = 0.1, least: int = 3) -> float:
        """Return the median of a curve's last ``share`` of points, ``least`` or more."""
        values = self.column(name).known.values
        return median(values[-max(least, math.ceil(share * len(values))) :])

    @property
    def measured(self) -> list[str]:
        """The names of all numbers of exams, in the order in which they were first measured."""
        return list(dict.fromkeys(name for row in self.metrics for name in _inner(row, "metrics")))

    def names(self) -> list[str]:
        """Return the names of all columns, sorted."""
        signals = {name for row in self.signals for name in row} - {"nonfinite"}
        exams = {
            f"{group}/{name}"
            for row in self.metrics
            for group in ("metrics", "floor")
            for name in _inner(row, group)
        }
        return sorted(signals | exams)

    def _read(self, name: str) -> Series:
        group, _, inner = name.partition("/")
        if group in ("metrics", "floor"):
            exams = [(row, _inner(row, group)) for row in self.metrics]
            return _series(
                [(row.get("kimg"), found[inner]) for row, found in exams if inner in found]
            )
        rows = [*(row for row in self.signals if name in row)] or self.metrics
        return _series([(row.get("kimg"), row[name]) for row in rows if name in row])


def _known(data: object) -> dict[str, Any]:
    """Return what environment.json says of the data, without a shape or classes that are none."""
    known: dict[str, Any] = dict(data) if isinstance(data, Mapping) else {}
    shape, facts = known.get("shape"), known.get("facts")
    if not isinstance(shape, list | tuple) or not _are_counts(shape):
        known.pop("shape", None)
    classes = facts.get("classes") if isinstance(facts, Mapping) else None
    if isinstance(facts, Mapping) and isinstance(classes, Mapping):
        kept = classes if _are_counts(classes.values()) else {}
        known["facts"] = {**facts, "classes": kept}
    return known


def _are_counts(values: Iterable[object]) -> bool:
    return all(type(value) is int and value >= 0 for value in values)


def median(values: Values) -> float:
    """Return the median, or NaN of nothing, without a warning."""
    return float(np.median(values)) if len(values) else math.nan


def _series(points: Sequence[tuple[Any, Any]]) -> Series:
    if not points:
        return EMPTY
    kimg, values = (_numbers(column) for column in zip(*points, strict=True))
    timed = np.isfinite(kimg)
    kimg, values = kimg[timed], values[timed]
    # A run resumed from a checkpoint writes some ticks again: the later line is the true one.
    kept = kimg < np.append(np.minimum.accumulate(kimg[::-1])[::-1][1:], np.inf)
    return Series(kimg[kept], values[kept])


def _numbers(column: Sequence[Any]) -> Values:
    try:
        return np.array(column, dtype=np.float64)  # None becomes NaN
    except (TypeError, ValueError, OverflowError):
        return np.array([_float(value) for value in column])


def _float(value: Any) -> float:
    return as_float(value) if isinstance(value, (int, float)) else math.nan


def _time(row: Row) -> float | None:
    kimg = _float(row.get("kimg"))
    return kimg if math.isfinite(kimg) else None


def _inner(row: Row, group: str) -> Row:
    inner = row.get(group)
    return inner if isinstance(inner, Mapping) else {}
