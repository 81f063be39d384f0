"""Every weight of D is kept in a small box: the first Lipschitz constraint."""

from typing import Annotated

import torch

from gansmith.ranges import Range
from gansmith.records import Constraint
from gansmith.registry import constraints


@constraints.add(lipschitz=True)
def weight_clip(
    limit: Annotated[float, Range(above=0.0, log=True, why="at 0 D is constant")] = 0.01,
) -> Constraint:
    """Weight clipping: after each step every parameter of D is clamped to [-limit, limit].

    Simple and blunt: it bounds the slope but wastes capacity; `gradient_penalty` or
    `spectral_norm` usually do better.

    Formula: w <- min(max(w, -limit), limit).

    Args:
        limit: largest absolute value of a parameter; 0.01 in the paper.

    Raises:
        ValueError: limit is not above 0.

    Reference: Arjovsky et al. 2017, arXiv:1701.07875.
    """

    @torch.no_grad()
    def clamp(discriminator: torch.nn.Module) -> None:
        for parameter in discriminator.parameters():
            parameter.clamp_(-limit, limit)

    return Constraint(after_step=clamp)
