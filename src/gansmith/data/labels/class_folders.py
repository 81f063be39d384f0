"""Classes from the names of sub-folders, or why they are none."""

import re
from collections.abc import Sequence
from posixpath import dirname
from typing import NamedTuple

import numpy as np

from gansmith.data.labels.classes import NO_LABELS, Classes, none_because
from gansmith.errors import DataError

SPLIT = re.compile(  # trainA and val2017 too: parts that sets are divided into for training
    r"(train|training|test|testing|val|valid|validation|dev|eval|held[ _-]?out|holdout)"
    r"([ _-]?(a|b|x|y|set|data|images?|imgs?|\d+))?",
    re.IGNORECASE,
)
ROLES = re.compile(  # an image and what belongs to it, side by side
    r"(images?|imgs?|pictures?|photos?|masks?|labels?|annotations?|segmentations?|ground[ _-]?truth"
    r"|gt|depth|inputs?|outputs?|targets?|sources?)",
    re.IGNORECASE,
)
BLOCK = re.compile(r"\d{3,}")  # 00000, 00001, ...: files divided into blocks of equal number
FIRST = 3  # names in a sentence


class Places(NamedTuple):
    """Where images lie below the folders that all of them share.

    Attributes:
        tops: the sub-folder of each image, "" for one that lies in none.
        strays: the images that lie in none.
    """

    tops: tuple[str, ...]
    strays: tuple[str, ...]

    @property
    def folders(self) -> tuple[str, ...]:
        """The names of the sub-folders, sorted."""
        return tuple(sorted(set(self.tops) - {""}))


def places_of(files: Sequence[str]) -> Places:
    """Find the first sub-folders that differ; a backslash counts as ``/``.

    Images outside of the folder that holds all the others are strays.
    """
    paths = [
        tuple(part for part in file.replace("\\", "/").split("/") if part not in ("", "."))
        for file in files
    ]
    deep = [path for path in paths if len(path) > 1]
    shared = _shared(deep)
    tops = tuple(path[shared] if len(path) > shared + 1 else "" for path in paths)
    return Places(tops, tuple(file for file, top in zip(files, tops, strict=True) if not top))


def _shared(paths: Sequence[tuple[str, ...]]) -> int:
    """Return how many folders all of these paths begin with."""
    if not paths:
        return 0
    first, last = min(paths), max(paths)
    shared = 0
    while shared < min(len(first), len(last)) - 1 and first[shared] == last[shared]:
        shared += 1
    return shared


def from_folders(files: Sequence[str], where: str) -> Classes:
    """Make a class of each sub-folder, if every image lies in one of several.

    Raises:
        DataError: the sub-folders look like a split, or like images and their masks.
    """
    places = places_of(files)
    folders, strays = places.folders, places.strays
    _refuse_split(folders, where)
    if not folders:
        where = f"the one folder '{shared}'" if (shared := dirname(files[0])) else "one folder"
        return none_because(f"all images lie in {where}, and nothing beside them names classes")
    if strays:
        return _with_strays(folders, strays, len(files))
    index = {name: label for label, name in enumerate(folders)}
    labels = np.array([index[top] for top in places.tops], np.int64)
    return Classes(labels, folders, f"{len(folders)} classes, from the names of the sub-folders")


def _with_strays(folders: tuple[str, ...], strays: tuple[str, ...], total: int) -> Classes:
    lie = "lies" if len(strays) == 1 else "lie"
    says = (
        f"{listed(strays)} {lie} beside the sub-folders {listed(folders)}, so that not every "
        f"picture has a class"
    )
    if 2 * len(strays) > total:
        return none_because(says, "put every image into a folder of its class", "note")
    return none_because(says, "move what lies beside the folders into one of them, or away")


def are_blocks(files: Sequence[str]) -> bool:
    """Say whether the sub-folders are numbered blocks of files, as 00000, 00001."""
    folders = places_of(files).folders
    return bool(folders) and all(BLOCK.fullmatch(name) for name in folders)


def _refuse_split(folders: tuple[str, ...], where: str) -> None:
    parts = [name for name in folders if SPLIT.fullmatch(name)]
    roles = [name for name in folders if ROLES.fullmatch(name)]
    if len(parts) >= 2:
        what = "looks like a split and not like classes"
    elif len(folders) > 1 and len(parts) + len(roles) == len(folders):
        what = "looks like images with what belongs to them, and not like classes"
    else:
        return
    raise DataError(
        f"the sub-folders of {where} are {', '.join(folders[:8])}, which {what}; give one of them, "
        f"or set data.labels = false to use all images together",
        changes=NO_LABELS,
    )


def listed(names: Sequence[str]) -> str:
    """Return the first names with commas, and how many more there are."""
    more = f" and {len(names) - FIRST} more" if len(names) > FIRST else ""
    return ", ".join(names[:FIRST]) + more
