"""Modern: a residual ConvNet without normalisation, for the relativistic loss with R1 and R2."""

import itertools
import math
from dataclasses import dataclass
from typing import Annotated, TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.networks.image.grid import JUDGED, Size, check_image, crop, grids, pad_to_even
from gansmith.networks.layers.convolution import Conv2d, ConvTranspose2d
from gansmith.networks.layers.dropout import drop
from gansmith.networks.layers.minibatch_stddev import MinibatchStddev
from gansmith.networks.options import Dropout, Width
from gansmith.ranges import Range
from gansmith.records import Critique
from gansmith.registry import discriminators, generators

SLOPE = 0.2
GAIN = math.sqrt(2 / (1 + SLOPE**2))  # keeps the variance through a leaky ReLU


def activate(x: Tensor) -> Tensor:
    """Leaky ReLU with slope 0.2."""
    return F.leaky_relu(x, SLOPE)


Layer = TypeVar("Layer", nn.Conv2d, nn.Linear)


def scaled(layer: Layer, gain: float) -> Layer:
    """Draw the weight from N(0, gain^2 / fan in), set the bias to zero, return the layer."""
    nn.init.normal_(layer.weight, 0.0, gain / math.sqrt(layer.weight[0].numel()))
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


class Residual(nn.Module):
    """x + 1x1(act(3x3(x))): x itself before training.

    The last convolution starts at zero and the others are scaled down by the number of blocks of
    the net, so that depth does not blow up the first updates (fix-up, arXiv:1901.09321). A grouped
    3x3 convolution gets a 1x1 one before it, which mixes the channels that its groups keep apart.
    """

    def __init__(self, width: int, hidden: int, groups: int, blocks: int) -> None:
        super().__init__()
        gain = GAIN * blocks ** (-0.5 if groups == 1 else -0.25)
        self.mix: nn.Module = nn.Identity()
        self.enter: nn.Conv2d = Conv2d(width, hidden, 3)
        if groups > 1:
            self.mix = scaled(Conv2d(width, hidden, 1), gain)
            self.enter = nn.Conv2d(hidden, hidden, 3, padding=1, groups=groups)
        scaled(self.enter, gain)
        self.leave = scaled(Conv2d(hidden, width, 1, bias=False), 0.0)
        self.mixes = groups > 1

    def forward(self, x: Tensor) -> Tensor:
        """Map [batch, width, height, width] to the same shape."""
        inner = activate(self.mix(x)) if self.mixes else x
        branch: Tensor = self.leave(activate(self.enter(inner)))
        return x + branch


@dataclass(frozen=True)
class Plan:
    """What both players are made of; see the builders for the options."""

    shape: tuple[int, ...]
    width: int
    blocks: int
    expansion: float
    groups: int
    patch: int

    @property
    def sizes(self) -> list[Size]:
        """The grids that the net works on, from the base to the finest."""
        sizes = grids(self.shape[1], self.shape[2])
        return sizes[: len(sizes) - int(math.log2(self.patch))]

    @property
    def widths(self) -> list[int]:
        """Channels of each of these grids."""
        return [self.width * min(8, 2**level) for level in range(len(self.sizes))][::-1]

    def stages(self, widths: list[int]) -> nn.ModuleList:
        """Return the residual blocks of grids with these channels."""
        count = max(1, self.blocks * len(widths))
        return nn.ModuleList(
            nn.Sequential(
                *(
                    Residual(width, self._hidden(width), self.groups, count)
                    for _ in range(self.blocks)
                )
            )
            for width in widths
        )

    def _hidden(self, width: int) -> int:
        return max(1, round(width * self.expansion / self.groups)) * self.groups


class ModernGenerator(nn.Module):
    """Learned basis scaled by the latent -> residual blocks on doubling grids -> tanh image."""

    couples_batch = False
    channels_last = True

    def __init__(self, plan: Plan, latent: int) -> None:
        super().__init__()
        widths = plan.widths
        self.sizes: list[Size] = plan.sizes
        self.image_size: Size = (plan.shape[1], plan.shape[2])
        self.basis = nn.Parameter(torch.randn(widths[0], *self.sizes[0]))
        self.start = scaled(nn.Linear(latent, widths[0], bias=False), 1.0)
        self.stages = plan.stages(widths)
        self.ups = nn.ModuleList(_up(a, b, 2, GAIN) for a, b in itertools.pairwise(widths))
        self.image = (
            scaled(Conv2d(widths[-1], plan.shape[0], 3), 1.0)
            if plan.patch == 1
            else _up(widths[-1], plan.shape[0], plan.patch, 1.0)
        )

    def forward(self, latent: Tensor) -> Tensor:
        """Map latents [batch, latent] to images [batch, channels, height, width] in [-1, 1]."""
        x = self.stages[0](self.basis * self.start(latent)[:, :, None, None])
        for up, stage, size in zip(self.ups, self.stages[1:], self.sizes[1:], strict=True):
            x = stage(crop(up(activate(x)), size))
        return torch.tanh(crop(self.image(activate(x)), self.image_size))


class ModernDiscriminator(nn.Module):
    """Image -> residual blocks on halving grids -> product with a learned basis -> score."""

    channels_last = True

    def __init__(self, plan: Plan, minibatch_stddev: bool, dropout: float) -> None:
        super().__init__()
        self.dropout = dropout
        widths = plan.widths[::-1]
        self.patch = plan.patch
        self.couples_batch = minibatch_stddev
        self.feature_width = widths[-1] + minibatch_stddev
        window = 3 if plan.patch == 1 else 2 * plan.patch
        self.enter = scaled(Conv2d(plan.shape[0], widths[0], window, plan.patch), GAIN)
        self.downs = nn.ModuleList(
            scaled(Conv2d(a, b, 4, 2), GAIN) for a, b in itertools.pairwise(widths)
        )
        self.stages = plan.stages(widths)
        self.variety = MinibatchStddev() if minibatch_stddev else nn.Identity()
        base = plan.sizes[0]
        start = torch.randn(self.feature_width, *base) / math.sqrt(math.prod(base))
        self.basis = nn.Parameter(start)
        self.score = scaled(nn.Linear(self.feature_width, 1, bias=False), 1.0)

    def forward(self, samples: Tensor) -> Critique:
        """Judge images [batch, channels, height, width]: scores [batch], features [batch, F]."""
        x = self.stages[0](activate(self.enter(_pad_to_multiple(samples, self.patch))))
        for down, stage in zip(self.downs, self.stages[1:], strict=True):
            x = drop(x, self.dropout, self.training)
            x = stage(activate(down(pad_to_even(x))))
        x = drop(x, self.dropout, self.training)
        features = (self.variety(x) * self.basis).sum((2, 3))
        return Critique(self.score(features).squeeze(1), features)


def _up(inputs: int, outputs: int, factor: int, gain: float) -> ConvTranspose2d:
    """Return a transposed convolution whose windows overlap by half; four reach each pixel."""
    layer = ConvTranspose2d(inputs, outputs, 2 * factor, factor)
    nn.init.normal_(layer.weight, 0.0, gain / math.sqrt(4 * inputs))
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


def _pad_to_multiple(x: Tensor, patch: int) -> Tensor:
    tall, wide = -x.shape[2] % patch, -x.shape[3] % patch
    return F.pad(x, (0, wide, 0, tall)) if tall or wide else x


Blocks = Annotated[int, Range(low=0)]
Expansion = Annotated[float, Range(above=0, log=True)]
Groups = Annotated[int, Range(low=1, log=True)]


@generators.add(name="modern", kinds=("image",))
def modern_generator(
    shape: tuple[int, ...],
    latent: int,
    *,
    width: Width = 64,
    blocks: Blocks = 1,
    expansion: Expansion = 1.0,
    groups: Groups = 1,
    patch: int | None = None,
) -> nn.Module:
    """Modern generator: residual, without normalisation; for the relativistic loss with R1 and R2.

    It starts from a learned pattern whose channels the latent scales, and works on grids up to a
    part of the resolution, which a transposed convolution turns into the image. ``blocks = 0``
    leaves the strided convolutions alone: the leanest net, for minutes on a processor.

    Args:
        shape: (channels, height, width) of the images; 1-4 channels, even sides of 8..256.
        latent: length of the latent vector.
        width: channels on the finest grid; doubled on each coarser one up to 8 times. Typical 32
            (processor) to 128.
        blocks: residual blocks on each grid. Typical 0 (lean) to 2.
        expansion: channels inside a block, as a multiple of those between blocks.
        groups: groups of the 3x3 convolutions; 1 is fastest on processors, more saves weights.
        patch: pixels a side that one cell of the finest grid stands for: 1, 2, 4 or 8. Without it
            1 for images under 16 pixels, 2 under 128, else 4.

    Raises:
        ValueError: the shape or an option does not fit.

    Reference: Huang et al. 2025 (R3GAN), arXiv:2501.05441.
    """
    return ModernGenerator(_plan(shape, width, blocks, expansion, groups, patch), latent)


@discriminators.add(name="modern", kinds=("image",))
def modern_discriminator(
    shape: tuple[int, ...],
    *,
    width: Width = 64,
    blocks: Blocks = 1,
    expansion: Expansion = 1.0,
    groups: Groups = 1,
    patch: int | None = None,
    dropout: Dropout = 0.0,
    minibatch_stddev: bool = False,
) -> nn.Module:
    """Modern discriminator: the generator's mirror image, with as many weights.

    Args:
        shape: (channels, height, width) of the images; 1-32 channels, even sides of 8..256.
        width: channels on the finest grid; doubled on each coarser one up to 8 times. Typical 32
            (processor) to 128.
        blocks: residual blocks on each grid. Typical 0 (lean) to 2.
        expansion: channels inside a block, as a multiple of those between blocks.
        groups: groups of the 3x3 convolutions; 1 is fastest on processors, more saves weights.
        patch: pixels a side that one cell of the finest grid stands for: 1, 2, 4 or 8. Without it
            1 for images under 16 pixels, 2 under 128, else 4.
        dropout: share of the hidden values set to 0 while training; 0.2 to 0.5 slow D down.
        minibatch_stddev: show the score layer how varied groups of 4 samples are.

    Raises:
        ValueError: the shape or an option does not fit.

    Reference: Huang et al. 2025 (R3GAN), arXiv:2501.05441.
    """
    plan = _plan(shape, width, blocks, expansion, groups, patch)
    return ModernDiscriminator(plan, minibatch_stddev, dropout)


def _plan(
    shape: tuple[int, ...],
    width: int,
    blocks: int,
    expansion: float,
    groups: int,
    patch: int | None,
) -> Plan:
    check_image(shape, "modern", JUDGED)
    side = min(shape[1:])
    coarsest = 2 ** (len(grids(shape[1], shape[2])) - 1)
    if patch is None:
        patch = 1 if side < 16 else 2 if side < 128 else 4
    if patch not in (1, 2, 4, 8) or patch > coarsest:
        allowed = [choice for choice in (1, 2, 4, 8) if choice <= coarsest]
        raise ValueError(f"patch must be one of {allowed} for images of side {side} but is {patch}")
    return Plan(shape, width, blocks, expansion, groups, patch)
