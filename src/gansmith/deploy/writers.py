"""Samples into files: pictures, one picture, arrays, tables."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image
from torch import Tensor

from gansmith.conditions.conditioning import Groups
from gansmith.data import to_bytes
from gansmith.deploy.loaded import LoadedGenerator
from gansmith.errors import GansmithError, UsageError
from gansmith.runs.disk import told
from gansmith.runs.folder import write_whole
from gansmith.sampling.grids import image_grid, picture
from gansmith.shown import value

GRID, ARRAY, TABLE = (".png", ".jpg", ".jpeg", ".webp"), (".npz",), (".csv",)


class Known(NamedTuple):
    """What is known of samples beside their values.

    Attributes:
        beside: what stands beside them in an array, by name.
        groups: groups of samples that get a folder each.
        range: the stored values that -1 and 1 stand for, where they were chosen.
    """

    beside: Mapping[str, np.ndarray] = {}
    groups: Groups | None = None
    range: tuple[float, float] | None = None


def known_of(loaded: LoadedGenerator, asked: Mapping[str, Tensor]) -> Known:
    """Return what is known of samples that were asked for.

    Args:
        loaded: made them.
        asked: by the name of the condition, a row for each sample.
    """
    conditionings = [
        conditioning for conditioning in loaded.conditionings if conditioning.name in asked
    ]
    beside = {
        n: v
        for conditioning in conditionings
        for n, v in conditioning.written(asked[conditioning.name]).items()
    }
    groups = (conditioning.groups(asked[conditioning.name]) for conditioning in conditionings)
    return Known(beside, next((found for found in groups if found), None), loaded.range)


NOTHING = Known()


def write_samples(samples: Tensor, out: Path, known: Known = NOTHING) -> list[Path]:
    """Write samples: a folder gets one PNG each; .png one grid; .npz an array; .csv vectors.

    Samples of classes get a folder for each class. An .npz holds beside them what was asked for,
    such as ``labels`` and ``classes``, and ``range`` where black and white stand for other stored
    values.

    Args:
        samples: images [N, C, H, W] in [-1, 1], or vectors [N, d].
        out: a folder, or a file whose ending says the kind.
        known: what else is known of them.

    Returns:
        The files written.

    Raises:
        GansmithError: the ending does not suit the samples, or the place cannot be written.
    """
    ending = out.suffix.lower()
    with told(out, kind=GansmithError):
        if ending == "":
            return _folder(samples, out, known)
        out.parent.mkdir(parents=True, exist_ok=True)
        return [_file(samples, out, ending, known)]


def _file(samples: Tensor, out: Path, ending: str, known: Known) -> Path:
    if ending in GRID:
        write_whole(out, lambda path: picture(samples).save(path, format=_format(ending)))
    elif ending in ARRAY:
        write_whole(out, lambda path: _save_array(samples, path, known))
    elif ending in TABLE and samples.ndim == 2:
        write_whole(out, lambda path: _save_table(samples, path))
    else:
        kinds = ".png or .npz" if samples.ndim == 4 else ".csv, .npz or .png"
        wrong = GansmithError if ending in (*GRID, *ARRAY, *TABLE) else UsageError
        raise wrong(f"samples of this run cannot be written as {value(ending)}; use {kinds}")
    return out


def _format(ending: str) -> str:
    return {".png": "PNG", ".webp": "WEBP"}.get(ending, "JPEG")


def _save_array(samples: Tensor, path: Path, known: Known) -> None:
    more: dict[str, Any] = dict(known.beside)
    if known.range is not None:
        more["range"] = np.array(known.range)
    packed = io.BytesIO()  # numpy's own writer says more than once that a disk is full
    np.savez_compressed(packed, samples=samples.float().numpy(), **more)
    path.write_bytes(packed.getbuffer())


def _save_table(samples: Tensor, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(samples.tolist())


def _folder(samples: Tensor, out: Path, known: Known) -> list[Path]:
    if samples.ndim != 4:
        raise GansmithError("vectors go into one file; name it with .csv or .npz")
    places = folder_names(known.groups.names) if known.groups else []
    written = []
    for number, image in enumerate(to_bytes(samples)):
        place = out / places[int(known.groups.of[number])] if known.groups else out
        place.mkdir(parents=True, exist_ok=True)
        path = place / f"sample-{number:05d}.png"
        _save_image(image_grid(image[None]), path)
        written.append(path)
    return written


def folder_names(classes: Sequence[str]) -> list[str]:
    """Return a folder name for each class that every system takes, and no two alike."""
    names = list[str]()
    for number, name in enumerate(classes):
        plain = re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", name).strip(". ")[:100]
        taken = {other.lower() for other in names}
        names.append(f"{plain}_{number}" if not plain or plain.lower() in taken else plain)
    return names


def _save_image(image: Image.Image, path: Path) -> None:
    write_whole(path, lambda temporary: image.save(temporary, format="PNG"))
