"""Samples as the bytes of a file: images and arrays."""

import io
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from PIL import Image
from torch import Tensor

from gansmith.kinds.kind import Writer
from gansmith.kinds.known import Facts, Known

Shown = Callable[[Tensor, None, Facts], Image.Image]

FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}


def picture_writers(shown: Shown) -> dict[str, Writer]:
    """Return writers of one image of all samples, by ending."""
    return {ending: partial(_picture, shown, form) for ending, form in FORMATS.items()}


def _picture(shown: Shown, form: str, samples: Tensor, known: Known) -> bytes:
    return image_bytes(shown(samples, None, known.facts), form)


def image_bytes(image: Image.Image, form: str = "PNG") -> bytes:
    """Return an image as the bytes of a file."""
    packed = io.BytesIO()
    image.save(packed, format=form)
    return packed.getvalue()


def array_bytes(samples: Tensor, known: Known) -> bytes:
    """Return samples as an .npz: ``samples``, float32, what stands beside them, and ``range``."""
    more: dict[str, Any] = dict(known.beside)
    if known.range is not None:
        more["range"] = np.array(known.range)
    packed = io.BytesIO()  # numpy's own writer says more than once that a disk is full
    np.savez_compressed(packed, samples=samples.float().numpy(), **more)
    return packed.getvalue()
