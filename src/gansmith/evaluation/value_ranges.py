"""Whether both sides of a comparison hold their values in the range that is taken for granted."""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from gansmith.data.stored_range import Span
from gansmith.data.used_range import likely_range
from gansmith.errors import DataError

ROOM = 1e-3  # beyond [-1, 1], and below 0, that rounding explains
NARROW = 1.05  # of a range of 2: half of it, or less
DARK = -0.1  # a side that falls below it is not an image in [0, 1]


class Reach(NamedTuple):
    """The smallest and largest value of a side in [-1, 1], and whether its range was a guess."""

    low: float
    high: float
    guessed: bool

    @property
    def half(self) -> bool:
        """Whether it looks like [0, 1]."""
        return self.guessed and -ROOM <= self.low < self.high <= 1 + ROOM


def within(samples: Tensor, span: Span | None, name: str) -> Tensor:
    """Return images as bytes, or as floats in [-1, 1] by the span that was given.

    Whole numbers from 0 to 255 of any type are bytes; of truth values, true is white.

    Raises:
        DataError: images hold whole numbers that are not bytes, or floats far from [-1, 1].
    """
    if samples.dtype == torch.uint8 or len(samples) == 0:
        return samples
    if samples.dtype == torch.bool:
        return samples.to(torch.uint8) * 255
    if span is not None:
        stored = samples.float() if samples.is_floating_point() else samples
        return torch.from_numpy(span.unit(np.asarray(stored.numpy())))
    low, high = float(samples.min()), float(samples.max())
    if samples.is_floating_point():
        if max(-low, high) > 2:
            raise DataError(
                f"{name} holds images with values up to {max(-low, high):g}; give floats in "
                f"[-1, 1] or bytes 0..255 as uint8, or say which values are black and white with "
                f"{_told(low, high)}"
            )
        return samples
    if low < 0 or high > 255:
        raise DataError(
            f"{name} holds whole numbers from {low:g} to {high:g}, which are not bytes; say which "
            f"values are black and white with {_told(low, high)}"
        )
    return samples.to(torch.uint8)


def _told(low: float, high: float) -> str:
    low, high = likely_range(low, high)
    return f"--range={low:g},{high:g} (in Python range=({low:g}, {high:g}))"


def reach_of(samples: Tensor, guessed: bool) -> Reach:
    """Return the smallest and largest value of images in [-1, 1]."""
    low, high = float(samples.min()), float(samples.max())
    if samples.dtype == torch.uint8:
        return Reach(low / 127.5 - 1, high / 127.5 - 1, False)
    return Reach(low, high, guessed)


def range_caveats(real: Reach | None, fake: Reach | None) -> list[str]:
    """Return one sentence for each side whose values are unlike [-1, 1].

    Raises:
        DataError: one side looks like [0, 1] and the other does not, so that numbers would measure
            the range.
    """
    if real is None or fake is None:
        return []
    sides = (("reals", real, fake), ("fakes", fake, real))
    for name, side, other in sides:
        if side.half and other.low < DARK:
            raise DataError(
                f"the {name} are floats from {side.low:.3g} to {side.high:.3g} and never below 0, "
                f"as pictures in [0, 1] are, but floats are taken to lie in [-1, 1] and the other "
                f"side runs from {other.low:.3g} to {other.high:.3g}; say --range=0,1 (in Python "
                f"range=(0, 1)) if 0 is black, or --range=-1,1 if they are as bright as that"
            )
    return [note for name, side, _ in sides for note in _notes(name, side)]


def _notes(name: str, side: Reach) -> list[str]:
    ends = f"{side.low:.3g} to {side.high:.3g}"
    if side.low == side.high:
        return [f"every value of the {name} is {side.low:.3g}: they are one blank picture"]
    if side.half:
        return [
            f"the {name} are floats from {ends} and never below 0, as pictures in [0, 1] are; they "
            f"are taken as they are in [-1, 1]: say --range=0,1 if 0 is black"
        ]
    if side.guessed and (side.low < -1 - ROOM or side.high > 1 + ROOM):
        return [f"the {name} run from {ends}, beyond the range [-1, 1] that is taken for granted"]
    if side.high - side.low <= NARROW:
        return [
            f"the {name} run from {ends} only, of [-1, 1]: if that is not how they look, say with "
            f"--range=LOW,HIGH which stored values are black and white"
        ]
    return []
