"""What of the rows to train on is kept, so that numbers can be brought to one scale and back."""

from dataclasses import replace
from typing import Any

import numpy as np

from gansmith.errors import DataError
from gansmith.kinds.tables.columns import TABLE, Column, as_facts, columns_of, width
from gansmith.kinds.tables.mixture import fit_mixture

STEPS = 1000  # quantiles that are kept at most
ATOM = 0.05  # share of a single value from which it is a mode of its own
REPEATED = 5  # how often it occurs at least
LOOKED = 20_000  # values that a mixture is fitted to, an even choice


def fit(values: np.ndarray, facts: Any) -> dict[str, Any]:
    """Return the facts that scale a table: quantiles or modes, range, counts of categories.

    Args:
        values: rows to train on as stored, float64 [rows, columns].
        facts: of the table, with its columns.

    Raises:
        DataError: no column is left to learn.
    """
    columns = [_fitted(one, values[:, n]) for n, one in enumerate(columns_of(facts))]
    if not width(columns):
        raise DataError(
            f"{facts.get('name', 'the table')} has no column to learn: each is constant or tells "
            f"rows apart; give one that varies, or say its type with data.columns"
        )
    return {TABLE: {**facts[TABLE], **as_facts(columns)[TABLE]}}


def _fitted(column: Column, values: np.ndarray) -> Column:
    if column.type == "categorical":
        codes = values[np.isfinite(values)].astype(np.int64)
        counts = np.bincount(codes, minlength=len(column.categories))
        return replace(column, counts=tuple(counts.tolist()))
    if not column.numeric:
        return column
    there = values[np.isfinite(values)]
    share = 1.0 - len(there) / max(len(values), 1)
    if not len(there):
        return replace(column, low=0.0, high=0.0, share=1.0)
    low, high = float(there.min()), float(there.max())
    found = replace(column, low=low, high=high, share=share)
    if low == high:
        return found
    return _with_modes(found, there) if column.scale == "modes" else _with_grid(found, there)


def _with_grid(column: Column, there: np.ndarray) -> Column:
    singles, counts = np.unique(there, return_counts=True)
    if len(singles) <= min(STEPS, len(there) / REPEATED):
        ranks = np.cumsum(counts) / len(there)
        return replace(column, grid=tuple(singles.tolist()), ranks=tuple(ranks.tolist()))
    steps = np.linspace(0, 1, min(STEPS, max(len(there), 2)))
    return replace(column, grid=tuple(np.quantile(there, steps).tolist()))


def _with_modes(column: Column, there: np.ndarray) -> Column:
    singles, counts = np.unique(there, return_counts=True)
    atoms = singles[(counts >= ATOM * len(there)) & (counts >= REPEATED)]
    rest = there[~np.isin(there, atoms)]
    if len(np.unique(rest)) < 2:
        rest, atoms = there, atoms[:0]
    looked = np.sort(rest)[:: max(1, len(rest) // LOOKED)]
    found = fit_mixture(looked, column.most)
    modes = zip(*(part.tolist() for part in found), strict=True)
    return replace(column, modes=tuple(modes), atoms=tuple(atoms.tolist()))
