"""Samples as they are sent: pictures, sounds, lines or tables inside JSON, or one file."""

import base64
import csv
import io
from collections.abc import Mapping
from typing import Any

from torch import Tensor

from gansmith.deploy.loaded import LoadedGenerator
from gansmith.deploy.writers import known_of
from gansmith.web.play.wishes import Wish

TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".wav": "audio/wav",
    ".csv": "text/csv; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}
ROWS = 1000  # of a table inside JSON


def as_file(loaded: LoadedGenerator, wish: Wish, samples: Tensor) -> tuple[bytes, str]:
    """Return the bytes and the type of one file of all samples."""
    content = loaded.kind.written[wish.form](samples, known_of(loaded, wish.chosen.asked))
    return content, TYPES.get(wish.form, "application/octet-stream")


def as_json(
    loaded: LoadedGenerator, samples: Tensor, asked: Mapping[str, Tensor]
) -> dict[str, Any]:
    """Return samples as plain values: ``texts``, ``table``, or ``files`` in base64."""
    kind, known = loaded.kind, known_of(loaded, asked)
    told: dict[str, Any] = {"kind": kind.name, "count": len(samples)}
    if kind.lines is not None:
        return told | {"texts": kind.lines(samples)}
    if kind.pieces is not None:
        files = [_file(name, content) for name, content in kind.pieces(samples, known)]
        return told | {"files": files}
    if ".png" in kind.written:
        told["files"] = [_file("samples.png", kind.written[".png"](samples, known))]
    if ".csv" in kind.written:
        rows = list(csv.reader(io.StringIO(kind.written[".csv"](samples, known).decode())))
        told["table"] = [*_head(rows[0]), *rows][: ROWS + 1]
    return told


def _head(row: list[str]) -> list[list[str]]:
    """Return names of columns for a file that has none."""
    try:
        return [[f"value {place}" for place, _ in enumerate(map(float, row))]]
    except ValueError:
        return []


def _file(name: str, content: bytes) -> dict[str, str]:
    ending = "." + name.rpartition(".")[2]
    kind = TYPES.get(ending, "application/octet-stream")
    return {"name": name, "type": kind, "base64": base64.b64encode(content).decode()}
