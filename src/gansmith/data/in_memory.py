"""Samples that Python holds already: arrays, tensors, images, data sets of PyTorch."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from torch import Tensor

from gansmith.data.items import WAYS, Row, batch_rows, encoded, item_rows
from gansmith.data.prepare.threads import Progress
from gansmith.data.source import Photographs, Pictures, Source, Values, merged
from gansmith.data.sources.array import classes_from, values_from
from gansmith.data.sources.tabular import values_of
from gansmith.data.tables.cells import cells_of_frame, is_frame
from gansmith.errors import DataError, described

READ_ANEW = ("layout", "value_range", "choices")  # facts of how values were read
WORD = "memory"  # data.source of such a run: memory:NAME-DIGEST


def as_source(data: Any, progress: Progress | None = None, kind: str = "") -> Source:
    """Return samples in memory as a source.

    Args:
        data: an array or tensor of samples; a pair of samples and labels; a sequence of images
            (PIL), arrays, or pairs with a label; a torch ``Dataset`` with a length, a
            ``DataLoader``, or a data set of Hugging Face; a data frame, whose rows are samples.
            Rows of a loader that shuffles are put in the order of their content, so that the same
            data always make the same set.
        progress: called with (done, total) now and then.
        kind: what the samples of an array are; empty: as they seem.

    Raises:
        DataError: it is none of these, its samples differ in kind or shape, or a label is not a
            class.
    """
    if isinstance(data, Pictures | Values | Photographs):
        return data
    if is_frame(data):
        return values_of(cells_of_frame(data), {})
    if _is_pair(data):
        return labelled(as_source(data[0], progress, kind), data[1], None)
    if isinstance(data, np.ndarray | Tensor):
        return values_from(_array(data), "tensor" if isinstance(data, Tensor) else "array", kind)
    rows, name, classes = _rows(data, progress)
    if not rows:
        raise DataError(f"{name} holds no samples; give at least two")
    source = _source_of([sample for sample, _ in rows], name, kind)
    labels = [label for _, label in rows]
    if all(label is None for label in labels):
        return source
    if any(label is None for label in labels):
        raise DataError(f"{name} gives some samples a label and others none; label all or none")
    return labelled(source, labels, classes)


def read_again(source: Values, kind: str) -> Values:
    """Return samples that were read as what they seem as samples of another kind.

    Raises:
        DataError: they cannot be of that kind.
    """
    grey = source.facts.get("layout") == "N x H x W"
    found = values_from(source.values[:, 0] if grey else source.values, source.name, kind)
    kept = {name: value for name, value in source.facts.items() if name not in READ_ANEW}
    return replace(source, values=found.values, declared=kind, facts={**kept, **found.facts})


def labelled(source: Source, labels: Any, classes: Sequence[str] | None) -> Source:
    """Return a source with a class for each sample.

    Raises:
        DataError: there are not as many labels as samples, or a label is not a class.
    """
    if isinstance(source, Photographs):
        raise DataError("photographs are cut into random crops, which have no labels")
    names = None if classes is None else np.asarray(list(classes))
    found = classes_from(_marks(labels, source.name), names, len(source), source.name)
    return replace(
        source,
        labels=found.indices,
        classes=found.names,
        facts=merged(source.facts, found.facts),
    )


def word_of(source: Source) -> str:
    """Return what a recipe calls a source in memory: ``memory:NAME-DIGEST``."""
    digest = hashlib.blake2b(digest_size=8)
    if isinstance(source, Pictures):
        for row in range(len(source)):
            digest.update(source.read(row))
    else:
        for values in source.pictures if isinstance(source, Photographs) else (source.values,):
            digest.update(f"{values.shape}{values.dtype}".encode())
            digest.update(np.ascontiguousarray(values).data)
    labels = getattr(source, "labels", None)
    if labels is not None:
        digest.update(np.ascontiguousarray(labels).data)
        digest.update("\0".join(getattr(source, "classes", ())).encode())
    name = re.sub(r"[^\w.-]+", "-", source.name).strip("-.") or "samples"
    return f"{WORD}:{name}-{digest.hexdigest()}"


def absent(word: str) -> DataError:
    """Return the error to raise where samples are named that only Python held."""
    return DataError(
        f"the samples {word} were given in Python and are not kept in the run folder; pass the "
        f"same again: gansmith.train(data=..., run=..., resume=True)"
    )


def other_samples(run: str, before: str | None, now: str | None) -> str | None:
    """Say that a run was started on other samples in memory than those given; None if it was not.

    Args:
        run: the run folder.
        before: the run's data.source.
        now: that of what was given.
    """
    held = str(before).startswith(f"{WORD}:")
    if before == now or not held:
        return None
    return (
        f"{run} was started on the samples {before}, but {now} were given; pass the same samples "
        f"in the same order and with the same labels to go on, or start a new run"
    )


def _is_pair(data: Any) -> bool:
    """Whether data are (samples, labels): a tuple whose first is many samples."""
    if not (isinstance(data, tuple) and len(data) == 2):
        return False
    first, second = data
    many = isinstance(first, np.ndarray | Tensor | list) or _has_rows(first)
    return many and not hasattr(first, "getpixel") and hasattr(second, "__len__")


def _has_rows(data: Any) -> bool:
    return hasattr(data, "__len__") and hasattr(data, "__getitem__")


def _rows(data: Any, progress: Progress | None) -> tuple[list[Row], str, Sequence[str] | None]:
    """Return all (sample, label), a name, and the names of the classes where the data have them."""
    if isinstance(data, str | bytes | Mapping) or not (_has_rows(data) or hasattr(data, "dataset")):
        raise DataError(f"data cannot be {described(data)}; give {WAYS}")
    loads = hasattr(data, "dataset") and hasattr(data, "batch_sampler")
    rows = batch_rows(data, progress) if loads else item_rows(data, progress)
    held = data.dataset if loads else data
    kind = type(held).__name__
    return rows, "pictures" if kind in ("list", "tuple") else kind, _class_names(held)


def _class_names(data: Any) -> Sequence[str] | None:
    """Return the names of the classes where a data set has them."""
    features = getattr(data, "features", None)
    label = features.get("label") if isinstance(features, Mapping) else None
    known = getattr(label, "names", None) or getattr(data, "classes", None)
    listed = isinstance(known, list | tuple) and all(isinstance(word, str) for word in known)
    return known if listed else None


def _source_of(samples: list[Any], name: str, kind: str) -> Pictures | Values:
    """Return samples, all images or all arrays of one shape, as a source."""
    pictures = [hasattr(sample, "getpixel") for sample in samples]
    if all(pictures):
        files = encoded(samples, name)
        return Pictures(name, [f"picture {row}" for row in range(len(files))], files.__getitem__)
    if any(pictures):
        raise DataError(f"{name} mixes images and arrays; give one kind")
    arrays = [_array(sample) for sample in samples]
    shapes = sorted({array.shape for array in arrays})
    if len(shapes) > 1:
        raise DataError(
            f"the samples of {name} differ in shape ({shapes[0]}, {shapes[1]}); resize them alike, "
            f"or give images (PIL), which are resized here"
        )
    return values_from(np.stack(arrays), name, kind)


def _array(values: Any) -> np.ndarray:
    if not isinstance(values, Tensor):
        return np.asarray(values)
    values = values.detach().cpu()
    array: np.ndarray = (values.float() if values.is_floating_point() else values).numpy()
    return array


def _marks(labels: Any, name: str) -> np.ndarray:
    """Return labels as integers, words or one-hot rows.

    Raises:
        DataError: they are fractions, or objects of another kind.
    """
    rows = [_array(one) for one in labels] if isinstance(labels, list | tuple) else labels
    marks = np.asarray(rows) if isinstance(rows, list) else _array(rows)
    if marks.dtype.kind == "f" and marks.ndim == 1 and (marks == marks.round()).all():
        marks = marks.astype(np.int64)
    if marks.dtype.kind not in "iubUS" and not (marks.dtype.kind == "f" and marks.ndim == 2):
        raise DataError(
            f"the labels of {name} are {marks.dtype}, but a label is a class: an integer or a name"
        )
    return marks
