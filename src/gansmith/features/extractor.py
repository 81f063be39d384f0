"""What turns samples into features: a fixed function with a name and a digest of its weights."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Shaped
from torch import Tensor

Values = Shaped[Tensor, " ..."] | Shaped[np.ndarray, " ..."]
Reference = tuple[Values, Values | None]  # some reals with their labels
Function = Callable[[Tensor], Tensor]


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
    under which metrics of these features are known: {"frechet_distance": "FID"}.
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

    def __call__(self, samples: Tensor, /) -> Tensor:
        """Return the features [batch, width] of samples [batch, ...] in [-1, 1]."""
        with torch.no_grad():
            return self.function(samples.to(self.device, torch.float32))

    @property
    def probabilities(self) -> Function | None:
        """Class probabilities [batch, classes] of samples, where the extractor is a classifier."""
        head = self.head
        return None if head is None else lambda samples: head(self(samples))


def digest_of(weights: Iterable[Shaped[Tensor, " ..."]]) -> str:
    """Return the SHA-256 of weights, in order, as float32 little-endian bytes."""
    sha = hashlib.sha256()
    for weight in weights:
        sha.update(weight.detach().to("cpu", torch.float32).contiguous().numpy().tobytes())
    return sha.hexdigest()
