"""How many pixels an image may have: Pillow's limit, or one that the user sets for a source."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

from gansmith.data.audit.findings import DataFinding, of_source
from gansmith.data.prepare.threads import cores

USUAL = 89_478_485  # Pillow's own limit: a quarter of a gigabyte of colour
COLOUR, DEEP = 16, 32  # bytes a pixel that decoding takes at most, measured
PAGE = "docs/data.md, Very large pictures"

_LOCK = threading.Lock()
_wanted: list[int] = []  # limits in force, of all threads
_before: list[int | None] = []  # Pillow's limit while ours is in force


def limit() -> int:
    """Return how many pixels an image may have that is opened now."""
    return max(_wanted, default=0) or Image.MAX_IMAGE_PIXELS or USUAL


@contextmanager
def up_to(pixels: int | None) -> Iterator[None]:
    """Let images of so many pixels be opened; None: as many as Pillow lets.

    Pillow's limit is one for the whole process, and is raised only for as long as this lasts.
    """
    if pixels is None:
        yield
        return
    with _LOCK:
        if not _wanted:
            _before[:] = [Image.MAX_IMAGE_PIXELS]
        _wanted.append(pixels)
        _apply()
    try:
        yield
    finally:
        with _LOCK:
            _wanted.remove(pixels)
            _apply()


def _apply() -> None:
    """Set Pillow's limit; where the user has none, it stays off."""
    before = _before[0]
    Image.MAX_IMAGE_PIXELS = None if before is None else max([before, *_wanted])


def too_large(what: str) -> str:
    """Return why an image of more pixels is not read.

    Args:
        what: "more", or the size with "more" behind it.
    """
    return (
        f"it claims {what} than the {limit():,} pixels that are read at once: a trap, or an image "
        f"to cut into tiles, or to allow with data.largest"
    )


def large_pictures(width: int, height: int, deep: bool) -> DataFinding | None:
    """Say how much memory decoding takes where images are beyond Pillow's limit.

    Args:
        width: of the widest image.
        height: of the highest.
        deep: whether pixels have more than 8 bits a channel.
    """
    pixels = width * height
    if pixels <= (Image.MAX_IMAGE_PIXELS or USUAL):
        return None
    each = pixels * (DEEP if deep else COLOUR) / 1e9
    says = (
        f"pictures of up to {width:,} x {height:,} pixels take up to {each:.1f} GB of memory each "
        f"while they are decoded, {cores()} at once {each * cores():.1f} GB"
    )
    fix = "cut them into tiles if that is too much"
    return of_source("large_pictures", "note", says, fix, PAGE, 1)
