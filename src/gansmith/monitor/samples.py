"""Samples as a foreign loop has them: arrays, tensors, loaders, of any range and shape."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gansmith.data import read_samples
from gansmith.features.extraction import as_unit

MOST_NUMBERS = 512  # of a vector; longer ones are projected at random, which keeps distances


@dataclass(frozen=True)
class Scale:
    """How to bring samples to what extractors expect.

    Args:
        shape: of one sample, as the loop has it.
        low: value that becomes -1.
        high: value that becomes 1; equal to ``low``: values stay as they are.
    """

    shape: tuple[int, ...]
    low: float = 0.0
    high: float = 0.0

    @property
    def images(self) -> bool:
        """Whether samples are pictures [C, H, W] with 1 to 4 channels."""
        return len(self.shape) == 3 and self.shape[0] <= 4 and min(self.shape[1:]) >= 4

    def __call__(self, samples: Tensor) -> Tensor:
        """Return samples as pictures in [-1, 1], or as vectors [N, d], float32 on the CPU."""
        samples = samples.detach().to("cpu", torch.float32)
        if self.high > self.low:
            samples = (samples - self.low) / (self.high - self.low) * 2 - 1
        if self.images:
            return samples.clamp(-1, 1)
        return _shorter(samples.flatten(1))


def scale_of(reals: Tensor) -> Scale:
    """Return how to read samples like these: pictures in [0, 1] or [0, 255] become [-1, 1]."""
    shape = tuple(reals.shape[1:])
    plain = Scale(shape)
    low, high = float(reals.min()), float(reals.max())
    if not plain.images or low < -1e-3 or high <= low:
        return plain
    return Scale(shape, 0.0, 255.0 if high > 1.001 else 1.0)


def collect(real: Any, count: int) -> Tensor:
    """Return up to ``count`` real samples from whatever holds them, on the CPU.

    Args:
        real: a tensor or array [N, ...], a path or embedded name, a data set of single samples, or
            a loader or other iterable of batches; of tuples and mappings the first tensor counts.
        count: how many are wanted; a loader is read no further.

    Raises:
        TypeError: no samples are in it.
    """
    if isinstance(real, str):
        return as_unit(read_samples(real, limit=count))
    if isinstance(real, Tensor | np.ndarray):
        taken = _taken(len(real), count)
        return _tensor(real[torch.from_numpy(taken)] if isinstance(real, Tensor) else real[taken])
    if hasattr(real, "__getitem__") and hasattr(real, "__len__"):
        return _from_items(real, count)
    parts: list[Tensor] = []
    for batch in real:
        parts.append(_tensor(_first(batch)))
        if sum(map(len, parts)) >= count:
            break
    if not parts:
        raise TypeError("`real` gave no samples; give an array, a tensor or a fresh loader")
    return torch.cat(parts)[:count]


def count_of(real: Any) -> int | None:
    """Return how many real samples there are; None where nobody can say, as of a generator."""
    whole = getattr(real, "dataset", real)  # of a loader
    known = hasattr(whole, "__len__") and hasattr(whole, "__getitem__")
    return None if isinstance(whole, str) or not known else len(whole)


def collect_labels(labels: Any, real: Any, count: int) -> Tensor | None:
    """Return the labels of the samples that ``collect`` returns; None where there are none.

    Raises:
        ValueError: there is not one label for each real, or ``real`` has no length.
    """
    if labels is None:
        return None
    known = torch.as_tensor(labels).detach().cpu().long().flatten()
    if isinstance(real, str) or not (hasattr(real, "__getitem__") and hasattr(real, "__len__")):
        raise ValueError("labels go with reals in an array, a tensor or a data set; give one")
    if len(known) != len(real):
        raise ValueError(f"there are {len(known)} labels but {len(real)} reals; give one for each")
    return known[torch.from_numpy(_taken(len(real), count))]


def _taken(whole: int, count: int) -> np.ndarray:
    """Rows of up to ``count`` samples, evenly spread over all."""
    return np.unique(np.linspace(0, whole - 1, min(count, whole)).round().astype(int))


@contextmanager
def undisturbed() -> Iterator[None]:
    """Keep the loop's random numbers as they are, and draw the same ones here each time."""
    devices = [torch.cuda.current_device()] if torch.cuda.is_available() else []
    state = np.random.get_state()  # the loop may use it
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(0)
        np.random.seed(0)
        try:
            yield
        finally:
            np.random.set_state(state)


def _from_items(items: Any, count: int) -> Tensor:
    rows = _taken(len(items), count)
    first = _first(items[int(rows[0])])
    stack = [first, *(_first(items[int(row)]) for row in rows[1:])]
    return torch.stack([_tensor(sample) for sample in stack])


def _first(batch: Any) -> Any:
    """The samples of a batch that may also hold labels."""
    if isinstance(batch, Mapping):
        batch = tuple(batch.values())
    while isinstance(batch, list | tuple):
        if not batch:
            raise TypeError("`real` gave an empty batch")
        batch = batch[0]
    return batch


def _tensor(samples: Any) -> Tensor:
    tensor: Tensor = torch.as_tensor(samples).detach().cpu()
    if tensor.dtype == torch.uint8 and tensor.ndim == 4:
        return as_unit(tensor)
    return tensor.to(torch.float32)


def _shorter(vectors: Tensor) -> Tensor:
    width = vectors.shape[1]
    if width <= MOST_NUMBERS:
        return vectors
    draws = torch.Generator().manual_seed(width)
    projected: Tensor = vectors @ (
        torch.randn(width, MOST_NUMBERS, generator=draws) / MOST_NUMBERS**0.5
    )
    return projected
