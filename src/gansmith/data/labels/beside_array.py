"""Arrays of an .npz that hold a row for each sample: captions and attributes."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np


def beside_in(archive: Any, names: Sequence[str], like: str) -> dict[str, np.ndarray]:
    """Return those arrays of an archive that have as many rows as another, by name.

    Numbers are finite, text has a word a row; ``captions`` are text, and nothing is called
    ``labels``. Others are not even read but for their header.

    Args:
        archive: an open .npz.
        names: of the arrays that may be read.
        like: the array of samples.
    """
    count = _header(archive, like)[0][:1]
    alike = [name for name in names if name != "labels" and _header(archive, name)[0][:1] == count]
    plain = [name for name in alike if _header(archive, name)[1].kind in "biufUS"]
    found = {name: archive[name] for name in plain if count}
    return {name: _as_text(values) for name, values in found.items() if _is_usable(name, values)}


def apart(
    beside: Mapping[str, np.ndarray],
) -> tuple[tuple[str, ...] | None, dict[str, np.ndarray]]:
    """Return captions, if there are any, and attributes."""
    captions = beside.get("captions")
    told = None if captions is None else tuple(map(str, captions))
    return told, {name: values for name, values in beside.items() if name != "captions"}


def _header(archive: Any, name: str) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Return the shape and number format of an array without reading it; none of what is none."""
    try:
        with archive.zip.open(f"{name}.npy") as file:
            first = np.lib.format.read_magic(file) == (1, 0)
            form = np.lib.format
            read = form.read_array_header_1_0 if first else form.read_array_header_2_0
            shape, _, kind = read(file)
    except (KeyError, ValueError):
        return (), np.dtype(object)
    return shape, kind


def _is_usable(name: str, values: np.ndarray) -> bool:
    text = values.dtype.kind in "US"
    if text or name == "captions":
        return text and len(values.shape) == 1
    return bool(np.isfinite(values).all())


def _as_text(values: np.ndarray) -> np.ndarray:
    """Return words as objects, as a table gives them, and numbers as they are."""
    if values.dtype.kind == "S":
        values = np.char.decode(values, "utf-8", "replace")
    return values.astype(object) if values.dtype.kind == "U" else values
