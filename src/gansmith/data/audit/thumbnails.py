"""What an audit sees of an image: a small grey copy, a perceptual hash, brightness, colour."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image

from gansmith.data.held_out import content_hashes
from gansmith.data.prepare.resize import LUMA

SIDE = 32  # of a thumbnail
BITS = 8  # of a hash, in each direction
COMPARED = 1000  # images of which the variety is worked out


class Glance(NamedTuple):
    """What is read off an image once.

    Attributes:
        thumbnail: uint8 [32, 32], grey.
        colour: mean red, green, blue, 0 to 1.
        spread: difference between its brightest and darkest value, 0 to 1; 0 is blank.
        content: hash of all its pixels.
    """

    thumbnail: np.ndarray
    colour: np.ndarray
    spread: float
    content: int


def glance(picture: Image.Image, content: int) -> Glance:
    """Inspect an image of mode L or RGB."""
    extrema = picture.getextrema()
    bands = [extrema] if isinstance(extrema[0], (int, float)) else extrema
    spread = max(float(high) - float(low) for low, high in bands) / 255
    small = picture.resize((SIDE, SIDE), Image.Resampling.BOX)
    colour = np.asarray(small.convert("RGB"), np.float32).mean(axis=(0, 1)) / 255
    return Glance(np.asarray(small.convert("L")), colour, spread, content)


def glances_at(pictures: np.ndarray) -> list[Glance]:
    """Inspect many images of one size at once, uint8 [n, C, H, W] in grey or colour.

    The same as ``glance`` but for rounding; ten times quicker where the sides are a power of two
    from 8 to 512.
    """
    colour = pictures if pictures.shape[1] == 3 else pictures[:, :1].repeat(3, axis=1)
    small = _to_side(colour)
    grey = np.rint(np.tensordot(small, LUMA, axes=(1, 0))).astype(np.uint8)
    means = small.mean(axis=(2, 3)) / 255
    low, high = pictures.min(axis=(2, 3)), pictures.max(axis=(2, 3))
    spreads = (high.astype(np.float64) - low).max(axis=1) / 255
    contents = content_hashes(pictures)
    seen = zip(grey, means, spreads.tolist(), contents.tolist(), strict=True)
    return [Glance(*one) for one in seen]


def _to_side(pictures: np.ndarray) -> np.ndarray:
    """Return images [n, 3, H, W] as float32 [n, 3, 32, 32], averaged over boxes."""
    count, channels, height, width = pictures.shape
    if height % SIDE == 0 and width % SIDE == 0:
        rows = pictures.reshape(count, channels, SIDE, height // SIDE, width)
        boxes = rows.mean(axis=3, dtype=np.float32)
        return np.asarray(boxes.reshape(count, channels, SIDE, SIDE, width // SIDE).mean(axis=4))
    if SIDE % height == 0 and SIDE % width == 0:
        larger = pictures.repeat(SIDE // height, axis=2).repeat(SIDE // width, axis=3)
        return larger.astype(np.float32)
    small = np.empty((count, SIDE, SIDE, channels), np.float32)
    for place, picture in zip(small, pictures.transpose(0, 2, 3, 1), strict=True):
        image = Image.fromarray(np.ascontiguousarray(picture))
        place[:] = np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BOX))
    return small.transpose(0, 3, 1, 2)


def as_numbers(glances: Sequence[Glance]) -> np.ndarray:
    """Return the thumbnails as float32 [N, 32, 32], 0 to 1."""
    return np.stack([seen.thumbnail for seen in glances]).astype(np.float32) / 255


def perceptual_hashes(thumbnails: np.ndarray) -> np.ndarray:
    """Return 64-bit hashes, uint64 [N], that differ in few bits where images look alike.

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


def effective_number(glances: Sequence[Glance], most: int = COMPARED, width: float = 0.15) -> float:
    """Return how many different images these amount to: their Vendi score, 1 to their number.

    Formula: exp(-sum w log w) over the eigenvalues w of K / n, with K_ij = exp(-d_ij^2 / 2 width^2)
    and d the root mean square difference of 16 x 16 grey thumbnails and mean colours.

    Args:
        glances: of all images; an even choice of them is compared and scaled up to all where
            nearly every one of it counts.
        most: compared with each other.
        width: difference, of 1, at which images begin to count as different.

    Reference: Friedman and Dieng 2022, arXiv:2210.02410.
    """
    chosen = np.linspace(0, len(glances) - 1, min(most, len(glances))).round().astype(int)
    thumbnails = as_numbers([glances[row] for row in chosen]).astype(np.float64)
    coarse = thumbnails.reshape(len(chosen), 16, 2, 16, 2).mean(axis=(2, 4)).reshape(-1, 256)
    colours = np.stack([glances[row].colour for row in chosen])
    hue = colours - colours.mean(axis=1, keepdims=True)
    features = np.concatenate([coarse / 16, hue], axis=1)
    square = (features**2).sum(1)
    distance = np.maximum(square[:, None] + square - 2 * features @ features.T, 0)
    weights = np.linalg.eigvalsh(np.exp(-distance / (2 * width**2)) / len(chosen))
    weights = weights[weights > 1e-12]
    score = float(np.exp(-(weights * np.log(weights)).sum()))
    return score * len(glances) / len(chosen) if score > 0.5 * len(chosen) else score


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
