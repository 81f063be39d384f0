"""What a folder of files should hold: the size and the digest of each, written last."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from gansmith.runs import folder

MANIFEST = "manifest.json"
SHORT = 64 << 20  # bytes of which a digest takes a tenth of a second


def write_manifest(path: Path, step: int, names: Iterable[str], segment: int = 0) -> None:
    """Write down the size and the SHA-256 of files in a folder; flush them and the list.

    Args:
        path: the folder.
        step: that it is of.
        names: of the files.
        segment: of the run that it is of.
    """
    for name in names:
        folder.flush(path / name)
    text = json.dumps(_manifest(path, step, names, segment), indent=1) + "\n"
    folder.write_text(path / MANIFEST, text)


def fault(path: Path, step: int, names: Iterable[str]) -> str:
    """Return what is wrong with these files of a folder, in a few words; "" if nothing is.

    A folder without a manifest, as older versions wrote them, is only checked for the
    files: see ``is_listed``.

    Args:
        path: the folder.
        step: that the manifest must be of.
        names: files that must be there; only these are checked.
    """
    lost = [name for name in names if not (path / name).is_file()]
    if lost:
        return f"{lost[0]} is missing"
    if not is_listed(path):
        return ""
    try:
        known = _read(path)
        changed = [name for name in names if known["files"][name] != _facts(path / name)]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return f"{MANIFEST} is damaged"
    if changed:
        return f"{changed[0]} is not as it was written"
    return "" if known["step"] == step else f"{MANIFEST} is of another step"


def looks_changed(path: Path, name: str) -> bool:
    """Say whether a listed file is not as it was written, as far as a short check shows.

    The digest of a file above 64 MB is not worked out; its size is still checked.
    """
    try:
        known = _read(path)["files"][name]
        there = (path / name).stat().st_size
        return bool(there != known["bytes"] or (there <= SHORT and known != _facts(path / name)))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False  # not there, or not listed: nothing to compare


def is_listed(path: Path) -> bool:
    """Say whether a folder has a manifest to be checked by."""
    return (path / MANIFEST).exists()


def segment_of(path: Path) -> int:
    """Return the segment that a folder is of; 0 where it does not say."""
    try:
        return int(_read(path).get("segment", 0))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return 0


def _read(path: Path) -> Mapping[str, Any]:
    known = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    if known["format"] != 1 or set(known) - {"segment"} != {"format", "step", "files"}:
        raise ValueError("not a manifest of this version")
    return dict(known)


def _manifest(path: Path, step: int, names: Iterable[str], segment: int) -> dict[str, Any]:
    files = {name: _facts(path / name) for name in names}
    return {"format": 1, "step": step, "files": files} | ({"segment": segment} if segment else {})


def _facts(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "sha256": digest}
