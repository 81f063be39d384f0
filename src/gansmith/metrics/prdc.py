"""Precision, recall, density and coverage: which part of the gap is realism, which is diversity."""

from typing import Annotated

import torch
from torch import Tensor

from gansmith.facts import Value
from gansmith.metrics.maths.checks import Features, both_sides
from gansmith.metrics.maths.distances import TILE, comparable, nearest, tiles
from gansmith.ranges import Range
from gansmith.registry import metrics

STRIP = 128  # rows of a tile that stay in the cache
VALUES = {
    "precision": Value(
        "high", "realism", "Precision", "share of fakes that lie among the reals", least=0, most=1
    ),
    "recall": Value(
        "high", "diversity", "Recall", "share of reals that lie among the fakes", least=0, most=1
    ),
    "density": Value("one", "realism", "Density", "how deep fakes lie among the reals", least=0),
    "coverage": Value(
        "high", "diversity", "Coverage", "share of reals with a fake near by", least=0, most=1
    ),
}


@metrics.add(values=VALUES)
def prdc(real: Features, fake: Features, k: Annotated[int, Range(low=1)] = 5) -> dict[str, float]:
    """Precision and density (realism), recall and coverage (diversity), from nearest neighbours.

    A ball reaches from each sample to its k-th nearest of the same side. ``precision`` is the share
    of fakes inside some real's ball; ``density`` is in how many reals' balls a fake lies, over k:
    about 1 for good fakes, may exceed 1, steadier against outliers. ``recall`` is the share of
    reals inside some fake's ball; ``coverage`` the share of reals with a fake in their own ball,
    steadier than recall. A collapsed sample has high precision and low recall. Precision, density
    and coverage use the reals' balls, recall the fakes'. Distances compare strictly, as in the code
    of Naeem et al.

    Args:
        real: features of reals [samples, width].
        fake: features of fakes [samples, width].
        k: neighbours that set the size of a ball; 3 to 10.

    Raises:
        ValueError: a side has k samples or fewer, or a value that is not finite.

    Reference: Kynkäänniemi et al. 2019, arXiv:1904.06991; Naeem et al. 2020, arXiv:2002.09797.
    """
    rows = both_sides("prdc", real, fake, k + 1, "lower prdc.k", exact=False)
    reals, fakes = comparable(*rows)
    balls = nearest(reals, k=k).farthest, nearest(fakes, k=k).farthest
    return _shares(reals, fakes, *balls, k)


def _shares(
    reals: Tensor, fakes: Tensor, real_balls: Tensor, fake_balls: Tensor, k: int
) -> dict[str, float]:
    hits = torch.zeros(len(fakes), dtype=torch.int64)
    recalled, covered = torch.zeros(2, len(reals), dtype=torch.bool)
    room = reals.new_empty(STRIP, min(TILE, len(fakes)))
    for rows, columns, squared in tiles(reals, fakes):
        for start in range(0, len(squared), STRIP):
            strip = squared[start : start + STRIP]
            here = slice(rows.start + start, rows.start + start + len(strip))
            target = room[: len(strip), : strip.shape[1]]
            inside = torch.lt(strip, real_balls[here, None], out=target)
            hits[columns] += inside.sum(0).long()  # numbers add up thrice as quickly as truths
            covered[here] |= strip.amin(1) < real_balls[here]
            recalled[here] |= strip.sub_(fake_balls[columns]).amin(1) < 0
    return {
        "precision": float((hits > 0).double().mean()),
        "recall": float(recalled.double().mean()),
        "density": float(hits.double().mean()) / k,
        "coverage": float(covered.double().mean()),
    }
