"""Small real picture files for the tests of this folder."""

from pathlib import Path

import numpy as np
from PIL import Image


def colours(seed: int, height: int = 24, width: int = 24) -> np.ndarray:
    """A smooth random colour picture, uint8 [H, W, 3]."""
    coarse = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC))


def save(path: Path, pixels: np.ndarray, **options: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, **options)
    return path


def fill(folder: Path, count: int = 12, height: int = 24, width: int = 24, first: int = 0) -> Path:
    """A folder of different colour pictures."""
    for number in range(count):
        save(folder / f"{number:03}.png", colours(first + number, height, width))
    return folder
