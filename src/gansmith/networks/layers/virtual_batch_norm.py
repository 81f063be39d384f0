"""Virtual batch norm: normalised by a fixed reference batch and the sample itself."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm


class VirtualBatchNorm(nn.Module):
    """Normalise each sample by the statistics of a reference batch and of itself.

    The first ``reference`` rows are the reference batch, which is normalised by itself; no sample
    sees another one, while training and after.

    Formula: (x - mean) / sqrt(variance + eps) * scale + shift; mean and mean square are those of
    the reference with weight R / (R + 1) and of the sample with weight 1 / (R + 1).

    Args:
        norm: the batch norm in whose place it stands, for its scale and shift.
        reference: rows of the reference batch, R.

    Reference: Salimans et al. 2016, arXiv:1606.03498.
    """

    def __init__(self, norm: _BatchNorm, reference: int) -> None:
        super().__init__()
        self.reference, self.eps = reference, norm.eps
        self.weight, self.bias = norm.weight, norm.bias

    def forward(self, x: Tensor) -> Tensor:
        """Map [reference + batch, channels, ...] to the same shape."""
        places = list(range(2, x.dim()))
        mean = x.mean(places, keepdim=True) if places else x
        square = x.square().mean(places, keepdim=True) if places else x.square()
        r = self.reference
        mean, square = self._joint(mean, r), self._joint(square, r)
        spread = (square - mean.square()).clamp_min(0) + self.eps
        shape = (1, -1, *[1] * len(places))
        return (x - mean) * spread.rsqrt() * self.weight.view(shape) + self.bias.view(shape)

    @staticmethod
    def _joint(each: Tensor, r: int) -> Tensor:
        """Return what each row is normalised by: the reference alone, or the row with it."""
        of_reference = each[:r].mean(0, keepdim=True)
        own = (r * of_reference + each[r:]) / (r + 1)
        return torch.cat([of_reference.expand_as(each[:r]), own])


def in_place_of_batch_norm(network: nn.Module, reference: int) -> int:
    """Put virtual batch norm wherever a network has batch norm; return how often."""
    found = 0
    for module in list(network.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, _BatchNorm):
                swapped: Any = VirtualBatchNorm(child, reference)
                setattr(module, name, swapped)
                found += 1
    return found
