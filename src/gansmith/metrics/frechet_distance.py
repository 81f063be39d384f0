"""How far apart two sets of features are, each taken for a Gaussian."""

import torch
from torch import Tensor

from gansmith.facts import Value
from gansmith.metrics.maths.checks import Features, both_sides
from gansmith.metrics.maths.covariance_roots import (
    EPSILON,
    Root,
    mean_and_root,
    product_of,
    root_of,
)
from gansmith.metrics.maths.gaussian_transport import frechet_influence
from gansmith.metrics.maths.moments import Moments, gram_of
from gansmith.registry import metrics

TOLERANCE = 1e-9  # of the traces; a bound, what is seen is far below
VALUES = {
    "frechet_distance": Value(
        "low",
        "distance",
        "Frechet distance",
        "distance between Gaussians fitted to real and fake features",
        least=0,
    )
}


@metrics.add(aliases=("frechet",), values=VALUES, influence=frechet_influence)
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
    (real_mean, real_root), (fake_mean, fake_root) = (mean_and_root(side) for side in rows)
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
    roots = root_of(real.covariance), root_of(fake.covariance)
    return _distance(real.mean - fake.mean, *roots)


def _distance(shift: Tensor, real: Root, fake: Root) -> float:
    """Distance from roots R with C = R^T R: tr (C_r C_f)^(1/2) is the nuclear norm of R_r R_f^T."""
    traces = float(real.matrix.square().sum() + fake.matrix.square().sum())
    overlap = _nuclear_norm(product_of(real, fake), TOLERANCE * traces)
    return max(float(shift.square().sum()) + traces - 2 * overlap, 0.0)


def _nuclear_norm(matrix: Tensor, tolerance: float) -> float:
    """Sum of singular values; from eigenvalues of the square, much quicker, where that is exact.

    The root of an eigenvalue l with rounding error e is off by min(e^(1/2), e / 2 l^(1/2)); where
    small eigenvalues let these add up to more than the tolerance, singular values are computed.
    """
    if not matrix.numel():
        return 0.0
    wide = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.mT
    values = torch.linalg.eigvalsh(gram_of(wide.mT)).clamp(min=0)
    rounding = EPSILON * len(values) ** 0.5 * values[-1]
    roots = values.sqrt()
    error = torch.minimum(rounding.sqrt(), rounding / (2 * roots)).nansum()
    if float(error) <= tolerance:
        return float(roots.sum())
    return float(torch.linalg.svdvals(matrix).sum())
