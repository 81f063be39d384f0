"""Gradient boosted regression trees over binned columns: for scores of two classes, and numbers."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

BINS = 64  # of a column, at quantiles
ROUNDS, DEPTH, RATE = 50, 3, 0.2
LEAST = 1.0  # rows in a leaf
RIDGE = 1e-3  # added to the curvature of a leaf

Slopes = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Tree:
    """A tree of full depth; a node whose split says nothing sends all rows to the left.

    Attributes:
        columns: that each node splits by, [nodes].
        bins: up to which rows go to the left, [nodes].
        leaves: value of each leaf.
    """

    columns: np.ndarray
    bins: np.ndarray
    leaves: np.ndarray

    def __call__(self, binned: np.ndarray) -> np.ndarray:
        """Return the value of each row of binned columns."""
        return np.asarray(self.leaves[self.leaf_of(binned)])

    def leaf_of(self, binned: np.ndarray) -> np.ndarray:
        """Return the leaf of each row."""
        node, rows = np.zeros(len(binned), np.int64), np.arange(len(binned))
        for _ in range(int(np.log2(len(self.leaves)))):
            right = binned[rows, self.columns[node]] > self.bins[node]
            node = 2 * node + 1 + right
        return node - len(self.columns)


@dataclass(frozen=True)
class Boosted:
    """A sum of trees.

    Attributes:
        edges: of the bins of each column.
        start: what the sum begins with.
        trees: the rest.
    """

    edges: list[np.ndarray]
    start: float
    trees: list[Tree]

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        """Return the sum for each row [rows, columns]: a log-odds, or a number."""
        binned = _binned(rows, self.edges)
        return self.start + RATE * sum((tree(binned) for tree in self.trees), np.zeros(len(rows)))


def fit_classes(
    rows: np.ndarray, truth: np.ndarray, rounds: int = ROUNDS, depth: int = DEPTH
) -> Boosted:
    """Fit the log-odds of a class.

    Args:
        rows: numbers and category numbers, NaN for missing values, [rows, columns].
        truth: 1 for rows of the class and 0 for the others.
        rounds: trees.
        depth: of a tree.

    Reference: Friedman 2001, Annals of Statistics 29(5); Chen and Guestrin 2016, arXiv:1603.02754.
    """
    share = float(np.clip(truth.mean(), 1e-6, 1 - 1e-6))

    def slopes(scores: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        chance = 1 / (1 + np.exp(-scores))
        return truth - chance, chance * (1 - chance)

    return _fit(rows, truth, float(np.log(share / (1 - share))), slopes, rounds, depth)


def fit_numbers(
    rows: np.ndarray, truth: np.ndarray, rounds: int = ROUNDS, depth: int = DEPTH
) -> Boosted:
    """Fit numbers by least squares; the arguments are those of ``fit_classes``."""
    slopes: Slopes = lambda scores, truth: (truth - scores, np.ones(len(truth)))  # noqa: E731
    return _fit(rows, truth, float(truth.mean()), slopes, rounds, depth)


def _fit(
    rows: np.ndarray, truth: np.ndarray, start: float, slopes: Slopes, rounds: int, depth: int
) -> Boosted:
    edges = [_edges(rows[:, place]) for place in range(rows.shape[1])]
    binned, trees = _binned(rows, edges), list[Tree]()
    scores, truth = np.full(len(rows), start), truth.astype(np.float64)
    for _ in range(rounds):
        trees.append(_grown(binned, *slopes(scores, truth), depth))
        scores = scores + RATE * trees[-1](binned)
    return Boosted(edges, start, trees)


def _edges(values: np.ndarray) -> np.ndarray:
    """Return edges between the values of a column, or between its quantiles where it has many."""
    there = np.unique(values[np.isfinite(values)])
    if len(there) > BINS:
        there = np.unique(np.quantile(values[np.isfinite(values)], np.linspace(0, 1, BINS)))
    return np.asarray((there[1:] + there[:-1]) / 2)


def _binned(rows: np.ndarray, edges: list[np.ndarray]) -> np.ndarray:
    """Return the bin of each value, 0 for missing ones."""
    found = np.empty(rows.shape, np.int64)
    for place, ends in enumerate(edges):
        values = rows[:, place]
        found[:, place] = np.where(np.isfinite(values), np.searchsorted(ends, values) + 1, 0)
    return found


def _grown(binned: np.ndarray, slope: np.ndarray, curve: np.ndarray, depth: int) -> Tree:
    """Grow one tree, level by level."""
    nodes = 2**depth - 1
    columns, bins = np.zeros(nodes, np.int64), np.full(nodes, BINS + 1)
    node = np.zeros(len(binned), np.int64)
    width = binned.shape[1]
    places = np.arange(width) * (BINS + 2) + binned
    rows = np.arange(len(binned))
    for level in range(depth):
        first, count = 2**level - 1, 2**level
        at = (node - first)[:, None] * (width * (BINS + 2)) + places
        sums = [
            np.bincount(at.ravel(), np.repeat(weight, width), count * width * (BINS + 2))
            for weight in (slope, curve, np.ones(len(binned)))
        ]
        column, cut = _splits(*(s.reshape(count, width, BINS + 2) for s in sums))
        columns[first : first + count], bins[first : first + count] = column, cut
        node = 2 * node + 1 + (binned[rows, columns[node]] > bins[node])
    leaf = node - nodes
    above = np.bincount(leaf, slope, nodes + 1)
    return Tree(columns, bins, above / (np.bincount(leaf, curve, nodes + 1) + RIDGE))


def _splits(
    slope: np.ndarray, curve: np.ndarray, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the column and bin by which each node is best split.

    Args:
        slope: summed over the rows in each bin, [nodes, columns, bins].
        curve: likewise.
        rows: how many there are.
    """
    left, bent, count = (part.cumsum(2) for part in (slope, curve, rows))
    total, whole, number = (part[:, :, -1:] for part in (left, bent, count))
    gain = left**2 / (bent + RIDGE) + (total - left) ** 2 / (whole - bent + RIDGE)
    allowed = (count >= LEAST) & (number - count >= LEAST)
    gain = np.where(allowed, gain - total**2 / (whole + RIDGE), -1.0).reshape(len(slope), -1)
    best = gain.argmax(1)
    column, cut = np.divmod(best, slope.shape[2])
    useless = gain[np.arange(len(gain)), best] <= 0
    return np.where(useless, 0, column), np.where(useless, BINS + 1, cut)


def area_under_curve(scores: np.ndarray, truth: np.ndarray) -> float:
    """Return how often a row of the class scores above one of the others; ties count half."""
    order = np.sort(scores)
    ranks = (np.searchsorted(order, scores, "left") + np.searchsorted(order, scores, "right")) / 2
    ones = truth > 0
    count, others = int(ones.sum()), int((~ones).sum())
    if not count or not others:
        return float("nan")
    return float((ranks[ones].sum() - count * count / 2) / (count * others))
