"""Is each column of generated rows distributed as that of the real ones?"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from gansmith.facts import Value
from gansmith.kinds.tables.columns import Column
from gansmith.metrics.maths.checks import Features
from gansmith.metrics.maths.table_rows import Rows
from gansmith.registry import metrics

FLAT = 0.05  # of the reals' spread, below which a column of fakes is as good as constant
RARE = 5  # reals of a category, below which its absence says nothing

SHAPES = {
    "column_shapes": Value(
        "high",
        "distance",
        "Column shapes",
        "how far single columns are distributed as the real ones, the mean of all",
        least=0,
        most=1,
    ),
    "worst_column_shape": Value(
        "high", "distance", "Worst column", "the least of these columns", least=0, most=1
    ),
    "lost_categories": Value(
        "low",
        "diversity",
        "Lost categories",
        "share of the reals' categories, of 5 rows or more, that no fake has",
        least=0,
        most=1,
    ),
    "flat_columns": Value(
        "low",
        "diversity",
        "Flat columns",
        "share of the columns that are as good as constant in fakes but not in reals",
        least=0,
        most=1,
    ),
}


@metrics.add(of="samples", needs=("real", "fake", "table"), kinds=("table",), values=SHAPES)
def column_shapes(real: Features, fake: Features, table: Mapping[str, Any]) -> dict[str, float]:
    """How far each column of fakes is distributed as that of reals, 1 for alike.

    Of numbers and dates 1 less the Kolmogorov-Smirnov distance, of categories 1 less the total
    variation distance; of numbers with missing values the mean with 1 less the difference in their
    share. ``column_shapes`` is the mean over columns, ``worst_column_shape`` the least.
    ``lost_categories`` and ``flat_columns`` count what fakes never vary by.

    Args:
        real: real rows as networks see them [rows, width].
        fake: generated rows likewise.
        table: what is known of the table.

    Raises:
        ValueError: a side has fewer than two rows, or a value that is not finite.
    """
    rows = Rows("column_shapes", table)
    reals, fakes = rows.of("real", real), rows.of("fake", fake)
    pairs = [
        (column, reals[:, place], fakes[:, place]) for place, column in enumerate(rows.columns)
    ]
    shapes = [shape(*pair) for pair in pairs]
    lost, known = np.sum([_lost(*pair) for pair in pairs], axis=0)
    return {
        "column_shapes": float(np.mean(shapes)),
        "worst_column_shape": float(np.min(shapes)),
        "lost_categories": float(lost / max(known, 1)),
        "flat_columns": float(np.mean([_flat(*pair) for pair in pairs])),
    }


def shape(column: Column, real: np.ndarray, fake: np.ndarray) -> float:
    """Return how far one column is distributed alike on both sides, 0 to 1."""
    if column.type == "categorical":
        counts = _counts(real, fake)
        return float(1 - np.abs(counts[0] / len(real) - counts[1] / len(fake)).sum() / 2)
    there = [side[np.isfinite(side)] for side in (real, fake)]
    gone = [1 - len(kept) / len(side) for kept, side in zip(there, (real, fake), strict=True)]
    alike = 1 - abs(gone[0] - gone[1])
    if not all(map(len, there)):
        return alike / 2 if any(map(len, there)) else 1.0
    own = 1 - kolmogorov_smirnov(*there)
    return (own + alike) / 2 if max(gone) > 0 else own


def kolmogorov_smirnov(real: np.ndarray, fake: np.ndarray) -> float:
    """Return the largest difference of two empirical distribution functions."""
    at = np.concatenate([real, fake])
    below = [np.searchsorted(np.sort(side), at, "right") / len(side) for side in (real, fake)]
    return float(np.abs(below[0] - below[1]).max())


def _counts(real: np.ndarray, fake: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how many rows of each side have each category."""
    most = int(max(real.max(), fake.max())) + 1
    first, second = (np.bincount(s.astype(np.int64), minlength=most) for s in (real, fake))
    return first, second


def _lost(column: Column, real: np.ndarray, fake: np.ndarray) -> tuple[int, int]:
    """Return how many categories fakes lack, and how many there are to have."""
    if column.type != "categorical":
        return 0, 0
    counts = _counts(real, fake)
    usual = counts[0] >= max(RARE, RARE * len(real) / len(fake))
    return int((usual & (counts[1] == 0)).sum()), int(usual.sum())


def _flat(column: Column, real: np.ndarray, fake: np.ndarray) -> bool:
    """Say whether fakes hardly vary in a column by which reals do."""
    if column.type == "categorical":
        most = [np.bincount(side.astype(np.int64)).max() / len(side) for side in (real, fake)]
        return bool(most[1] > 1 - FLAT * (1 - most[0]))
    spreads = [_spread(side[np.isfinite(side)]) for side in (real, fake)]
    return bool(spreads[1] <= FLAT * spreads[0] and spreads[0] > 0)


def _spread(values: np.ndarray) -> float:
    """Return how far the middle nine tenths of values reach; of few different ones all of them."""
    if not len(values):
        return 0.0
    low, high = np.quantile(values, (0.05, 0.95))
    return float(high - low) or float(values.std())
