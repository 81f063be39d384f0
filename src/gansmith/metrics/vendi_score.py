"""Vendi score: how many different samples there are, in effect."""

from typing import Annotated

import torch
from torch import Tensor

from gansmith.facts import Value
from gansmith.metrics.kernel_distance import Kernel, gaussian
from gansmith.metrics.maths.checks import Features, both_sides
from gansmith.ranges import Range
from gansmith.registry import metrics

VALUES = {
    "vendi_score": Value(
        "high", "diversity", "Vendi score", "effective number of different fakes", least=1
    ),
    "vendi_ratio": Value(
        "one",
        "diversity",
        "Vendi ratio",
        "effective number of different fakes over that of reals",
        least=0,
    ),
}


@metrics.add(values=VALUES)
def vendi_score(
    real: Features,
    fake: Features,
    scale: Annotated[float, Range(above=0, log=True)] = 0.5,
    at_most: int = 2000,
) -> dict[str, float]:
    """Effective number of different fakes: n for n unlike fakes, m for fakes that are m copies.

    ``vendi_ratio`` divides by the reals' own score at the same count; near 1 is right. Both are
    about the fakes (diversity); the reals set what counts as alike. Similarity is a Gaussian of the
    distance.

    Formula: exp( - sum_i l_i log l_i ), l_i the eigenvalues of K / n, K_ij = exp(-|x_i - x_j|^2 /
    (2 scale^2 s^2)), s^2 half the reals' mean squared distance.

    Args:
        real: features of reals [samples, width].
        fake: features of fakes [samples, width].
        scale: width of the similarity in units of s; smaller counts smaller differences.
        at_most: samples of each side that are used; time grows with its cube.

    Raises:
        ValueError: a side has fewer than two samples, or the reals are all equal.

    Reference: Friedman and Dieng 2022, arXiv:2210.02410.
    """
    rows = both_sides("vendi_score", real, fake)
    count = min(len(rows[0]), len(rows[1]), at_most)
    reals, fakes = (side[:count] / scale for side in rows)
    similarity = gaussian(reals * scale)
    scores = _effective_number(reals, similarity), _effective_number(fakes, similarity)
    return {"vendi_score": scores[1], "vendi_ratio": scores[1] / scores[0]}


def _effective_number(rows: Tensor, similarity: Kernel) -> float:
    shares = torch.linalg.eigvalsh(similarity(rows, rows) / len(rows)).clamp(min=0)
    return float(torch.exp(-torch.special.xlogy(shares, shares).sum()))
