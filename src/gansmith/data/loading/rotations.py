"""Quarter turns: four times the images, where no side is the upper one."""

import numpy as np

from gansmith.data.counter_random import uniform
from gansmith.data.samples import Samples


class Turned:
    """Square samples turned by 0, 1, 2 or 3 quarters, by another number in every draw.

    The number depends on (seed, draw, index) alone. For images from above or through a
    microscope; do not use it where up is up.

    Args:
        samples: square images.
        seed: of the choice.
    """

    def __init__(self, samples: Samples, seed: int = 0) -> None:
        self.samples, self.seed = samples, seed
        self.beside = samples.beside

    def __len__(self) -> int:
        return len(self.samples)

    def take(self, indices: np.ndarray, draw: int = 0) -> np.ndarray:
        """Return the samples at these indices, turned, uint8 [n, C, H, H]."""
        taken = self.samples.take(indices, draw)
        second = uniform(self.seed, draw, np.asarray(indices), 2)[:, 1]  # flips use the first
        quarters = (4 * second).astype(np.int64)
        for quarter in (1, 2, 3):
            rows = quarters == quarter
            taken[rows] = np.rot90(taken[rows], quarter, axes=(2, 3))
        return taken
