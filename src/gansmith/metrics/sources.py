"""What can stand on either side of a comparison: arrays, folders, archives, named sets, runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gansmith.data import read_samples
from gansmith.data.find import find_source
from gansmith.errors import DataError
from gansmith.features import as_unit

Source = str | Path | Tensor | np.ndarray
OpenRun = Callable[[Path, int, int], Tensor]
FROM_A_RUN = 5000


@dataclass(frozen=True)
class Loaded:
    """Samples of one side as stored, how the reader may call them, and what is known of them."""

    samples: Tensor
    name: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    labels: np.ndarray | None = None

    @property
    def images(self) -> bool:
        """Whether the samples are images."""
        return self.samples.ndim == 4

    @property
    def size(self) -> str:
        """The shape of a sample in words: "3 x 32 x 32"."""
        return " x ".join(str(length) for length in as_unit(self.samples[:1]).shape[1:])


def load(
    source: Source,
    like: Loaded | None = None,
    count: int | None = None,
    seed: int = 0,
    open_run: OpenRun | None = None,
) -> Loaded:
    """Return the samples of a source; files are resized to the shape of ``like``.

    Args:
        source: an array, a path, the name of a set that ships, or the folder of a run.
        like: the other side.
        count: how many at most; all if left out, and 5,000 of a run.
        seed: of the choice of samples, or of the latents of a run.
        open_run: makes samples from a run folder.

    Raises:
        DataError: the source is missing, empty or unreadable, holds no samples in [-1, 1], or is a
            run and nothing was given that opens runs.
    """
    if isinstance(source, Tensor | np.ndarray):
        return Loaded(_checked(_some(_as_tensor(source), count, seed), "the array"), "array")
    path = Path(source).expanduser()
    if (path / "recipe.toml").is_file():
        return Loaded(_of_run(path, count, seed, open_run), f"run {path.name}")
    size, channels = _wanted(like)
    values, labels = read_samples(source, size, channels, count, seed, labels=True)
    samples = _checked(torch.from_numpy(values), str(source))
    return Loaded(samples, path.name, _facts(source), labels)


def _of_run(path: Path, count: int | None, seed: int, open_run: OpenRun | None) -> Tensor:
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
    channels, height, width = as_unit(like.samples[:1]).shape[1:]
    return (height, width), channels if channels in (1, 3) else None


def _facts(source: str | Path) -> Mapping[str, Any]:
    facts: Mapping[str, Any] = getattr(find_source(source, seed=0, strict=False), "facts", {})
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
