"""Kernel distance: unbiased at any number of samples, with an error bar."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

import torch
from torch import Tensor

from gansmith.facts import Value
from gansmith.metrics.maths.checks import Features, both_sides
from gansmith.metrics.maths.distances import dtype_for
from gansmith.metrics.maths.influence import Influence
from gansmith.ranges import Range
from gansmith.registry import metrics

Kernel = Callable[[Tensor, Tensor], Tensor]
BLOCK = 256


VALUES = {
    "kernel_distance": Value(
        "low",
        "distance",
        "Kernel distance",
        "polynomial MMD between real and fake features, unbiased",
    ),
    "kernel_distance_error": Value(
        "low", "error bar", "Error of it", "standard error of the kernel distance"
    ),
}


def kernel_influence(
    real: Features,
    fake: Features,
    kernel: Literal["polynomial", "gaussian"] = "polynomial",
    at_most: int = 10_000,
    seed: int = 0,
    **_subsets: int,
) -> dict[str, Influence]:
    """Return each sample's influence on the kernel distance: twice its own share of the sums."""
    rows = both_sides("kernel_distance", real, fake, exact=False)
    within, across = _shares(*_drawn(rows, at_most, seed), _kernel(kernel, rows[0]))
    found = Influence(*(2 * (own - other) for own, other in zip(within, across, strict=True)))
    return {"kernel_distance": found}


@metrics.add(aliases=("kernel",), values=VALUES, influence=kernel_influence)
def kernel_distance(
    real: Features,
    fake: Features,
    kernel: Literal["polynomial", "gaussian"] = "polynomial",
    subsets: Annotated[int, Range(low=0)] = 0,
    subset_size: Annotated[int, Range(low=2)] = 1000,
    at_most: Annotated[int, Range(low=2)] = 10_000,
    seed: int = 0,
) -> dict[str, float]:
    """Kernel distance with its standard error: as Frechet distance, but unbiased for few samples.

    Both sides enter alike: it grows when fakes look wrong and when they miss what the reals have.
    0 means equal up to the error; it can be slightly negative. Every pair is used once (of a random
    ``at_most`` samples a side); ``subsets``
    above 0 averages over random subsets instead, as older tools do (100 subsets of 1,000), which is
    noisier and for parity only.

    Formula: mean k(x, x') + mean k(y, y') - 2 mean k(x, y) over pairs of different samples,
    k(x, y) = (x.y / width + 1)^3, or exp(-|x - y|^2 / 2 s^2) with s^2 half the reals' mean squared
    distance.

    Args:
        real: features of reals [samples, width].
        fake: features of fakes [samples, width].
        kernel: "polynomial" (cubic) or "gaussian".
        subsets: how many random subsets; 0 uses every pair.
        subset_size: samples of each side in a subset.
        at_most: samples of each side that are used without subsets; time grows with its square.
        seed: of the subsets.

    Returns:
        ``kernel_distance`` and its standard error ``kernel_distance_error``.

    Raises:
        ValueError: fewer than two samples on a side (than ``subset_size`` with subsets), or a value
            that is not finite.

    Reference: Bińkowski et al. 2018, arXiv:1801.01401; error bar after Sutherland et al. 2016,
    arXiv:1611.04488.
    """
    least, advice = (subset_size, "lower kernel_distance.subset_size") if subsets else (2, "")
    rows = both_sides("kernel_distance", real, fake, least, advice, exact=False)
    if subsets:
        values = _of_subsets(rows, _kernel(kernel, rows[0]), subsets, subset_size, seed)
        return dict(zip(VALUES, _mean_and_error(values), strict=True))
    sides = _drawn(rows, at_most, seed)
    return dict(zip(VALUES, _over_all_pairs(*sides, _kernel(kernel, rows[0])), strict=True))


def _drawn(rows: tuple[Tensor, Tensor], at_most: int, seed: int) -> tuple[Tensor, Tensor]:
    """Return at most so many rows of each side, in the precision that their count affords."""
    count = min(at_most, max(map(len, rows)))
    dtype, draws = dtype_for(count**2 * rows[0].shape[1]), torch.Generator().manual_seed(seed)
    return _draw(rows[0], count, draws).to(dtype), _draw(rows[1], count, draws).to(dtype)


def _kernel(name: str, real: Tensor) -> Kernel:
    return polynomial() if name == "polynomial" else gaussian(real)


@dataclass(frozen=True)
class KernelBlocks:
    """Polynomial kernel distance over blocks seen so far: constant memory, mergeable.

    Each block of reals meets one block of fakes, so the mean is unbiased as that over all pairs is,
    and noisier; blocks of 1,000 and 50,000 samples give a small error.
    """

    blocks: int = 0
    total: float = 0.0
    squares: float = 0.0

    @classmethod
    def of(cls, real: Features, fake: Features) -> "KernelBlocks":
        """Return one block, of at least two samples [samples, width] on each side."""
        rows = both_sides("kernel_distance", real, fake)
        value = _over_all_pairs(*rows, polynomial())[0]
        return cls(1, value, value**2)

    def __add__(self, other: "KernelBlocks") -> "KernelBlocks":
        """Return the blocks of both together."""
        total, squares = self.total + other.total, self.squares + other.squares
        return KernelBlocks(self.blocks + other.blocks, total, squares)

    @property
    def distance(self) -> dict[str, float]:
        """``kernel_distance`` and its standard error; of one block there is no error."""
        mean = self.total / self.blocks
        spread = max(self.squares / self.blocks - mean**2, 0.0)
        error = (spread / (self.blocks - 1)) ** 0.5 if self.blocks > 1 else 0.0
        return {"kernel_distance": mean, "kernel_distance_error": error}


def polynomial() -> Kernel:
    """Return the cubic kernel (x.y / width + 1)^3."""
    return lambda x, y: torch.addmm(x.new_ones(1), x, y.mT, alpha=1 / x.shape[1]).pow_(3)


def gaussian(real: Tensor) -> Kernel:
    """Return exp(-|x - y|^2 / 2 s^2), s^2 = half the mean squared distance of the reals.

    Raises:
        ValueError: the reals are all equal.
    """
    variance = float(real.double().var(0).sum())
    if variance == 0:
        raise ValueError(
            "kernel_distance with the gaussian kernel needs reals that differ but they are all "
            "equal; use the polynomial kernel"
        )
    return lambda x, y: torch.exp(torch.cdist(x, y).square_().div_(-2 * variance))


def _over_all_pairs(real: Tensor, fake: Tensor, k: Kernel) -> tuple[float, float]:
    """Unbiased estimate, and its standard error from how each sample's own share varies."""
    within, across = _shares(real, fake, k)
    value = within[0].mean() + within[1].mean() - 2 * across[0].mean()
    spread = sum((own - other).var() / len(own) for own, other in zip(within, across, strict=True))
    return float(value), 2 * float(spread) ** 0.5


def _shares(real: Tensor, fake: Tensor, k: Kernel) -> tuple[tuple[Tensor, Tensor], ...]:
    """Each sample's mean kernel with the others of its side, and with those of the other side."""
    n, m = len(real), len(fake)
    within = _sums_within(real, k) / (n - 1), _sums_within(fake, k) / (m - 1)
    of_reals, of_fakes = _sums_across(real, fake, k)
    return within, (of_reals / m, of_fakes / n)


def _sums_within(x: Tensor, k: Kernel) -> Tensor:
    """Sum of k(x_i, x_j) over j other than i; each pair is computed once."""
    sums = torch.zeros(len(x), dtype=torch.float64)
    for start in range(0, len(x), BLOCK):
        stop = start + BLOCK
        values = k(x[start:stop], x[start:]).fill_diagonal_(0)
        sums[start:stop] += values.sum(1)
        sums[stop:] += values[:, BLOCK:].sum(0)
    return sums


def _sums_across(x: Tensor, y: Tensor, k: Kernel) -> tuple[Tensor, Tensor]:
    """Sum of k(x_i, y_j) over j, for each i, and over i, for each j."""
    of_x, of_y = (torch.zeros(len(side), dtype=torch.float64) for side in (x, y))
    for start in range(0, len(x), BLOCK):
        values = k(x[start : start + BLOCK], y)
        of_x[start : start + BLOCK] = values.sum(1)
        of_y += values.sum(0)
    return of_x, of_y


def _of_subsets(
    rows: tuple[Tensor, Tensor], k: Kernel, subsets: int, size: int, seed: int
) -> list[float]:
    """Unbiased estimate from each of the random subsets."""
    draws = torch.Generator().manual_seed(seed)
    dtype = dtype_for(subsets * size**2 * rows[0].shape[1])
    sides = [side.to(dtype) for side in rows]
    room = [side.new_empty(size, side.shape[1]) for side in sides]  # once: new pages cost time
    values = []
    for _ in range(subsets):
        for side, part in zip(sides, room, strict=True):
            chosen = torch.randperm(len(side), generator=draws)[:size]
            torch.index_select(side, 0, chosen, out=part)
        values.append(_over_all_pairs(room[0], room[1], k)[0])
    return values


def _mean_and_error(values: list[float]) -> tuple[float, float]:
    spread = torch.tensor(values, dtype=torch.float64)
    error = float(spread.std() / len(values) ** 0.5) if len(values) > 1 else 0.0
    return float(spread.mean()), error


def _draw(rows: Tensor, size: int, draws: torch.Generator) -> Tensor:
    if len(rows) <= size:
        return rows
    return rows[torch.randperm(len(rows), generator=draws)[:size]]
