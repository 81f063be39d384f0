"""Translator: an image to an image through residual blocks at a quarter of the resolution."""

from typing import Annotated

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.networks.image.grid import check_image, crop, pad_to_even
from gansmith.networks.layers.convolution import Conv2d, ConvTranspose2d
from gansmith.networks.layers.instance_norm import InstanceNorm, draw_weights
from gansmith.networks.options import Width
from gansmith.ranges import Range
from gansmith.registry import generators


class Reflected(nn.Module):
    """A convolution that keeps the grid; beyond the border it sees the image mirrored."""

    def __init__(self, inputs: int, outputs: int, window: int, bias: bool = False) -> None:
        super().__init__()
        self.pad = window // 2
        self.conv = nn.Conv2d(inputs, outputs, window, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        """Map [batch, inputs, height, width] to [batch, outputs, height, width]."""
        pad = [self.pad] * 4
        mirrored: Tensor = self.conv(F.pad(x, pad, mode="reflect"))
        return mirrored


class Residual(nn.Module):
    """x + norm(conv(relu(norm(conv(x)))))."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first, self.second = Reflected(width, width, 3), Reflected(width, width, 3)
        self.norm = InstanceNorm()

    def forward(self, x: Tensor) -> Tensor:
        """Change [batch, width, height, width] a little."""
        change: Tensor = self.norm(self.second(F.relu(self.norm(self.first(x)))))
        return x + change


class Translator(nn.Module):
    """Image -> a quarter of its sides -> residual blocks -> image, of any size."""

    couples_batch = False
    any_size = 4

    def __init__(self, outputs: int, inputs: int, width: int, blocks: int) -> None:
        super().__init__()
        self.first = Reflected(inputs, width, 7)
        self.downs = nn.ModuleList(
            Conv2d(width * k, 2 * width * k, 4, 2, bias=False) for k in (1, 2)
        )
        self.blocks = nn.Sequential(*(Residual(4 * width) for _ in range(blocks)))
        self.ups = nn.ModuleList(
            ConvTranspose2d(2 * width * k, width * k, 4, 2, bias=False) for k in (2, 1)
        )
        self.last = Reflected(width, outputs, 7, bias=True)
        self.norm = InstanceNorm()
        draw_weights(self)

    def forward(self, images: Tensor) -> Tensor:
        """Map images [batch, inputs, height, width] to images [batch, outputs, ...] in [-1, 1]."""
        x = F.relu(self.norm(self.first(images)))
        sizes = list[tuple[int, int]]()
        for down in self.downs:
            sizes.append((x.shape[2], x.shape[3]))
            x = F.relu(self.norm(down(pad_to_even(x))))
        x = self.blocks(x)
        for up, size in zip(self.ups, reversed(sizes), strict=True):
            x = F.relu(self.norm(crop(up(x), size)))
        return torch.tanh(self.last(x))


@generators.add(translates=True, kinds=("image",))
def translator(
    shape: tuple[int, ...],
    inputs: tuple[int, ...],
    *,
    width: Width = 64,
    blocks: Annotated[int, Range(low=1)] = 6,
) -> nn.Module:
    """Translator: image to image, residual blocks at a quarter of the resolution, instance norm.

    The generator of CycleGAN: no detail passes but through the blocks, so that it may change
    textures and small shapes; it keeps the layout. Down and up by 4x4 convolutions of stride 2.

    Args:
        shape: (channels, height, width) of what comes out; 1-4 channels, even sides of 8..256.
        inputs: the same of what goes in; 1-4 channels, the same sides.
        width: channels at full resolution; the blocks have 4 times as many.
        blocks: residual blocks; 6 below 256 pixels, 9 there, in the paper.

    Raises:
        ValueError: a shape, the width or the number of blocks does not fit.

    Reference: Johnson et al. 2016, arXiv:1603.08155; Zhu et al. 2017, arXiv:1703.10593.
    """
    check_image(shape, "translator")
    check_image(inputs, "translator")
    return Translator(shape[0], inputs[0], width, blocks)
