"""What preparation comes to: one array of equal samples."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Prepared:
    """Equal samples with the hash of each one's full content, whatever size it now has.

    ``values`` is uint8 or float32 [N, C, H, W], or float32 [N, d]; ``hashes`` uint64 [N].
    """

    name: str
    values: np.ndarray
    hashes: np.ndarray
    labels: np.ndarray | None = None
    classes: tuple[str, ...] = ()
    captions: tuple[str, ...] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
