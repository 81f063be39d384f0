"""What preparation comes to: one array of equal samples."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from gansmith.data.prepare.lazy_arrays import Lazy
from gansmith.kinds.kind import Kind
from gansmith.kinds.named import kind_named


@dataclass(frozen=True)
class Prepared:
    """Equal samples with the hash of each one's full content, whatever size it now has.

    ``values`` is uint8 or float32 [N, C, H, W], or float32 [N, ...], in memory or not; ``hashes``
    is uint64 [N]. Where random crops are wanted, ``window`` is their (height, width).
    """

    name: str
    values: np.ndarray | Lazy
    hashes: np.ndarray
    labels: np.ndarray | None = None
    classes: tuple[str, ...] = ()
    captions: tuple[str, ...] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    window: tuple[int, int] | None = None
    kind: Kind = field(default_factory=partial(kind_named, "image"))
