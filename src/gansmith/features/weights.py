"""Weights of pretrained networks: found in the cache, given by path, or fetched and checked."""

import hashlib
import os
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import torch
from torch import Tensor

from gansmith.data.prepare.cache import cache_folder
from gansmith.errors import GansmithError
from gansmith.reading import exists, expanded, is_regular
from gansmith.runs.folder import flush

CHUNK = 1 << 20
PATIENCE = 30  # seconds without an answer until a download counts as failed


@dataclass(frozen=True)
class WeightsFile:
    """A published file of weights: its name, where it comes from, and its SHA-256."""

    name: str
    url: str
    sha256: str
    megabytes: int


@dataclass(frozen=True)
class Stored:
    """Tensors by name, the SHA-256 of their file, and whether it is the published one."""

    tensors: dict[str, Tensor]
    sha256: str
    genuine: bool
    where: str


def read_weights(file: WeightsFile, given: str = "") -> Stored:
    """Return the weights at the given path, or those of the published file.

    The published file is searched in ``weights`` in the cache folder (``$GANSMITH_CACHE``, or the
    user's) and where torch.hub keeps its downloads, then fetched. It is checked by its SHA-256.

    Args:
        file: what is published.
        given: a file of weights, or a folder with the published one; "" searches for it.

    Raises:
        GansmithError: there is no such file and it cannot be fetched, or its content is wrong; the
            message says which file to put where.
    """
    path = _given(file, given) if given else _found(file) or _fetched(file)
    digest = sha256_of(path)
    if not given and digest != file.sha256:
        raise GansmithError(
            f"{path} is not the published {file.name}: its SHA-256 begins with {digest[:12]}, not "
            f"{file.sha256[:12]}; delete it to fetch it again, or give its path as the option "
            f"'weights' to use it as it is"
        )
    return Stored(_tensors(path), digest, digest == file.sha256, str(path))


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def weights_folder() -> Path:
    """Return the folder in the cache where weights are kept."""
    return cache_folder() / "weights"


def _given(file: WeightsFile, given: str) -> Path:
    path = expanded(given)
    path = path / file.name if exists(path) and path.is_dir() else path
    if not is_regular(path):
        raise GansmithError(f"there is no file of weights at {path}; {_advice(file)}")
    return path


def _found(file: WeightsFile) -> Path | None:
    folders = (weights_folder(), Path(torch.hub.get_dir()) / "checkpoints")
    return next((f / file.name for f in folders if is_regular(f / file.name)), None)


def _fetched(file: WeightsFile) -> Path:
    """Download to a temporary name, check, rename: a file in the cache is whole or not there."""
    target = weights_folder() / file.name
    part = target.with_name(f".{file.name}.{os.getpid()}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with urllib.request.urlopen(file.url, timeout=PATIENCE) as answer, part.open("wb") as out:
            digest = _copy(answer, out, file, int(answer.headers.get("Content-Length") or 0))
    except OSError as error:
        part.unlink(missing_ok=True)
        raise GansmithError(
            f"{file.name} could not be fetched ({error}); {_advice(file)}"
        ) from error
    if digest != file.sha256:
        part.unlink()
        raise GansmithError(
            f"what came from {file.url} is not the published file (its SHA-256 begins with "
            f"{digest[:12]}); {_advice(file)}"
        )
    flush(part)
    return part.replace(target)


def _copy(answer: BinaryIO, out: BinaryIO, file: WeightsFile, total: int) -> str:
    """Copy with a progress bar on standard error; return the SHA-256 of what was copied."""
    from rich.console import Console
    from rich.progress import wrap_file

    sha, console = hashlib.sha256(), Console(stderr=True)
    bar = wrap_file(
        answer,
        total,
        description=f"fetching {file.name}",
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar as told:
        while chunk := told.read(CHUNK):
            sha.update(chunk)
            out.write(chunk)
    return sha.hexdigest()


def _advice(file: WeightsFile) -> str:
    return (
        f"put {file.name} ({file.megabytes} MB, from {file.url}) into {weights_folder()}, or give "
        f"its path as in --features NAME:weights=PATH"
    )


def _tensors(path: Path) -> dict[str, Tensor]:
    try:
        if path.suffix.lower() == ".safetensors":
            from safetensors.torch import load_file

            return load_file(path)
        found = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise GansmithError(
            f"{path} cannot be read as weights ({type(error).__name__}: {str(error)[:120]}); give "
            f"a state dict saved by torch.save, or a .safetensors file"
        ) from error
    if not isinstance(found, dict) or not all(isinstance(v, Tensor) for v in found.values()):
        raise GansmithError(f"{path} holds no tensors by name; give a state dict")
    return found
