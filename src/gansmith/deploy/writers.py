"""Samples into files: pictures, one picture, arrays, tables."""

import csv
import io
from pathlib import Path

import numpy as np
from PIL import Image
from torch import Tensor

from gansmith.data import to_bytes
from gansmith.errors import GansmithError, UsageError
from gansmith.runs.disk import told
from gansmith.runs.folder import write_whole
from gansmith.shown import value
from gansmith.training.pictures import image_grid, picture

GRID, ARRAY, TABLE = (".png", ".jpg", ".jpeg", ".webp"), (".npz",), (".csv",)


def write_samples(samples: Tensor, out: Path) -> list[Path]:
    """Write samples: a folder gets one PNG each; .png one grid; .npz an array; .csv vectors.

    Args:
        samples: images [N, C, H, W] in [-1, 1], or vectors [N, d].
        out: a folder, or a file whose ending says the kind.

    Returns:
        The files written.

    Raises:
        GansmithError: the ending does not suit the samples, or the place cannot be written.
    """
    ending = out.suffix.lower()
    with told(out, kind=GansmithError):
        if ending == "":
            return _folder(samples, out)
        out.parent.mkdir(parents=True, exist_ok=True)
        return [_file(samples, out, ending)]


def _file(samples: Tensor, out: Path, ending: str) -> Path:
    if ending in GRID:
        write_whole(out, lambda path: picture(samples).save(path, format=_format(ending)))
    elif ending in ARRAY:
        write_whole(out, lambda path: _save_array(samples, path))
    elif ending in TABLE and samples.ndim == 2:
        write_whole(out, lambda path: _save_table(samples, path))
    else:
        kinds = ".png or .npz" if samples.ndim == 4 else ".csv, .npz or .png"
        wrong = GansmithError if ending in (*GRID, *ARRAY, *TABLE) else UsageError
        raise wrong(f"samples of this run cannot be written as {value(ending)}; use {kinds}")
    return out


def _format(ending: str) -> str:
    return {".png": "PNG", ".webp": "WEBP"}.get(ending, "JPEG")


def _save_array(samples: Tensor, path: Path) -> None:
    packed = io.BytesIO()  # numpy's own writer says more than once that a disk is full
    np.savez_compressed(packed, samples=samples.float().numpy())
    path.write_bytes(packed.getbuffer())


def _save_table(samples: Tensor, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(samples.tolist())


def _folder(samples: Tensor, out: Path) -> list[Path]:
    if samples.ndim != 4:
        raise GansmithError("vectors go into one file; name it with .csv or .npz")
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for number, image in enumerate(to_bytes(samples)):
        path = out / f"sample-{number:05d}.png"
        _save_image(image_grid(image[None]), path)
        written.append(path)
    return written


def _save_image(image: Image.Image, path: Path) -> None:
    write_whole(path, lambda temporary: image.save(temporary, format="PNG"))
