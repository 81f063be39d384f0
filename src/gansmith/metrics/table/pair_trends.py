"""Do columns of generated rows depend on each other as those of the real ones?"""

import itertools
from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np

from gansmith.facts import Value
from gansmith.kinds.tables.columns import Column
from gansmith.metrics.maths.checks import Features
from gansmith.metrics.maths.table_rows import Rows
from gansmith.ranges import Range
from gansmith.registry import metrics

BINS = 10  # of a column of numbers beside one of categories


@metrics.add(
    of="samples",
    needs=("real", "fake", "table"),
    kinds=("table",),
    values={
        "pair_trends": Value(
            "high",
            "distance",
            "Pair trends",
            "how far pairs of columns go together as the real ones do, the mean of all",
            least=0,
            most=1,
        )
    },
)
def pair_trends(
    real: Features,
    fake: Features,
    table: Mapping[str, Any],
    at_most: Annotated[int, Range(low=1)] = 500,
    seed: int = 0,
) -> float:
    """How far pairs of columns of fakes go together as those of reals do, 1 for alike.

    Of two columns of numbers 1 less half the difference of their Spearman correlations; of
    categories, or numbers in 10 bins of the reals' quantiles, 1 less the total variation distance
    of how often each pair of values occurs. The mean over pairs.

    Args:
        real: real rows as networks see them [rows, width].
        fake: generated rows likewise.
        table: what is known of the table.
        at_most: pairs that are looked at, a choice by the seed where there are more.
        seed: of that choice.

    Raises:
        ValueError: a side has fewer than two rows, or a value that is not finite.
    """
    rows = Rows("pair_trends", table)
    reals, fakes = rows.of("real", real), rows.of("fake", fake)
    pairs = list(itertools.combinations(range(len(rows.columns)), 2))
    if len(pairs) > at_most:
        chosen = np.random.default_rng(seed).permutation(len(pairs))[:at_most]
        pairs = [pairs[number] for number in chosen]
    ranks = [_ranks(side) for side in (reals, fakes)]
    codes = [_codes(rows.columns, reals, side) for side in (reals, fakes)]
    found = [_alike(rows.columns, pair, ranks, codes) for pair in pairs]
    return float(np.mean(found)) if found else 1.0


def _alike(
    columns: list[Column], pair: tuple[int, int], ranks: list[np.ndarray], codes: list[np.ndarray]
) -> float:
    first, second = pair
    if columns[first].numeric and columns[second].numeric:
        real, fake = (_correlation(side[:, first], side[:, second]) for side in ranks)
        return 1 - abs(real - fake) / 2
    width = max(int(side[:, second].max()) for side in codes) + 1
    joint = [side[:, first] * width + side[:, second] for side in codes]
    cells = max(int(one.max()) for one in joint) + 1
    shares = [np.bincount(one, minlength=cells) / len(one) for one in joint]
    return float(1 - np.abs(shares[0] - shares[1]).sum() / 2)


def _ranks(rows: np.ndarray) -> np.ndarray:
    """Return the rank of each value in its column, the mean rank of equal ones; NaN stays."""
    found = np.full(rows.shape, np.nan)
    for place in range(rows.shape[1]):
        there = np.isfinite(rows[:, place])
        values = rows[there, place]
        order = np.sort(values)
        below = np.searchsorted(order, values, "left") + np.searchsorted(order, values, "right")
        found[there, place] = below / 2
    return found


def _correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Return the correlation of two columns where both have a value; 0 where one is constant."""
    both = np.isfinite(first) & np.isfinite(second)
    if both.sum() < 2:
        return 0.0
    x, y = first[both] - first[both].mean(), second[both] - second[both].mean()
    size = float(np.sqrt((x**2).sum() * (y**2).sum()))
    return float((x * y).sum() / size) if size > 0 else 0.0


def _codes(columns: list[Column], reals: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return categories as they are, and numbers as the bin of the reals' quantiles they are in."""
    found = np.zeros(rows.shape, np.int64)
    for place, column in enumerate(columns):
        values, known = rows[:, place], reals[:, place]
        if column.type == "categorical":
            found[:, place] = values.astype(np.int64)
            continue
        ends = _ends(known[np.isfinite(known)])
        bins = np.searchsorted(ends, values, "right") + 1
        found[:, place] = np.where(np.isfinite(values), bins, 0)
    return found


def _ends(known: np.ndarray) -> np.ndarray:
    """Return the values between which bins lie."""
    steps = np.linspace(0, 1, BINS + 1)[1:-1]
    return np.unique(np.quantile(known, steps)) if len(known) else known
