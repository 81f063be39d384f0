"""Distances between many samples, a block at a time: memory stays bounded at any count."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

BLOCK = 1024
PRECISE_PRODUCTS = 4e10


def comparable(real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    """Return both sides moved to the reals' mean, which keeps digits in squared distances.

    float64 while that costs little, float32 for very many samples (exact to 1e-6 of a distance
    between typical samples).
    """
    work = max(len(real), len(fake)) ** 2 * real.shape[1]
    dtype = torch.float64 if work <= PRECISE_PRODUCTS else torch.float32
    centre = real.mean(0)
    return (real - centre).to(dtype), (fake - centre).to(dtype)


def squared_distances(x: Tensor, y: Tensor) -> Iterator[tuple[slice, Tensor]]:
    """Yield (rows of x, squared distances [rows, len(y)]) block by block.

    What lies below rounding is set to 0, so that copies are at distance 0.
    """
    x_norms, y_norms = x.square().sum(1), y.square().sum(1)
    rounding = 8 * torch.finfo(x.dtype).eps
    for start in range(0, len(x), BLOCK):
        rows = slice(start, min(start + BLOCK, len(x)))
        norms = x_norms[rows, None] + y_norms
        squared = torch.addmm(norms, x[rows], y.mT, alpha=-2)
        yield rows, squared.masked_fill_(squared < rounding * norms, 0)


@dataclass(frozen=True)
class Nearest:
    """For each sample: squared distance to its k-th nearest, and who the nearest is."""

    squared: Tensor
    index: Tensor


def nearest(x: Tensor, y: Tensor, k: int = 1, same: bool = False) -> Nearest:
    """Return for each x its k-th nearest y; ``same``: x and y are one set, self is left out."""
    squared = torch.empty(len(x), dtype=x.dtype)
    index = torch.empty(len(x), dtype=torch.int64)
    for rows, block in squared_distances(x, y):
        if same:
            block[torch.arange(len(block)), torch.arange(rows.start, rows.stop)] = torch.inf
        values, places = block.topk(k, dim=1, largest=False)
        squared[rows], index[rows] = values[:, -1], places[:, 0]
    return Nearest(squared, index)


def mean_distance(x: Tensor) -> float:
    """Return the mean distance between two different samples of x."""
    total = sum(float(block.clamp(min=0).sqrt().sum()) for _, block in squared_distances(x, x))
    return total / (len(x) * (len(x) - 1))
