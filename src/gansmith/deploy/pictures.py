"""Picture files as they are, of any size, for a run that translates, and translations as files."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

from gansmith.data import to_bytes, to_unit
from gansmith.data.loading.kernels import resized
from gansmith.data.prepare.decode import WHITE, decode
from gansmith.data.prepare.resize import to_channels
from gansmith.data.stored_range import Span
from gansmith.errors import DataError
from gansmith.kinds.drawing import image_grid, planes
from gansmith.runs.folder import write_whole


@dataclass(frozen=True)
class ReadPicture:
    """A picture, upright.

    Attributes:
        values: [1, C, H, W] in [-1, 1], transparency laid on white.
        alpha: [1, 1, H, W] from 0 (transparent) to 1, or None where all of it is opaque.
        deep: whether it is grey of more than 8 bits.
    """

    values: Tensor
    alpha: Tensor | None = None
    deep: bool = False

    def sized(self, size: int | None) -> "ReadPicture":
        """Return it with a shorter side of ``size`` pixels; None: as it is."""
        height, width = self.values.shape[2:]
        if size is None or min(height, width) == size:
            return self
        times = size / min(height, width)
        fitted = (max(1, round(height * times)), max(1, round(width * times)))
        alpha = None if self.alpha is None else resized(2 * self.alpha - 1, fitted) / 2 + 0.5
        return ReadPicture(resized(self.values, fitted), alpha, self.deep)


def read_picture_values(encoded: bytes, channels: int, span: Span | None = None) -> ReadPicture:
    """Read an image file at its own size.

    Args:
        encoded: its content.
        channels: that it is to have: 1 grey, 3 colour, 4 colour and alpha.
        span: the stored values that are black and white, of a run with ``data.range``.

    Raises:
        DataError: it is no image, is damaged, or cannot have so many channels.
    """
    picture = decode(encoded, span, alpha=True)
    if picture.header.deep:
        values = _deep(encoded, span)
        return ReadPicture(torch.from_numpy(values).repeat(1, channels, 1, 1), deep=True)
    layer = picture.layer
    opacity = planes(layer)[3:] if layer else np.full((1, 1, 1), 255, np.uint8)
    alpha = torch.from_numpy(opacity) / 255 if opacity.min() < 255 else None
    bytes_ = planes(layer) if layer and channels == 4 else planes(picture.image)
    fitted = to_channels(bytes_, channels)
    if len(fitted) != channels:
        raise DataError(f"it has {len(bytes_)} channels, but this run takes {channels}")
    whole = to_unit(np.array(fitted)[None])
    return ReadPicture(whole, None if alpha is None or channels == 4 else alpha[None])


def _deep(encoded: bytes, span: Span | None) -> np.ndarray:
    """Return the values of deep grey [1, 1, H, W] in [-1, 1], none rounded to bytes."""
    with Image.open(io.BytesIO(encoded)) as opened:
        stored = np.array(ImageOps.exif_transpose(opened))
    kind = np.float64 if stored.dtype.kind == "f" else np.int64
    return (span or Span(0, WHITE)).unit(stored.astype(kind))[None, None]


def write_picture(
    image: Tensor, path: Path, like: ReadPicture | None = None, span: Span | None = None
) -> None:
    """Write an image [C, H, W] in [-1, 1] as a PNG.

    With the alpha of the picture that it was made from; grey of that of a deep grey picture has 16
    bits.
    """
    if like is not None and like.deep and len(image) == 1:
        shown: Any = Image.fromarray(_words(image[0], span))
    else:
        shown = image_grid(to_bytes(image[None]))
    if like is not None and like.alpha is not None:
        size = (image.shape[1], image.shape[2])
        kept = like.alpha if like.alpha.shape[2:] == size else _fitted(like.alpha, size)
        shown.putalpha(Image.fromarray((kept[0, 0] * 255).round().to(torch.uint8).numpy()))
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, lambda temporary: shown.save(temporary, format="PNG"))


def _fitted(alpha: Tensor, size: tuple[int, int]) -> Tensor:
    return resized(2 * alpha - 1, size) / 2 + 0.5


def _words(plane: Tensor, span: Span | None) -> np.ndarray:
    """Return a plane as 16 bits, black and white at the ends of the span where those fit."""
    low, high = (0.0, float(WHITE)) if span is None else (span.low, span.high)
    if low < 0 or high > WHITE or high - low < 256:
        low, high = 0.0, float(WHITE)
    share = (plane.double().clamp(-1, 1) + 1) / 2
    words: np.ndarray = (low + share * (high - low)).round().numpy().astype(np.uint16)
    return words
