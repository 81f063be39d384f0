"""U-Net: an image to an image, with every detail of the input at hand."""

import itertools
from typing import Annotated

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.networks.image.grid import check_image, crop, grids, grids_above, pad_to_even
from gansmith.networks.layers.convolution import Conv2d, ConvTranspose2d
from gansmith.networks.layers.instance_norm import InstanceNorm, draw_weights
from gansmith.networks.options import Width
from gansmith.ranges import Range
from gansmith.registry import generators


class Unet(nn.Module):
    """Image -> halved to a base grid -> doubled again, joined by skip connections.

    Takes images of any size of which each side is halved as often: ``any_size`` is the multiple
    at which nothing is padded.
    """

    couples_batch = False
    channels_last = True

    def __init__(
        self, shape: tuple[int, ...], inputs: tuple[int, ...], width: int, dropout: float
    ) -> None:
        super().__init__()
        self.dropout = dropout
        levels = len(grids(shape[1], shape[2])) - 1
        self.any_size = 2**levels
        widths = [width * min(8, 2**level) for level in range(levels)]
        pairs = itertools.pairwise([inputs[0], *widths])
        self.downs = nn.ModuleList(
            Conv2d(i, o, 4, 2, bias=level == 0) for level, (i, o) in enumerate(pairs)
        )
        below = [widths[-1], *(2 * w for w in widths[-2::-1])]
        self.ups = nn.ModuleList(
            ConvTranspose2d(i, o, 4, 2, bias=level == levels - 1)
            for level, (i, o) in enumerate(zip(below, [*widths[-2::-1], shape[0]], strict=True))
        )
        self.norm = InstanceNorm()
        draw_weights(self)

    def forward(self, images: Tensor) -> Tensor:
        """Map images [batch, inputs, height, width] to images [batch, channels, ...] in [-1, 1]."""
        x, passed = images, list[Tensor]()
        sizes = grids_above(images.shape[2], images.shape[3], len(self.ups))
        for level, down in enumerate(self.downs):
            x = down(pad_to_even(F.leaky_relu(x, 0.2) if level else x))
            x = self.norm(x) if level else x
            passed.append(x)
        for level, (up, size) in enumerate(zip(self.ups, sizes, strict=True)):
            x = x if level == 0 else torch.cat([x, passed[-1 - level]], 1)
            x = crop(up(F.relu(x)), size)
            if level < len(self.ups) - 1:
                x = self.norm(x)
                x = F.dropout(x, self.dropout, self.training) if self.dropout and level < 3 else x
        return torch.tanh(x)


@generators.add(translates=True, kinds=("image",))
def unet(
    shape: tuple[int, ...],
    inputs: tuple[int, ...],
    *,
    width: Width = 64,
    dropout: Annotated[
        float, Range(low=0.0, below=1.0, why="it is a share, and some must pass")
    ] = 0.0,
) -> nn.Module:
    """U-Net: image to image, halved to a grid of 4 to 7 and doubled again, each grid passed across.

    For inputs that lie in place on their outputs (colour for grey, a map for a photograph): what
    need not change finds its way across. Instance norm; strided 4x4 convolutions.

    Args:
        shape: (channels, height, width) of what comes out; 1-4 channels, even sides of 8..256.
        inputs: the same of what goes in; 1-4 channels, the same sides.
        width: channels at half resolution; doubled at each coarser grid up to 8 times.
        dropout: share of values set to 0 in the three coarsest grids while training, 0.5 in the
            paper, whose only randomness it is.

    Raises:
        ValueError: a shape, the width or the dropout does not fit.

    Reference: Ronneberger et al. 2015, arXiv:1505.04597; as a generator Isola et al. 2016,
    arXiv:1611.07004.
    """
    check_image(shape, "unet")
    check_image(inputs, "unet")
    return Unet(shape, inputs, width, dropout)
