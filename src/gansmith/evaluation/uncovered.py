"""Which parts of the data a generator leaves out, as the reals that no fake is near."""

import torch
from jaxtyping import Int
from torch import Tensor

from gansmith.metrics.maths.checks import Features, both_sides
from gansmith.metrics.maths.distances import comparable, nearest

NEIGHBOURS = 5


def uncovered(real: Features, fake: Features, neighbours: int = NEIGHBOURS) -> Int[Tensor, " _"]:
    """Return the rows of reals that no fake is near, the loneliest first.

    A fake is near a real if it is no farther than the real's own k-th nearest real: these rows are
    what coverage counts as missing.

    Args:
        real: features of reals [samples, width].
        fake: features of fakes [samples, width].
        neighbours: k.

    Raises:
        ValueError: a side has too few samples or a value that is not finite.

    Reference: Naeem et al. 2020, arXiv:2002.09797.
    """
    rows = both_sides("uncovered", real, fake, neighbours + 1)
    reals, fakes = comparable(*rows)
    own, to_fakes = nearest(reals, k=neighbours).farthest, nearest(reals, fakes).farthest
    times = to_fakes / own.clamp_min(torch.finfo(own.dtype).tiny)
    order = times.argsort(descending=True)
    return order[times[order] > 1]
