"""How many fakes are wanting where the reals are: a whole region that is rarely made, or never."""

import torch
from torch import Tensor

AROUND = 20  # reals of a region
AT_MOST = 2048  # a side


def shortfall(real: Tensor, fake: Tensor) -> float:
    """Return the share of the fakes due somewhere that are made elsewhere, 0 to 1.

    Each fake counts for the real nearest to it, however far that is, so that blur alone leaves no
    region empty. The fakes of a region, a real and the 19 reals nearest to it, are compared with as
    many as are due there, and what is wanting is averaged over all reals. Where features do not
    separate a missing class from others it is less than the share of that class: fakes of others
    lie nearest to some of its reals. Reals against reals have 0.02 to 0.05: read it
    against the noise floor.

    Args:
        real: features [N, d].
        fake: features [M, d].
    """
    reals, fakes = (side[:AT_MOST].double() for side in (real, fake))
    apart = torch.cdist(reals, reals)
    size = max(1, min(AROUND, len(reals) // 10))
    regions = apart.topk(size, largest=False).indices
    nearest = torch.cdist(fakes, reals).argmin(1)
    made = torch.bincount(nearest, minlength=len(reals)).double() * len(reals) / len(fakes)
    return float((1 - made[regions].mean(1)).clamp_min(0).mean())
