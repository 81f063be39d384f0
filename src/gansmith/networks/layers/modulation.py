"""Convolutions whose weights a style scales, without a set of weights for each sample.

A style scales the inputs of a kernel and demodulation its outputs, so that scaling the images
before and after one shared convolution gives the same values, in a part of the time and memory.
"""

import math

import torch
from torch import Tensor, nn

from gansmith.networks.layers.blur import blur
from gansmith.networks.layers.convolution import convolve, convolve_transposed

EPSILON = 1e-8


class Modulated(nn.Module):
    """A convolution whose kernel w_oik becomes s_i w_oik for a sample of style s, and unit norm.

    Formula: d_o sum_ik s_i w_oik x_ik with d_o = (sum_ik (s_i w_oik)^2 + 1e-8)^-1/2, so that white
    inputs give outputs of variance 1.

    Args:
        inputs: channels that come in.
        outputs: channels that go out.
        style: length of the styles, of which an affine layer makes one factor an input channel.
        window: side of the kernel.
        up: double the grid, by a transposed convolution and a blur.
        demodulate: divide by the norm of each output's kernel.

    Reference: Karras et al. 2019, arXiv:1912.04958.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        style: int,
        window: int = 3,
        up: bool = False,
        demodulate: bool = True,
    ) -> None:
        super().__init__()
        self.up, self.demodulate, self.out_channels = up, demodulate, outputs
        self.weight = nn.Parameter(torch.randn(outputs, inputs, window, window))
        self.affine = nn.Linear(style, inputs)
        with torch.no_grad():
            self.weight.div_(math.sqrt(inputs * window**2))
            self.affine.weight.normal_(0.0, 1 / math.sqrt(style))
            self.affine.bias.fill_(1.0)

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        """Map [batch, inputs, height, width] and styles [batch, style] to [batch, outputs, ...]."""
        factors = self.affine(style)
        y = self._convolve(x * _each(factors.to(x.dtype)))
        return y * _each(self.scales(factors).to(y.dtype)) if self.demodulate else y

    def scales(self, factors: Tensor) -> Tensor:
        """Return what brings each output to variance 1, [batch, outputs], in float32 at least.

        Args:
            factors: s, [batch, inputs].
        """
        with torch.autocast(factors.device.type, enabled=False):
            squares = factors.to(torch.promote_types(factors.dtype, torch.float32)).square()
            power = self.weight.square().sum((2, 3))
            return (squares @ power.T + EPSILON).rsqrt()

    def _convolve(self, x: Tensor) -> Tensor:
        if not self.up:
            return convolve(x, self.weight, None, padding=self.weight.shape[2] // 2)
        y = convolve_transposed(x, self.weight.transpose(0, 1), None, stride=2, padding=0)
        return blur(y, padding=1, gain=4.0)  # a quarter of the pixels came in, the rest are zeros


def _each(factors: Tensor) -> Tensor:
    """Return one factor for each channel of each sample, [batch, channels, 1, 1]."""
    return factors[:, :, None, None]


class Slow(nn.Linear):
    """A linear layer that learns at a part of the optimizer's rate.

    Its weight is kept larger by 1 / rate and multiplied by the rate in each pass; Adam's steps do
    not depend on the scale.

    Args:
        inputs: numbers that come in.
        outputs: numbers that go out.
        rate: share of the learning rate.
        gain: of the initial weights.

    Reference: Karras et al. 2018, arXiv:1812.04948, appendix C.
    """

    def __init__(self, inputs: int, outputs: int, rate: float, gain: float) -> None:
        super().__init__(inputs, outputs)
        self.rate = rate
        with torch.no_grad():
            self.weight.normal_(0.0, gain / math.sqrt(inputs) / rate)
            self.bias.zero_()

    def forward(self, x: Tensor) -> Tensor:
        """Map [batch, inputs] to [batch, outputs]."""
        return nn.functional.linear(x, self.weight * self.rate, self.bias * self.rate)
