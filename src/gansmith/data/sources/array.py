"""Arrays of samples: .npz and .npy, memory-mapped where the file allows it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from gansmith.data.gaps import without_gaps
from gansmith.data.labels.beside_array import apart, beside_in
from gansmith.data.labels.classes import OFF, Classes, as_classes, none_because, refuse_labels
from gansmith.data.prepare.bounded import check_packing
from gansmith.data.source import Values, merged
from gansmith.data.used_range import check_finite, ends, likely_range
from gansmith.errors import DataError
from gansmith.kinds.guess import Guess, guess_kind
from gansmith.kinds.kind import Kind, kind_named
from gansmith.registry import sources
from gansmith.shown import listed

NAMES = ("samples", "images", "x", "x_train", "data", "arr_0")
LABELS = ("labels", "y", "label", "y_train")
LAYOUT = "uint8 images N x H x W (x C) or N x C x H x W, or float32 samples in [-1, 1]"


@sources.add(accepts=lambda path: path.suffix.lower() in (".npz", ".npy"))
def array(
    path: Path,
    labels: bool = True,
    strict: bool = True,
    raw: bool = False,
    kind: str = "",
    windows: Mapping[str, int | None] | None = None,
) -> Values:
    """Read samples from an .npz (``samples`` and, if there are any, ``labels`` or ``y``) or .npy.

    Further arrays of an .npz with a row for each sample come beside them: ``captions`` of text, the
    others as attributes, for conditions of your own.

    Args:
        path: the file.
        labels: read the labels, if there are any.
        strict: refuse floating point images that never fall below 0: real data should fill
            [-1, 1].
        raw: leave numbers of any type and range as they are, for ``data.range``.
        kind: what a sample is, ``data.kind``; empty: as it seems.
        windows: as for ``open_data``; where there are any, [times, channels] is one series.

    Raises:
        DataError: the file is damaged, holds Python objects, or its array is not samples.
    """
    stored = _load(path)
    if windows and stored.samples.ndim == 2:
        stored = stored._replace(samples=stored.samples[None])
    read = _as_samples(stored.samples, path.name, Reading(kind, strict, raw))
    found = _classes(stored, len(read.values), path.name) if labels else OFF
    facts = merged(read.facts, found.facts)
    captions, attributes = apart(stored.beside)
    facts |= {"attributes": list(attributes)} if attributes else {}
    values = Values(path.name, read.values, found.indices, found.names, captions, facts=facts)
    return replace(values, declared=read.kind, attributes=attributes)


def values_from(stored: np.ndarray, name: str, kind: str = "") -> Values:
    """Return samples in memory as a source, by the same rules as those of a file.

    Raises:
        DataError: the array is not samples.
    """
    read = _as_samples(stored, f"the {name}", Reading(kind))
    return Values(name, read.values, facts=read.facts, declared=read.kind)


def classes_from(labels: np.ndarray, names: np.ndarray | None, count: int, name: str) -> Classes:
    """Return labels in memory as classes, by the rules of a file.

    Raises:
        DataError: there are not as many labels as samples, or they are not classes.
    """
    found = _classes(_Stored(np.empty(0), labels, names), count, f"the {name}")
    refuse_labels(found.facts)
    return found


class _Stored(NamedTuple):
    """The arrays of a file."""

    samples: np.ndarray
    labels: np.ndarray | None = None
    names: np.ndarray | None = None
    unread: tuple[str, ...] = ()
    beside: Mapping[str, np.ndarray] = MappingProxyType({})
    one: bool = False  # an .npy, which has room for no labels


def _load(path: Path) -> _Stored:
    try:
        if path.suffix.lower() == ".npy":
            return _Stored(np.load(path, mmap_mode="r", allow_pickle=False), one=True)
        with np.load(path, allow_pickle=False) as archive:
            check_packing(archive, path.name)
            key = _samples_key(archive, path.name)
            label_key = next((name for name in LABELS if name in archive), None)
            names = archive.get("classes", None)
            known = (key, label_key, "classes", "range")
            further = [name for name in archive.files if name not in known]
            beside = beside_in(archive, further, like=key)
            unread = tuple(name for name in further if name not in beside)
            labels = archive[label_key] if label_key else None
            return _Stored(archive[key], labels, names, unread, beside)
    except DataError:
        raise
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from error
    except Exception as error:  # a damaged archive can fail in any way
        raise DataError(
            f"{path} is not a usable numpy file ({error}); save it again with numpy.savez"
        ) from error


def _samples_key(archive: Any, name: str) -> str:
    found = next((key for key in NAMES if key in archive), None)
    found = found or (archive.files[0] if len(archive.files) == 1 else None)
    if found is None:
        raise DataError(
            f"{name} holds the arrays {listed(archive.files)} but none named 'samples'; "
            f"save the samples under that name: {LAYOUT}"
        )
    return found


class Reading(NamedTuple):
    """How an array is to be read: ``kind`` is empty where it is to be found out."""

    kind: str = ""
    strict: bool = True
    raw: bool = False


class _Read(NamedTuple):
    """Samples as an array holds them, their kind, and what to say about them."""

    values: np.ndarray
    facts: dict[str, Any]
    kind: str


def _as_samples(stored: np.ndarray, name: str, how: Reading) -> _Read:
    """Return uint8 or float32 [N, C, H, W], or float32 [N, ...], and what to say about it."""
    guess = Guess(how.kind) if how.kind else guess_kind(stored.shape, stored.dtype.kind != "f")
    if guess is None or 0 in stored.shape[1:]:
        raise DataError(f"{name} has shape {stored.shape}; samples are {LAYOUT}, or vectors N x d")
    if how.raw and guess.because:
        guess = Guess("image")  # only images have a black and a white
    kind = kind_named(guess.name)
    read = _images if kind.pixels else partial(_numbers, kind)
    try:
        values, facts = read(stored, name, how)
    except DataError as error:
        if not guess.because:
            raise
        raise DataError(f"{error}; {guess.because}", error.rule, error.changes) from error
    if guess.because:
        facts |= {"choices": {"kind": guess.because}}
    return _Read(values, facts, kind.name)


def _images(stored: np.ndarray, name: str, how: Reading) -> tuple[np.ndarray, dict[str, Any]]:
    if how.raw:
        return _as_they_are(stored, name)
    if stored.dtype.kind == "f":
        return _floats(stored, name, how.strict)
    if stored.dtype != np.uint8:
        stored = _bytes(stored, name)
    pictures, layout = _pictures(stored, name, last=True)
    return pictures, layout | ({"value_range": ends(stored)} if stored.size else {})


def _numbers(
    kind: Kind, stored: np.ndarray, name: str, how: Reading
) -> tuple[np.ndarray, dict[str, Any]]:
    """Return samples without pixels, float32 [N, ...], with the axes of their kind."""
    if how.raw:
        raise DataError(
            f"{name} holds {kind.plural}, which have no black and no white; leave data.range out"
        )
    if stored.dtype.kind not in "biuf":
        raise DataError(f"{name} holds {stored.dtype} values; samples are {LAYOUT}")
    values = kind.arranged(np.asarray(stored, np.float32))
    if not kind.users.fits(values.shape[1:]):
        raise DataError(
            f"{name} has shape {stored.shape}, but {kind.users.plural} are arrays [N, "
            f"{', '.join(kind.users.axes)}]; save them so, or leave data.kind out"
        )
    values, told = without_gaps(values, name) if kind.name == "series" else (values, {})
    low, high = ends(values) if values.size else (0.0, 0.0)
    check_finite(low, high, name)
    return values, told | {
        "value_range": [low, high],
        "layout": " x ".join(("N", *kind.users.axes)),
    }


def _as_they_are(stored: np.ndarray, name: str) -> tuple[np.ndarray, dict[str, Any]]:
    if stored.dtype.kind not in "biuf":
        raise DataError(f"{name} holds {stored.dtype} values; samples are {LAYOUT}")
    pictures, layout = _pictures(stored, name, last=stored.dtype.kind != "f")
    low, high = ends(stored) if stored.size else [0.0, 0.0]
    check_finite(low, high, name)
    return pictures, layout | {"value_range": [low, high]}


def _floats(stored: np.ndarray, name: str, strict: bool) -> tuple[np.ndarray, dict[str, Any]]:
    values = stored if stored.dtype == np.float32 else stored.astype(np.float32)
    low, high = ends(values) if values.size else (0.0, 0.0)
    check_finite(low, high, name)
    facts: dict[str, Any] = {"value_range": [low, high]}
    if low < -1.001 or high > 1.001:
        raise DataError(
            f"{name} holds floating point images from {low:g} to {high:g}, but they must lie in "
            f"[-1, 1]; rescale them, save bytes (uint8, 0 to 255), or set data.range to the values "
            f"of black and white",
            "data_range",
            {"data.range": likely_range(low, high)},
        )
    if strict and values.size and low >= 0 and high > low:
        raise DataError(
            f"{name} holds floating point images from {low:g} to {high:g}, which looks like "
            f"[0, 1], but samples lie in [-1, 1]; save 2 * x - 1, or bytes (uint8, 0 to 255), or "
            f"set data.range = [0, 1]",
            "data_range",
            {"data.range": [0, 1]},
        )
    pictures, layout = _pictures(values, name, last=False)
    return pictures, facts | layout


def _bytes(stored: np.ndarray, name: str) -> np.ndarray:
    """Return whole numbers that bytes hold as bytes; of truth values, true is white."""
    if stored.dtype.kind == "b":
        return stored.astype(np.uint8) * 255
    if stored.dtype.kind not in "iu":
        raise DataError(f"{name} holds {stored.dtype} values; samples are {LAYOUT}")
    low, high = ends(stored) if stored.size else (0.0, 0.0)
    if low < 0 or high > 255:
        raise DataError(
            f"{name} holds {stored.dtype} values from {low:,.0f} to {high:,.0f}, which are not "
            f"bytes; set data.range to the values of black and white, or save bytes (uint8, 0 to "
            f"255)",
            "data_range",
            {"data.range": likely_range(low, high)},
        )
    return stored.astype(np.uint8)


def _pictures(stored: np.ndarray, name: str, last: bool) -> tuple[np.ndarray, dict[str, Any]]:
    """Return images as [N, C, H, W]; where both readings fit, ``last`` takes C from the end."""
    if stored.ndim == 3:
        return stored[:, None], {"layout": "N x H x W"}
    if stored.ndim != 4:
        raise DataError(f"{name} has shape {stored.shape}; samples are {LAYOUT}")
    first_fits, last_fits = stored.shape[1] <= 4, stored.shape[3] <= 4
    if not (first_fits or last_fits):
        raise DataError(
            f"{name} has shape {stored.shape}, with 1 to 4 channels neither second nor last; "
            f"samples are {LAYOUT}"
        )
    if last_fits and (last or not first_fits):
        return stored.transpose(0, 3, 1, 2), {"layout": "N x H x W x C"}
    return stored, {"layout": "N x C x H x W"}


def _classes(stored: _Stored, count: int, name: str) -> Classes:
    if stored.labels is None:
        return _no_labels(stored, name)
    number = len(np.atleast_1d(stored.labels))
    if number != count:
        raise DataError(f"{name} holds {count} samples but {number} labels; save one for each")
    named = None if stored.names is None else [_word(word) for word in stored.names.reshape(-1)]
    return as_classes(stored.labels, named, name)


def _no_labels(stored: _Stored, name: str) -> Classes:
    if stored.one:
        return none_because("an .npy holds samples only; an .npz has room for 'labels' too")
    if not stored.unread and not stored.beside:
        return none_because(f"{name} holds no array of labels")
    others = ", ".join((*stored.beside, *stored.unread))
    says = f"{name} holds no array 'labels' or 'y' (it has {others}, not read as classes)"
    return none_because(says, "if one of them is a class for each sample, call it 'labels'", "note")


def _word(word: Any) -> str:
    return word.decode("utf-8", "replace") if isinstance(word, bytes) else str(word)
