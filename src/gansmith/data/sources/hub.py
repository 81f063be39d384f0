"""Hugging Face data sets: by name from the hub, saved on disk, or as Parquet files."""

from pathlib import Path
from typing import Any

from gansmith.data.labels.classes import OFF, Classes, as_classes, none_because
from gansmith.data.labels.tables import CAPTIONS, LABELS
from gansmith.data.prepare.bounded import read_picture
from gansmith.data.source import Pictures, Stamp
from gansmith.errors import DataError
from gansmith.reading import special
from gansmith.registry import sources
from gansmith.shown import listed

IMAGES = ("image", "img", "picture", "photo")


def is_saved(path: Path) -> bool:
    """True for what ``Dataset.save_to_disk`` wrote, and for Parquet files."""
    return (path / "dataset_info.json").is_file() or path.suffix.lower() == ".parquet"


@sources.add(word="name")
def hub(name: str, split: str = "train", labels: bool = True) -> Pictures:
    """A data set of the Hugging Face hub, by its name: ``hub:ylecun/mnist``.

    Needs the extra ``data``. A column of images is trained on; a column ``label`` gives the
    classes, a column ``caption`` or ``text`` one sentence for each.

    Args:
        name: as on the hub, `owner/name`.
        split: which part of it.
        labels: read the labels, if there are any.

    Raises:
        DataError: the extra is missing, or there is no such data set, split, or column.
    """
    try:
        found = _library().load_dataset(name, split=split)
    except DataError:
        raise
    except Exception as error:  # the hub, the network or the set itself may fail in any way
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(f"the data set {name} (split {split}) cannot be opened: {said}") from error
    return _pictures(found, name, labels)


@sources.add(accepts=is_saved)
def saved(path: Path, labels: bool = True) -> Pictures:
    """Read a Hugging Face data set from the disk: ``save_to_disk``, or a Parquet file.

    Needs the extra ``data``.

    Args:
        path: the folder that it was saved to, or the file.
        labels: read the labels, if there are any.

    Raises:
        DataError: the extra is missing, the files are damaged, or there is no column of images.
    """
    library = _library()
    _refuse_special(path)
    try:
        if path.is_dir():
            found = library.load_from_disk(str(path))
        else:
            found = library.Dataset.from_parquet(str(path))
    except Exception as error:  # a damaged file can fail in any way
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(f"{path} is not a usable data set: {said}") from error
    return _pictures(found, path.resolve().name, labels)


def _refuse_special(folder: Path) -> None:
    odd = next((place for place in folder.rglob("*") if special(place)), None)
    if odd is not None:
        raise DataError(f"{odd} is {special(odd)} and not a file; remove it or save the set anew")


def _library() -> Any:
    try:
        import datasets
    except ImportError as error:
        raise DataError(
            "Hugging Face data sets need the library datasets; pip install 'gansmith[data]'"
        ) from error
    return datasets


def _pictures(found: Any, name: str, labels: bool) -> Pictures:
    kinds = {column: type(kind).__name__ for column, kind in found.features.items()}
    images = [column for column, kind in kinds.items() if kind == "Image"]
    images = images or [column for column in kinds if column.lower() in IMAGES]
    if not images:
        raise DataError(
            f"{name} has the columns {listed(kinds)} but none of images; name one 'image'"
        )
    raw = found.select_columns(images[:1]).cast_column(images[0], _library().Image(decode=False))
    marks = _labels(found, kinds) if labels else OFF
    caption = next((column for column in kinds if column.lower() in CAPTIONS), None)
    return Pictures(
        name=name,
        files=[f"image {row}" for row in range(len(found))],
        read=lambda row: _encoded(raw[row][images[0]]),
        labels=marks.indices,
        classes=marks.names,
        captions=tuple(map(str, found[caption])) if caption else None,
        facts=marks.facts,
        stamp=lambda: Stamp(found._fingerprint, found.data.nbytes),
    )


def _encoded(picture: dict[str, Any]) -> bytes:
    if picture["bytes"] is not None:
        return bytes(picture["bytes"])
    return read_picture(picture["path"])


def _labels(found: Any, kinds: dict[str, str]) -> Classes:
    """Return the classes of a column of class labels, or of one that is called so."""
    named = [column for column, kind in kinds.items() if kind == "ClassLabel"]
    column = next(iter(named or [c for c in kinds if c.lower() in LABELS]), None)
    if column is None:
        return none_because(f"none of the columns {', '.join(kinds)} is a label")
    names = found.features[column].names if named else None
    return as_classes(list(found[column]), names, f"the column '{column}'")
