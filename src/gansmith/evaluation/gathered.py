"""Samples out of lists, data sets and loaders, of tensors, arrays or Pillow's images."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from gansmith.errors import DataError
from gansmith.kinds.drawing import planes

TAKES = (
    "a folder, archive, array file, the name of a set that ships, a run, an array or tensor "
    "[count, ...], or a list, data set or loader of tensors, arrays or images, with labels or "
    "without"
)
NAMES = ("image", "images", "img", "pixel_values", "x", "samples", "data")


def gather(source: Any, count: int | None, seed: int) -> Tensor:
    """Return the samples of a list, a data set or a loader as one tensor, labels left out.

    Of items that are tuples or mappings, what is called an image, or else the first image or
    array, counts. A loader is read until there are enough; of anything with a length a random
    choice is taken.

    Args:
        source: has a length and items, or gives batches one after the other.
        count: how many at most; all if absent.
        seed: of the choice.

    Raises:
        DataError: there are no samples in it, or they differ in shape.
    """
    if not isinstance(source, Iterable) and not hasattr(source, "__getitem__"):
        raise DataError(f"{_kind(source)} holds no samples; give {TAKES}")
    parts, have = list[Tensor](), 0
    for item in _items(source, count, seed):
        part = _sample(item, _kind(source))
        parts.append(part)
        have += len(part) if part.ndim == 4 else 1
        if count is not None and have >= count:
            break
    if not parts:
        raise DataError(f"{_kind(source)} gave no samples; give it a fresh start, or {TAKES}")
    return _joined(parts, _kind(source))[:count]


def _kind(source: Any) -> str:
    return f"the {type(source).__name__}"


def _items(source: Any, count: int | None, seed: int) -> Iterator[Any]:
    if not (hasattr(source, "__getitem__") and hasattr(source, "__len__")):
        yield from source
        return
    order = torch.randperm(len(source), generator=torch.Generator().manual_seed(seed))
    rows = range(len(source)) if count is None else sorted(order[:count].tolist())
    for row in rows:
        yield source[row]


def _sample(item: Any, kind: str) -> Tensor:
    """Return a sample or a batch out of an item that may hold labels too."""
    if isinstance(item, Mapping):
        named = [item[name] for name in NAMES if name in item]
        item = tuple(named or item.values())
    if isinstance(item, list | tuple):
        found = next((part for part in item if _shows(part)), None)
        if found is None:
            raise DataError(f"{kind} gives {_words(item)}, none of them a sample; give {TAKES}")
        item = found
    if isinstance(item, Image.Image):
        return torch.from_numpy(_pixels(item))
    if isinstance(item, Tensor | np.ndarray):
        return torch.as_tensor(item).detach().cpu()
    raise DataError(f"{kind} gives {_words([item])}, which are not samples; give {TAKES}")


def _shows(part: Any) -> bool:
    """Say whether it may be a sample, and no label or number."""
    return isinstance(part, Image.Image) or (
        isinstance(part, Tensor | np.ndarray) and part.ndim > 0
    )


def _words(items: Iterable[Any]) -> str:
    return ", ".join(dict.fromkeys(f"{type(item).__name__}" for item in items)) or "nothing"


def _pixels(picture: Image.Image) -> np.ndarray:
    """Return an image as bytes [channels, height, width]."""
    mode = "L" if picture.mode in ("1", "L") else "RGB"
    return planes(picture if picture.mode == mode else picture.convert(mode)).copy()


def _joined(parts: list[Tensor], kind: str) -> Tensor:
    batches = parts[0].ndim in (2, 4)
    shapes = {tuple(part.shape[1:] if batches else part.shape) for part in parts}
    if len(shapes) > 1:
        told = " and ".join(" x ".join(map(str, shape)) for shape in sorted(shapes, key=str)[:2])
        raise DataError(f"{kind} gives samples of {told}; make them of one size")
    return torch.cat(parts) if batches else torch.stack(parts)
