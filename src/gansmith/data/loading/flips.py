"""Horizontal flips: twice the images, where left and right mean the same."""

import numpy as np

from gansmith.data.counter_random import uniform
from gansmith.data.samples import Samples


class Flipped:
    """Samples of which half are mirrored, another half in every draw.

    Which ones depends on (seed, draw, index) alone, so any number of processes and a resumed run
    see the same. Do not use it where left and right differ: digits, letters, text.

    Args:
        samples: images.
        seed: of the choice.
    """

    def __init__(self, samples: Samples, seed: int = 0) -> None:
        self.samples, self.seed = samples, seed
        self.beside = samples.beside

    def __len__(self) -> int:
        return len(self.samples)

    def take(self, indices: np.ndarray, draw: int = 0) -> np.ndarray:
        """Return the samples at these indices, some of them mirrored, uint8 [n, C, H, W]."""
        taken = self.samples.take(indices, draw)
        mirrored = uniform(self.seed, draw, np.asarray(indices), 1)[:, 0] < 0.5
        taken[mirrored] = taken[mirrored, ..., ::-1]
        return taken
