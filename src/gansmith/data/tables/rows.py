"""Rows of a table as numbers, float64: values, category numbers, NaN for missing values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gansmith.data.counter_random import key, scramble
from gansmith.data.tables.cells import Cells, Stretch
from gansmith.data.tables.survey import MISSING, survey
from gansmith.data.tables.types import Said, columns_found
from gansmith.errors import DataError
from gansmith.kinds.tables.columns import Column
from gansmith.kinds.tables.dates import as_number
from gansmith.shown import value as quoted

NO_KEYS: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Table:
    """A table as numbers.

    Attributes:
        columns: with their types.
        values: float64 [rows, columns].
        found: rows that the source has.
        missing: missing values by column.
        left_out: names of columns that were to be left out.
    """

    columns: tuple[Column, ...]
    values: np.ndarray
    found: int
    missing: Mapping[str, int]
    left_out: tuple[str, ...]


def read_table(cells: Cells, said: Said, most: int, seed: int = 0) -> Table:
    """Read a table in two passes: the types of its columns, then its rows.

    Args:
        cells: the table.
        said: what the user says of columns, by name.
        most: rows that are kept at most, an even choice fixed by the seed.
        seed: of that choice.

    Raises:
        DataError: there are no rows, or a cell is not of its column's type; names the line.
    """
    known = survey(cells)
    count = known[0].rows
    if not count:
        raise DataError(f"{cells.name} has no rows below the names of its columns; add some")
    missing = {n: k.missing.total() for n, k in zip(cells.names, known, strict=True)}
    columns = columns_found(cells, known, said)
    taken = [number for number, column in enumerate(columns) if column is not None]
    kept = [column for column in columns if column is not None]
    if not kept:
        raise DataError(f"every column of {cells.name} is left out; keep at least one")
    words = [_words(column, said) for column in kept]
    parts, start = list[np.ndarray](), 0
    for stretch in cells.stretches():
        rows = _chosen(start, len(stretch.lines), count, most, seed)
        start += len(stretch.lines)
        parts.append(_numbers(stretch, rows, taken, kept, words, cells))
    values = np.concatenate(parts)
    left_out = [n for n, column in zip(cells.names, columns, strict=True) if column is None]
    return Table(
        tuple(kept),
        values,
        count,
        {name: number for name, number in missing.items() if number},
        tuple(left_out),
    )


def _words(column: Column, said: Said) -> frozenset[str]:
    """Return the texts that stand for a missing value of a column."""
    given = said.get(column.name)
    word = given.get("missing") if isinstance(given, Mapping) else None
    return MISSING | {word} if isinstance(word, str) else MISSING


def _chosen(start: int, count: int, total: int, most: int, seed: int) -> np.ndarray | None:
    """Return which of some rows are kept; None: all of them."""
    if total <= most:
        return None
    rows = np.arange(start, start + count, dtype=np.uint64)
    return np.flatnonzero(scramble(rows ^ key(seed)) < np.uint64(most / total * 2.0**64))


def _numbers(
    stretch: Stretch,
    rows: np.ndarray | None,
    taken: Sequence[int],
    columns: Sequence[Column],
    words: Sequence[frozenset[str]],
    cells: Cells,
) -> np.ndarray:
    count = len(stretch.lines) if rows is None else len(rows)
    found = np.empty((count, len(columns)))
    for place, (number, column) in enumerate(zip(taken, columns, strict=True)):
        texts = stretch.columns[number]
        given = [text.strip() for text in (texts if rows is None else [texts[r] for r in rows])]
        try:
            found[:, place] = as_numbers(column, given, words[place])
        except (ValueError, KeyError) as error:
            raise _wrong(stretch, number, column, words[place], cells.name) from error
    return found


def as_numbers(column: Column, texts: Sequence[str], missing: frozenset[str]) -> np.ndarray:
    """Return the cells of a column as numbers.

    Raises:
        ValueError: a cell is not a number, or not a date of the column's form.
        KeyError: a cell is no category of the column.
    """
    if column.type == "key":
        return np.zeros(len(texts))
    if column.type == "categorical":
        numbers: dict[str, float] = {text: n for n, text in enumerate(column.categories)}
        return np.array([numbers[text] for text in texts], np.float64)
    if column.type == "date":
        known = {text: as_number(text, column.form) for text in set(texts) - missing}
        return np.array([known.get(text, np.nan) for text in texts], np.float64)
    plain = ["nan" if text in missing else text for text in texts]
    if column.comma:
        plain = [text.replace(",", ".") for text in plain]
    found = np.array(plain, dtype=str).astype(np.float64)
    if np.isinf(found).any():
        raise ValueError("infinite")
    return found


def _wrong(
    stretch: Stretch, number: int, column: Column, missing: frozenset[str], name: str
) -> DataError:
    """Return the error that names the first cell that is not of its column's type."""
    what = {
        "date": f"not a date of the form {column.form}",
        "categorical": "none of its categories",
    }
    for line, cell in zip(stretch.lines, stretch.columns[number], strict=True):
        try:
            as_numbers(column, [cell.strip()], missing)
        except (ValueError, KeyError):
            says = what.get(column.type, "not a number")
            return DataError(
                f"{name}: line {line} has {quoted(cell.strip())} in '{column.name}', which is "
                f"{says}; correct it, or set data.columns.{column.name}"
            )
    raise AssertionError(f"{column.name} could not be read, but each cell of it can")
