"""Roots of covariances: exact where samples are fewer than features, quick where they are many."""

from typing import NamedTuple

import torch
from torch import Tensor

from gansmith.metrics.maths.moments import Moments

STRIP = 256
EPSILON = torch.finfo(torch.float64).eps


class Root(NamedTuple):
    """R [rank, width] with R^T R = covariance; upper triangular or not."""

    matrix: Tensor
    triangular: bool


def product_of(a: Root, b: Root) -> Tensor:
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


def mean_and_root(rows: Tensor) -> tuple[Tensor, Root]:
    """Mean and root of the covariance; of few samples the deviations are one, to the last digit."""
    if len(rows) > rows.shape[1]:
        moments = Moments.of(rows)
        return moments.mean, root_of(moments.covariance)
    mean = rows.mean(0)
    return mean, Root((rows - mean) / (len(rows) - 1) ** 0.5, triangular=False)


def root_of(covariance: Tensor) -> Root:
    """Return the root of a covariance, which may be singular."""
    factor, failed = torch.linalg.cholesky_ex(covariance)
    smallest, largest = factor.diagonal().square().min(), covariance.diagonal().max()
    if not failed and smallest > len(covariance) * EPSILON * largest:
        return Root(torch.triu(factor.mT), triangular=True)
    values, vectors = torch.linalg.eigh(covariance)
    kept = values > len(covariance) * EPSILON * values[-1].clamp(0)
    return Root(values[kept].sqrt()[:, None] * vectors[:, kept].mT, triangular=False)
