"""Exact convolution folds: resampling and a 3x3 convolution as one strided convolution.

Nearest upsampling followed by a 3x3 convolution is a transposed 4x4 convolution, and a 3x3
convolution followed by 2x2 averaging is a strided 4x4 convolution; the 4x4 kernel holds sums of the
3x3 one. The result is the same to rounding, with 16 multiplications where there were 36.
"""

import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.networks.layers.convolution import convolve, convolve_transposed


def spread(weight: Tensor) -> Tensor:
    """Return the [..., 4, 4] kernel of a [..., 3, 3] one followed by a sum over 2x2."""
    rows = F.pad(weight, (0, 0, 1, 0)) + F.pad(weight, (0, 0, 0, 1))
    return F.pad(rows, (1, 0)) + F.pad(rows, (0, 1))


class UpConv(nn.Conv2d):
    """Nearest upsampling by 2, then a 3x3 convolution, in one transposed convolution."""

    def __init__(self, inputs: int, outputs: int, bias: bool = True) -> None:
        super().__init__(inputs, outputs, 3, padding=1, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        """Map [batch, inputs, height, width] to [batch, outputs, 2 height, 2 width]."""
        kernel = spread(self.weight.flip(2, 3)).transpose(0, 1)
        return convolve_transposed(x, kernel, self.bias, stride=2, padding=1)


class DownConv(nn.Conv2d):
    """A 3x3 convolution, then 2x2 averaging, in one strided convolution; sides must be even."""

    def __init__(self, inputs: int, outputs: int, bias: bool = True) -> None:
        super().__init__(inputs, outputs, 3, padding=1, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        """Map [batch, inputs, height, width] to [batch, outputs, height / 2, width / 2]."""
        return convolve(x, spread(self.weight) / 4, self.bias, stride=2, padding=1)
