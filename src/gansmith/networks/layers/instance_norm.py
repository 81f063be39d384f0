"""Instance norm: each channel of each image to mean 0 and variance 1."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Statistics:
    """Means and variances of the instance norms of one pass, in order, to be used in others.

    The first pass takes them, over all samples of its batch together; after ``keep`` every pass
    normalises with these, so that a net is the same function in every part of a large image.
    """

    def __init__(self) -> None:
        self._known, self._kept, self._next = list[tuple[Tensor, Tensor]](), False, 0

    def keep(self) -> None:
        """Use what was taken from here on."""
        self._kept, self._next = True, 0

    def normalise(self, x: Tensor) -> Tensor:
        """Normalise [batch, channels, height, width] with the next mean and variance."""
        if not self._kept:
            variance, mean = torch.var_mean(x, (0, 2, 3), correction=0)
            self._known.append((mean, variance))
        mean, variance = self._known[self._next % len(self._known)]
        self._next += 1
        return F.batch_norm(x, mean, variance)


class InstanceNorm(nn.Module):
    """Each channel of each image to mean 0 and variance 1 over its places, without weights.

    No sample sees another, so slopes at samples mean what they say; in any memory layout, and
    differentiable twice.

    Reference: Ulyanov et al. 2016, arXiv:1607.08022.
    """

    statistics: Statistics | None = None  # of a larger image, of which samples are parts

    def forward(self, x: Tensor) -> Tensor:
        """Normalise [batch, channels, height, width]."""
        if self.statistics is not None:
            return self.statistics.normalise(x)
        if _by_pixel(x):  # batch norm of one sample is the same, and the quick one in this layout
            each = (x[row : row + 1] for row in range(len(x)))
            return torch.cat([F.batch_norm(one, None, None, training=True) for one in each])
        return F.group_norm(x, x.shape[1])


def _by_pixel(x: Tensor) -> bool:
    """Say whether a pixel's channels are neighbours, in an ordinary pass on a processor."""
    tracing = torch.compiler.is_compiling() or torch.jit.is_tracing()  # type: ignore
    if tracing or x.device.type != "cpu" or x.is_contiguous():
        return False
    return x.is_contiguous(memory_format=torch.channels_last)


def draw_weights(net: nn.Module, deviation: float = 0.02) -> None:
    """Draw the weights of all convolutions from N(0, 0.02), their biases 0, as the papers do."""
    with torch.no_grad():
        for layer in net.modules():
            if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
                layer.weight.normal_(0.0, deviation)
                if layer.bias is not None:
                    layer.bias.zero_()
