"""Opening what others name: regular files only, of bounded size, nested no deeper than sense.

A pipe under an image's name would wait for ever, a link to ``/dev/zero`` would be read until the
memory ends, and a value nested a thousand times would break whatever walks through it.
"""

import json
import os
import stat
import tomllib
from collections.abc import Mapping
from io import BufferedReader
from pathlib import Path
from typing import Any

MEGABYTE = 2**20
DEEPEST = 50  # tables and lists inside each other; a recipe needs five
LONGEST_INTEGER = 18  # digits; longer ones are read as floating point numbers

KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


def expanded(path: str | Path) -> Path:
    """Return a path with ``~`` replaced; the home of nobody is left as it is written."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def is_regular(path: str | Path) -> bool:
    """Say whether a path leads to a regular file; a name that none can have leads to none."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except (OSError, ValueError):
        return False


def exists(path: str | Path) -> bool:
    """Say whether there is anything at a path; there is nothing at a name that none can have."""
    try:
        os.stat(path)
    except (OSError, ValueError):
        return False
    return True


def special(path: str | Path) -> str:
    """Say what a path is that is neither file nor folder ("a pipe"), also at the end of links."""
    try:
        return KINDS.get(stat.S_IFMT(os.stat(path).st_mode), "")
    except (OSError, ValueError):
        return ""


def open_regular(path: str | Path) -> BufferedReader:
    """Open a regular file for reading, or fail at once where a pipe or a device bears its name.

    Raises:
        OSError: there is no such file, it may not be read, or it is not a regular one.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    kind = stat.S_IFMT(os.fstat(descriptor).st_mode)
    if kind in KINDS:
        os.close(descriptor)
        raise OSError(None, f"it is {KINDS[kind]} and not a file", str(path))
    return os.fdopen(descriptor, "rb")


def read_bytes(path: str | Path, most: int) -> bytes:
    """Return the content of a regular file of at most ``most`` bytes.

    Raises:
        OSError: as ``open_regular``, or the file is larger.
    """
    with open_regular(path) as file:
        large = os.fstat(file.fileno()).st_size > most
        content = b"" if large else file.read(most + 1)
    if large or len(content) > most:
        raise OSError(None, f"it is larger than {most // MEGABYTE:,} MB", str(path))
    return content


def read_text(path: str | Path, most: int = 64 * MEGABYTE) -> str:
    """Return the text of a regular file, UTF-8, its line breaks those of Unix.

    Raises:
        OSError: as ``read_bytes``.
        UnicodeDecodeError: it is not UTF-8.
    """
    text = read_bytes(path, most).decode("utf-8")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def json_value(text: str) -> Any:
    """Return a JSON value; integers that no number of a machine holds become floating point.

    Raises:
        ValueError: it is not JSON, or nested too deeply.
    """
    try:
        found = json.loads(text, parse_int=_integer)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    return _shallow(found, text)


def toml_tree(text: str) -> dict[str, Any]:
    """Return the tables of a TOML text.

    Raises:
        ValueError: it is not TOML, or nested too deeply.
    """
    try:
        found = tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    checked: dict[str, Any] = _shallow(found, text)
    return checked


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= LONGEST_INTEGER else float(digits)


def _shallow(found: Any, text: str) -> Any:
    """Return a value unless it is nested too deeply; most texts are too short of brackets for it.

    Raises:
        ValueError: it is.
    """
    if text.count("[") + text.count("{") + text.count(".") <= DEEPEST:
        return found
    level = [found]
    for _ in range(DEEPEST):
        level = [inner for value in level for inner in _inside(value)]
    if level:
        raise ValueError(f"it is nested more than {DEEPEST} deep")
    return found


def _inside(value: Any) -> list[Any]:
    inner = value.values() if isinstance(value, Mapping) else value
    held = inner if isinstance(value, Mapping | list) else ()
    return [item for item in held if isinstance(item, Mapping | list)]
