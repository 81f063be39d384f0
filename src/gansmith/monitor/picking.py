"""Which part of what a data set or a loader gives is the samples."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from gansmith.kinds.units import as_unit

NAMES = (
    *("image", "images", "img", "pixel_values", "sample", "samples", "real", "reals"),
    *("data", "input", "inputs", "x"),
)
BESIDE = ("label", "labels", "class", "target", "targets", "y", "index", "idx", "id")


def samples_in(batch: Any) -> Any:
    """Return the samples of a batch, or the sample of an item, that may hold labels beside them.

    What is called image or the like comes first, else what has the most axes, of equals the first:
    indices and labels have fewer than samples. Images of Pillow in a list are a batch.

    Raises:
        TypeError: there are no samples in it.
    """
    if _are_pictures(batch):
        return batch
    if isinstance(batch, Mapping):
        known = {str(name).lower(): value for name, value in batch.items()}
        named = next((known[name] for name in NAMES if name in known), None)
        if named is not None:
            return samples_in(named)
        batch = {name: value for name, value in known.items() if name not in BESIDE} or batch
    parts = list(_parts(batch))
    if not parts:
        empty = isinstance(batch, list | tuple | Mapping) and not batch
        what = "an empty batch" if empty else f"a {type(batch).__name__} without samples in it"
        raise TypeError(f"`real` gave {what}; a tensor, an array or an image is wanted")
    return max(parts, key=_axes)  # of equals the first


def tensor_of(samples: Any) -> Tensor:
    """Return samples as float32 on the CPU; bytes and images of Pillow lie in [-1, 1] then."""
    if isinstance(samples, Image.Image):
        return tensor_of([samples])[0]
    if isinstance(samples, list | tuple):
        return tensor_of(np.stack([np.asarray(_plain(one)) for one in samples]))
    tensor: Tensor = torch.as_tensor(samples).detach().cpu()
    if tensor.dtype == torch.uint8 and tensor.ndim == 4:
        return as_unit(tensor)
    return tensor.to(torch.float32)


def stacked(items: list[Any]) -> Tensor:
    """Return single samples as one tensor [N, ...].

    Raises:
        ValueError: they are not all of one shape.
    """
    if not items:
        raise TypeError("`real` gave no samples; give an array, a tensor or a fresh loader")
    if all(isinstance(item, Image.Image) for item in items):
        shapes = {_shape(item) for item in items}
    else:
        items = [torch.as_tensor(item).detach().cpu() for item in items]
        shapes = {tuple(item.shape) for item in items}
    if len(shapes) > 1:
        some = " and ".join(str(shape) for shape in sorted(shapes)[:2])
        raise ValueError(f"samples of `real` have several shapes, such as {some}; make them one")
    if isinstance(items[0], Tensor):
        return tensor_of(torch.stack(items))
    pixels = np.stack([np.asarray(_plain(item)) for item in items])
    return as_unit(pixels)


def _plain(picture: Any) -> Any:
    """An image of Pillow as grey or in colours, one byte each."""
    if not isinstance(picture, Image.Image) or picture.mode in ("L", "RGB"):
        return picture
    return picture.convert("L" if picture.mode in ("1", "LA") else "RGB")


def _shape(picture: Image.Image) -> tuple[int, ...]:
    return picture.height, picture.width, len(_plain(picture).getbands())


def _are_pictures(batch: Any) -> bool:
    several = isinstance(batch, list | tuple) and len(batch) > 0
    return several and all(isinstance(one, Image.Image) for one in batch)


def _parts(batch: Any) -> Iterator[Any]:
    if isinstance(batch, Tensor | np.ndarray | Image.Image):
        yield batch
    elif isinstance(batch, Mapping):
        yield from (part for inner in batch.values() for part in _parts(inner))
    elif _are_pictures(batch):
        yield batch
    elif isinstance(batch, list | tuple):
        yield from (part for inner in batch for part in _parts(inner))


def _axes(part: Any) -> int:
    if isinstance(part, Image.Image):
        return 3
    return 4 if isinstance(part, list | tuple) else int(part.ndim)
