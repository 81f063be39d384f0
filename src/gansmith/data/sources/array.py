"""Arrays of samples: .npz and .npy, memory-mapped where the file allows it."""

from pathlib import Path
from typing import Any

import numpy as np

from gansmith.data.bounded import LARGE, PACKED
from gansmith.data.source import Values
from gansmith.errors import DataError
from gansmith.registry import sources
from gansmith.shown import listed

NAMES = ("samples", "images", "x", "x_train", "data", "arr_0")
LABELS = ("labels", "y", "label", "y_train")
LAYOUT = "uint8 pictures N x H x W (x C) or N x C x H x W, or float32 samples in [-1, 1]"


@sources.add(accepts=lambda path: path.suffix.lower() in (".npz", ".npy"))
def array(path: Path, labels: bool = True, strict: bool = True) -> Values:
    """Read samples from an .npz (``samples`` and, if there are any, ``labels`` or ``y``) or .npy.

    Args:
        path: the file.
        labels: read the labels, if there are any.
        strict: refuse floating point pictures that never fall below 0: real data should fill
            [-1, 1].

    Raises:
        DataError: the file is damaged, holds Python objects, or its array is not samples.
    """
    stored, all_labels, names = _load(path)
    values, facts = _as_samples(stored, path.name, strict)
    if not labels or all_labels is None:
        return Values(path.name, values, facts=facts)
    indices, classes = _as_classes(all_labels, names, len(values), path.name)
    return Values(path.name, values, indices, classes, facts=facts)


def values_from(stored: np.ndarray, name: str) -> Values:
    """Return samples in memory as a source, by the same rules as those of a file.

    Raises:
        DataError: the array is not samples.
    """
    values, facts = _as_samples(stored, f"the {name}", strict=True)
    return Values(name, values, facts=facts)


def classes_from(
    labels: np.ndarray, names: np.ndarray | None, count: int, name: str
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return labels as class indices, and the names of the classes, by the rules of a file.

    Raises:
        DataError: there are not as many labels as samples.
    """
    return _as_classes(labels, names, count, f"the {name}")


def _load(path: Path) -> tuple[np.ndarray, np.ndarray | None, np.ndarray | None]:
    try:
        if path.suffix == ".npy":
            return np.load(path, mmap_mode="r", allow_pickle=False), None, None
        with np.load(path, allow_pickle=False) as archive:
            _check_packing(archive, path.name)
            key = _samples_key(archive, path.name)
            label_key = next((name for name in LABELS if name in archive), None)
            classes = archive.get("classes", None)
            return archive[key], archive[label_key] if label_key else None, classes
    except DataError:
        raise
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from error
    except Exception as error:  # a damaged archive can fail in any way
        raise DataError(
            f"{path} is not a usable numpy file ({error}); save it again with numpy.savez"
        ) from error


def _check_packing(archive: Any, name: str) -> None:
    """Refuse an archive that is packed far better than samples can be, before it is unpacked."""
    for member in archive.zip.infolist():
        if member.file_size > max(LARGE, PACKED * member.compress_size):
            raise DataError(
                f"{name} would unpack to {member.file_size:,} bytes, over {PACKED} times its size, "
                f"as traps do; if it is none, save it again with numpy.savez, which does not pack"
            )


def _samples_key(archive: Any, name: str) -> str:
    found = next((key for key in NAMES if key in archive), None)
    found = found or (archive.files[0] if len(archive.files) == 1 else None)
    if found is None:
        raise DataError(
            f"{name} holds the arrays {listed(archive.files)} but none named 'samples'; "
            f"save the samples under that name: {LAYOUT}"
        )
    return found


def _as_samples(stored: np.ndarray, name: str, strict: bool) -> tuple[np.ndarray, dict[str, Any]]:
    """Return uint8 or float32 [N, C, H, W] or float32 [N, d], and what to say about it."""
    if stored.ndim not in (2, 3, 4) or 0 in stored.shape[1:]:
        raise DataError(f"{name} has shape {stored.shape}; samples are {LAYOUT}, or vectors N x d")
    if stored.dtype.kind == "f":
        return _floats(stored, name, strict)
    if stored.dtype != np.uint8:
        stored = _bytes(stored, name)
    if stored.ndim == 2:
        return stored.astype(np.float32), {"layout": "N x d"}
    return _pictures(stored, name, last=True)


def _floats(stored: np.ndarray, name: str, strict: bool) -> tuple[np.ndarray, dict[str, Any]]:
    values = stored if stored.dtype == np.float32 else stored.astype(np.float32)
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 0.0)
    if not (np.isfinite(low) and np.isfinite(high)):
        raise DataError(
            f"{name} holds values that are not finite (NaN or infinite); remove them", "data_range"
        )
    facts: dict[str, Any] = {"value_range": [low, high]}
    if values.ndim == 2:
        return values, facts | {"layout": "N x d"}
    if low < -1.001 or high > 1.001:
        raise DataError(
            f"{name} holds floating point pictures from {low:g} to {high:g}, but they must lie in "
            f"[-1, 1]; rescale them, or save bytes (uint8, 0 to 255)",
            "data_range",
        )
    if strict and values.size and low >= 0 and high > low:
        raise DataError(
            f"{name} holds floating point pictures from {low:g} to {high:g}, which looks like "
            f"[0, 1], but samples lie in [-1, 1]; save 2 * x - 1, or bytes (uint8, 0 to 255)",
            "data_range",
        )
    pictures, layout = _pictures(values, name, last=False)
    return pictures, facts | layout


def _bytes(stored: np.ndarray, name: str) -> np.ndarray:
    if stored.dtype.kind not in "iub" or (stored.size and (stored.min() < 0 or stored.max() > 255)):
        raise DataError(f"{name} holds {stored.dtype} values; samples are {LAYOUT}")
    return stored.astype(np.uint8)


def _pictures(stored: np.ndarray, name: str, last: bool) -> tuple[np.ndarray, dict[str, Any]]:
    """Return pictures as [N, C, H, W]; where both readings fit, ``last`` takes C from the end."""
    if stored.ndim == 3:
        return stored[:, None], {"layout": "N x H x W"}
    first_fits, last_fits = stored.shape[1] <= 4, stored.shape[3] <= 4
    if not (first_fits or last_fits):
        raise DataError(
            f"{name} has shape {stored.shape}, with 1 to 4 channels neither second nor last; "
            f"samples are {LAYOUT}"
        )
    if last_fits and (last or not first_fits):
        return stored.transpose(0, 3, 1, 2), {"layout": "N x H x W x C"}
    return stored, {"layout": "N x C x H x W"}


def _as_classes(
    labels: np.ndarray, names: np.ndarray | None, count: int, name: str
) -> tuple[np.ndarray, tuple[str, ...]]:
    if labels.ndim == 2 and labels.shape[1] > 1 and labels.dtype.kind in "iufb":
        labels = labels.argmax(axis=1)  # one-hot
    labels = labels.reshape(-1)
    if len(labels) != count:
        raise DataError(f"{name} holds {count} samples but {len(labels)} labels; save one for each")
    if names is not None and labels.dtype.kind in "iu" and len(names) > int(labels.max(initial=0)):
        return labels.astype(np.int64), tuple(str(word) for word in names)
    found, indices = np.unique(labels, return_inverse=True)
    return indices.astype(np.int64), tuple(str(word) for word in found)
