"""Choices made from the data when the user says nothing, each with its reason."""

from collections.abc import Callable, Sequence
from statistics import median
from typing import NamedTuple

from gansmith.data.prepare.resize import CROPS
from gansmith.errors import DataError, check_range, suggest

SIZES = (8, 16, 32, 64, 128, 256)
AFFORDED = "{afforded}"  # stands for ``Most.why``


class Most(NamedTuple):
    """The longest side that training can afford, and why; what is smaller anyway stays."""

    side: int
    why: str


Afford = Callable[[int, int], Most | None]
"""From the longest side that images could be trained at, and their number, to the most."""


def read_size(size: int | tuple[int, int]) -> tuple[int, int]:
    """Return the size as (height, width).

    Raises:
        DataError: a side is outside 4 to 2048.
    """
    height, width = (size, size) if isinstance(size, int) else size
    if not (4 <= height <= 2048 and 4 <= width <= 2048):
        raise DataError(f"data.size must be from 4 to 2048 pixels but is {height} x {width}")
    return height, width


def choose_size(
    short_sides: Sequence[int], most: Most | None = None
) -> tuple[tuple[int, int], str]:
    """Return the largest of 8, 16, 32, 64, 128, 256 that at least half of the images can fill.

    Args:
        short_sides: pixels of each image's shorter side.
        most: the longest side that training can afford; the reason holds ``AFFORDED`` where it
            decides, for what a cache keeps outlives a machine's speed.
    """
    middle = median(short_sides)
    size = max((s for s in SIZES if s <= middle), default=SIZES[0])
    if most and most.side < size:
        side = most.side
        return (side, side), f"{AFFORDED}; the median short side is {middle:g} pixels"
    return (size, size), (
        f"{size} x {size}: the largest of {', '.join(map(str, SIZES))} that is not above the "
        f"median short side, {middle:g} pixels"
    )


def shrink(stored: tuple[int, int], most: Most | None) -> tuple[int, int]:
    """Return the (height, width) of an array's images, made smaller where they are too dear.

    Their shape stays, to multiples of 4 pixels.
    """
    if most is None or max(stored) <= most.side:
        return stored
    height, width = (max(8, 4 * round(side * most.side / max(stored) / 4)) for side in stored)
    return height, width


def choose_channels(grey: bool) -> tuple[int, str]:
    """Return 1 if every image is grey, else 3."""
    if grey:
        return 1, "1: every image is grey"
    return 3, "3: there are colour pictures"


def check_channels(channels: int | None, files: bool = False) -> None:
    """Refuse a number of channels that images cannot be turned into.

    Args:
        channels: as requested.
        files: of image files, whose transparency may be a fourth channel.

    Raises:
        DataError: channels is not 1 or 3, or 4 of files.
    """
    if channels in (None, 1, 3) or (files and channels == 4):
        return
    more = ", or 4 (colour with alpha) of image files" if files else ""
    raise DataError(
        f"data.channels must be 1 (grey) or 3 (colour){more} but is {channels}; transparency is "
        f"laid on white; for other channels give an array (.npz) that has them"
    )


def check_shares(held_out: float, allow_corrupt: float = 0.0, cache: float = 0.0) -> None:
    """Refuse shares outside their range.

    Raises:
        DataError: held_out is outside 0 to 0.5, or allow_corrupt or cache outside 0 to 1.
    """
    try:
        check_range("data.held_out", held_out, 0, 0.5, why="most of the data is to be trained on")
        check_range("data.allow_corrupt", allow_corrupt, 0, 1, why="it is a share of the files")
        check_range("data.cache", cache, 0, 1, why="it is a share of the free disk space")
    except ValueError as error:
        raise DataError(str(error)) from error


def check_crop(crop: str) -> None:
    """Refuse an unknown way to crop.

    Raises:
        DataError: names the nearest known one.
    """
    if crop not in CROPS:
        raise DataError(f"data.crop cannot be '{crop}'{suggest(crop, CROPS)}")
