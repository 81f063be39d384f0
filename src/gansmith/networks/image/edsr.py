"""EDSR: an image to an image through residual blocks at its own resolution, without norms."""

from typing import Annotated

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.networks.image.grid import check_image
from gansmith.networks.layers.convolution import Conv2d
from gansmith.networks.options import Width
from gansmith.ranges import Range
from gansmith.registry import generators

SCALE = 0.1  # of what a block adds, as in the paper: deep nets stay steady
START = 0.1  # of the last layer's first weights: a residual net begins by changing little


class Block(nn.Module):
    """x + 0.1 conv(relu(conv(x)))."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first, self.second = Conv2d(width, width, 3), Conv2d(width, width, 3)

    def forward(self, x: Tensor) -> Tensor:
        """Change [batch, width, height, width] a little."""
        change: Tensor = self.second(F.relu(self.first(x)))
        return x + SCALE * change


class Edsr(nn.Module):
    """Image -> features -> residual blocks, and around them -> image, of any size."""

    couples_batch = False
    channels_last = True
    any_size = 1

    def __init__(self, outputs: int, inputs: int, width: int, blocks: int) -> None:
        super().__init__()
        self.first = Conv2d(inputs, width, 3)
        self.blocks = nn.Sequential(*(Block(width) for _ in range(blocks)))
        self.behind, self.last = Conv2d(width, width, 3), Conv2d(width, outputs, 3)
        with torch.no_grad():
            self.last.weight.mul_(START)
            assert self.last.bias is not None
            self.last.bias.zero_()

    def forward(self, images: Tensor) -> Tensor:
        """Map images [batch, inputs, height, width] to images [batch, outputs, ...] in [-1, 1]."""
        x = self.first(images)
        x = x + self.behind(self.blocks(x))
        return torch.tanh(self.last(x))


@generators.add(translates=True, kinds=("image",))
def edsr(
    shape: tuple[int, ...],
    inputs: tuple[int, ...],
    *,
    width: Width = 64,
    blocks: Annotated[int, Range(low=1)] = 4,
) -> nn.Module:
    """EDSR: image to image, residual blocks at full resolution, no norm.

    To enlarge, sharpen and clean, where a pixel depends on those around it and brightness must
    stay: norms would take contrast away. It sees 4 blocks x 4 + 7 pixels across. The paper
    enlarges behind the blocks; here the input has its size already. Best with condition.residual.

    Args:
        shape: (channels, height, width) of what comes out; 1-4 channels, even sides of 8..256.
        inputs: the same of what goes in; 1-4 channels, the same sides.
        width: channels; 64 in the paper's baseline.
        blocks: residual blocks; 16 in the paper's baseline.

    Raises:
        ValueError: a shape, the width or the number of blocks does not fit.

    Reference: Lim et al. 2017, arXiv:1707.02921.
    """
    check_image(shape, "edsr")
    check_image(inputs, "edsr")
    return Edsr(shape[0], inputs[0], width, blocks)
