"""A folder of images, searched through all its sub-folders; class folders become labels."""

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from posixpath import splitext
from typing import Any

from gansmith.data.labels.label_files import find_classes
from gansmith.data.prepare import heif
from gansmith.data.prepare.bounded import read_picture
from gansmith.data.prepare.decode import READABLE, UNREADABLE
from gansmith.data.prepare.heif import can_read_heif
from gansmith.data.source import Pictures, Skipped, stamp_files
from gansmith.data.sources.documents import is_documents
from gansmith.errors import DataError
from gansmith.reading import MEGABYTE, read_bytes
from gansmith.registry import sources

LARGEST_TABLE = 256 * MEGABYTE  # of labels beside images
HIDDEN = re.compile(r"(^|/)(\.(?!\.?(/|$))|__MACOSX(/|$)|Thumbs\.db$)")


def is_folder(path: Path) -> bool:
    """True for a folder that is neither one of shards or texts nor a saved data set."""
    saved = (path / "dataset_info.json").is_file()
    return path.is_dir() and not (is_shards(path) or saved or is_documents(path))


@sources.add(accepts=is_folder, kinds=("image",))
def folder(path: Path, labels: bool = True) -> Pictures:
    """Find the images of a folder and all its sub-folders, sorted by path.

    Classes come from a ``dataset.json``, ``metadata.csv`` or ``.jsonl`` beside the images; else,
    if every image lies in one of several sub-folders, from their names; else from a table that is
    called ``labels``.

    Args:
        path: the folder.
        labels: find classes.

    Raises:
        DataError: the folder cannot be read or holds no image, or its sub-folders are a
            train/test split.
    """
    problems: list[Skipped] = []
    try:
        os.listdir(path)
    except OSError as error:
        raise DataError(
            f"the folder {path} cannot be read: {error.strerror}; give one that you may open"
        ) from error
    names = sorted(walk(str(path), problems))
    files, skipped, facts = sort_names(names, str(path))
    root = str(path)

    def read(name: str) -> bytes:
        return read_bytes(f"{root}/{name}", LARGEST_TABLE)

    found = find_classes(files, names, read, root, labels)
    return Pictures(
        name=path.resolve().name,
        files=files,
        read=lambda index: read_picture(f"{root}/{files[index]}"),
        labels=found.indices,
        classes=found.names,
        skipped=(*skipped, *problems),
        facts={**facts, **found.facts},
        stamp=lambda: stamp_files(path, files),
    )


def is_shards(path: Path) -> bool:
    """True for a folder that holds tars and nothing else."""
    try:
        kinds = {name[-4:].lower() for name in os.listdir(path) if not name.startswith(".")}
    except OSError:
        return False
    return kinds == {".tar"}


def walk(root: str, problems: list[Skipped]) -> Iterator[str]:
    """Yield the files under a folder, relative to root, following links but no loop of links."""
    waiting: list[tuple[str, frozenset[tuple[int, int]]]] = [("", frozenset())]
    while waiting:
        below, above = waiting.pop()
        try:
            status = os.stat(os.path.join(root, below))
            entries = list(os.scandir(os.path.join(root, below)))
        except OSError as error:
            problems.append(Skipped(below, f"the folder cannot be read ({error.strerror})"))
            continue
        here = (status.st_dev, status.st_ino)
        if here in above:
            problems.append(Skipped(below, "it is a link to a folder that contains it, a loop"))
            continue
        for entry in entries:
            name = f"{below}/{entry.name}" if below else entry.name
            if entry.name.startswith("."):
                continue
            if _is_folder(entry):
                waiting.append((name, above | {here}))
            else:
                yield name


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself; reading it as a file will say so
        return False


def sort_names(names: Sequence[str], where: str) -> tuple[list[str], list[Skipped], dict[str, Any]]:
    """Divide file names into (pictures, refused picture formats, facts about what is ignored).

    Raises:
        DataError: there is no picture among them.
    """
    visible = [name for name in names if not _hidden(name)]
    kinds = {name: splitext(name)[1].lower() for name in visible}
    readable = READABLE | (heif.ENDINGS if can_read_heif() else frozenset())
    files = [name for name in visible if kinds[name] in readable]
    refused = [
        Skipped(name, _why_refused(kinds[name]))
        for name in visible
        if kinds[name] in UNREADABLE - readable
    ]
    others = Counter(k or "no extension" for k in kinds.values() if k not in READABLE | UNREADABLE)
    if not files:
        what = Counter(kinds.values()).most_common(3)
        found = ", ".join(f"{n} {kind or 'without extension'}" for kind, n in what)
        has = f"holds {len(visible)} files ({found}) and no pictures" if visible else "is empty"
        raise DataError(
            f"{where} {has}; give a folder or archive with PNG, JPEG, WebP or other pictures"
        )
    return files, refused, {"ignored": dict(others.most_common())} if others else {}


def _why_refused(kind: str) -> str:
    if kind in heif.ENDINGS:
        return heif.MISSING
    return f"{kind} files cannot be read; convert it to PNG or JPEG"


def _hidden(name: str) -> bool:
    """True for what systems leave behind: dot files, resource forks, thumbnails."""
    return HIDDEN.search(name) is not None
