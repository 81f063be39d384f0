"""Names from outside as paths that stay inside a folder."""

import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from gansmith.shown import UNSAFE_IN_LINE

LONGEST = 180  # bytes of a name; file systems allow 255, and ours get an ending and a mark
DEEPEST = 12  # folders inside each other; of more the last ones are kept
FORBIDDEN = re.compile(r'[:*?"<>|]')  # in names on Windows; a colon there names a drive or stream
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.I)  # and these are devices


def safe_parts(name: str) -> list[str]:
    """Return a path from outside as names of folders and of a file, none of which leads away.

    Roots, ``.`` and ``..`` are left out, control characters become ``_``, and on Windows what is
    forbidden there, as the colon of a drive. What is too long for a file system is cut.
    """
    parts = [part for part in re.split(r"[/\\]", name) if part.strip(". ")]
    return [_safe(part) for part in parts[-DEEPEST:]] or ["unnamed"]


def safe_name(name: str) -> str:
    """Return a name from outside as the name of one file or folder."""
    return _safe("_".join(safe_parts(name)))


def _safe(part: str) -> str:
    plain = UNSAFE_IN_LINE.sub("_", part)
    if os.name == "nt":
        plain = FORBIDDEN.sub("_", plain).rstrip(". ")
        plain = f"_{plain}" if DEVICES.fullmatch(plain) else plain
    return plain.encode()[:LONGEST].decode(errors="ignore")


def paths_inside(folder: Path, names: Sequence[str], ending: str = "") -> Iterator[Path]:
    """Yield a path in the folder for each name, each another one: ``folder/a/b.png`` for ``a/b``.

    A folder inside that is a link to elsewhere is not followed: the name becomes a flat one.

    Args:
        folder: the folder that all paths lie in.
        names: relative paths as archives, tables or folders have them, without an ending.
        ending: put behind each.
    """
    taken, root = set[str](), folder.resolve()
    for name in names:
        parts = safe_parts(name)
        place = folder.joinpath(*parts[:-1])
        if not place.resolve().is_relative_to(root):
            place, parts = folder, [safe_name(name)]
        yield _free(place, parts[-1], ending, taken)


def _free(place: Path, name: str, ending: str, taken: set[str]) -> Path:
    """Return a path that was not given out before."""
    number, path = 1, place / f"{name}{ending}"
    while _key(path) in taken:
        number += 1
        path = place / f"{name}-{number}{ending}"
    taken.add(_key(path))
    return path


def _key(path: Path) -> str:
    """Return a text that is the same where the paths lead to one file."""
    return str(path) if sys.platform == "linux" else str(path).lower()
