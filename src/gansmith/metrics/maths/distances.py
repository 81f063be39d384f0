"""Distances between many samples, tile by tile: memory stays bounded at any count."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

TILE = 1024  # a tile of distances and what is done with it stay in the cache
GROUP = 32
PRECISE_PRODUCTS = 4e10


class Tile(NamedTuple):
    """Squared distances [rows, columns] between a stretch of x and a stretch of y."""

    rows: slice
    columns: slice
    squared: Tensor


def comparable(real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    """Return both sides moved to the reals' mean, which keeps digits in squared distances.

    float64 while that costs little, float32 for very many samples (exact to 1e-6 of a distance
    between typical samples).
    """
    dtype = dtype_for(max(len(real), len(fake)) ** 2 * real.shape[1])
    centre = real.mean(0, dtype=torch.float64)
    return _moved(real, centre, dtype), _moved(fake, centre, dtype)


def _moved(side: Tensor, centre: Tensor, dtype: torch.dtype) -> Tensor:
    """Side minus centre, part by part: no second copy in float64."""
    moved = torch.empty(side.shape, dtype=dtype)
    for part, room in zip(torch.split(side, TILE), torch.split(moved, TILE), strict=True):
        torch.sub(part, centre.to(dtype), out=room)
    return moved


def dtype_for(products: float) -> torch.dtype:
    """Return float64 while so many products cost seconds, float32 (half the time) beyond."""
    return torch.float64 if products <= PRECISE_PRODUCTS else torch.float32


def tiles(x: Tensor, y: Tensor | None = None) -> Iterator[Tile]:
    """Yield all squared distances of x and y, or each pair of x once (from the diagonal up).

    A sample is endlessly far from itself. What lies below rounding is 0: copies are at distance 0.
    The next tile takes the place of the last one: new pages cost as much as what is done with them.
    """
    other = x if y is None else y
    x_norms, y_norms = x.square().sum(1), other.square().sum(1)
    rounding = 8 * torch.finfo(x.dtype).eps
    room = x.new_empty(min(TILE, len(x)) * min(TILE, len(other)))
    for rows in _stretches(len(x)):
        for columns in _stretches(len(other), rows.start if y is None else 0):
            of_x, of_y = x_norms[rows], y_norms[columns]
            squared = room[: len(of_x) * len(of_y)].view(len(of_x), len(of_y))
            torch.add(of_x[:, None], of_y, out=squared).addmm_(x[rows], other[columns].mT, alpha=-2)
            if y is None and rows == columns:
                squared.fill_diagonal_(torch.inf)
            if bool(squared.amin() < rounding * (of_x.amax() + of_y.amax())):  # copies: seldom
                squared.masked_fill_(squared < rounding * (of_x[:, None] + of_y), 0)
            yield Tile(rows, columns, squared)


def _stretches(count: int, start: int = 0) -> Iterator[slice]:
    for begin in range(start, count, TILE):
        yield slice(begin, min(begin + TILE, count))


@dataclass(frozen=True)
class Nearest:
    """For each sample the squared distances to its k nearest, in order, and who the nearest is."""

    squared: Tensor
    index: Tensor

    @property
    def farthest(self) -> Tensor:
        """Squared distance to the k-th nearest."""
        return self.squared[:, -1]


def nearest(x: Tensor, y: Tensor | None = None, k: int = 1) -> Nearest:
    """Return for each x its k nearest y, or without y its k nearest other x."""
    found = Nearest(
        torch.full((len(x), k), torch.inf, dtype=x.dtype), torch.zeros(len(x), dtype=torch.int64)
    )
    for rows, columns, squared in tiles(x, y):
        _keep(found, rows, columns.start, squared)
        if y is None and rows != columns:
            _keep(found, columns, rows.start, squared.mT)
    return found


def _keep(found: Nearest, rows: slice, start: int, squared: Tensor) -> None:
    """Merge a tile into what was found; many rows of a late tile have nothing nearer.

    The k lowest of a row lie in the k groups of columns with the lowest minima: few to look
    through.
    """
    k, width = found.squared.shape[1], squared.shape[1]
    size = width if width % GROUP else GROUP
    groups = squared.unflatten(1, (-1, size))  # type: ignore[no-untyped-call]
    minima = groups.amin(2)
    nearer = (minima.amin(1) < found.squared[rows, -1]).nonzero()[:, 0]
    if not len(nearer):
        return
    best = minima[nearer].topk(min(k, minima.shape[1]), 1, largest=False).indices
    chosen = groups[nearer[:, None], best].flatten(1)
    values, places = chosen.topk(min(k, width), 1, largest=False)
    first = places[:, :1]
    lowest = start + best.gather(1, first // size)[:, 0] * size + (first % size)[:, 0]
    here = nearer + rows.start
    before = found.squared[here]
    found.index[here] = torch.where(values[:, 0] < before[:, 0], lowest, found.index[here])
    both = torch.cat([before, values], 1)
    found.squared[here] = both.topk(k, 1, largest=False).values


def mean_distance(x: Tensor) -> float:
    """Return the mean distance between two different samples of x."""
    total = 0.0
    for rows, columns, squared in tiles(x):
        diagonal = rows == columns
        lengths = (squared.fill_diagonal_(0) if diagonal else squared).sqrt()
        total += float(lengths.sum(dtype=torch.float64)) * (1 if diagonal else 2)
    return total / (len(x) * (len(x) - 1))
