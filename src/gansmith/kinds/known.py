"""What is known of samples beside their values, for those who write or show them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

Facts = Mapping[str, Any]


class Groups(NamedTuple):
    """Names of groups, such as classes, and which group each sample is of, int64 [count]."""

    names: tuple[str, ...]
    of: "Tensor"


@dataclass(frozen=True)
class Known:
    """What is known of samples beside their values.

    Attributes:
        beside: what stands beside them in an array, by name.
        groups: groups of samples that get a folder each.
        range: the stored values that -1 and 1 stand for, where they were chosen.
        facts: of the data that the samples are like: names of channels and columns.
    """

    beside: "Mapping[str, np.ndarray]" = field(default_factory=dict)
    groups: Groups | None = None
    range: tuple[float, float] | None = None
    facts: Facts = field(default_factory=dict)
