"""Samples as a foreign loop has them: arrays, tensors, loaders, of any range and shape."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import IterableDataset

from gansmith.data import read_samples
from gansmith.kinds.guess import NARROW, guess_kind, may_be_image
from gansmith.kinds.kind import Kind, kind_named
from gansmith.kinds.units import as_unit
from gansmith.monitor.picking import samples_in, stacked, tensor_of
from gansmith.shown import value as quoted

SERIES, KINDS = "series", ("image", "series", "vector")
MOST_NUMBERS = 512  # of a vector; longer ones are projected at random, which keeps distances


@dataclass(frozen=True)
class Scale:
    """How to bring samples to what extractors expect.

    Args:
        shape: of one sample, as the loop has it.
        low: value that becomes -1.
        high: value that becomes 1; equal to ``low``: values stay as they are.
        told: name of their kind, where it is more than their shape says.
        because: why they are taken to be of it, where nobody said so.
        facts: of the data; none.
        record: what a run folder remembers of them beside their number: a kind that is told.
    """

    shape: tuple[int, ...]
    low: float = 0.0
    high: float = 0.0
    told: str = ""
    because: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    record: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        """What a sample is compared as: an image [C, H, W] of 1 to 4 channels, series, a vector."""
        return kind_named(self.told or ("image" if may_be_image(self.shape) else "vector"))

    def read(self, given: Any) -> Any:
        """Return samples as they are."""
        return given

    def __call__(self, samples: Tensor) -> Tensor:
        """Return samples as pictures in [-1, 1], as series, or as vectors [N, d]; float32, CPU."""
        samples = samples.detach().to("cpu", torch.float32)
        if self.high > self.low:
            samples = (samples - self.low) / (self.high - self.low) * 2 - 1
        if self.kind.bounds:
            return samples.clamp(*self.kind.bounds)
        if self.kind.name == SERIES:
            return samples
        return _shorter(samples.flatten(1))


def scale_of(reals: Tensor, kind: str | None = None) -> Scale:
    """Return how to read samples like these: images in [0, 1] or [0, 255] become [-1, 1].

    Args:
        reals: samples as the loop has them.
        kind: what they are, image, series or vector; absent: as they seem.

    Raises:
        ValueError: there is no such kind, or samples of it have another shape.
    """
    shape = tuple(reals.shape[1:])
    plain = _told(shape, kind) if kind else _seems(shape)
    low, high = float(reals.min()), float(reals.max())
    if not plain.kind.pixels or low < -1e-3 or high <= low:
        return plain
    return replace(plain, high=255.0 if high > 1.001 else 1.0)


def _told(shape: tuple[int, ...], kind: str) -> Scale:
    if kind not in KINDS:
        raise ValueError(f"a loop's samples are of the kind {', '.join(KINDS)}, not {quoted(kind)}")
    named = kind_named(kind)
    if kind != "vector" and not named.fits(shape):
        raise ValueError(f"{named.form} have another shape than {list(shape)}; leave kind out")
    return Scale(shape, told=kind, record=_recorded(kind))


def _seems(shape: tuple[int, ...]) -> Scale:
    guess = None if may_be_image(shape) else guess_kind((1, *shape), whole=False)
    few = shape and shape[0] < max(NARROW, *shape)  # times, or fewer than channels
    if guess is None or guess.name != SERIES or few:
        return Scale(shape)
    why = guess.because.partition(";")[0]
    says = f'samples are taken for series, as {why}; kind="vector" says that they are not'
    return Scale(shape, told=SERIES, because=says, record=_recorded(SERIES))


def _recorded(kind: str) -> dict[str, Any]:
    return {"kind": kind_named(kind).recorded.as_dict()}


def collect(real: Any, count: int) -> Tensor:
    """Return up to ``count`` real samples from whatever holds them, on the CPU.

    Args:
        real: a tensor or array [N, ...], a path or embedded name, a data set of single samples, or
            a loader or other iterable of batches; beside labels, see ``samples_in``.
        count: how many are wanted; a loader is read no further.

    Raises:
        TypeError: no samples are in it.
        ValueError: they have several shapes, or are not finite.
        DataError: the path cannot be read.
    """
    found = _collected(real, count)
    if not torch.isfinite(found).all():
        raise ValueError("`real` holds values that are not finite numbers; leave those samples out")
    return found


def _collected(real: Any, count: int) -> Tensor:
    if isinstance(real, str | os.PathLike):
        return as_unit(read_samples(os.fspath(real), limit=count))
    if isinstance(real, Tensor | np.ndarray):
        rows = taken(len(real), count)
        return tensor_of(real[torch.from_numpy(rows)] if isinstance(real, Tensor) else real[rows])
    if isinstance(real, IterableDataset):
        return _joined([stacked([samples_in(item)]) for item in islice(real, count)], count)
    if hasattr(real, "__getitem__") and hasattr(real, "__len__"):
        return stacked([samples_in(real[int(row)]) for row in taken(len(real), count)])
    if not hasattr(real, "__iter__"):
        raise TypeError(
            f"`real` is a {type(real).__name__}; give an array, a tensor, a path, a data set or a"
            " loader"
        )
    return _joined(_batches(real, count), count)


def _batches(loader: Iterable[Any], count: int) -> list[Tensor]:
    parts: list[Tensor] = []
    for batch in loader:
        found = samples_in(batch)
        parts.append(stacked([found]) if isinstance(found, Image.Image) else tensor_of(found))
        if sum(map(len, parts)) >= count:
            break
    return parts


def _joined(parts: list[Tensor], count: int) -> Tensor:
    if not parts:
        raise TypeError("`real` gave no samples; give an array, a tensor or a fresh loader")
    return torch.cat(parts)[:count]


def count_of(real: Any) -> int | None:
    """Return how many real samples there are; None where nobody can say, as of a generator."""
    whole = getattr(real, "dataset", real)  # of a loader
    known = hasattr(whole, "__len__") and hasattr(whole, "__getitem__")
    return None if isinstance(whole, str) or not known else len(whole)


def taken(whole: int, count: int) -> np.ndarray:
    """Return the rows of up to ``count`` samples, evenly spread over all."""
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


def _shorter(vectors: Tensor) -> Tensor:
    width = vectors.shape[1]
    if width <= MOST_NUMBERS:
        return vectors
    draws = torch.Generator().manual_seed(width)
    projected: Tensor = vectors @ (
        torch.randn(width, MOST_NUMBERS, generator=draws) / MOST_NUMBERS**0.5
    )
    return projected
