"""Features of tables without a network: ranks of numbers, one number a category."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gansmith.features.extractor import FixedExtractor, Reference, digest_of
from gansmith.kinds.tables.coding import of_columns
from gansmith.kinds.tables.columns import Column, columns_of
from gansmith.registry import extractors

Facts = Mapping[str, Any]


@extractors.add(kinds=("table",))
def table(reference: Reference | None = None, facts: Facts | None = None) -> FixedExtractor:
    """Rows as numbers to compare, each column counting alike.

    A number or date becomes its rank among the real ones, 0 to 1 over the deviation of a uniform
    distribution, so that units and outliers do not count; a missing one lies in the middle, with a
    feature of its own. A category becomes one number each, scaled so that two rows that differ in
    it are as far apart as two numbers drawn at random. Nothing is learned or drawn.

    Args:
        reference: (samples, labels): real rows as networks see them.
        facts: of the table, with its columns.

    Raises:
        ValueError: there are no facts of a table.
    """
    columns = columns_of(facts or {})
    if reference is None or not columns:
        raise ValueError("the extractor 'table' is for tables, whose columns it must know")
    reals = of_columns(torch.as_tensor(reference[0]).float(), columns)
    known = [np.sort(_there(reals[:, place])) for place in range(len(columns))]

    def features(samples: Tensor) -> Tensor:
        rows = of_columns(samples.cpu(), columns)
        parts = [
            _features(column, rows[:, place], known[place])
            for place, column in enumerate(columns)
            if column.type != "key"
        ]
        return torch.from_numpy(np.concatenate(parts, 1)).float()

    return FixedExtractor(
        name="table",
        width=features(torch.as_tensor(reference[0])[:1].float()).shape[1],
        resize="none",
        function=features,
        digest=digest_of((*map(torch.from_numpy, known), _told(columns))),
        kinds=("table",),
    )


def _told(columns: Sequence[Column]) -> Tensor:
    """Return what is known of the columns as numbers, for a digest."""
    return torch.tensor(list(repr([column.as_dict() for column in columns]).encode()))


def _there(values: np.ndarray) -> np.ndarray:
    return np.asarray(values[np.isfinite(values)])


def _features(column: Column, values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return the features of one column, [rows, numbers]."""
    if column.type == "categorical":
        count = max(len(column.categories), 1)
        codes = np.clip(values, 0, count - 1).astype(np.int64)
        return np.asarray(np.eye(count)[codes])
    gone = ~np.isfinite(values)
    there = np.where(gone, column.low, values)
    below = np.searchsorted(known, there, "left") + np.searchsorted(known, there, "right")
    rank = below / (2 * max(len(known), 1))
    numbers = np.sqrt(12) * (np.where(gone, 0.5, rank) - 0.5)
    return np.stack([numbers, gone], 1) if column.share > 0 else numbers[:, None]
