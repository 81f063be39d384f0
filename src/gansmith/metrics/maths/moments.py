"""Mean and covariance in one pass: constant memory, mergeable across batches and processes."""

from dataclasses import dataclass

import torch
from jaxtyping import Float64
from torch import Tensor

BLOCK = 8192  # samples: long enough for the product to run at the processor's full speed


@dataclass(frozen=True)
class Moments:
    """Count, mean and scatter (sum of squared deviations) of features seen so far.

    Two of them merge exactly, so that batches, files and processes may be measured apart. All is
    float64: the covariance of 2,048 features loses digits in float32.
    """

    count: int
    mean: Float64[Tensor, " width"]
    scatter: Float64[Tensor, " width width"]

    @classmethod
    def none(cls, width: int) -> "Moments":
        """Return the moments of no samples."""
        zero = torch.zeros(width, dtype=torch.float64)
        return cls(0, zero, torch.diag(zero))

    @classmethod
    def of(cls, features: Tensor) -> "Moments":
        """Return the moments of features [samples, width], block by block."""
        count, width = features.shape
        if count == 0:
            return cls.none(width)
        first = features[:BLOCK].detach().to("cpu", torch.float64).mean(0)
        total, gram = torch.zeros_like(first), first.new_zeros(width, width)
        room = first.new_empty(min(BLOCK, count), width)  # once: new pages cost as much as sums
        for block in torch.split(features.detach(), BLOCK):
            centred = torch.sub(block.cpu(), first, out=room[: len(block)])
            total += centred.sum(0)
            gram += gram_of(centred)
        rest = total / count
        return cls(count, first + rest, gram.sub_(torch.outer(rest, rest), alpha=count))

    def __add__(self, other: "Moments") -> "Moments":
        """Return the moments of both sets together (Chan et al. 1979)."""
        count = self.count + other.count
        if self.count == 0 or other.count == 0:
            return self if other.count == 0 else other
        shift = other.mean - self.mean
        between = torch.outer(shift, shift) * (self.count * other.count / count)
        mean = self.mean + shift * (other.count / count)
        return Moments(count, mean, self.scatter + other.scatter + between)

    @property
    def covariance(self) -> Tensor:
        """The covariance, divided by count - 1 (unbiased, as ``numpy.cov``)."""
        return self.scatter / max(self.count - 1, 1)


def gram_of(rows: Tensor) -> Tensor:
    """Return rows^T rows; numpy sees that it is symmetric and does half the work (dsyrk)."""
    values = rows.numpy()
    return torch.from_numpy(values.T @ values)
