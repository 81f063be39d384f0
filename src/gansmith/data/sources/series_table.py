"""Series as a table: a row for each time of each series, with a column of series and of times."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from gansmith.data.gaps import MISSING, counted_gaps, filled, says_filled
from gansmith.data.labels.classes import OFF, Classes, as_classes
from gansmith.data.labels.tables import LABELS, Row, first_named, rows_of_file
from gansmith.data.source import Values
from gansmith.data.windows import cut
from gansmith.errors import DataError
from gansmith.registry import sources
from gansmith.shown import listed
from gansmith.shown import value as quoted

ENDINGS = (".csv", ".tsv")
IDS = ("id", "series", "series_id", "unique_id", "sample", "sample_id")
TIMES = ("time", "t", "timestamp", "datetime", "date", "ds", "step")


class _Columns(NamedTuple):
    """Which column is which."""

    id: str | None
    time: str | None
    label: str | None
    channels: tuple[str, ...]


@sources.add(accepts=lambda path: path.suffix.lower() in ENDINGS, kinds=("series",))
def series_table(
    path: Path,
    labels: bool = True,
    columns: Mapping[str, str] | None = None,
    windows: Mapping[str, int | None] | None = None,
) -> Values:
    """Read series from a table with a row for each time of each series.

    A column ``id`` (or series, series_id, unique_id, sample) says of which series a row is, a
    column ``time`` (or t, timestamp, datetime, date, ds, step) when: numbers, or dates as
    2026-01-31 or 2026-01-31T12:00. A column ``label`` (or class, category), the same for all rows
    of a series, gives its class. Every other column is a channel. All series need equally many
    times, unless they are cut into windows; then a table may lack ``id``, being one series, and
    ``time``, being in its order. Rows may stand in any order. Missing values are filled by straight
    lines between their neighbours in time.

    Args:
        path: the table; columns are separated by commas, semicolons or tabs.
        labels: read the labels, if there are any.
        columns: the names of the columns ``id``, ``time`` and ``label``, where they have others.
        windows: cut series into windows: ``length``, ``stride`` and ``block``, in times.

    Raises:
        DataError: a column is missing, a row has too few or too many values, a value is not a
            number, a time is neither a number nor a date, a series has a time twice, has no value
            of a channel, or series have different lengths.
    """
    rows = rows_of_file(path, "one row for each time of each series")
    named = _named(rows[0], columns or {}, path.name, bool(windows))
    texts = [str(row.get(named.time) or "") for row in rows] if named.time else None
    times = np.arange(len(rows)) if texts is None else _times(texts, str(named.time), path.name)
    groups = _groups(rows, named.id, path.name)
    order = [members[np.argsort(times[members], kind="stable")] for members in groups.values()]
    _check_times(dict(zip(groups, order, strict=True)), times, rows, named, path.name)
    numbers = _numbers(rows, named.channels, path.name)
    marks = _classes(rows, groups, named, path.name) if labels else OFF
    series = [
        filled(numbers[members], named.channels, f"series {quoted(called)} of {path.name}")
        for called, members in zip(groups, order, strict=True)
    ]
    facts = _facts(numbers, named, order) | marks.facts
    if not windows:
        _check_lengths(groups, path.name)
        values = np.stack(series)
        return Values(path.name, values, marks.indices, marks.names, facts=facts, declared="series")
    found = cut(series, windows, path.name)
    warnings = [*facts.get("warnings", ()), found.says]
    return Values(
        path.name,
        found.values,
        None if marks.indices is None else marks.indices[found.series],
        marks.names,
        facts={**facts, "windows": found.facts, "warnings": warnings},
        declared="series",
        contents=found.contents,
    )


def _facts(numbers: np.ndarray, named: _Columns, order: Sequence[np.ndarray]) -> dict[str, Any]:
    """Return what is to be said of the values, and of what was sorted and filled."""
    facts: dict[str, Any] = {
        "channels": list(named.channels),
        "columns": {n: c for n, c in named._asdict().items() if n != "channels" and c},
        "value_range": [float(np.nanmin(numbers)), float(np.nanmax(numbers))],
    }
    unsorted = sum((np.diff(members) < 0).any() for members in order)
    said = [f"series put in the order of time: {unsorted} of {len(order)}"] if unsorted else []
    if missing := counted_gaps(numbers, named.channels):
        said.append(says_filled(missing, len(numbers)))
        facts["missing"] = {name: count / len(numbers) for name, count in missing.items()}
    return facts | ({"warnings": said} if said else {})


def _named(row: Row, given: Mapping[str, str], name: str, windows: bool) -> _Columns:
    """Say which column is which; of what is cut into windows, ids and times may be absent.

    Raises:
        DataError: there is no column of series, of times, or of values.
    """
    known = list(row)
    found: dict[str, str | None] = {}
    for what, words in {"id": IDS, "time": TIMES, "label": LABELS}.items():
        found[what] = given.get(what) or first_named(words, known)
        needed = what in given or (what != "label" and not windows)
        if found[what] not in known and needed:
            looked = quoted(given[what]) if what in given else ", ".join(words)
            raise DataError(
                f"{name} has the columns {listed(known)} but none named {looked}; say which one "
                f"is the {what} with --set data.columns.{what}=NAME, or cut one long series into "
                f"windows with --set data.windows.length=24"
            )
    channels = tuple(column for column in known if column not in found.values())
    if not channels:
        raise DataError(f"{name} has no column of values beside {listed(known)}; add one")
    return _Columns(found["id"], found["time"], found["label"], channels)


def _times(texts: Sequence[str], column: str, name: str) -> np.ndarray:
    """Return times as numbers: as they are, or seconds of dates."""
    try:
        found = np.array([float(text) for text in texts])
    except ValueError:
        found = np.array([_date(text, row, column, name) for row, text in enumerate(texts, 1)])
    missing = np.flatnonzero(~np.isfinite(found))
    if len(missing):
        raise DataError(f"{name}: row {missing[0] + 1} has no time in '{column}'; fill it")
    return found


def _date(text: str, row: int, column: str, name: str) -> float:
    try:
        read = datetime.fromisoformat(text)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
    except ValueError:
        raise DataError(
            f"{name}: row {row} has {quoted(text)} in '{column}', which is not a time; write "
            f"numbers, or dates as 2026-01-31 or 2026-01-31T12:00"
        ) from None


def _groups(rows: Sequence[Row], column: str | None, name: str) -> dict[str, np.ndarray]:
    """Return the rows of each series, in the order in which the series appear."""
    if column is None:
        return {name: np.arange(len(rows))}
    members: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        called = row.get(column)
        if called in (None, ""):
            raise DataError(f"{name}: row {number + 1} has no '{column}'; name its series")
        members.setdefault(str(called), []).append(number)
    return {called: np.array(found) for called, found in members.items()}


def _check_lengths(groups: Mapping[str, np.ndarray], name: str) -> None:
    """Refuse series of different lengths."""
    by_length = {len(members): called for called, members in groups.items()}
    if len(by_length) > 1:
        short, long = min(by_length), max(by_length)
        raise DataError(
            f"the series of {name} have {short} to {long} times ({quoted(by_length[short])} "
            f"{short}, {quoted(by_length[long])} {long}), but all must have as many; cut them into "
            f"windows of one length with --set data.windows.length={short}, or leave the others out"
        )


def _check_times(
    order: Mapping[str, np.ndarray],
    times: np.ndarray,
    rows: Sequence[Row],
    named: _Columns,
    name: str,
) -> None:
    """Refuse two rows of one series at one time."""
    for called, members in order.items():
        twice = np.flatnonzero(np.diff(times[members]) == 0)
        if len(twice):
            first, second = members[twice[0]] + 1, members[twice[0] + 1] + 1
            raise DataError(
                f"{name}: rows {first} and {second} are both of series {quoted(called)} at "
                f"{quoted(str(rows[first - 1][str(named.time)]))}; keep one of them"
            )


def _numbers(rows: Sequence[Row], channels: Sequence[str], name: str) -> np.ndarray:
    """Return the values of all rows, float32 [rows, channels]."""
    found = np.empty((len(rows), len(channels)), np.float32)
    for number, row in enumerate(rows):
        for place, channel in enumerate(channels):
            found[number, place] = _number(row.get(channel), number + 1, channel, name)
    return found


def _number(text: Any, row: int, channel: str, name: str) -> float:
    """Return a value as a number, a missing one as NaN."""
    if text is None:
        raise DataError(
            f"{name}: row {row} ends before '{channel}'; give it as many values as there are "
            f"columns, missing ones empty"
        )
    if str(text).strip().lower() in MISSING:
        return float("nan")
    try:
        found = float(text)
    except (TypeError, ValueError):
        found = float("inf")
    if not np.isfinite(found):
        raise DataError(
            f"{name}: '{channel}' of row {row} is {quoted(str(text))}, no number; correct it, or "
            f"leave out the series or the column"
        )
    return found


def _classes(
    rows: Sequence[Row], groups: Mapping[str, np.ndarray], named: _Columns, name: str
) -> Classes:
    if named.label is None:
        return OFF
    marks = []
    for called, members in groups.items():
        found = {rows[row].get(named.label) for row in members}
        if len(found) > 1:
            raise DataError(
                f"{name}: series {quoted(called)} has the labels "
                f"{listed(sorted(map(str, found)))}; give all its rows one, or set "
                f"data.labels = false"
            )
        marks.append(found.pop())
    return as_classes(marks, where="the table")
