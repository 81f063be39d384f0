"""A folder of tars in WebDataset layout: ``key.jpg`` with ``key.cls`` and ``key.txt`` beside it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from gansmith.data.labels.classes import OFF, Classes, as_classes, none_because
from gansmith.data.source import Pictures, stamp_files
from gansmith.data.sources.archive import tar_members
from gansmith.data.sources.folder import is_shards, sort_names
from gansmith.errors import DataError
from gansmith.registry import sources

BESIDE = (".cls", ".txt", ".json")

Readers = Mapping[str, Callable[[], bytes]]


@sources.add(accepts=lambda path: path.is_dir() and is_shards(path), kinds=("image",))
def shards(path: Path, labels: bool = True) -> Pictures:
    """Read a set that is divided over several tars, sorted by shard and name.

    Beside each image may lie a class number (``.cls``) and a caption (``.txt``) of the same name.

    Args:
        path: a folder of tars.
        labels: read the classes, if every image has one.

    Raises:
        DataError: a shard is damaged, or there is no image.
    """
    readers: dict[str, Callable[[], bytes]] = {}
    tars = _tars(path)
    for shard in tars:
        members = tar_members(shard)
        readers |= {f"{shard.name}/{name}": read for name, read in members.items()}
    beside = {name for name in readers if PurePosixPath(name).suffix.lower() in BESIDE}
    files, skipped, facts = sort_names(sorted(set(readers) - beside), str(path))
    found = _classes(readers, files) if labels else OFF
    return Pictures(
        name=path.resolve().name,
        files=files,
        read=lambda index: readers[files[index]](),
        labels=found.indices,
        classes=found.names,
        captions=_beside(readers, files, ".txt"),
        skipped=tuple(skipped),
        facts={**facts, **found.facts, "shards": len(tars)},
        stamp=lambda: stamp_files(path, [shard.name for shard in tars]),
    )


def _tars(path: Path) -> list[Path]:
    return sorted(file for file in path.iterdir() if file.suffix.lower() == ".tar")


def _classes(readers: Readers, files: Sequence[str]) -> Classes:
    marks = _beside(readers, files, ".cls")
    if marks is not None:
        return as_classes(_numbers(marks), where="the .cls files")
    have = sum(1 for name in readers if name.lower().endswith(".cls"))
    if not have:
        return none_because("no .cls files lie beside the pictures")
    says = f"{len(files)} images have {have} .cls files, and not every one has its own"
    return none_because(says, "put one beside every picture")


def _numbers(marks: Sequence[str]) -> list[int]:
    try:
        return [int(mark) for mark in marks]
    except ValueError as error:
        raise DataError(f"a .cls file holds no class number ({error}); write one number") from error


def _beside(readers: Readers, files: Sequence[str], suffix: str) -> tuple[str, ...] | None:
    """Return the text beside each image, or None if any has none."""
    there = {
        name.removesuffix(PurePosixPath(name).suffix): name
        for name in readers
        if PurePosixPath(name).suffix.lower() == suffix
    }
    names = [there.get(file.removesuffix(PurePosixPath(file).suffix), "") for file in files]
    if not all(names):
        return None
    return tuple(readers[name]().decode("utf-8", "replace").strip() for name in names)
