"""Arrays of images that are not in memory: mapped from a file, or decoded when requested."""

import mmap
from collections.abc import Callable
from typing import Protocol, runtime_checkable

import numpy as np

HELD = 1 << 27  # bytes of a mapped file that this process keeps in view
AROUND = 1 << 16  # bytes that the system maps around a touched page


@runtime_checkable
class Lazy(Protocol):
    """What can be indexed like an array [N, C, H, W] by an array of row numbers."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Return (N, C, H, W)."""
        ...

    def __len__(self) -> int: ...

    def __getitem__(self, rows: np.ndarray) -> np.ndarray: ...


class Mapped:
    """A memory-mapped array, of which no more than about 128 MB count as this process's memory.

    The pages themselves belong to the system, which shares them between processes and drops them
    when memory is short.

    Args:
        values: the array, a view into ``content``.
        content: the mapping.
    """

    def __init__(self, values: np.ndarray, content: mmap.mmap) -> None:
        self.values, self._content, self._touched = values, content, 0
        self._cost = max(AROUND, int(np.prod(values.shape[1:])))
        if hasattr(mmap, "MADV_RANDOM"):
            content.madvise(mmap.MADV_RANDOM)

    @property
    def shape(self) -> tuple[int, ...]:
        """Return (N, C, H, W)."""
        return self.values.shape

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        taken: np.ndarray = self.values[rows]
        self._touched += len(taken) * self._cost
        if self._touched > HELD and hasattr(mmap, "MADV_DONTNEED"):
            self._content.madvise(mmap.MADV_DONTNEED)  # out of our view; it stays cached
            self._touched = 0
        return taken


class Decoded:
    """Pictures that are decoded anew each time they are requested, with constant memory.

    Args:
        shape: (N, C, H, W).
        decode: makes images uint8 [n, C, H, W] of row numbers.
    """

    def __init__(self, shape: tuple[int, ...], decode: Callable[[np.ndarray], np.ndarray]) -> None:
        self.shape, self._decode = shape, decode

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        return self._decode(rows)


class _FirstChannels:
    """The first channels of images that are not in memory."""

    def __init__(self, values: Lazy, count: int) -> None:
        self._values, self._count = values, count
        self.shape = (values.shape[0], count, *values.shape[2:])

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        return self._values[rows][:, : self._count]


def first_channels(values: Lazy, count: int) -> Lazy:
    """Return the same images with only their first channels."""
    return _FirstChannels(values, count)


def whole(values: np.ndarray | Lazy) -> np.ndarray:
    """Return all the images in memory."""
    return values if isinstance(values, np.ndarray) else values[np.arange(len(values))]
