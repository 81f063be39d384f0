"""Samples spread evenly over a set, always the same ones."""

import numpy as np
import torch
from torch import Tensor

from gansmith.data import Samples, to_unit


def first_samples(samples: Samples, count: int) -> Tensor:
    """Return up to ``count`` samples spread evenly over a set, float32 in [-1, 1]."""
    if len(samples) == 0:
        return torch.empty(0)
    return to_unit(samples.take(_spread(samples, count)))


def first_labels(samples: Samples, count: int) -> Tensor | None:
    """Return the labels of ``first_samples``; None where there are none."""
    return (
        torch.from_numpy(first_beside(samples, "labels", count))
        if "labels" in samples.beside
        else None
    )


def first_beside(samples: Samples, name: str, count: int) -> np.ndarray:
    """Return what of a name stands beside ``first_samples``."""
    rows: np.ndarray = samples.beside[name][_spread(samples, count)]
    return rows


def _spread(samples: Samples, count: int) -> np.ndarray:
    count = min(count, len(samples))
    return np.linspace(0, len(samples) - 1, count).round().astype(np.int64)
