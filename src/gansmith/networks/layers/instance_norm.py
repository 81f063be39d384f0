"""Instance norm: each channel of each image to mean 0 and variance 1."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class InstanceNorm(nn.Module):
    """Each channel of each image to mean 0 and variance 1 over its places, without weights.

    No sample sees another, so slopes at samples mean what they say; in any memory layout, and
    differentiable twice.

    Reference: Ulyanov et al. 2016, arXiv:1607.08022.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Normalise [batch, channels, height, width]."""
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
