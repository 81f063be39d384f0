"""The run folder: its names, and files that are either whole or not there."""

import json
import math
import os
import re
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from gansmith import shown
from gansmith.errors import RunError
from gansmith.reading import exists, is_regular
from gansmith.runs.disk import size_words, told

RECIPE, ENVIRONMENT, REPORT = "recipe.toml", "environment.json", "report.html"
SIGNALS, METRICS, JOURNAL = "signals.jsonl", "metrics.jsonl", "journal.jsonl"
SAMPLES, CHECKPOINTS = "samples", "checkpoints"
UNCOVERED, LOCK = "uncovered.png", ".lock"
TRAINED_ON = "trained_on.npy"  # content hashes of the training samples
SEGMENTS = "segments"  # recipes and checkpoints of segments that are over


def new_run_path(name: str, root: Path = Path("runs")) -> Path:
    """Return ``root/name-N`` with the smallest N that is free."""
    number = 1
    while exists(root / f"{name}-{number}"):
        number += 1
    return root / f"{name}-{number}"


def free_name(path: Path) -> Path:
    """Return the path, or ``path-N`` with the smallest N from 2 that is free."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free


def plain_name(named: str) -> str:
    """Return a short name for a folder from what a recipe or data set is called.

    ``photos/`` and ``data/photos.zip`` give photos, ``own.py:my_source`` my_source,
    ``memory:array-1f2e3d4c5b6a7988`` array.
    """
    held = re.fullmatch(r"memory:(.+)-[0-9a-f]{16}", named)
    own = re.fullmatch(r".+\.py:(\w+)(:.+)?", named)
    found = held or own
    word = found.group(1) if found else Path(named).stem
    return re.sub(r"[^\w.-]+", "-", word)[:60].strip("-.") or "run"


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
        begun = all(_begun(path, found) for found in path.rglob("*"))
        hint = (
            "if a run was stopped there before it began, start it again without --resume"
            if begun
            else f"give the folder that `gansmith train` printed, or put its {RECIPE} back"
        )
        raise RunError(f"{path} is not a run folder: it holds no {RECIPE}; {hint}")
    return path


def require_free(path: Path) -> Path:
    """Return the path, or say in one sentence that something is there already.

    What a run leaves that was stopped before it began counts as nothing: empty folders, unfinished
    files, and records without a recipe, which is written last.

    Raises:
        RunError: the path is a file, or a folder that holds a file.
    """
    held = path.rglob("*") if path.is_dir() else [path] if path.exists() else []
    if is_run(path) or any(not _begun(path, found) for found in held):
        hint = "add --resume to go on with it, or" if is_run(path) else "please"
        raise RunError(
            f"the run folder {path} exists and is not empty; {hint} choose another --run"
        )
    return path


def is_litter(path: Path) -> bool:
    """Say whether a name is one of a write that was cut off."""
    return path.name.startswith(".") and path.name.endswith(".tmp")


def _begun(run: Path, found: Path) -> bool:
    """Say whether a run that was stopped before it began may have left this."""
    own = found.parent == run and found.name in (LOCK, ENVIRONMENT, JOURNAL, TRAINED_ON)
    return found != run and (found.is_dir() or is_litter(found) or own)


def create_run(path: Path) -> Path:
    """Make a new run folder.

    Raises:
        RunError: the folder is taken, or cannot be written.
    """
    require_free(path)
    with told(path):
        (path / SAMPLES).mkdir(parents=True, exist_ok=True)
        (path / CHECKPOINTS).mkdir(exist_ok=True)
    return path


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` fill a temporary file beside ``path``, flush it to disk, then rename it.

    What is not a file (a pipe, a device) is written into as it is.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        write(path)
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        write(temporary)
        flush(temporary)
        temporary.replace(path)
        flush_folder(path.parent)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all."""
    write_bytes(path, text.encode("utf-8", "surrogateescape"))  # names as they are


def write_bytes(path: Path, content: bytes | memoryview) -> None:
    """Write a file whole or not at all."""
    write_whole(path, lambda temporary: temporary.write_bytes(content))


def flush(path: Path) -> None:
    """Have the operating system put a file's bytes on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_folder(path: Path) -> None:
    """Have the operating system put a folder's list of names on the disk, where it can."""
    with suppress(OSError):  # Windows opens no folders
        flush(path)


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
    with told(path):
        free = shutil.disk_usage(path).free
    if free < wanted_bytes:
        raise RunError(
            f"{path} needs about {size_words(wanted_bytes)} but {size_words(free)} are free; "
            "make room and go on with --resume, or choose another --run"
        )
