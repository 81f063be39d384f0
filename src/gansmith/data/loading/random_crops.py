"""Random crops: another window of each image in every epoch, fixed by (seed, epoch, index)."""

import numpy as np

from gansmith.data.counter_random import uniform
from gansmith.data.samples import Samples


def roomy(window: tuple[int, int]) -> tuple[int, int]:
    """Return the (height, width) that images are kept at: an eighth more than the window."""
    height, width = (-(-side * 9 // 8) for side in window)
    return height, width


class Windows:
    """Windows of samples that are kept somewhat larger.

    Where a window lies depends on (seed, draw, index) alone, so any number of processes and a
    resumed run see the same.

    Args:
        samples: images, larger than the window.
        window: height and width of what is cut out.
        seed: of where the windows lie; None cuts at the centre, for images held out.
    """

    def __init__(self, samples: Samples, window: tuple[int, int], seed: int | None) -> None:
        self.samples, self.window, self.seed = samples, window, seed
        self.beside = samples.beside

    def __len__(self) -> int:
        return len(self.samples)

    def take(self, indices: np.ndarray, draw: int = 0) -> np.ndarray:
        """Return one window of each of these samples, uint8 [n, C, H, W]."""
        stored, (height, width) = self.samples.take(indices, draw), self.window
        spare = np.array(stored.shape[2:]) - self.window
        places = np.full((len(indices), 2), 0.5)
        if self.seed is not None:
            places = uniform(self.seed, draw, np.asarray(indices), 4)[:, 2:]  # flips use the first
        corners = (places * (spare + 1)).astype(np.int64)
        cut = np.empty((*stored.shape[:2], height, width), stored.dtype)
        for number, (top, left) in enumerate(corners):
            cut[number] = stored[number, :, top : top + height, left : left + width]
        return cut
