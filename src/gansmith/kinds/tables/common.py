"""Several sets of rows in the columns of the first, to be compared."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gansmith.errors import DataError
from gansmith.kinds.tables.columns import TABLE, Column, as_facts, columns_of
from gansmith.kinds.tables.fitting import fit
from gansmith.shown import listed
from gansmith.shown import value as quoted

Set = tuple[str, np.ndarray, Mapping[str, Any]]  # name, rows as stored, facts


def said(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a source of other rows is asked with, so that it reads them as these."""
    columns = {column.name: _said(column) for column in columns_of(facts)}
    return {"columns": columns}


def _said(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {"type": column.type, "scale": column.scale, "modes": column.most}
    if column.type == "date":
        found["form"] = column.form
    if column.numeric and column.missing:
        found["missing"] = column.missing
    return found


def in_common(sets: Sequence[Set]) -> tuple[list[np.ndarray], dict[str, Any], list[str]]:
    """Return sets of rows in the columns of the first, the facts that scale them, and what to say.

    Columns may stand in another order. Categories that the first has not are added, and said.

    Args:
        sets: name, rows as stored and facts of each.

    Raises:
        DataError: a set lacks a column, has one too many, or one of another type.
    """
    name, first, facts = sets[0]
    columns, notes = list(columns_of(facts)), list[str]()
    found = [first]
    for other, rows, known in sets[1:]:
        theirs = {column.name: n for n, column in enumerate(columns_of(known))}
        _check(name, columns, other, theirs)
        parts = list[np.ndarray]()
        for place, column in enumerate(columns):
            own = columns_of(known)[theirs[column.name]]
            values = rows[:, theirs[column.name]]
            _check_type(column, own, name, other)
            if column.type == "categorical":
                columns[place], values, new = _recoded(column, own, values)
                notes += [_says(new, column.name, name, other)] if new else []
            parts.append(values)
        found.append(np.stack(parts, 1))
    table = {**facts[TABLE], **as_facts(columns)[TABLE]}
    return found, fit(first, {**facts, TABLE: table}), notes


def in_columns_of(
    facts: Mapping[str, Any], name: str, other: str, rows: np.ndarray, known: Mapping[str, Any]
) -> tuple[np.ndarray, list[Column]]:
    """Return rows with columns and categories numbered as a set has them, and its columns then.

    Args:
        facts: of the set.
        name: of the set.
        other: name of the rows.
        rows: as stored.
        known: facts of the rows.

    Raises:
        DataError: a column is missing, one too many, or of another type.
    """
    columns, theirs = list(columns_of(facts)), columns_of(known)
    at = {column.name: number for number, column in enumerate(theirs)}
    _check(name, columns, other, at)
    found = np.empty((len(rows), len(columns)))
    for place, column in enumerate(columns):
        own, values = theirs[at[column.name]], rows[:, at[column.name]]
        _check_type(column, own, name, other)
        if column.type == "categorical":
            columns[place], values, _ = _recoded(column, own, values)
        found[:, place] = values
    return found, columns


def _check(name: str, columns: Sequence[Column], other: str, theirs: Mapping[str, int]) -> None:
    known = [column.name for column in columns]
    lacks = [one for one in known if one not in theirs]
    more = [one for one in theirs if one not in known]
    if lacks or more:
        what = f"lacks the columns {listed(lacks)}" if lacks else f"has the columns {listed(more)}"
        reason = "" if lacks else ", which are not there"
        raise DataError(f"{other} {what} of {name}{reason}; give two tables of the same columns")


def _check_type(column: Column, own: Column, name: str, other: str) -> None:
    """Refuse a column that is of numbers on one side only, or a key on one side only."""
    sort = {"continuous": "number", "integer": "number"}
    if sort.get(column.type, column.type) != sort.get(own.type, own.type):
        raise DataError(
            f"'{column.name}' is {column.type} in {name} but {own.type} in {other}; write it alike "
            f"in both"
        )


def _recoded(
    column: Column, own: Column, values: np.ndarray
) -> tuple[Column, np.ndarray, list[str]]:
    """Return a column with another's categories added, and values by its categories."""
    new = [text for text in own.categories if text not in column.categories]
    categories = (*column.categories, *new)
    numbers = np.array([categories.index(text) for text in own.categories] or [0], np.float64)
    return replace(column, categories=categories), numbers[values.astype(np.int64)], new


def _says(new: Sequence[str], column: str, name: str, other: str) -> str:
    return (
        f"{other} has categories in '{column}' that {name} has not: {', '.join(map(quoted, new))}"
    )
