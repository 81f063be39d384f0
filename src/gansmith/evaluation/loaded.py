"""Samples of one side of a comparison, and what is known of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from torch import Tensor

from gansmith.data.source import Pictures
from gansmith.data.stored_range import Span
from gansmith.evaluation.value_ranges import Reach, reach_of
from gansmith.features import as_unit
from gansmith.kinds.kind import Kind, kind_named, kind_of_shape


class Labelled(NamedTuple):
    """Samples with the class of each, and the names of the classes."""

    samples: Tensor
    labels: Tensor
    classes: tuple[str, ...]


@dataclass(frozen=True)
class Loaded:
    """Samples of one side as stored, how the reader may call them, and what is known of them.

    ``span`` are the stored values of black and white of a run; ``guessed`` that nobody said in
    which range floats are; ``lossy`` the share of image files whose format loses detail;
    ``origin`` are the image files that they were read from, one for each sample; ``declared``
    names their kind where the source says it.
    """

    samples: Tensor
    name: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    labels: Tensor | None = None
    classes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    span: Span | None = None
    guessed: bool = True
    lossy: float | None = None
    origin: Pictures | None = None
    declared: str = ""

    @property
    def reach(self) -> Reach | None:
        """The smallest and largest value of images."""
        return reach_of(self.samples, self.guessed) if self.kind.pixels else None

    @property
    def kind(self) -> Kind:
        """What a sample is."""
        return kind_named(self.declared) if self.declared else kind_of_shape(self.shape)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of a sample, channels first."""
        return tuple(as_unit(self.samples[:1]).shape[1:])

    @property
    def size(self) -> str:
        """The shape of a sample in words: "3 x 32 x 32"."""
        return " x ".join(map(str, self.shape))
