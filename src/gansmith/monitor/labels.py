"""Labels as a foreign loop has them: numbers, words or one-hot, to the number of a class each."""

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gansmith.data.labels.quantities import quantities
from gansmith.monitor.samples import taken


def collect_labels(labels: Any, real: Any, count: int, say: Callable[[str], Any]) -> Tensor:
    """Return the labels of the samples that ``collect`` returns.

    Args:
        labels: one for each of ``real``: whole numbers, words, or rows with a single one.
        real: whose labels they are.
        count: how many are wanted.
        say: is told in which order words are numbered.

    Raises:
        ValueError: there is not one label for each real, ``real`` has no length, or the labels are
            no classes.
    """
    sized = hasattr(real, "__getitem__") and hasattr(real, "__len__")
    if isinstance(real, str | os.PathLike) or not sized:
        raise ValueError("labels go with reals in an array, a tensor or a data set; give one")
    known = classes_of(labels, say)
    if len(known) != len(real):
        raise ValueError(f"there are {len(known)} labels but {len(real)} reals; give one for each")
    _doubt_quantities(known, labels, say)
    return known[torch.from_numpy(taken(len(real), count))]


def _doubt_quantities(known: Tensor, labels: Any, say: Callable[[str], Any]) -> None:
    """Say that labels look like ages, years or scores."""
    values = _array(labels)
    words = values.dtype.kind in "US"
    names, counts = np.unique(values.reshape(-1) if words else known.numpy(), return_counts=True)
    found = quantities(dict(zip(map(str, names), counts.tolist(), strict=True)))
    if found:
        say(f"{found.says}; give bins as words, or leave labels and sample_as out")


def classes_of(labels: Any, say: Callable[[str], Any]) -> Tensor:
    """Return labels as int64 [n].

    Raises:
        ValueError: they are several for one sample, or numbers that are no classes.
    """
    values = _array(labels)
    if values.ndim == 2 and values.shape[1] > 1:
        values = _of_one_hot(values)
    values = values.reshape(-1)
    if values.dtype.kind in "US":
        return _of_words(values.astype(str), say)
    if values.dtype.kind not in "biuf":
        raise ValueError(f"labels hold {values.dtype}; give whole numbers or words, one a sample")
    whole = values.astype(np.int64)
    if not np.array_equal(whole, values):
        raise ValueError("labels are not whole numbers, so they look like measurements, no classes")
    return torch.from_numpy(whole)


def _array(labels: Any) -> np.ndarray:
    if isinstance(labels, Tensor):
        return np.asarray(labels.detach().cpu())
    if isinstance(labels, list | tuple) and labels and isinstance(labels[0], Tensor):
        return np.stack([np.asarray(label.detach().cpu()) for label in labels])
    values = np.asarray(labels)
    words = values.dtype.kind == "O" and all(isinstance(value, str) for value in values.flat)
    return values.astype(str) if words else values


def _of_one_hot(values: np.ndarray) -> np.ndarray:
    single = values.dtype.kind in "biuf" and bool(((values == 0) | (values == 1)).all())
    if not (single and bool((values.sum(axis=1) == 1).all())):
        raise ValueError(
            f"labels of shape {values.shape} are not one class each: rows with a single one and"
            " zeros, or one number or word a sample, are wanted"
        )
    return np.asarray(values.argmax(axis=1))


def _of_words(words: np.ndarray, say: Callable[[str], Any]) -> Tensor:
    names, numbers = np.unique(words, return_inverse=True)
    some = ", ".join(f"{number} = {name}" for number, name in enumerate(names[:4]))
    more = ", ..." if len(names) > 4 else ""
    say(f"labels are words; sample_as is asked for them by their place in order: {some}{more}")
    return torch.from_numpy(numbers.reshape(-1).astype(np.int64))
