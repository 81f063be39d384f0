"""Rarity: do the fakes reach the uncommon parts of the data, or keep to the common ones?"""

from typing import Annotated

import torch
from torch import Tensor

from gansmith.facts import Value
from gansmith.metrics.maths.checks import Features, both_sides
from gansmith.metrics.maths.distances import comparable, nearest, tiles
from gansmith.ranges import Range
from gansmith.registry import metrics


@metrics.add(
    values={
        "rarity": Value(
            "one",
            "diversity",
            "Rarity",
            "how uncommon the believable fakes are, over the reals",
            least=0,
        )
    }
)
def rarity(real: Features, fake: Features, k: Annotated[int, Range(low=1)] = 3) -> float:
    """How uncommon the believable fakes are, over how uncommon the reals are; near 1 is right.

    The rarity of a fake is the radius of the smallest k-nearest-neighbour ball of a real that holds
    it: small where reals are dense. Below 1 the fakes keep to what is common. Fakes outside all
    balls are not believable and left out (see precision). About the fakes; the reals set the scale.

    Args:
        real: features of reals [samples, width].
        fake: features of fakes [samples, width].
        k: neighbours that set the size of a ball.

    Returns:
        mean rarity of the fakes over the mean rarity of the reals, each among the others; 0 if no
        fake lies in a ball.

    Raises:
        ValueError: a side has k + 1 samples or fewer, the reals are equal, or a value is NaN.

    Reference: Han et al. 2022, arXiv:2206.08549.
    """
    reals, fakes = comparable(*both_sides("rarity", real, fake, k + 2, "lower rarity.k"))
    near = nearest(reals, k=k + 1).squared
    balls, wider = near[:, k - 1], near[:, k]
    if float(balls.max()) == 0:
        raise ValueError("rarity needs reals that differ but they are all equal; check the data")
    # without itself among the reals, each ball that holds a real reaches one neighbour further
    own = _mean_rarity(reals, None, balls, wider)
    of_fakes = _mean_rarity(reals, fakes, balls, balls)
    return of_fakes / own if own else 0.0


def _mean_rarity(reals: Tensor, fakes: Tensor | None, balls: Tensor, radii: Tensor) -> float:
    """Mean over fakes (or reals) of the smallest radius among the balls that hold it, if any."""
    count = len(reals if fakes is None else fakes)
    smallest = torch.full((count,), torch.inf, dtype=reals.dtype)
    for rows, columns, squared in tiles(reals, fakes):
        held = _smallest(squared, balls[rows], radii[rows])
        smallest[columns] = torch.minimum(smallest[columns], held)
        if fakes is None and rows != columns:
            held = _smallest(squared.mT, balls[columns], radii[columns])
            smallest[rows] = torch.minimum(smallest[rows], held)
    believable = smallest[torch.isfinite(smallest)]
    return float(believable.sqrt().mean()) if len(believable) else 0.0


def _smallest(squared: Tensor, balls: Tensor, radii: Tensor) -> Tensor:
    return torch.where(squared <= balls[:, None], radii[:, None], torch.inf).amin(0)
