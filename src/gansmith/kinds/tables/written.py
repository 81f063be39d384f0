"""Rows as text and as files: header, order, types and categories as in the table they are like."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from torch import Tensor

from gansmith.errors import GansmithError
from gansmith.kinds.known import Known
from gansmith.kinds.tables.columns import Column, columns_of
from gansmith.kinds.tables.dates import as_text

NEEDS = "a .parquet file needs pyarrow, which is not installed; pip install 'gansmith[data]'"


def cell_texts(column: Column, values: np.ndarray) -> list[str]:
    """Return the values of a column as the cells of a text file."""
    return [column.space + text if text else text for text in _texts(column, values)]


def _texts(column: Column, values: np.ndarray) -> list[str]:
    if column.type == "categorical":
        return [column.categories[int(code)] if column.categories else "" for code in values]
    empty = column.missing or ""
    return [empty if np.isnan(value) else _text(column, float(value)) for value in values]


def _text(column: Column, value: float) -> str:
    if column.type == "date":
        return as_text(value, column.form)
    if column.type in ("integer", "key"):
        return f"{value:.0f}"
    text = f"{value:.9g}" if column.decimals is None else _rounded(column, value)
    return text.replace(".", ",") if column.comma else text


def _rounded(column: Column, value: float) -> str:
    digits, least = column.decimals or 0, column.least
    text = f"{value + 0.0:.{digits}f}"
    if digits > least:
        whole, _, part = text.partition(".")
        part = part[:least] + part[least:].rstrip("0")
        text = f"{whole}.{part}" if part else whole
    return text.removeprefix("-") if float(text) == 0 else text


def table_texts(rows: np.ndarray, columns: Sequence[Column]) -> list[list[str]]:
    """Return rows [rows, columns] as the cells of a text file, column by column."""
    return [cell_texts(column, rows[:, place]) for place, column in enumerate(columns)]


def as_csv(samples: Tensor, known: Known) -> bytes:
    """Return rows as a .csv with the header, column order, types and categories of the table."""
    columns = columns_of(known.facts)
    cells = table_texts(samples.double().numpy(), columns)
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    if any(column.comma for column in columns):
        table = csv.writer(text, delimiter=";", lineterminator="\n")
    table.writerow([column.name for column in columns])
    table.writerows(zip(*cells, strict=True))
    return text.getvalue().encode()


def as_parquet(samples: Tensor, known: Known) -> bytes:
    """Return rows as a Parquet file, columns of the types of the file they are like.

    Raises:
        GansmithError: pyarrow is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet as parquet
    except ImportError as error:
        raise GansmithError(NEEDS) from error
    columns, rows = columns_of(known.facts), samples.double().numpy()
    arrays = [_array(pyarrow, one, rows[:, place]) for place, one in enumerate(columns)]
    packed = io.BytesIO()
    parquet.write_table(pyarrow.table(arrays, names=[one.name for one in columns]), packed)
    return packed.getvalue()


def _array(arrow: Any, column: Column, values: np.ndarray) -> Any:
    """Return a column as an array of Arrow."""
    missing = [np.isnan(value) for value in values]
    if column.type in ("continuous", "integer", "key"):
        whole = column.type != "continuous"
        plain = [
            None if gone else int(value) if whole else float(value)
            for value, gone in zip(values, missing, strict=True)
        ]
        found = arrow.array(plain)
    else:
        texts: list[str | None] = list(_texts(column, values))
        lost = column.missing if column.type == "date" or column.missing == "" else None
        found = arrow.array([None if text == lost else text for text in texts])
    return _as_stored(arrow, found, column.arrow)


def _as_stored(arrow: Any, found: Any, kind: str) -> Any:
    """Return an array in the type that the column of the file had, where it can be."""
    try:
        return found.cast(arrow.type_for_alias(kind.partition("[")[0])) if kind else found
    except (ValueError, arrow.ArrowException):
        return found
