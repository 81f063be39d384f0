"""What each sample adds to a Frechet distance: potentials of the transport between Gaussians."""

import torch
from jaxtyping import Float64
from torch import Tensor

from gansmith.metrics.maths.checks import Features, both_sides
from gansmith.metrics.maths.covariance_roots import EPSILON, Root, mean_and_root, product_of
from gansmith.metrics.maths.influence import Influence

BLOCK = 4096
PerSample = Float64[Tensor, " _"]


def frechet_influence(real: Features, fake: Features) -> dict[str, Influence]:
    """Return each sample's influence on the Frechet distance: the potentials of the transport.

    Formula: for a real x, with T the optimal map from N(m_r, C_r) to N(m_f, C_f) and A its matrix:
    2 (x - m_r).(m_r - m_f) + (x - m_r)^T (I - A) (x - m_r); fakes likewise, sides exchanged. A is
    never formed: with C = R^T R and R_r R_f^T = U S V^T, (x - m_r)^T A (x - m_r) is
    |S^(1/2) U^T w|^2 for x - m_r = R_r^T w.

    Reference: Santambrogio 2015, Optimal Transport for Applied Mathematicians, section 7.2.
    """
    rows = both_sides("frechet_distance", real, fake)
    (real_mean, real_root), (fake_mean, fake_root) = (mean_and_root(side) for side in rows)
    of_real, of_fake = _factors(product_of(real_root, fake_root))
    shift = real_mean - fake_mean
    found = Influence(
        _potential(rows[0], real_mean, shift, real_root, of_real),
        _potential(rows[1], fake_mean, -shift, fake_root, of_fake),
    )
    return {"frechet_distance": found}


def _factors(overlap: Tensor) -> tuple[Tensor, Tensor]:
    """Return F with F F^T = (M M^T)^(1/2) and G with G G^T = (M^T M)^(1/2)."""
    if not overlap.numel():
        return overlap, overlap.mT
    squares, left = torch.linalg.eigh(overlap @ overlap.mT)
    kept = squares > len(squares) * EPSILON * squares[-1].clamp(0)
    roots, left = squares[kept] ** 0.25, left[:, kept]
    return left * roots, overlap.mT @ (left / roots)


def _potential(rows: Tensor, mean: Tensor, shift: Tensor, root: Root, factor: Tensor) -> PerSample:
    """|x|^2 + 2 x.shift - |factor^T w|^2 for each deviation x = root^T w, block by block."""
    found = []
    for start in range(0, len(rows), BLOCK):
        deviation = rows[start : start + BLOCK] - mean
        if len(root.matrix) == len(rows):  # the root is the deviations themselves
            moved = factor[start : start + BLOCK] * (len(rows) - 1) ** 0.5
        elif root.triangular:
            upper = root.matrix
            moved = torch.linalg.solve_triangular(upper, deviation, upper=True, left=False) @ factor
        else:
            moved = deviation @ ((root.matrix.mT / root.matrix.square().sum(1)) @ factor)
        own = deviation.square().sum(1) + 2 * deviation @ shift
        found.append(own - moved.square().sum(1))
    return torch.cat(found)
