"""The rows of a sequence, a data set or a loader: samples, with labels where there are any."""

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np
from PIL import Image
from torch import Tensor

from gansmith.data.prepare.threads import Progress, Report
from gansmith.errors import DataError, described

Row = tuple[Any, Any]  # a sample, and its label or None
IMAGES = ("image", "img", "picture", "photo", "pixel_values", "x")
LABELS = ("label", "labels", "fine_label", "class", "y")
WAYS = (
    "a path, a name, an array or tensor of samples, a pair (samples, labels), a list of images, "
    "a torch Dataset with a length, or a DataLoader"
)


@runtime_checkable
class Indexed(Protocol):
    """Anything with a length whose items are found by number: a list, a torch ``Dataset``."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> Any: ...


def item_rows(data: Any, progress: Progress | None = None) -> list[Row]:
    """Return the rows of a sequence or data set, item by item.

    Raises:
        DataError: an item is neither a sample nor a sample with a label.
    """
    report = Report(progress, len(data))
    rows = []
    for index in range(len(data)):
        rows.append(row_of(data[index]))
        report.one_more()
    return rows


def batch_rows(loader: Any, progress: Progress | None = None) -> list[Row]:
    """Return the rows of a loader, one pass over it; by content where it shuffles them.

    Raises:
        DataError: it has no length, or a batch is neither samples nor samples with labels.
    """
    try:
        batches = len(loader)
    except TypeError as error:
        raise DataError(
            "this loader has no length and may never end; give a data set with a length, or an "
            "array of the samples"
        ) from error
    report = Report(progress, batches)
    rows: list[Row] = []
    for batch in loader:
        rows.extend(_of_batch(batch))
        report.one_more()
    if type(getattr(loader, "sampler", None)).__name__ == "SequentialSampler":
        return rows
    return sorted(rows, key=key_of)


def row_of(item: Any) -> Row:
    """Return an item as (sample, label or None).

    Raises:
        DataError: it is neither a sample nor a sample with a label.
    """
    if isinstance(item, Mapping):
        return _named(item, IMAGES), _named(item, LABELS, needed=False)
    if isinstance(item, list | tuple):
        if item and isinstance(item[0], int | float):
            return np.asarray(item, np.float32), None  # a vector
        if len(item) == 1:
            return item[0], None
        if len(item) != 2:
            raise DataError(f"an item is {described(item)}; give samples, or pairs with a label")
        return item[0], item[1]
    return item, None


def _named(item: Mapping[str, Any], names: Sequence[str], needed: bool = True) -> Any:
    found = next((name for name in names if name in item), None)
    if found is None and needed:
        raise DataError(
            f"an item holds {', '.join(map(str, item))} but no sample; name one of them 'image'"
        )
    return None if found is None else item[found]


def _of_batch(batch: Any) -> Iterator[Row]:
    listed = isinstance(batch, list | tuple) and all(hasattr(one, "getpixel") for one in batch)
    samples, labels = (batch, None) if listed else row_of(batch)
    if labels is None:
        yield from ((sample, None) for sample in samples)
    else:
        yield from zip(samples, labels, strict=True)


def key_of(row: Row) -> bytes:
    """Return a digest of a row's content, to sort by."""
    sample, label = row
    values = sample.detach().cpu().numpy() if isinstance(sample, Tensor) else np.asarray(sample)
    told = label.item() if isinstance(label, Tensor) and label.ndim == 0 else label
    content = np.ascontiguousarray(values).tobytes() + repr(told).encode()
    return hashlib.blake2b(content, digest_size=16).digest()


def encoded(pictures: Sequence[Image.Image], name: str) -> list[bytes]:
    """Return images as PNG files, without loss.

    Raises:
        DataError: an image is of a kind that PNG has not.
    """
    return [_png(picture, index, name) for index, picture in enumerate(pictures)]


def _png(picture: Image.Image, index: int, name: str) -> bytes:
    kept = picture.convert("RGB") if picture.mode in ("CMYK", "YCbCr", "LAB", "HSV") else picture
    target = io.BytesIO()
    try:
        kept.save(target, "PNG", compress_level=1)
    except (OSError, ValueError) as error:
        raise DataError(
            f"picture {index} of {name} has the mode {picture.mode}; convert it to L or RGB"
        ) from error
    return target.getvalue()
