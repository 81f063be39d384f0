"""A folder of tars in WebDataset layout: ``key.jpg`` with ``key.cls`` and ``key.txt`` beside it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath

import numpy as np

from gansmith.data.source import Pictures, stamp_files
from gansmith.data.sources.archive import tar_members
from gansmith.data.sources.folder import is_shards, sort_names
from gansmith.errors import DataError
from gansmith.registry import sources

Readers = Mapping[str, Callable[[], bytes]]


@sources.add(accepts=lambda path: path.is_dir() and is_shards(path))
def shards(path: Path, labels: bool = True) -> Pictures:
    """Read a set that is divided over several tars, sorted by shard and name.

    Beside each picture may lie a class number (``.cls``) and a caption (``.txt``) of the same name.

    Args:
        path: a folder of tars.
        labels: read the classes, if every picture has one.

    Raises:
        DataError: a shard is damaged, or there is no picture.
    """
    readers: dict[str, Callable[[], bytes]] = {}
    for shard in sorted(path.glob("*.tar")):
        members = tar_members(shard)
        readers |= {f"{shard.name}/{name}": read for name, read in members.items()}
    beside = {name for name in readers if PurePosixPath(name).suffix in (".cls", ".txt", ".json")}
    files, skipped, facts = sort_names(sorted(set(readers) - beside), str(path))
    indices, classes = _classes(readers, files) if labels else (None, ())
    return Pictures(
        name=path.resolve().name,
        files=files,
        read=lambda index: readers[files[index]](),
        labels=indices,
        classes=classes,
        captions=_beside(readers, files, ".txt"),
        skipped=tuple(skipped),
        facts={**facts, "shards": len({name.partition("/")[0] for name in readers})},
        stamp=lambda: stamp_files(path, sorted(shard.name for shard in path.glob("*.tar"))),
    )


def _classes(readers: Readers, files: Sequence[str]) -> tuple[np.ndarray | None, tuple[str, ...]]:
    marks = _beside(readers, files, ".cls")
    if marks is None:
        return None, ()
    try:
        numbers = np.array([int(mark) for mark in marks], np.int64)
    except ValueError as error:
        raise DataError(f"a .cls file holds no class number ({error}); write one number") from error
    found, indices = np.unique(numbers, return_inverse=True)
    return indices.astype(np.int64), tuple(str(number) for number in found)


def _beside(readers: Readers, files: Sequence[str], suffix: str) -> tuple[str, ...] | None:
    """Return the text beside each picture, or None if any has none."""
    names = [str(PurePosixPath(file).with_suffix(suffix)) for file in files]
    if not all(name in readers for name in names):
        return None
    return tuple(readers[name]().decode("utf-8", "replace").strip() for name in names)
