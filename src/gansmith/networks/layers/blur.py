"""A fixed blur for feature maps that have just been enlarged."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

TAPS = (1.0, 2.0, 1.0)  # quarters: nearest neighbours become linear interpolation


class Blur(nn.Module):
    """Blur rows and columns by a quarter, a half, a quarter.

    Enlarging by 2 leaves copies of the coarse grid's spectrum around the highest frequency, which
    show as a checkerboard. The blur has a zero there; what comes after it can still make any
    detail. Nothing is learned.

    Formula: y = (x[-1] + 2 x[0] + x[1]) / 4 along rows, then columns; beyond the border is zero.

    Reference: Odena et al. 2016, Deconvolution and checkerboard artifacts, Distill; in generators
    Karras et al. 2018, arXiv:1812.04948.
    """

    kernel: Tensor

    def __init__(self, channels: int) -> None:
        super().__init__()
        taps = torch.tensor(TAPS) / sum(TAPS)
        kernel = torch.outer(taps, taps).repeat(channels, 1, 1, 1)
        self.register_buffer("kernel", kernel, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Map [batch, channels, height, width] to the same shape."""
        return F.conv2d(x, self.kernel.to(x.dtype), padding=1, groups=len(self.kernel))
