"""Random crops of a few large photographs, at several scales, fixed by (seed, draw, index)."""

from collections.abc import Mapping

import numpy as np
from PIL import Image

from gansmith.data.counter_random import uniform
from gansmith.data.prepare.resize import FILTER
from gansmith.kinds.drawing import planes

SLOTS = 512  # crops of each photograph in one epoch
STEP = 2**-0.5  # from one scale of the pyramid to the next

Pyramid = list[np.ndarray]


class Crops:
    """Random square-cornered crops; an index is a slot of one photograph, a draw is a new crop.

    Each photograph is kept at scales a factor sqrt(2) apart, antialiased, down to the smallest that
    a crop still fits into; a crop is cut from one of them, all equally likely. Slots go round the
    photographs, so that each has the same share whatever its size.

    Args:
        pyramids: for each photograph its scales, uint8 [C, H, W] each, none smaller than a crop.
        size: height and width of a crop.
        slots: crops of each photograph in one epoch.
        seed: of where the crops lie.
    """

    def __init__(
        self, pyramids: list[Pyramid], size: tuple[int, int], slots: int = SLOTS, seed: int = 0
    ) -> None:
        self.pyramids, self.size, self.slots, self.seed = pyramids, size, slots, seed
        self.beside: Mapping[str, np.ndarray] = {}

    def __len__(self) -> int:
        return self.slots * len(self.pyramids)

    def take(self, indices: np.ndarray, draw: int = 0) -> np.ndarray:
        """Return the crops of these slots in this draw, uint8 [n, C, H, W]."""
        height, width = self.size
        channels = self.pyramids[0][0].shape[0]
        crops = np.empty((len(indices), channels, height, width), np.uint8)
        places = uniform(self.seed, draw, np.asarray(indices), 3)
        for crop, index, (scale, down, across) in zip(crops, indices, places, strict=True):
            pyramid = self.pyramids[index % len(self.pyramids)]
            picture = pyramid[int(scale * len(pyramid))]
            top = int(down * (picture.shape[1] - height + 1))
            left = int(across * (picture.shape[2] - width + 1))
            crop[:] = picture[:, top : top + height, left : left + width]
        return crops


def pyramid(picture: np.ndarray, size: tuple[int, int], channels: int) -> Pyramid:
    """Return an image, uint8 [H, W, 3], at all scales that a crop of size (H, W) fits into.

    An image that is too small for even one crop is enlarged until it just fits.
    """
    image = Image.fromarray(picture).convert("RGB" if channels == 3 else "L")
    largest = max(1.0, size[0] / image.height, size[1] / image.width)
    smallest = max(size[0] / image.height, size[1] / image.width)
    scales, scale = [], largest
    while scale >= smallest:
        scales.append(_planes(image, scale, size))
        scale *= STEP
    return scales


def _planes(image: Image.Image, scale: float, size: tuple[int, int]) -> np.ndarray:
    width = max(size[1], round(image.width * scale))
    height = max(size[0], round(image.height * scale))
    scaled = image if (width, height) == image.size else image.resize((width, height), FILTER)
    return planes(scaled)


def cut_away(picture: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Divide an image into (rest, strip at the end of its longer side) of about that share."""
    axis = 0 if picture.shape[0] > picture.shape[1] else 1
    edge = picture.shape[axis] - round(share * picture.shape[axis])
    return picture.take(range(edge), axis), picture.take(range(edge, picture.shape[axis]), axis)
