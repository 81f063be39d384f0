"""Lean: strided convolutions without normalisation, the quickest pair to learn on a processor."""

import itertools
import math
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.networks.image.grid import JUDGED, check_image, crop, grids, pad_to_even
from gansmith.networks.layers.convolution import Conv2d, ConvTranspose2d
from gansmith.networks.layers.dropout import drop
from gansmith.networks.layers.folds import UpConv
from gansmith.networks.options import Dropout, Width
from gansmith.records import Critique
from gansmith.registry import discriminators, generators

_SLOPE = 0.2
_GAIN = math.sqrt(2 / (1 + _SLOPE**2))
_KERNEL = 4


def _widths(width: int, levels: int) -> list[int]:
    """Return the channels of each grid below the image, the finest first: w, 2w, 4w, 8w, 8w ..."""
    return [width * min(8, 2**level) for level in range(levels)]


def _scale(layer: nn.Module, inputs: float, gain: float = _GAIN) -> None:
    """Draw a weight that keeps the variance of sums of ``inputs`` numbers (He et al. 2015)."""
    nn.init.normal_(layer.weight, 0.0, gain / math.sqrt(inputs))  # type: ignore[arg-type]
    nn.init.zeros_(layer.bias)  # type: ignore[arg-type]


class LeanGenerator(nn.Module):
    """Latent -> base grid -> doubled by transposed convolutions -> tanh image."""

    couples_batch = False
    channels_last = True

    def __init__(self, shape: tuple[int, ...], latent: int, width: int) -> None:
        super().__init__()
        self.sizes = grids(shape[1], shape[2])
        widths = [*_widths(width, len(self.sizes) - 1)[::-1], shape[0]]
        self.start = nn.Linear(latent, widths[0] * math.prod(self.sizes[0]))
        _scale(self.start, latent)
        pairs = list(itertools.pairwise(widths))
        self.ups = nn.ModuleList(ConvTranspose2d(i, o, _KERNEL, 2) for i, o in pairs)
        for up, (inputs, _) in zip(self.ups, pairs, strict=True):
            gain = 1.0 if up is self.ups[-1] else _GAIN
            _scale(up, inputs * _KERNEL**2 / 4, gain)  # a quarter of the kernel meets each pixel

    def forward(self, latent: Tensor) -> Tensor:
        """Map latents [batch, latent] to images [batch, channels, height, width] in [-1, 1]."""
        x = self.start(latent).unflatten(1, (-1, *self.sizes[0]))
        for up, size in zip(self.ups, self.sizes[1:], strict=True):
            x = crop(up(F.leaky_relu(x, _SLOPE)), size)
        return torch.tanh(x)


class ResizeLeanGenerator(nn.Module):
    """Latent -> base grid -> doubled by nearest neighbours and convolved -> tanh image."""

    couples_batch = False
    channels_last = True

    def __init__(self, shape: tuple[int, ...], latent: int, width: int) -> None:
        super().__init__()
        self.sizes = grids(shape[1], shape[2])
        widths = [*_widths(width, len(self.sizes) - 1)[::-1], max(1, width // 2)]
        self.start = nn.Linear(latent, widths[0] * math.prod(self.sizes[0]))
        _scale(self.start, latent)
        self.ups = nn.ModuleList(UpConv(i, o) for i, o in itertools.pairwise(widths))
        for up, inputs in zip(self.ups, widths[:-1], strict=True):
            _scale(up, inputs * 9)
        self.image = Conv2d(widths[-1], shape[0], 3)
        _scale(self.image, widths[-1] * 9, 1.0)

    def forward(self, latent: Tensor) -> Tensor:
        """Map latents [batch, latent] to images [batch, channels, height, width] in [-1, 1]."""
        x = self.start(latent).unflatten(1, (-1, *self.sizes[0]))
        for up, size in zip(self.ups, self.sizes[1:], strict=True):
            x = crop(up(F.leaky_relu(x, _SLOPE)), size)
        return torch.tanh(self.image(F.leaky_relu(x, _SLOPE)))


class LeanDiscriminator(nn.Module):
    """Image -> halved by strided convolutions -> one score."""

    couples_batch = False
    channels_last = True

    def __init__(self, shape: tuple[int, ...], width: int, dropout: float, pooled: bool) -> None:
        super().__init__()
        self.dropout, self.pooled = dropout, pooled
        sizes = grids(shape[1], shape[2])
        widths = [shape[0], *_widths(width, len(sizes) - 1)]
        self.feature_width = widths[-1] * (1 if pooled else math.prod(sizes[0]))
        pairs = list(itertools.pairwise(widths))
        self.downs = nn.ModuleList(Conv2d(i, o, _KERNEL, 2) for i, o in pairs)
        for down, (inputs, _) in zip(self.downs, pairs, strict=True):
            _scale(down, inputs * _KERNEL**2)
        self.score = nn.Linear(widths[-1] * math.prod(sizes[0]), 1)
        _scale(self.score, self.score.in_features)

    def forward(self, samples: Tensor) -> Critique:
        """Judge images [batch, channels, height, width]: scores [batch], the last grid."""
        x = samples
        for down in self.downs:
            x = drop(F.leaky_relu(down(pad_to_even(x)), _SLOPE), self.dropout, self.training)
        whole = x.flatten(1)
        return Critique(self.score(whole).squeeze(1), x.mean((2, 3)) if self.pooled else whole)


@generators.add(
    name="lean", kinds=("image",), former={"fine": 'upsampling = "nearest" is what fine = true was'}
)
def lean_generator(
    shape: tuple[int, ...],
    latent: int,
    *,
    width: Width = 32,
    upsampling: Literal["transposed", "nearest"] = "transposed",
) -> nn.Module:
    """Lean generator: doubled grids, leaky ReLU, no normalisation.

    Every step is cheap, so that many fit into minutes on a processor; variance is kept by the
    initial weights alone. For losses that penalise D's slope, as relativistic + R1 + R2.

    Args:
        shape: (channels, height, width) of the images; 1-4 channels, even sides of 8..256.
        latent: length of the latent vector.
        width: channels at half resolution; doubled at each coarser grid up to 8 times.
        upsampling: how grids are doubled: by transposed convolutions, or by nearest neighbours
            before a convolution and once more convolved at full resolution on half the width, which
            leaves no grid in the texture for a tenth more time a step.

    Raises:
        ValueError: the shape or the width does not fit.

    Reference: strides after Radford et al. 2015, arXiv:1511.06434; weights after He et al. 2015,
    arXiv:1502.01852; nearest neighbours after Odena et al. 2016, doi:10.23915/distill.00003.
    """
    check_image(shape, "lean")
    made = ResizeLeanGenerator if upsampling == "nearest" else LeanGenerator
    return made(shape, latent, width)


@discriminators.add(name="lean", kinds=("image",))
def lean_discriminator(
    shape: tuple[int, ...], *, width: Width = 32, dropout: Dropout = 0.0, pooled: bool = True
) -> nn.Module:
    """Lean discriminator: strided convolutions, leaky ReLU, no normalisation.

    Args:
        shape: (channels, height, width) of the images; 1-32 channels, even sides of 8..256.
        width: channels at half resolution; doubled at each coarser grid up to 8 times.
        dropout: share of the hidden values set to 0 while training; 0.2 to 0.5 slow D down.
        pooled: whether features, by which labels are judged, are the mean over the last grid;
            false: all of it, where the place of a thing says what it is, as in spectrograms.

    Raises:
        ValueError: the shape or the width does not fit.

    Reference: strides after Radford et al. 2015, arXiv:1511.06434; weights after He et al. 2015,
    arXiv:1502.01852.
    """
    check_image(shape, "lean", JUDGED)
    return LeanDiscriminator(shape, width, dropout, pooled)
