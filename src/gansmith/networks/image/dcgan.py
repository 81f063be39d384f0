"""DCGAN: strided convolutions with batch norm, the classic small pair."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.networks.image.grid import JUDGED, check_image, crop, grids, pad_to_even
from gansmith.networks.layers.convolution import Conv2d, ConvTranspose2d
from gansmith.networks.layers.dropout import drop
from gansmith.networks.layers.minibatch_stddev import MinibatchStddev
from gansmith.networks.layers.norm import chosen, norm_of_images
from gansmith.networks.options import Dropout, Norm, Width
from gansmith.records import Critique
from gansmith.registry import discriminators, generators


def _widths(width: int, levels: int) -> list[int]:
    """Return the channels of each grid below the image, the finest first: w, 2w, 4w, 8w, 8w ..."""
    return [width * min(8, 2**level) for level in range(levels)]


def _initialise(net: nn.Module) -> None:
    """Draw weights from N(0, 0.02) and batch-norm scales from N(1, 0.02), as the paper does."""
    for layer in net.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            nn.init.normal_(layer.weight, 0.0, 0.02)
        elif isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.weight, 1.0, 0.02)


class DcganGenerator(nn.Module):
    """Latent -> base grid -> doubled by transposed convolutions -> tanh image."""

    channels_last = True

    def __init__(self, shape: tuple[int, ...], latent: int, width: int, norm: str) -> None:
        super().__init__()
        self.couples_batch = norm == "batch"
        self.sizes = grids(shape[1], shape[2])
        widths = _widths(width, len(self.sizes) - 1)[::-1]
        self.start = nn.Linear(latent, widths[0] * math.prod(self.sizes[0]), bias=False)
        self.norms = nn.ModuleList(norm_of_images(norm, channels) for channels in widths)
        last = len(widths) - 1
        self.ups = nn.ModuleList(
            ConvTranspose2d(inputs, outputs, 4, 2, bias=level == last)
            for level, (inputs, outputs) in enumerate(
                zip(widths, [*widths[1:], shape[0]], strict=True)
            )
        )
        _initialise(self)

    def forward(self, latent: Tensor) -> Tensor:
        """Map latents [batch, latent] to images [batch, channels, height, width] in [-1, 1]."""
        x = self.start(latent).unflatten(1, (-1, *self.sizes[0]))
        for norm, up, size in zip(self.norms, self.ups, self.sizes[1:], strict=True):
            x = crop(up(F.relu_(norm(x))), size)
        return torch.tanh(x)


class DcganDiscriminator(nn.Module):
    """Image -> halved by strided convolutions -> one score."""

    channels_last = True

    def __init__(
        self,
        shape: tuple[int, ...],
        width: int,
        norm: str,
        minibatch_stddev: bool,
        dropout: float,
    ) -> None:
        super().__init__()
        self.dropout = dropout
        sizes = grids(shape[1], shape[2])
        widths = _widths(width, len(sizes) - 1)
        self.couples_batch = norm == "batch" or minibatch_stddev
        self.feature_width = widths[-1]
        self.downs = nn.ModuleList(
            Conv2d(inputs, outputs, 4, 2, bias=level == 0 or norm == "none")
            for level, (inputs, outputs) in enumerate(
                zip([shape[0], *widths[:-1]], widths, strict=True)
            )
        )
        self.norms = nn.ModuleList(
            norm_of_images(norm, channels) if level else nn.Identity()
            for level, channels in enumerate(widths)
        )
        self.variety = MinibatchStddev() if minibatch_stddev else nn.Identity()
        self.score = nn.Linear((widths[-1] + minibatch_stddev) * math.prod(sizes[0]), 1)
        _initialise(self)

    def forward(self, samples: Tensor) -> Critique:
        """Judge images [batch, channels, height, width]: scores [batch], mean of the last grid."""
        x = samples
        for down, norm in zip(self.downs, self.norms, strict=True):
            x = F.leaky_relu_(norm(down(pad_to_even(x))), 0.2)
            x = drop(x, self.dropout, self.training)
        return Critique(self.score(self.variety(x).flatten(1)).squeeze(1), x.mean((2, 3)))


@generators.add(name="dcgan", kinds=("image",))
def dcgan_generator(
    shape: tuple[int, ...], latent: int, *, width: Width = 64, norm: Norm = "batch"
) -> nn.Module:
    """DCGAN generator: transposed convolutions with batch norm, small, quick and well known.

    At 64 pixels with the default width it is the net of the paper: 512 channels at 4x4, then
    256, 128, 64 and the image.

    Args:
        shape: (channels, height, width) of the images; 1-4 channels, even sides of 8..256.
        latent: length of the latent vector.
        width: channels at half resolution; doubled at each coarser grid up to 8 times.
            Typical 32-128.
        norm: batch; layer or instance, which leave the other samples out; or none.

    Raises:
        ValueError: the shape or the width does not fit.

    Reference: Radford et al. 2015, arXiv:1511.06434.
    """
    check_image(shape, "dcgan")
    return DcganGenerator(shape, latent, width, norm)


@discriminators.add(name="dcgan", kinds=("image",))
def dcgan_discriminator(
    shape: tuple[int, ...],
    *,
    width: Width = 64,
    batch_norm: bool = True,
    norm: Norm | None = None,
    dropout: Dropout = 0.0,
    minibatch_stddev: bool = False,
) -> nn.Module:
    """DCGAN discriminator: strided convolutions, leaky ReLU 0.2, batch norm but in the first layer.

    Args:
        shape: (channels, height, width) of the images; 1-32 channels, even sides of 8..256.
        width: channels at half resolution; doubled at each coarser grid up to 8 times.
            Typical 32-128.
        batch_norm: off where a per-sample penalty or spectral norm takes its place.
        norm: none, batch, layer or instance; absent: what batch_norm says.
        dropout: share of the hidden values set to 0 while training; 0.2 to 0.5 slow D down.
        minibatch_stddev: show the score layer how varied groups of 4 samples are.

    Raises:
        ValueError: the shape or the width does not fit.

    Reference: Radford et al. 2015, arXiv:1511.06434.
    """
    check_image(shape, "dcgan", JUDGED)
    return DcganDiscriminator(shape, width, chosen(norm, batch_norm), minibatch_stddev, dropout)
