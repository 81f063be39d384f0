"""What turns samples into features: a fixed function with a name and a digest of its weights."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Shaped
from torch import Tensor, nn

from gansmith.kinds.kind import require_kind

Values = Shaped[Tensor, " ..."] | Shaped[np.ndarray, " ..."]
Reference = tuple[Values, Values | None]  # some reals with their labels
Function = Callable[[Tensor], Tensor]
Layers = Callable[[Tensor], tuple[Tensor, ...]]


@runtime_checkable
class Extractor(Protocol):
    """A fixed map from samples in [-1, 1] to features, with what a protocol must say about it.

    ``digest`` is the SHA-256 of its weights ("" if it has none), ``width`` the number of features
    (0: as many as the samples have values), ``resize`` what is done to the samples first.
    """

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def digest(self) -> str: ...  # noqa: D102
    @property
    def width(self) -> int: ...  # noqa: D102
    @property
    def resize(self) -> str: ...  # noqa: D102
    def __call__(self, samples: Tensor, /) -> Tensor:
        """Return the features [batch, width] of samples [batch, ...]."""
        ...


@dataclass(frozen=True)
class FixedExtractor:
    """An extractor made of functions; all extractors of this package are of this kind.

    ``head`` turns features into class probabilities [batch, classes] where the extractor is a
    classifier, ``notes`` are facts worth a line in the protocol (its accuracy), ``names`` are those
    under which metrics of these features are known: {"frechet_distance": "FID"}. ``layers`` makes
    maps of several depths, for losses that compare them. ``kinds`` are those of samples that it
    takes, all where there are none.
    """

    name: str
    width: int
    resize: str
    function: Function
    digest: str = ""
    device: torch.device | str = "cpu"
    head: Function | None = None
    notes: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    layers: Layers | None = None
    kinds: tuple[str, ...] = ()

    def __call__(self, samples: Tensor, /) -> Tensor:
        """Return the features [batch, width] of samples [batch, ...] as networks see them.

        Raises:
            ValueError: it is not for samples of this shape.
        """
        self._check(samples)
        with torch.no_grad():
            return self.function(samples.to(self.device, torch.float32))

    def maps(self, samples: Tensor) -> tuple[Tensor, ...]:
        """Return maps [batch, channels, *places] of several depths, coarser one by one.

        Unlike the features of a call they carry the gradient of the samples; where an extractor has
        no depths its features are the only map, [batch, width].
        """
        self._check(samples)
        return self.layers(samples) if self.layers else (self.function(samples),)

    def _check(self, samples: Tensor) -> None:
        who, any_kind = f"the extractor '{self.name}'", "; the extractor 'identity' takes any"
        require_kind(tuple(samples.shape[1:]), self.kinds, who, any_kind)

    @property
    def probabilities(self) -> Function | None:
        """Class probabilities [batch, classes] of samples, where the extractor is a classifier."""
        head = self.head
        return None if head is None else lambda samples: head(self(samples))


def last_of_each_size(modules: Iterable[nn.Module], images: Tensor) -> tuple[Tensor, ...]:
    """Pass images through modules; return the last map before each change of size, and the last."""
    kept: list[Tensor] = []
    x = images
    for module in modules:
        before, x = x, module(x)
        if x.shape[2:] != before.shape[2:] and before is not images:
            kept.append(before)
    return (*kept, x)


def digest_of(weights: Iterable[Shaped[Tensor, " ..."]]) -> str:
    """Return the SHA-256 of weights, in order, as float32 little-endian bytes."""
    sha = hashlib.sha256()
    for weight in weights:
        sha.update(weight.detach().to("cpu", torch.float32).contiguous().numpy().tobytes())
    return sha.hexdigest()
