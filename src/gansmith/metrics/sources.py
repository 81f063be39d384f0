"""What can stand on either side of a comparison: arrays, folders, archives, named sets, runs."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from gansmith.data import read_samples
from gansmith.data.find import find_source
from gansmith.data.open import some_of
from gansmith.data.pictures import read_headers
from gansmith.data.source import Pictures
from gansmith.errors import DataError
from gansmith.features import as_unit
from gansmith.reading import expanded
from gansmith.runs.folder import is_run

FROM_A_RUN = 5000


class Labelled(NamedTuple):
    """Samples with the class of each, and the names of the classes."""

    samples: Tensor
    labels: Tensor
    classes: tuple[str, ...]


Source = str | Path | Tensor | np.ndarray | Labelled
OpenRun = Callable[[Path, int, int], Tensor | Labelled]


@dataclass(frozen=True)
class Loaded:
    """Samples of one side as stored, how the reader may call them, and what is known of them.

    ``origin`` are the picture files that they were read from, one for each sample.
    """

    samples: Tensor
    name: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    labels: Tensor | None = None
    classes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    origin: Pictures | None = None

    @property
    def images(self) -> bool:
        """Whether the samples are images."""
        return self.samples.ndim == 4

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of a sample, channels first."""
        return tuple(as_unit(self.samples[:1]).shape[1:])

    @property
    def size(self) -> str:
        """The shape of a sample in words: "3 x 32 x 32"."""
        return " x ".join(map(str, self.shape))


def load(
    source: Source,
    like: Loaded | None = None,
    count: int | None = None,
    seed: int = 0,
    open_run: OpenRun | None = None,
) -> Loaded:
    """Return the samples of a source; files are resized to the shape of ``like``.

    Args:
        source: an array, with labels or without, a path, the name of a set that ships, or the
            folder of a run.
        like: the other side.
        count: how many at most; all if left out, and 5,000 of a run.
        seed: of the choice of samples, or of the latents of a run.
        open_run: makes samples from a run folder.

    Raises:
        DataError: the source is missing, empty or unreadable, holds no samples in [-1, 1], or is a
            run and nothing was given that opens runs.
    """
    if isinstance(source, Tensor | np.ndarray | Labelled):
        return _of_array(source, count, seed)
    path = expanded(source)
    if is_run(path):
        made = _of_run(path, count, seed, open_run)
        return _named(made, f"run {path.resolve().name}")
    known = find_source(source, seed=0, strict=False)
    size, channels = _wanted(like)
    size, notes = (size, ()) if size else _own_size(known)
    values, labels = read_samples(source, size, channels, count, seed, labels=True)
    samples = _checked(torch.from_numpy(values), str(source))
    return Loaded(
        samples,
        path.name,
        _facts(known),
        None if labels is None else torch.from_numpy(labels),
        tuple(getattr(known, "classes", ())),
        notes,
        origin=_origin(known, count, seed, len(values)),
    )


def _origin(known: object, limit: int | None, seed: int, count: int) -> Pictures | None:
    """Return the files that samples were read from; None without files, or where some failed."""
    chosen = some_of(known, limit, seed) if isinstance(known, Pictures) else None
    return chosen if isinstance(chosen, Pictures) and len(chosen) == count else None


def _of_array(source: Tensor | np.ndarray | Labelled, count: int | None, seed: int) -> Loaded:
    if isinstance(source, Labelled):
        chosen = _some(torch.arange(len(source.samples)), count, seed)
        part = Labelled(source.samples[chosen], source.labels[chosen], source.classes)
        return _named(part, "array")
    return Loaded(_checked(_some(_as_tensor(source), count, seed), "the array"), "array")


def _named(made: Tensor | Labelled, name: str) -> Loaded:
    if isinstance(made, Labelled):
        samples = _checked(made.samples, name)
        return Loaded(samples, name, {}, made.labels, made.classes)
    return Loaded(_checked(made, name), name)


def _of_run(
    path: Path, count: int | None, seed: int, open_run: OpenRun | None
) -> Tensor | Labelled:
    if open_run is None:
        raise DataError(
            f"{path} is a run and its generator must be opened to make samples; use "
            f"gansmith.evaluate, or give samples that it made (gansmith sample)"
        )
    return open_run(path, count or FROM_A_RUN, seed)


def _some(samples: Tensor, count: int | None, seed: int) -> Tensor:
    if count is None or len(samples) <= count:
        return samples
    order = torch.randperm(len(samples), generator=torch.Generator().manual_seed(seed))
    return samples[order[:count].sort().values]


def _as_tensor(values: Tensor | np.ndarray) -> Tensor:
    return torch.from_numpy(values) if isinstance(values, np.ndarray) else values.detach().cpu()


def _wanted(like: Loaded | None) -> tuple[tuple[int, int] | None, int | None]:
    if like is None or not like.images:
        return None, None
    channels, height, width = like.shape
    return (height, width), channels if channels in (1, 3) else None


def _own_size(known: object) -> tuple[tuple[int, int] | None, tuple[str, ...]]:
    """The size (H, W) that most picture files have, which are measured as they are."""
    if not isinstance(known, Pictures):
        return None, ()
    sizes = Counter((header.height, header.width) for header in read_headers(known)[0].values())
    if not sizes:
        return None, ()
    (size, count), total = sizes.most_common(1)[0], sizes.total()
    if count == total:
        return size, ()
    return size, (
        f"{total - count} of {total} files in {known.name} are not {size[0]} x {size[1]} as most "
        f"are; they are cropped to that shape and resized",
    )


def _facts(known: object) -> Mapping[str, Any]:
    facts: Mapping[str, Any] = getattr(known, "facts", {})
    return {key: facts[key] for key in ("centres", "sigma") if key in facts}


def _checked(samples: Tensor, name: str) -> Tensor:
    if samples.ndim not in (2, 3, 4) or len(samples) == 0:
        raise DataError(
            f"{name} must hold samples as [count, channels, height, width] or [count, values] but "
            f"has shape {list(samples.shape)}"
        )
    if samples.ndim == 4 and samples.is_floating_point() and float(samples.abs().max()) > 2:
        raise DataError(
            f"{name} holds images with values up to {float(samples.abs().max()):g}; give floats in "
            f"[-1, 1], or bytes 0..255 as uint8"
        )
    return samples
