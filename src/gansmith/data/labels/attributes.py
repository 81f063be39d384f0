"""Columns of a table beside labels and captions, as attributes of its samples."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gansmith.data.source import RESERVED


def attributes_of(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> dict[str, np.ndarray]:
    """Return columns as arrays of one row a sample: float64 where all are numbers, else text.

    A column that lacks a value, or holds one that is not finite or no plain value, is left out, and
    so is one of a name that means something else.

    Args:
        rows: one a sample, name of a column to value.
        names: of the columns.
    """
    free = [name for name in names if name not in RESERVED]
    found = {name: _array([row.get(name) for row in rows]) for name in free}
    return {name: values for name, values in found.items() if values is not None}


def _array(values: Sequence[Any]) -> np.ndarray | None:
    if not all(isinstance(value, str | int | float) and value != "" for value in values):
        return None
    try:
        numbers = np.array([float(value) for value in values])
    except (ValueError, OverflowError):
        return np.array([str(value) for value in values], object)
    return numbers if np.isfinite(numbers).all() else None
