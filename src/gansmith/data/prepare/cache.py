"""Prepared images kept on disk: decoded and resized once, mapped by every later process.

A cache file is whole or not there: it is written under a temporary name, flushed, renamed. It ends
with what is known of its content and a digest of that; blocks spread over the pixels have digests
too, and are checked on opening.
"""

import hashlib
import json
import mmap
import os
import struct
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gansmith.data.prepare.lazy_arrays import Mapped
from gansmith.errors import DataError
from gansmith.reading import expanded

MAGIC = b"gansmith cache 1"
START = 4096  # where pixels begin
BLOCKS, BLOCK = 16, 1 << 18  # checked on opening
TAIL = struct.Struct("<QQ16s16s")  # place and length of the description, its digest, the magic


@dataclass(frozen=True)
class Stored:
    """What a cache file holds.

    Attributes:
        values: the images, uint8 [N, C, H, W]; None where only the rest is kept.
        hashes: of each image's content, uint64 [N].
        rows: number of the file in its source, int64 [N].
        told: what else was found in preparing them.
    """

    values: np.ndarray | Mapped | None
    hashes: np.ndarray
    rows: np.ndarray
    told: Mapping[str, Any]


def cache_folder() -> Path:
    """Return where prepared data are kept: ``$GANSMITH_CACHE``, or the user's cache folder."""
    if chosen := os.environ.get("GANSMITH_CACHE"):
        return expanded(chosen)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "gansmith"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "gansmith" / "Cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gansmith"


def place_for(*settings: object) -> Path | None:
    """Return the file for these settings, or None where there is no folder to write in."""
    key = hashlib.blake2b(repr(settings).encode(), digest_size=16).hexdigest()
    try:
        cache_folder().mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return cache_folder() / f"{key}.cache" if os.access(cache_folder(), os.W_OK) else None


@contextmanager
def alone(place: Path | None) -> Iterator[None]:
    """Let one process at a time prepare a set; the others wait, then find it prepared."""
    if place is None or sys.platform == "win32":
        yield
        return
    import fcntl

    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go by closing, also if the process is killed
        yield


class Writer:
    """Writes one cache file; nothing of it can be seen before ``finish``.

    Args:
        place: the file.

    Raises:
        DataError: on any call, where the disk is full.
    """

    def __init__(self, place: Path) -> None:
        self.place, self.count = place, 0
        for left in place.parent.glob(f".{place.name}.*.tmp"):
            left.unlink(missing_ok=True)  # of a process that was killed: we hold the lock
        self.temporary = place.with_name(f".{place.name}.{os.getpid()}.tmp")
        with self._room():
            self._file = self.temporary.open("wb+")
            self._file.write(MAGIC.ljust(START, b"\0"))

    def add(self, pixels: np.ndarray) -> None:
        """Append images, uint8 [n, C, H, W]."""
        with self._room():
            self._file.write(np.ascontiguousarray(pixels).data)
        self.count += len(pixels)

    def finish(
        self, shape: tuple[int, ...], hashes: np.ndarray, rows: np.ndarray, told: Mapping[str, Any]
    ) -> None:
        """Write what is known of the images, flush, and put the file in its place."""
        length = self.count * int(np.prod(shape))
        with self._room():
            self._file.write(hashes.astype("<u8").tobytes() + rows.astype("<i8").tobytes())
            self._file.flush()
            about = {
                "shape": [self.count, *shape],
                "rows": len(rows),
                "blocks": _digests(self._file.fileno(), length + 16 * len(rows)),
                "told": told,
            }
            described = json.dumps(about).encode()
            digest = hashlib.blake2b(described, digest_size=16).digest()
            tail = TAIL.pack(self._file.tell(), len(described), digest, MAGIC)
            self._file.write(described + tail)
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self.temporary.replace(self.place)

    def abandon(self) -> None:
        """Leave nothing behind."""
        self.temporary.unlink(missing_ok=True)
        with suppress(OSError):  # what is buffered finds no room either
            self._file.close()

    @contextmanager
    def _room(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if hasattr(self, "_file"):
                self.abandon()
            raise DataError(
                f"the prepared images cannot be kept in {self.place.parent} "
                f"({error.strerror or error}); make room there, point GANSMITH_CACHE to another "
                f"disk, or set data.cache = 0 to do without"
            ) from error


def read(place: Path) -> Stored | None:
    """Open a cache file, or return None where there is none that can be trusted."""
    try:
        with place.open("rb") as file:
            stored = _checked(file.fileno())
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, struct.error):
        stored = None
    if stored is None:
        place.unlink(missing_ok=True)
    return stored


def _checked(file: int) -> Stored | None:
    """Return the content of an open cache file, None if anything about it is wrong."""
    size = os.fstat(file).st_size
    where, length, digest, magic = TAIL.unpack(os.pread(file, TAIL.size, max(0, size - TAIL.size)))
    if magic != MAGIC or where + length + TAIL.size != size:
        return None
    described = os.pread(file, length, where)
    if hashlib.blake2b(described, digest_size=16).digest() != digest:
        return None
    about = json.loads(described)
    pixels, count = int(np.prod(about["shape"])), about["rows"]
    whole = START + pixels + 16 * count == where
    if not whole or about["blocks"] != _digests(file, pixels + 16 * count):
        return None
    lists = os.pread(file, 16 * count, START + pixels)
    values = None
    if about["shape"][0]:
        content = mmap.mmap(file, 0, access=mmap.ACCESS_READ)
        flat = np.frombuffer(content, np.uint8, pixels, START)
        values = Mapped(flat.reshape(about["shape"]), content)
    hashes = np.frombuffer(lists, "<u8", count)
    return Stored(values, hashes, np.frombuffer(lists, "<i8", count, 8 * count), about["told"])


def _digests(file: int, length: int) -> list[str]:
    """Return the digests of blocks spread evenly over the content, the last one at its end."""
    last = max(0, length - BLOCK)
    places = sorted({round(last * part / (BLOCKS - 1)) for part in range(BLOCKS)})
    blocks = (os.pread(file, min(BLOCK, length), START + place) for place in places)
    return [hashlib.blake2b(block, digest_size=8).hexdigest() for block in blocks]
