"""What preparation comes to: one array of equal samples."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from gansmith.data.prepare.lazy_arrays import Lazy
from gansmith.kinds.kind import Kind, kind_named


@dataclass(frozen=True)
class Prepared:
    """Equal samples with the hash of each one's full content, whatever size it now has.

    ``values`` is uint8 or float32 [N, C, H, W], or float32 [N, ...], in memory or not; ``hashes``
    is uint64 [N]. ``beside`` is what the source has beside each sample, by name. Where random crops
    are wanted, ``window`` is their (height, width).
    """

    name: str
    values: np.ndarray | Lazy
    hashes: np.ndarray
    beside: Mapping[str, np.ndarray] = field(default_factory=dict)
    classes: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    window: tuple[int, int] | None = None
    kind: Kind = field(default_factory=partial(kind_named, "image"))

    @property
    def labels(self) -> np.ndarray | None:
        """Class indices, int64 [N]; None where there are no classes."""
        return self.beside.get("labels")
