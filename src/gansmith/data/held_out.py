"""The held-out part, chosen by content, so that duplicates never stand on both sides."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from gansmith.data.counter_random import key, scramble
from gansmith.errors import check_range


def content_hash(content: bytes | np.ndarray, shape: tuple[int, ...] = ()) -> int:
    """Return a 64-bit hash of a sample's content; equal images have equal hashes."""
    digest = _begun(shape).copy()
    digest.update(content if isinstance(content, bytes) else np.ascontiguousarray(content).data)
    return int.from_bytes(digest.digest(), "little")


@lru_cache(maxsize=64)
def _begun(shape: tuple[int, ...]) -> "hashlib.blake2b":
    return hashlib.blake2b(repr(shape).encode(), digest_size=8)


def content_hashes(values: np.ndarray) -> np.ndarray:
    """Return the content hash of each row of an array, uint64 [N]."""
    start = _begun(values.shape[1:])
    hashes = np.empty(len(values), "<u8")
    for number, row in enumerate(values):
        digest = start.copy()
        digest.update(np.ascontiguousarray(row).data)
        hashes[number] = int.from_bytes(digest.digest(), "little")
    return hashes


def divide(hashes: np.ndarray, share: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Divide samples into (train, held out) row numbers, both in the order of the samples.

    The distinct contents are ranked by a hash keyed with the seed and the first of them are held
    out, so the split does not depend on file names, order or resolution, and copies of an image
    all stand on one side.

    Args:
        hashes: content hash of each sample, uint64 [N].
        share: part of the distinct contents to hold out, 0 to 0.5; at least one if above 0.
        seed: another seed gives another split.

    Raises:
        ValueError: share is outside its range.
    """
    check_range("held_out", share, 0, 0.5, why="most of the data must be left to train on")
    contents, inverse = np.unique(hashes, return_inverse=True)
    count = min(max(round(share * len(contents)), 1), len(contents) - 1) if share > 0 else 0
    rank = np.argsort(scramble(contents ^ key(seed)))
    held = np.zeros(len(contents), bool)
    held[rank[:count]] = True
    return np.flatnonzero(~held[inverse]), np.flatnonzero(held[inverse])


def describe_split(share: float, seed: int, hashes: np.ndarray) -> dict[str, Any]:
    """Return what a protocol says about the split."""
    return {
        "rule": "by content hash; copies of an image stay together",
        "held_out": share,
        "seed": seed,
        "distinct": len(np.unique(hashes)),
    }


def set_digest(hashes: np.ndarray, labels: np.ndarray | None, also: Iterable[Any]) -> str:
    """Return the digest of a whole set: contents in order, labels, and how it was prepared."""
    digest = hashlib.sha256(hashes.astype("<u8").tobytes())
    if labels is not None:
        digest.update(labels.astype("<i8").tobytes())
    digest.update(repr(tuple(also)).encode())
    return digest.hexdigest()[:16]


def beside_digests(beside: Mapping[str, np.ndarray]) -> dict[str, str]:
    """Return a digest of each array beside the samples, by name; labels are in that of the set."""
    return {name: _digest(values) for name, values in beside.items() if name != "labels"}


def _digest(values: np.ndarray) -> str:
    digest = hashlib.sha256(repr(values.shape).encode())
    if values.dtype.kind in "OUS":
        digest.update("\0".join(map(str, values.reshape(-1))).encode("utf-8", "surrogatepass"))
    else:
        digest.update(np.ascontiguousarray(values).data)
    return digest.hexdigest()[:16]
