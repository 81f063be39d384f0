"""How far apart two sets of features are, each taken for a Gaussian."""

from typing import NamedTuple

import torch
from torch import Tensor

from gansmith.metrics.inputs import Features, both_sides
from gansmith.metrics.moments import STRIP, Moments, add_gram
from gansmith.metrics.values import Value
from gansmith.registry import metrics

EPSILON = torch.finfo(torch.float64).eps
TOLERANCE = 1e-9  # of the traces; a bound, what is seen is far below


@metrics.add(aliases=("frechet",), values={"frechet_distance": Value("low", "distance")})
def frechet_distance(real: Features, fake: Features) -> float:
    """Frechet distance: one number for realism and diversity together; 0 is equal, lower is better.

    Both sides enter alike: it grows when fakes look wrong and when they miss what the reals have.
    The covariance is divided by n - 1. It is biased upwards by few samples, so compare at equal
    counts only, and against the noise floor. Exact also where there are fewer samples than
    features; a collapsed generator gets a finite distance. It is FID only on the features of the
    FID network.

    Formula: |m_r - m_f|^2 + tr(C_r + C_f - 2 (C_r C_f)^(1/2)).

    Raises:
        ValueError: a side has fewer than two samples or a value that is not finite.

    Reference: Heusel et al. 2017, arXiv:1706.08500.
    """
    rows = both_sides("frechet_distance", real, fake)
    (real_mean, real_root), (fake_mean, fake_root) = (_mean_and_root(side) for side in rows)
    return _distance(real_mean - fake_mean, real_root, fake_root)


def frechet_between(real: Moments, fake: Moments) -> float:
    """Return the Frechet distance of streamed moments, as ``frechet_distance`` of the samples.

    Raises:
        ValueError: a side has fewer than two samples.
    """
    if min(real.count, fake.count) < 2:
        raise ValueError(
            f"a covariance needs at least 2 samples on each side but there are {real.count} real "
            f"and {fake.count} fake"
        )
    roots = _root(real.covariance), _root(fake.covariance)
    return _distance(real.mean - fake.mean, *roots)


class Root(NamedTuple):
    """R [rank, width] with R^T R = covariance; upper triangular or not."""

    matrix: Tensor
    triangular: bool


def _distance(shift: Tensor, real: Root, fake: Root) -> float:
    """Distance from roots R with C = R^T R: tr (C_r C_f)^(1/2) is the nuclear norm of R_r R_f^T."""
    traces = float(real.matrix.square().sum() + fake.matrix.square().sum())
    overlap = _nuclear_norm(_product(real, fake), TOLERANCE * traces)
    return max(float(shift.square().sum()) + traces - 2 * overlap, 0.0)


def _product(a: Root, b: Root) -> Tensor:
    """A B^T; of two triangles a third of the work, as whatever meets a zero is left out."""
    if not (a.triangular and b.triangular):
        return a.matrix @ b.matrix.mT
    product = torch.empty_like(a.matrix)
    for start in range(0, len(product), STRIP):
        strip, rest = slice(start, start + STRIP), slice(start, None)
        above = slice(0, start + STRIP)
        torch.mm(a.matrix[strip, rest], b.matrix[above, rest].mT, out=product[strip, above])
        torch.mm(a.matrix[:start, rest], b.matrix[strip, rest].mT, out=product[:start, strip])
    return product


def _mean_and_root(rows: Tensor) -> tuple[Tensor, Root]:
    """Mean and root of the covariance; of few samples the deviations are one, to the last digit."""
    if len(rows) > rows.shape[1]:
        moments = Moments.of(rows)
        return moments.mean, _root(moments.covariance)
    mean = rows.mean(0)
    return mean, Root((rows - mean) / (len(rows) - 1) ** 0.5, triangular=False)


def _root(covariance: Tensor) -> Root:
    """Return the root of a covariance, which may be singular."""
    factor, failed = torch.linalg.cholesky_ex(covariance)
    smallest, largest = factor.diagonal().square().min(), covariance.diagonal().max()
    if not failed and smallest > len(covariance) * EPSILON * largest:
        return Root(torch.triu(factor.mT), triangular=True)
    values, vectors = torch.linalg.eigh(covariance)
    kept = values > len(covariance) * EPSILON * values[-1].clamp(0)
    return Root(values[kept].sqrt()[:, None] * vectors[:, kept].mT, triangular=False)


def _nuclear_norm(matrix: Tensor, tolerance: float) -> float:
    """Sum of singular values; from eigenvalues of the square, much quicker, where that is exact.

    The root of an eigenvalue l with rounding error e is off by min(e^(1/2), e / 2 l^(1/2)); where
    small eigenvalues let these add up to more than the tolerance, singular values are computed.
    """
    if not matrix.numel():
        return 0.0
    wide = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.mT
    square = wide.new_zeros(len(wide), len(wide))
    add_gram(square, wide.mT)
    values = torch.linalg.eigvalsh(square, UPLO="U").clamp(min=0)
    rounding = EPSILON * len(values) ** 0.5 * values[-1]
    roots = values.sqrt()
    error = torch.minimum(rounding.sqrt(), rounding / (2 * roots)).nansum()
    if float(error) <= tolerance:
        return float(roots.sum())
    return float(torch.linalg.svdvals(matrix).sum())
