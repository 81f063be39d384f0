"""Patch: a discriminator that judges every patch of an image by itself."""

import itertools
from typing import Annotated

import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.networks.image.grid import JUDGED, check_image, pad_to_even
from gansmith.networks.layers.convolution import Conv2d
from gansmith.networks.layers.dropout import drop
from gansmith.networks.layers.instance_norm import InstanceNorm, draw_weights
from gansmith.networks.layers.norm import norm_of_images
from gansmith.networks.options import Dropout, Norm, Width
from gansmith.ranges import Range
from gansmith.records import Critique
from gansmith.registry import discriminators

SMALLEST = 4  # side of the grid of scores, below which halving stops


class PatchDiscriminator(nn.Module):
    """Image -> halved a few times -> one score for each place of the grid that is left."""

    channels_last = True

    def __init__(
        self, shape: tuple[int, ...], width: int, halvings: int, norm: str, dropout: float
    ) -> None:
        super().__init__()
        self.couples_batch, self.dropout = norm == "batch", dropout
        while halvings > 1 and min(shape[1:]) >> halvings < SMALLEST:
            halvings -= 1
        widths = [shape[0], *(width * min(8, 2**level) for level in range(halvings + 1))]
        self.feature_width = widths[-1]
        pairs = list(itertools.pairwise(widths))
        self.downs = nn.ModuleList(
            Conv2d(i, o, 4, 2, bias=norm == "none" or not level)
            for level, (i, o) in enumerate(pairs[:-1])
        )
        self.look = Conv2d(*pairs[-1], 3, bias=norm == "none")
        self.norms = nn.ModuleList(
            InstanceNorm() if norm == "instance" else norm_of_images(norm, channels)
            for channels in widths[2:]
        )
        self.score = Conv2d(widths[-1], 1, 3)
        draw_weights(self)

    def forward(self, samples: Tensor) -> Critique:
        """Judge images [batch, channels, height, width]: scores [batch, rows, columns]."""
        x = samples
        for level, down in enumerate(self.downs):
            x = down(pad_to_even(x))
            x = F.leaky_relu(self.norms[level - 1](x) if level else x, 0.2)
            x = drop(x, self.dropout, self.training)
        x = F.leaky_relu(self.norms[-1](self.look(x)), 0.2)
        return Critique(self.score(x).squeeze(1), x.mean((2, 3)))


@discriminators.add(kinds=("image",))
def patch(
    shape: tuple[int, ...],
    *,
    width: Width = 64,
    halvings: Annotated[int, Range(low=1, high=6)] = 3,
    norm: bool | Norm = "instance",
    dropout: Dropout = 0.0,
) -> nn.Module:
    """Patch discriminator: one score for every patch, for texture; layout is left to other terms.

    Fewer weights than judging the whole image, and each image is many examples. With 3 halvings a
    score sees 54 x 54 pixels, with 2 halvings 26 x 26, with 1 halving 12 x 12. Takes up to 32
    channels, so that input and output may lie on one another.

    Args:
        shape: (channels, height, width) of the images; 1-32 channels, even sides of 8..256.
        width: channels at half resolution; doubled at each coarser grid up to 8 times.
        halvings: how often the image is halved, 3 in the paper; fewer where the grid of scores
            would be smaller than 4.
        norm: instance, batch, layer or none, in all but the first and the last layer; true and
            false mean instance and none.
        dropout: share of the hidden values set to 0 while training; 0.2 to 0.5 slow D down.

    Raises:
        ValueError: the shape, the width or the number of halvings does not fit.

    Reference: Isola et al. 2016, arXiv:1611.07004.
    """
    check_image(shape, "patch", JUDGED)
    norm = norm if isinstance(norm, str) else ("instance" if norm else "none")
    return PatchDiscriminator(shape, width, halvings, norm, dropout)
