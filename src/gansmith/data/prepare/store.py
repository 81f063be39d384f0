"""Where prepared images go: memory if they are few, a cache file, or nowhere at all."""

import os
import shutil
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any, Literal

import numpy as np

from gansmith.data.prepare import cache

FEW = 16 << 20  # bytes read and prepared; below, decoding again is quicker than a file is worth
BLOCK = 1 << 20  # bytes gathered for one write
MEMORY = 0.25  # share of the free memory that images may take where there is no cache file

Keep = Literal["memory", "file", "nothing"]


def choose_store(prepared: int, encoded: int, place: Path | None, share: float) -> Keep:
    """Say where images are to be kept.

    Args:
        prepared: bytes of all prepared images.
        encoded: bytes of the files they come from, as far as known.
        place: the cache file, where there can be one.
        share: part of the free disk space that it may take.

    Returns:
        "file" where a file is worth its while and fits the share; "memory" for few images, or
        where no file can be written; "nothing" where neither has room: they are decoded each time.
    """
    if place is not None and prepared + encoded > FEW:
        return "file" if prepared <= share * shutil.disk_usage(place.parent).free else "nothing"
    return "memory" if prepared <= max(FEW, MEMORY * _free_memory()) else "nothing"


def _free_memory() -> float:
    try:
        return float(os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, ValueError, OSError):
        return float(4 << 30)


class Store:
    """Takes prepared images one after the other.

    Args:
        keep: where they go; where the images themselves are not kept, a file keeps the rest.
        place: the cache file, if there can be one.
        count: how many images there are at most.
        shape: (C, H, W) of each.
    """

    def __init__(
        self, keep: Keep, place: Path | None, count: int, shape: tuple[int, int, int]
    ) -> None:
        self.keep, self.place, self.shape = keep, place, shape
        self._hashes, self._rows = list[int](), list[int]()
        held = {"memory": count, "file": max(1, BLOCK // prod(shape)), "nothing": 0}[keep]
        self._values = np.empty((held, *shape), np.uint8)  # all images, or the next to write
        written = place is not None and keep != "memory"
        self._writer = cache.Writer(place) if place is not None and written else None

    def add(self, row: int, pixels: np.ndarray, content: int) -> None:
        """Take one image, uint8 [C, H, W], with its number in the source and its hash."""
        if self.keep != "nothing":
            self._values[len(self._rows) % len(self._values)] = pixels
        self._rows.append(row)
        self._hashes.append(content)
        if self.keep == "file" and len(self._rows) % len(self._values) == 0:
            self._write(len(self._values))

    def _write(self, count: int) -> None:
        if self._writer and count:
            self._writer.add(self._values[:count])

    def finish(self, told: Mapping[str, Any], passing: bool = False) -> cache.Stored:
        """Return what was taken; ``passing`` says that another attempt may find more."""
        hashes, rows = np.array(self._hashes, np.uint64), np.array(self._rows, np.int64)
        if self._writer and self.place:
            self._write(len(rows) % len(self._values) if self.keep == "file" else 0)
            self._writer.finish(self.shape, hashes, rows, told)
            stored = cache.read(self.place)
            if passing:
                self.place.unlink(missing_ok=True)  # this run's mapping of it stays
            if stored:
                return stored
        values = self._values[: len(rows)] if self.keep == "memory" else None
        return cache.Stored(values, hashes, rows, told)

    def abandon(self) -> None:
        """Leave no half-written file behind."""
        if self._writer:
            self._writer.abandon()
