"""Resampling by 2 with the binomial filter [1, 3, 3, 1], which leaves no grid in the image."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.networks.layers.convolution import convolve


def blur(x: Tensor, padding: int, stride: int = 1, gain: float = 1.0) -> Tensor:
    """Filter every channel with the outer product of [1, 3, 3, 1] / 8 with itself.

    Args:
        x: images [batch, channels, height, width].
        padding: zeros put around them.
        stride: of the filter; 2 halves the grid.
        gain: what the result is multiplied by.

    Reference: Zhang 2019, arXiv:1904.11486; in a GAN Karras et al. 2018, arXiv:1812.04948.
    """
    places = torch.arange(4, dtype=x.dtype, device=x.device)
    taps = 0.5 - 0.25 * (places - 1.5).abs()  # [1, 3, 3, 1] / 8, made where it is used
    kernel = (gain * torch.outer(taps, taps)).expand(x.shape[1], 1, 4, 4).contiguous()
    return F.conv2d(x, kernel, None, stride, padding, groups=x.shape[1])


class BlurredDown(nn.Conv2d):
    """Blur, then a 3x3 convolution of stride 2; sides must be even."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs, 3, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        """Map [batch, inputs, height, width] to [batch, outputs, height / 2, width / 2]."""
        return convolve(blur(x, padding=2), self.weight, self.bias, stride=2)
