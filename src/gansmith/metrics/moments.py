"""Mean and covariance in one pass: constant memory, mergeable across batches and processes."""

from dataclasses import dataclass

import torch
from jaxtyping import Float64
from torch import Tensor

BLOCK = 8192
STRIP = 256


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
        """Return the moments of features [samples, width], in blocks."""
        blocks = torch.split(features.detach(), BLOCK)
        parts = (cls._of_block(block.to("cpu", torch.float64)) for block in blocks if len(block))
        seen = next(parts, cls.none(features.shape[1]))
        return sum(parts, start=seen)

    @classmethod
    def _of_block(cls, block: Tensor) -> "Moments":
        mean = block.mean(0)
        return cls(len(block), mean, _gram(block - mean))

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


def _gram(rows: Tensor) -> Tensor:
    """Return rows^T rows, in strips on and above the diagonal: half the work of a full product."""
    gram = rows.new_empty(rows.shape[1], rows.shape[1])
    for start in range(0, rows.shape[1], STRIP):
        stop = start + STRIP
        strip = rows[:, start:stop].mT @ rows[:, start:]
        gram[start:stop, start:] = strip
        gram[stop:, start:stop] = strip[:, STRIP:].mT
    return gram
