"""StyleGAN2: a latent becomes a style, and the style scales the channels of every layer of G."""

import itertools
import math
from typing import Annotated

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.networks.image.grid import JUDGED, Size, check_image, crop, grids, pad_to_even
from gansmith.networks.image.modern import GAIN, SLOPE, scaled
from gansmith.networks.layers.blur import BlurredDown, blur
from gansmith.networks.layers.convolution import Conv2d
from gansmith.networks.layers.dropout import drop
from gansmith.networks.layers.minibatch_stddev import MinibatchStddev
from gansmith.networks.layers.modulation import Modulated, Slow
from gansmith.networks.options import Dropout, Width
from gansmith.ranges import Range
from gansmith.records import Critique
from gansmith.registry import discriminators, generators

MAPPING_RATE = 0.01  # of the learning rate, as in the paper: a quick mapping upsets all layers
MEAN_HALF_LIFE = 2000.0  # latents after which half of the mean style is new


class Mapping(nn.Module):
    """Latents to styles; remembers the mean style."""

    mean: Tensor

    def __init__(self, latent: int, style: int, layers: int) -> None:
        super().__init__()
        pairs = itertools.pairwise([latent, *[style] * layers])
        self.layers = nn.ModuleList(Slow(i, o, MAPPING_RATE, GAIN) for i, o in pairs)
        self.register_buffer("mean", torch.zeros(style))

    def forward(self, latent: Tensor) -> Tensor:
        """Map latents [batch, latent], brought to mean square 1, to styles [batch, style].

        In training mode the mean style follows.
        """
        style = latent * (latent.square().mean(1, keepdim=True) + 1e-8).rsqrt()
        for layer in self.layers:
            style = F.leaky_relu(layer(style), SLOPE)
        if self.training:
            self._follow(style.detach())
        return style

    @torch.no_grad()
    def _follow(self, styles: Tensor) -> None:
        fresh = 1 - 0.5 ** (len(styles) / MEAN_HALF_LIFE)
        self.mean.lerp_(styles.mean(0).to(self.mean.dtype), fresh)


class Layer(nn.Module):
    """A modulated convolution, noise, a bias and a leaky ReLU."""

    picture: Tensor

    def __init__(
        self, inputs: int, outputs: int, style: int, size: Size, up: bool, noise: bool
    ) -> None:
        super().__init__()
        self.size, self.noisy = size, noise
        self.conv = Modulated(inputs, outputs, style, up=up)
        self.bias = nn.Parameter(torch.zeros(outputs))
        if noise:
            self.strength = nn.Parameter(torch.zeros(()))
            self.register_buffer("picture", torch.randn(1, 1, *size))

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        """Map [batch, inputs, ...] and styles [batch, style] to [batch, outputs, *size].

        Noise is drawn for each sample in training; later it is the same picture for all.
        """
        y = crop(self.conv(x, style), self.size) + self.bias.to(x.dtype)[:, None, None]
        if self.noisy:
            noise = self.picture
            if self.training:
                noise = torch.randn(len(x), 1, *self.size, dtype=noise.dtype, device=noise.device)
            y = y + (self.strength * noise).to(y.dtype)
        return GAIN * F.leaky_relu(y, SLOPE)


class Synthesis(nn.Module):
    """Styles to images: a learned constant, layers on doubling grids, an image summed over all."""

    def __init__(self, shape: tuple[int, ...], style: int, width: int, noise: bool) -> None:
        super().__init__()
        self.sizes = grids(shape[1], shape[2])
        widths = [width * min(8, 2**level) for level in range(len(self.sizes))][::-1]
        self.constant = nn.Parameter(torch.randn(widths[0], *self.sizes[0]))
        self.ups = nn.ModuleList(
            Layer(inputs, outputs, style, size, True, noise)
            for (inputs, outputs), size in zip(
                itertools.pairwise(widths), self.sizes[1:], strict=True
            )
        )
        self.keeps = nn.ModuleList(
            Layer(channels, channels, style, size, False, noise)
            for channels, size in zip(widths, self.sizes, strict=True)
        )
        self.images = nn.ModuleList(
            Modulated(channels, shape[0], style, window=1, demodulate=False) for channels in widths
        )
        self.bias = nn.Parameter(torch.zeros(shape[0]))

    @property
    def layers(self) -> int:
        """Places where a style goes in: two for each grid."""
        return 2 * len(self.sizes)

    def forward(self, styles: Tensor) -> Tensor:
        """Map styles to images [batch, channels, height, width] in [-1, 1].

        Args:
            styles: [batch, style], or one for each layer, [batch, layers, style].
        """
        at = styles.unbind(1) if styles.dim() == 3 else [styles] * self.layers
        x = self.keeps[0](self.constant.expand(styles.shape[0], -1, -1, -1), at[0])
        image = self.images[0](x, at[1])
        for level, up in enumerate(self.ups, 1):
            x = self.keeps[level](up(x, at[2 * level - 1]), at[2 * level])
            image = _doubled(image, self.sizes[level]) + self.images[level](x, at[2 * level + 1])
        return torch.tanh(image + self.bias[:, None, None])


def _doubled(image: Tensor, size: Size) -> Tensor:
    """Double an image by bilinear interpolation, the filter [1, 3, 3, 1] inside."""
    doubled = F.interpolate(image, scale_factor=2.0, mode="bilinear", align_corners=False)
    return crop(doubled, size)


class StyleGenerator(nn.Module):
    """Latent -> style -> image.

    Args:
        mapping: latents to styles.
        synthesis: styles to images.
        mixing: chance that a sample has two styles in training.
    """

    couples_batch = False
    channels_last = True

    def __init__(self, mapping: Mapping, synthesis: Synthesis, mixing: float = 0.0) -> None:
        super().__init__()
        self.mapping, self.synthesis, self.mixing = mapping, synthesis, mixing

    def forward(self, latent: Tensor) -> Tensor:
        """Map latents [batch, latent] to images [batch, channels, height, width] in [-1, 1]."""
        styles = self.mapping(latent)
        if self.training and self.mixing:
            styles = self._mixed(styles)
        images: Tensor = self.synthesis(styles)
        return images

    def _mixed(self, styles: Tensor) -> Tensor:
        """Give some samples the style of their neighbour in the batch from a drawn layer on."""
        layers, count = self.synthesis.layers, len(styles)
        first = torch.randint(1, layers, (count, 1), device=styles.device)
        alone = torch.rand(count, 1, device=styles.device) >= self.mixing
        own = alone | (torch.arange(layers, device=styles.device) < first)
        return torch.where(own[:, :, None], styles[:, None], styles.roll(1, 0)[:, None])


class Halving(nn.Module):
    """(blurred 3x3 of 3x3 + 1x1 of blurred) / sqrt 2 on half the grid."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.enter = scaled(Conv2d(inputs, inputs, 3), 1.0)
        self.leave = scaled(BlurredDown(inputs, outputs), GAIN)
        self.skip = scaled(Conv2d(inputs, outputs, 1, bias=False), 1.0)

    def forward(self, x: Tensor) -> Tensor:
        """Map [batch, inputs, height, width] to [batch, outputs, height / 2, width / 2]."""
        x = pad_to_even(x)
        branch = self.leave(F.leaky_relu(self.enter(x), SLOPE))
        skip: Tensor = self.skip(blur(x, padding=1, stride=2))
        return (F.leaky_relu(branch, SLOPE) * GAIN + skip) / math.sqrt(2)


class StyleDiscriminator(nn.Module):
    """Image -> residual blocks on halving grids -> one score."""

    channels_last = True

    def __init__(
        self, shape: tuple[int, ...], width: int, minibatch_stddev: bool, dropout: float
    ) -> None:
        super().__init__()
        self.dropout = dropout
        sizes = grids(shape[1], shape[2])
        widths = [width * min(8, 2**level) for level in range(len(sizes))]
        self.couples_batch = minibatch_stddev
        self.feature_width = widths[-1]
        self.enter = scaled(Conv2d(shape[0], widths[0], 1), GAIN)
        self.blocks = nn.ModuleList(Halving(a, b) for a, b in itertools.pairwise(widths))
        self.variety = MinibatchStddev() if minibatch_stddev else nn.Identity()
        self.mix = scaled(Conv2d(widths[-1] + minibatch_stddev, widths[-1], 3), GAIN)
        self.gather = scaled(nn.Linear(widths[-1] * math.prod(sizes[0]), widths[-1]), GAIN)
        self.score = scaled(nn.Linear(widths[-1], 1), 1.0)

    def forward(self, samples: Tensor) -> Critique:
        """Judge images [batch, channels, height, width]: scores [batch], features [batch, F]."""
        x = F.leaky_relu(self.enter(samples), SLOPE)
        for block in self.blocks:
            x = drop(block(x), self.dropout, self.training)
        x = F.leaky_relu(self.mix(self.variety(x)), SLOPE)
        features = F.leaky_relu(self.gather(x.flatten(1)), SLOPE)
        return Critique(self.score(features).squeeze(1), features)


@generators.add(name="stylegan2", kinds=("image",))
def stylegan2_generator(
    shape: tuple[int, ...],
    latent: int,
    *,
    width: Width = 32,
    style: Annotated[int, Range(low=1, log=True)] = 128,
    mapping: Annotated[int, Range(low=1)] = 2,
    noise: bool = True,
    mixing: Annotated[float, Range(low=0, high=1, why="it is a chance")] = 0.0,
) -> nn.Module:
    """StyleGAN2 generator: a mapping of the latent to a style that scales every layer's channels.

    Modulated and demodulated convolutions from a learned constant on, enlarged by a transposed
    convolution and a blur; an image is read off each grid and summed. `gansmith sample` can draw
    styles towards their mean (`--truncation`) and mix two of them (`--mix`). Initial weights have
    variance 1 / inputs in place of the paper's equalised learning rate, so that a rate means what
    it means for the other nets; the mapping learns at a hundredth of it.

    Args:
        shape: (channels, height, width) of the images; 1-4 channels, even sides of 8..256.
        latent: length of the latent vector.
        width: channels on the finest grid; doubled on each coarser one up to 8 times. Typical 16
            (processor) to 64.
        style: length of a style; 512 in the paper.
        mapping: layers from the latent to the style; 8 in the paper, 2 for small images.
        noise: add noise of a learned strength to every layer: drawn for each sample in training,
            the same picture for all samples later.
        mixing: chance that a sample has two styles in training, the second from a drawn layer on,
            so that neighbouring layers do not come to rely on each other; 0.9 for large images,
            0 for small ones, as in the papers. Needs a latent that holds nothing else: no labels.

    Raises:
        ValueError: the shape or an option does not fit.

    Reference: Karras et al. 2019, arXiv:1912.04958; small images Karras et al. 2020,
    arXiv:2006.06676.
    """
    check_image(shape, "stylegan2")
    synthesis = Synthesis(shape, style, width, noise)
    return StyleGenerator(Mapping(latent, style, mapping), synthesis, mixing)


@discriminators.add(name="stylegan2", kinds=("image",))
def stylegan2_discriminator(
    shape: tuple[int, ...],
    *,
    width: Width = 32,
    dropout: Dropout = 0.0,
    minibatch_stddev: bool = True,
) -> nn.Module:
    """StyleGAN2 discriminator: residual, blurred before it is halved, without normalisation.

    Args:
        shape: (channels, height, width) of the images; 1-32 channels, even sides of 8..256.
        width: channels on the finest grid; doubled on each coarser one up to 8 times. Typical 16
            (processor) to 64.
        dropout: share of the hidden values set to 0 while training; 0.2 to 0.5 slow D down.
        minibatch_stddev: show the last layers how varied groups of 4 samples are.

    Raises:
        ValueError: the shape or the width does not fit.

    Reference: Karras et al. 2019, arXiv:1912.04958.
    """
    check_image(shape, "stylegan2", JUDGED)
    return StyleDiscriminator(shape, width, minibatch_stddev, dropout)
