"""Pictures of clips: the spectrogram of each, low tones below, in colours of loudness."""

import numpy as np
import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor

RANGE = 80.0  # decibels from the loudest value of a picture to black
GAP, FINE = 4, 2  # pixels between clips, and of a band or frame
COLOURS = np.array(  # black, violet, red, orange, light yellow: evenly lighter
    [[0, 0, 4], [66, 10, 104], [147, 38, 103], [221, 81, 58], [252, 165, 10], [252, 255, 164]],
    np.float64,
)


def spectrogram_grid(shares: Float[Tensor, " batch bands frames"], most: int = 64) -> Image.Image:
    """Return one image of spectrograms, row by row, as many as fill a grid.

    Args:
        shares: 0 is silent, 1 is the loudest; the first band is the lowest.
        most: of them that are shown.
    """
    shown = shares[:most].flip(1).clamp(0, 1).cpu().numpy()
    count, bands, frames = shown.shape
    columns = max(1, min(count, round((count * bands / frames) ** 0.5)))
    rows = -(-count // columns)
    page = np.full(
        (rows * (bands * FINE + GAP) - GAP, columns * (frames * FINE + GAP) - GAP, 3), 255
    )
    for number, one in enumerate(coloured(shown)):
        top, left = (
            number // columns * (bands * FINE + GAP),
            number % columns * (frames * FINE + GAP),
        )
        large = one.repeat(FINE, 0).repeat(FINE, 1)
        page[top : top + bands * FINE, left : left + frames * FINE] = large
    return Image.fromarray(page.astype(np.uint8))


def coloured(shares: np.ndarray) -> np.ndarray:
    """Return values from 0 to 1 as colours, uint8 [..., 3]."""
    places = np.linspace(0, 1, len(COLOURS))
    planes = [np.interp(shares, places, COLOURS[:, plane]) for plane in range(3)]
    return np.stack(planes, -1).astype(np.uint8)


def shares_of(decibels: Float[Tensor, " batch bands frames"]) -> Tensor:
    """Return decibels as shares of the range below the loudest value of all; silence is 0."""
    top = torch.as_tensor(max(float(decibels.max()), -RANGE / 2))
    return (decibels - top) / RANGE + 1
