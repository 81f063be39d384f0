"""The run folder: its names, and files that are either whole or not there."""

import json
import math
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from gansmith import shown
from gansmith.errors import RunError
from gansmith.reading import exists, is_regular

RECIPE, ENVIRONMENT, REPORT = "recipe.toml", "environment.json", "report.html"
SIGNALS, METRICS, JOURNAL = "signals.jsonl", "metrics.jsonl", "journal.jsonl"
SAMPLES, CHECKPOINTS = "samples", "checkpoints"
UNCOVERED = "uncovered.png"


def new_run_path(name: str, root: Path = Path("runs")) -> Path:
    """Return ``root/name-N`` with the smallest N that is free."""
    number = 1
    while exists(root / f"{name}-{number}"):
        number += 1
    return root / f"{name}-{number}"


def is_run(path: Path) -> bool:
    """Say whether a folder is a run folder."""
    return is_regular(path / RECIPE)


def require_run(path: Path) -> Path:
    """Return the path, or say in one sentence why it is not a run folder.

    Raises:
        RunError: the folder is not there or holds no recipe.
    """
    if not exists(path) or not path.is_dir():
        raise RunError(
            f"there is no run folder {shown.path(path)}; give the folder that `gansmith train` "
            f"printed"
        )
    if not is_run(path):
        raise RunError(f"{path} is not a run folder: it holds no {RECIPE}")
    return path


def require_free(path: Path) -> Path:
    """Return the path, or say in one sentence that something is there already.

    Empty folders inside, as a run leaves that was stopped before it began, count as nothing.

    Raises:
        RunError: the path is a file, or a folder that holds a file.
    """
    held = path.rglob("*") if path.is_dir() else [path] if path.exists() else []
    if any(not found.is_dir() for found in held):
        hint = "add --resume to go on with it, or" if is_run(path) else "please"
        raise RunError(
            f"the run folder {path} exists and is not empty; {hint} choose another --run"
        )
    return path


def create_run(path: Path) -> Path:
    """Make a new run folder.

    Raises:
        RunError: the folder is taken, or cannot be written.
    """
    require_free(path)
    try:
        (path / SAMPLES).mkdir(parents=True, exist_ok=True)
        (path / CHECKPOINTS).mkdir(exist_ok=True)
    except OSError as error:
        raise RunError(f"cannot make the run folder {path}: {error.strerror}") from error
    return path


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` fill a temporary file beside ``path``, flush it to disk, then rename it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        write(temporary)
        flush(temporary)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all."""
    write_whole(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def flush(path: Path) -> None:
    """Have the operating system put a file's bytes on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def json_line(record: Mapping[str, Any]) -> str:
    """Return one line of strict JSON: a non-finite number becomes null and its name is listed."""
    broken = [name for name, value in record.items() if _is_broken(value)]
    whole = {name: None if name in broken else value for name, value in record.items()}
    return json.dumps(whole | ({"nonfinite": broken} if broken else {})) + "\n"


def _is_broken(value: object) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def require_space(path: Path, wanted_bytes: int) -> None:
    """Refuse when the disk has not room for ``wanted_bytes``.

    Raises:
        RunError: there is too little space; says how much is wanted and how much there is.
    """
    free = shutil.disk_usage(path).free
    if free < wanted_bytes:
        raise RunError(
            f"{path} needs about {wanted_bytes / 1e6:.0f} MB but {free / 1e6:.0f} MB are free; "
            "make room (a run with checkpoints goes on with --resume) or choose another --run"
        )
