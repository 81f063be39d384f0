"""The Gaussian copula: each column as it is distributed, columns tied by correlations alone."""

from collections.abc import Sequence

import numpy as np
import torch

from gansmith.kinds.tables.coding import quantile, rounded, score
from gansmith.kinds.tables.columns import Column

FLOOR = 1e-6  # of the eigenvalues of the correlations


class GaussianCopula:
    """A baseline for tables that nothing is trained for.

    Each column is brought to normal scores by its ranks: numbers and dates by their quantiles,
    categories by the stretch of ranks that they fill, most frequent first, missing values as the
    lowest stretch; ties are broken at random. The scores are drawn from the multivariate normal
    with their correlations, and brought back.

    Args:
        rows: as stored, [rows, columns].
        columns: of the table, fitted to these rows, none of them a key.
        seed: of the ties.

    Reference: Nelsen 2006, An Introduction to Copulas; for tables Patki et al. 2016, DSAA.
    """

    def __init__(self, rows: np.ndarray, columns: Sequence[Column], seed: int = 0) -> None:
        self.columns = columns
        draws = np.random.default_rng(seed).random(rows.shape)
        scores = np.stack(
            [_scores(one, rows[:, n], draws[:, n]) for n, one in enumerate(columns)], 1
        )
        varies = scores.std(0) > 0
        tied = np.eye(len(columns))
        tied[np.ix_(varies, varies)] = np.atleast_2d(np.corrcoef(scores[:, varies].T))
        values, vectors = np.linalg.eigh(tied)
        self.root = vectors * np.sqrt(np.maximum(values, FLOOR))

    def draw(self, count: int, seed: int = 0) -> np.ndarray:
        """Return new rows as stored, [count, columns]."""
        draws = np.random.default_rng(seed).standard_normal((count, len(self.columns)))
        scores = draws @ self.root.T
        return np.stack([_values(one, scores[:, n]) for n, one in enumerate(self.columns)], 1)


def _ends(column: Column) -> np.ndarray:
    """Return the share of the rows up to each category."""
    counts = np.array(column.counts or (1,), np.float64)
    return np.asarray(np.cumsum(counts) / counts.sum())


def _scores(column: Column, values: np.ndarray, draws: np.ndarray) -> np.ndarray:
    if column.type == "categorical":
        ends = np.append(0.0, _ends(column))
        code = values.astype(np.int64)
        return _normal(ends[code] + draws * (ends[code + 1] - ends[code]))
    rank, there = draws * column.share, np.isfinite(values)
    if column.spread:
        known = score(column, values[there], draws[there])
        above = torch.special.ndtr(torch.from_numpy(known)).numpy()
        rank[there] = column.share + (1 - column.share) * above
    else:
        rank[there] = column.share + (1 - column.share) * draws[there]
    return _normal(rank) if not column.constant else np.zeros(len(values))


def _values(column: Column, scores: np.ndarray) -> np.ndarray:
    rank = torch.special.ndtr(torch.from_numpy(scores))
    if column.type == "categorical":
        found = np.searchsorted(_ends(column)[:-1], rank.numpy(), "right")
        return np.asarray(found, np.float64)
    within = ((rank - column.share) / max(1 - column.share, 1e-12)).clamp(0, 1)
    values = np.full(len(scores), column.low)
    if column.spread:
        values = rounded(column, quantile(column, torch.special.ndtri(within))).numpy()
    return np.where(rank.numpy() < column.share, np.nan, values)


def _normal(rank: np.ndarray) -> np.ndarray:
    edge = 1e-6
    return np.asarray(torch.special.ndtri(torch.from_numpy(np.clip(rank, edge, 1 - edge))))
