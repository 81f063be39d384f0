"""A discriminator that scores an image by how well it can reconstruct it."""

import math
from typing import Annotated, Literal

import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.networks.image.grid import JUDGED, Size, check_image, crop, grids, pad_to_even
from gansmith.networks.layers.dropout import drop
from gansmith.networks.options import Dropout, Width
from gansmith.ranges import Range
from gansmith.records import Critique
from gansmith.registry import discriminators


class Encoder(nn.Module):
    """Image -> convolutions, halved by averaging down to the base grid -> code."""

    def __init__(self, channels: int, sizes: list[Size], width: int, code: int) -> None:
        super().__init__()
        self.enter = nn.Conv2d(channels, width, 3, padding=1)
        self.downs = nn.ModuleList(nn.Conv2d(width, width, 3, padding=1) for _ in sizes[1:])
        self.code = nn.Linear(width * math.prod(sizes[0]), code)

    def forward(self, samples: Tensor) -> Tensor:
        """Map [batch, channels, height, width] to [batch, code]."""
        x = F.elu(self.enter(samples))
        for down in self.downs:
            x = F.avg_pool2d(pad_to_even(F.elu(down(x))), 2)
        code: Tensor = self.code(x.flatten(1))
        return code


class Decoder(nn.Module):
    """Code -> base grid -> doubled by repeating pixels, convolutions -> image, not squashed."""

    def __init__(self, channels: int, sizes: list[Size], width: int, code: int) -> None:
        super().__init__()
        self.sizes = sizes
        self.start = nn.Linear(code, width * math.prod(sizes[0]))
        self.ups = nn.ModuleList(nn.Conv2d(width, width, 3, padding=1) for _ in sizes[1:])
        self.image = nn.Conv2d(width, channels, 3, padding=1)

    def forward(self, code: Tensor) -> Tensor:
        """Map [batch, code] to [batch, channels, height, width]."""
        x: Tensor = self.start(code).unflatten(1, (-1, *self.sizes[0]))
        for up, size in zip(self.ups, self.sizes[1:], strict=True):
            x = F.elu(up(crop(F.interpolate(x, scale_factor=2.0), size)))
        image: Tensor = self.image(x)
        return image


class AutoencoderDiscriminator(nn.Module):
    """Scores an image by minus the error of its reconstruction; its features are the code."""

    couples_batch = False
    channels_last = True
    autoencodes = True

    def __init__(
        self, shape: tuple[int, ...], width: int, code: int, error: str, dropout: float
    ) -> None:
        super().__init__()
        self.dropout = dropout
        sizes = grids(shape[1], shape[2])
        self.error, self.feature_width = error, code
        self.encoder = Encoder(shape[0], sizes, width, code)
        self.decoder = Decoder(shape[0], sizes, width, code)

    def forward(self, samples: Tensor) -> Critique:
        """Judge images [batch, channels, height, width]: minus the mean error of each."""
        code = self.encoder(samples)
        wrong = (self.decoder(drop(code, self.dropout, self.training)) - samples).flatten(1)
        errors = wrong.abs().mean(1) if self.error == "l1" else wrong.square().mean(1)
        return Critique(-errors, code)


@discriminators.add(kinds=("image",))
def autoencoder(
    shape: tuple[int, ...],
    *,
    width: Width = 64,
    code: Annotated[int, Range(low=1)] = 64,
    error: Literal["l1", "l2"] = "l1",
    dropout: Dropout = 0.0,
) -> nn.Module:
    """Autoencoder whose reconstruction error is the score: for the losses of EBGAN and BEGAN.

    Args:
        shape: (channels, height, width) of the images; 1-32 channels, even sides of 8..256.
        width: channels of every convolution. Typical 32-128.
        code: length of the code between encoder and decoder. Typical 32-128.
        error: l1, mean absolute error (BEGAN), or l2, mean squared error (EBGAN).
        dropout: share of the code set to 0 while training, so that it is not copied bit by bit.

    Raises:
        ValueError: the shape, the width or the code does not fit.

    Reference: Zhao et al. 2016, arXiv:1609.03126; this net after Berthelot et al. 2017,
    arXiv:1703.10717.
    """
    check_image(shape, "autoencoder", JUDGED)
    return AutoencoderDiscriminator(shape, width, code, error, dropout)
