"""What a source hands over, not yet decoded or resized: pictures, an array, photographs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np


class Skipped(NamedTuple):
    """A file that is left out, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Pictures:
    """Encoded picture files, in a fixed order, each read when it is needed.

    Attributes:
        name: how the set is called.
        files: name of each file, for messages.
        read: encoded bytes of file i; may raise OSError; called from several threads.
        labels: class index of each file, int64, or None.
        classes: names of the classes.
        captions: one caption per file, or None.
        skipped: files that cannot be used, already known here.
        facts: anything else worth saying, JSON-able.
    """

    name: str
    files: Sequence[str]
    read: Callable[[int], bytes]
    labels: np.ndarray | None = None
    classes: tuple[str, ...] = ()
    captions: tuple[str, ...] | None = None
    skipped: tuple[Skipped, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.files)

    def select(self, rows: np.ndarray) -> "Pictures":
        """Return only these files, in this order."""
        return replace(
            self,
            files=[self.files[row] for row in rows],
            read=lambda index: self.read(int(rows[index])),
            labels=None if self.labels is None else self.labels[rows],
            captions=None if self.captions is None else tuple(self.captions[row] for row in rows),
            skipped=(),
        )


@dataclass(frozen=True)
class Values:
    """Samples that are decoded already.

    Attributes:
        name: how the set is called.
        values: uint8 or float32 [N, C, H, W], or vectors float32 [N, d].
        labels: class index of each sample, int64, or None.
        classes: names of the classes.
        captions: one caption per sample, or None.
        border_to: the size (H, W) they take unless another is asked for, by a border of black.
        facts: anything else worth saying, JSON-able.
    """

    name: str
    values: np.ndarray
    labels: np.ndarray | None = None
    classes: tuple[str, ...] = ()
    captions: tuple[str, ...] | None = None
    border_to: tuple[int, int] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.values)

    def select(self, rows: np.ndarray) -> "Values":
        """Return only these samples, in this order."""
        return replace(
            self,
            values=self.values[rows],
            labels=None if self.labels is None else self.labels[rows],
            captions=None if self.captions is None else tuple(self.captions[row] for row in rows),
        )


@dataclass(frozen=True)
class Photographs:
    """A few large pictures, uint8 [H, W, 3] each, to be trained on as random crops."""

    name: str
    pictures: tuple[np.ndarray, ...]
    titles: tuple[str, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)


Source = Pictures | Values | Photographs
