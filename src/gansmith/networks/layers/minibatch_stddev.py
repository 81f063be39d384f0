"""Minibatch standard deviation: lets a discriminator see how varied its batch is."""

import math

import torch
from torch import Tensor, nn


class MinibatchStddev(nn.Module):
    """Append the standard deviation within groups of samples as one more channel.

    The samples of a group are neighbours in the batch, so that processes that hold parts of a batch
    form the same groups as one process that holds all of it. A batch that the group size does not
    divide is cut into the largest groups that do.

    Formula: mean over channels and pixels of sqrt(Var_group(x) + 1e-8), one number per group.

    Args:
        group: samples in a group.

    Reference: Karras et al. 2017, arXiv:1710.10196.
    """

    def __init__(self, group: int = 4) -> None:
        super().__init__()
        self.group = group

    def forward(self, x: Tensor) -> Tensor:
        """Map [batch, channels, ...] to [batch, channels + 1, ...]."""
        size = math.gcd(len(x), self.group)
        grouped = x.reshape(len(x) // size, size, -1)
        spread = (grouped.var(dim=1, correction=0) + 1e-8).sqrt().mean(dim=1)
        spread = spread.repeat_interleave(size).reshape(-1, *[1] * (x.dim() - 1))
        return torch.cat([x, spread.to(x.dtype).expand(-1, 1, *x.shape[2:])], dim=1)
