"""What an audit sees of a picture: a small grey copy, a perceptual hash, brightness, colour."""

from typing import NamedTuple

import numpy as np
from PIL import Image

SIDE = 32  # of a thumbnail
BITS = 8  # of a hash, in each direction


class Glance(NamedTuple):
    """What one look at a picture tells.

    Attributes:
        thumbnail: float32 [32, 32], grey, 0 to 1.
        colour: mean red, green, blue, 0 to 1.
        spread: difference between its brightest and darkest value, 0 to 1; 0 is blank.
        content: hash of all its pixels.
    """

    thumbnail: np.ndarray
    colour: np.ndarray
    spread: float
    content: int


def glance(picture: Image.Image, content: int) -> Glance:
    """Look at a picture of mode L or RGB."""
    extrema = picture.getextrema()
    bands = [extrema] if isinstance(extrema[0], (int, float)) else extrema
    spread = max(float(high) - float(low) for low, high in bands) / 255
    small = picture.resize((SIDE, SIDE), Image.Resampling.BOX)
    colour = np.asarray(small.convert("RGB"), np.float32).mean(axis=(0, 1)) / 255
    return Glance(np.asarray(small.convert("L"), np.float32) / 255, colour, spread, content)


def perceptual_hashes(thumbnails: np.ndarray) -> np.ndarray:
    """Return 64-bit hashes, uint64 [N], that few bits tell apart where pictures look alike.

    Formula: the sign of the 8 x 8 lowest frequencies of the cosine transform against their median,
    without the mean brightness (the pHash of Zauner 2010).

    Reference: Zauner 2010, Implementation and benchmarking of perceptual image hash functions.
    """
    waves = np.cos(np.pi / SIDE * np.outer(np.arange(BITS), np.arange(SIDE) + 0.5))
    low = np.einsum("uy,nyx,vx->nuv", waves, thumbnails, waves, optimize=True)
    low = low.reshape(len(thumbnails), -1)
    signs = low > np.median(low[:, 1:], axis=1, keepdims=True)
    signs[:, 0] = False
    return np.packbits(signs, axis=1).view(np.uint64).reshape(-1)


def alike(thumbnails: np.ndarray, most_bits: int = 12, least: float = 0.98) -> np.ndarray:
    """Return the pairs (i < j) that look alike, int64 [M, 2].

    Their hashes differ in few bits, and their thumbnails correlate: the hash finds candidates fast,
    the correlation, at 16 x 16, keeps different drawings with the same layout apart. Copies with
    another size, quality, brightness or contrast are found; crops and turned copies are not.

    Args:
        thumbnails: float32 [N, 32, 32], none of them blank.
        most_bits: hashes may differ in this many of 63 bits.
        least: correlation of the thumbnails, at least.
    """
    hashes = perceptual_hashes(thumbnails)
    coarse = thumbnails.reshape(-1, SIDE // 2, 2, SIDE // 2, 2).mean(axis=(2, 4))
    centred = coarse.reshape(len(coarse), -1)
    centred = centred - centred.mean(axis=1, keepdims=True)
    centred /= np.linalg.norm(centred, axis=1, keepdims=True) + 1e-12
    found = [np.empty((0, 2), np.int64)]
    for row in range(len(hashes)):
        later = np.bitwise_count(hashes[row + 1 :] ^ hashes[row]) <= most_bits
        others = row + 1 + np.flatnonzero(later)
        others = others[centred[others] @ centred[row] >= least]
        found.append(np.stack([np.full_like(others, row), others], axis=1))
    return np.concatenate(found)
