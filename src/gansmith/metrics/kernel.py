"""Kernel distance: unbiased at any number of samples, with an error bar."""

from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor

from gansmith.errors import check_range
from gansmith.metrics.inputs import Features, both_sides
from gansmith.metrics.values import Value
from gansmith.registry import metrics

Kernel = Callable[[Tensor, Tensor], Tensor]
BLOCK = 2048


VALUES = {
    "kernel_distance": Value("low", "distance"),
    "kernel_distance_error": Value("low", "error bar"),
}


@metrics.add(aliases=("kernel",), values=VALUES)
def kernel_distance(
    real: Features,
    fake: Features,
    kernel: Literal["polynomial", "gaussian"] = "polynomial",
    subsets: int = 0,
    subset_size: int = 1000,
    at_most: int = 10_000,
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

    Reference: Binkowski et al. 2018, arXiv:1801.01401; error bar after Sutherland et al. 2017,
    arXiv:1611.04488.
    """
    check_range("subsets", subsets, low=0)
    check_range("subset_size", subset_size, low=2)
    check_range("at_most", at_most, low=2)
    least, advice = (subset_size, "lower kernel_distance.subset_size") if subsets else (2, "")
    rows = both_sides("kernel_distance", real, fake, least, advice)
    k = polynomial() if kernel == "polynomial" else gaussian(rows[0])
    if subsets:
        value, error = _over_subsets(*rows, k, subsets, subset_size, seed)
    else:
        draws = torch.Generator().manual_seed(seed)
        reals, fakes = (_draw(side, at_most, draws) for side in rows)
        value, error = _over_all_pairs(reals, fakes, k)
    return {"kernel_distance": value, "kernel_distance_error": error}


def polynomial() -> Kernel:
    """Return the cubic kernel (x.y / width + 1)^3."""
    return lambda x, y: (x @ y.mT).div_(x.shape[1]).add_(1).pow_(3)


def gaussian(real: Tensor) -> Kernel:
    """Return exp(-|x - y|^2 / 2 s^2), s^2 = half the mean squared distance of the reals.

    Raises:
        ValueError: the reals are all equal.
    """
    variance = float(real.var(0).sum())
    if variance == 0:
        raise ValueError(
            "kernel_distance with the gaussian kernel needs reals that differ but they are all "
            "equal; use the polynomial kernel"
        )
    return lambda x, y: torch.exp(torch.cdist(x, y).square_().div_(-2 * variance))


def _over_all_pairs(real: Tensor, fake: Tensor, k: Kernel) -> tuple[float, float]:
    """Unbiased estimate, and its standard error from how each sample's own share varies."""
    within_real, within_fake = _row_means(real, real, k, True), _row_means(fake, fake, k, True)
    across = _row_means(real, fake, k, False), _row_means(fake, real, k, False)
    value = within_real.mean() + within_fake.mean() - 2 * across[0].mean()
    shares = (
        (within_real - across[0]).var() / len(real),
        (within_fake - across[1]).var() / len(fake),
    )
    return float(value), 2 * float(shares[0] + shares[1]) ** 0.5


def _row_means(x: Tensor, y: Tensor, k: Kernel, same: bool) -> Tensor:
    """Mean of k(x_i, y_j) over j, without j = i where both are the same samples."""
    sums = []
    for start in range(0, len(x), BLOCK):
        values = k(x[start : start + BLOCK], y)
        sums.append(values.sum(1) - (values.diagonal(start) if same else 0))
    return torch.cat(sums) / (len(y) - same)


def _over_subsets(
    real: Tensor, fake: Tensor, k: Kernel, subsets: int, size: int, seed: int
) -> tuple[float, float]:
    draws = torch.Generator().manual_seed(seed)
    values = [
        _over_all_pairs(_draw(real, size, draws), _draw(fake, size, draws), k)[0]
        for _ in range(subsets)
    ]
    spread = torch.tensor(values, dtype=torch.float64)
    return float(spread.mean()), float(spread.std() / subsets**0.5) if subsets > 1 else 0.0


def _draw(rows: Tensor, size: int, draws: torch.Generator) -> Tensor:
    if len(rows) <= size:
        return rows
    return rows[torch.randperm(len(rows), generator=draws)[:size]]
