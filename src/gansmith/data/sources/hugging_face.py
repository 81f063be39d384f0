"""What is read of a data set of Hugging Face: the column of images, classes, captions."""

from typing import Any

from gansmith.data.labels.classes import OFF, Classes, as_classes, none_because
from gansmith.data.labels.tables import CAPTIONS, LABELS
from gansmith.data.prepare.bounded import read_picture
from gansmith.data.source import Pictures, Stamp
from gansmith.errors import DataError
from gansmith.shown import listed

IMAGES = ("image", "img", "picture", "photo")


def library() -> Any:
    """Return the library datasets.

    Raises:
        DataError: it is not installed.
    """
    try:
        import datasets
    except ImportError as error:
        raise DataError(
            "Hugging Face data sets need the library datasets; pip install 'gansmith[data]'"
        ) from error
    return datasets


def pictures_of(found: Any, name: str, labels: bool) -> Pictures:
    """Return the images of a data set of that library, with labels and captions where it has any.

    Raises:
        DataError: no column holds images.
    """
    kinds = {column: type(kind).__name__ for column, kind in found.features.items()}
    images = [column for column, kind in kinds.items() if kind == "Image"]
    images = images or [column for column in kinds if column.lower() in IMAGES]
    if not images:
        raise DataError(
            f"{name} has the columns {listed(kinds)} but none of images; name one 'image'"
        )
    raw = found.select_columns(images[:1]).cast_column(images[0], library().Image(decode=False))
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
