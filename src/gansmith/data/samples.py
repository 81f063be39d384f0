"""What a data source comes to: samples to train on, samples held out, and what to say of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np

from gansmith.data.prepare.lazy_arrays import Lazy
from gansmith.errors import DataError
from gansmith.kinds.kind import Kind, read_off_shape


@runtime_checkable
class Samples(Protocol):
    """Real samples, still as bytes, found by index.

    ``beside`` is what the source has beside each sample, by name, arrays of one row a sample:
    ``labels`` (class indices, int64 [N]), ``captions`` (text) and attributes of any name.
    """

    beside: Mapping[str, np.ndarray]

    def __len__(self) -> int: ...

    def take(self, indices: np.ndarray, draw: int = 0) -> np.ndarray:
        """Return samples as stored: images uint8 [n, C, H, W], others float32 [n, ...].

        ``draw`` picks the random crop where an index stands for a whole photograph; elsewhere it
        changes nothing. The same index and draw give the same sample for ever.
        """
        ...


class Rows:
    """Samples that are some rows of one array, which need not be in memory; nothing is copied.

    Args:
        values: uint8 or float32 [N, C, H, W], or float32 [N, ...].
        rows: which rows, in which order; all of them if absent.
        labels: class indices of all rows of ``values``.
        beside: what else there is beside all rows of ``values``, by name.
    """

    def __init__(
        self,
        values: np.ndarray | Lazy,
        rows: np.ndarray | None = None,
        labels: np.ndarray | None = None,
        beside: Mapping[str, np.ndarray] | None = None,
    ) -> None:
        self.values = values
        self.rows = np.arange(len(values)) if rows is None else rows
        known = dict(beside or {}) | ({} if labels is None else {"labels": labels})
        self.beside: Mapping[str, np.ndarray] = {n: v[self.rows] for n, v in known.items()}
        if labels is not None:
            self.beside["labels"] = self.beside["labels"].astype(np.int64)

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, indices: np.ndarray, draw: int = 0) -> np.ndarray:
        """Return the samples at these indices in one gather, uint8 or float32, contiguous."""
        return np.ascontiguousarray(self.values[self.rows[indices]])


@dataclass(frozen=True)
class Data:
    """A data set, ready to train on.

    Attributes:
        train: samples to train on.
        held_out: samples that training never sees; no duplicate of one is in ``train``. Both parts
            keep the order of the source, which is often sorted by class: take a spread of them
            where a few are to stand for all.
        shape: of a sample: (C, H, W) of an image, (d,) of a vector.
        classes: names of the classes, by label; empty if there are none.
        name: how it is called in reports.
        digest: of content, labels and shape; equal digests mean equal data.
        inputs: images that samples are to be made from, where there are such: rows belong to the
            rows of ``train`` and ``held_out``, or are a set of their own.
        facts: what an environment or protocol should say: counts, sizes, the resize filter, the
            split, skipped files with reasons, choices with reasons. JSON-able.
        kind: what a sample is; None given: read off the shape.
        beside: digests of captions and attributes, by name; ``digest`` does not know of them.
        contents: content hash of each sample of ``train``, uint64 [N]; None where a sample has no
            content of its own, as crops of photographs.
        kept_contents: likewise of ``held_out``.
    """

    train: Samples
    held_out: Samples
    shape: tuple[int, ...]
    classes: tuple[str, ...]
    name: str
    digest: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    inputs: "Data | None" = None
    kind: Kind = None  # type: ignore[assignment]
    beside: Mapping[str, str] = field(default_factory=dict)
    contents: np.ndarray | None = None
    kept_contents: np.ndarray | None = None

    def __post_init__(self) -> None:
        read_off_shape(self)


def require_some(count: int, name: str, least: int = 2) -> None:
    """Refuse a set that is too small to mean anything.

    Raises:
        DataError: there are fewer than ``least`` samples.
    """
    if count == 0:
        raise DataError(
            f"{name} holds no samples; give a folder, archive or array with at least {least}",
            "few_images",
        )
    if count < least:
        raise DataError(
            f"{name} holds {count} sample, and a GAN needs at least {least} (hundreds to learn "
            f"anything): a distribution cannot be learned from one image; add more",
            "few_images",
        )
