"""Top-k training of a generator: it learns from the fakes that D scores highest."""

import math
from typing import Annotated

from torch import Tensor

from gansmith.ranges import Range

Top = Annotated[float, Range(above=0.0, high=1.0, why="it is a share, and some fakes must count")]


def top_scored(losses: Tensor, scores: Tensor, share: float) -> Tensor:
    """Return the losses of the highest scored fakes, at least one of them.

    Where a fake has many scores, their mean decides. Bad fakes are left out, whose gradient points
    away from the data as often as towards them.

    Args:
        losses: of G, for each score [batch, *patch].
        scores: of the fakes, same shape.
        share: of the batch that is kept, above 0 and at most 1; 1 keeps all in their order.

    Reference: Sinha et al. 2020, arXiv:2002.06224.
    """
    count = max(1, math.ceil(share * len(scores) - 1e-9))
    if count >= len(scores):
        return losses
    order = scores.detach().flatten(1).mean(1) if scores.dim() > 1 else scores.detach()
    return losses[order.topk(count).indices]
