"""Samples that are read more or less often than the others."""

from collections.abc import Mapping

import numpy as np

from gansmith.data.counter_random import uniform
from gansmith.data.samples import Samples


class Weighted:
    """Samples read in proportion to weights; an epoch is as long as before.

    The place of an index among equal stretches of the summed weights says which sample it is, with
    a shift of its own in each epoch: a function of seed, epoch and index. What stands beside the
    samples is found by ``stands_for``.

    Args:
        samples: to read from.
        weights: of each, not negative and not all 0.
        seed: of the shifts.
    """

    def __init__(self, samples: Samples, weights: np.ndarray, seed: int) -> None:
        self.samples, self.seed = samples, seed
        self.beside: Mapping[str, np.ndarray] = samples.beside
        self.ends = np.cumsum(weights, dtype=np.float64) / np.sum(weights, dtype=np.float64)

    def __len__(self) -> int:
        return len(self.samples)

    def take(self, indices: np.ndarray, draw: int = 0) -> np.ndarray:
        """Return the samples that these indices stand for in an epoch."""
        return self.samples.take(self.stands_for(indices, draw), draw)

    def stands_for(self, indices: np.ndarray, draw: int) -> np.ndarray:
        """Return which samples these indices stand for in an epoch, int64 [n]."""
        shifts = uniform(self.seed, draw, indices, 1)[:, 0]
        at = (indices + shifts) / len(self.samples)
        rows: np.ndarray = np.searchsorted(self.ends, at, "right")
        last: np.ndarray = np.minimum(rows, len(self.samples) - 1)
        return last
