"""Modern: a residual ConvNet without normalisation, for the relativistic loss with R1 and R2."""

import itertools
import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.errors import check_range
from gansmith.networks.image.grid import Size, check_image, crop, grids, pad_to_even
from gansmith.networks.layers.minibatch_stddev import MinibatchStddev
from gansmith.records import Critique
from gansmith.registry import discriminators, generators

_SLOPE = 0.2
_GAIN = math.sqrt(2 / (1 + _SLOPE**2))


def activate(x: Tensor) -> Tensor:
    """Leaky ReLU with slope 0.2."""
    return F.leaky_relu(x, _SLOPE)


def scaled(layer: nn.Conv2d | nn.Linear, gain: float = 1.0) -> nn.Conv2d | nn.Linear:
    """Draw the weight from N(0, gain^2 / fan in), the bias from zero; return the layer."""
    nn.init.normal_(layer.weight, 0.0, gain / math.sqrt(layer.weight[0].numel()))
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


class Residual(nn.Module):
    """x + 1x1(act(grouped 3x3(act(1x1(x))))), which is x itself before training.

    The last convolution starts at zero, the others are scaled down with the number of blocks of the
    net, so that depth does not blow up the first updates (fix-up, arXiv:1901.09321).
    """

    def __init__(self, width: int, hidden: int, groups: int, blocks: int) -> None:
        super().__init__()
        gain = _GAIN * blocks**-0.25
        self.enter = scaled(nn.Conv2d(width, hidden, 1), gain)
        self.middle = scaled(nn.Conv2d(hidden, hidden, 3, padding=1, groups=groups), gain)
        self.leave = scaled(nn.Conv2d(hidden, width, 1, bias=False), 0.0)

    def forward(self, x: Tensor) -> Tensor:
        """Map [batch, width, height, width] to the same shape."""
        branch: Tensor = self.leave(activate(self.middle(activate(self.enter(x)))))
        return x + branch


class Plan:
    """Grids and channels of a net, from the base grid to the one it works on last.

    ``patch`` is the side of the squares of pixels that the last working grid stands for.
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        width: int,
        blocks: int,
        expansion: float,
        groups: int,
        patch: int,
    ) -> None:
        sizes = grids(shape[1], shape[2])
        steps = min(int(math.log2(patch)), len(sizes) - 1)
        self.sizes = sizes[: len(sizes) - steps]
        self.widths = [width * min(4, 2**level) for level in range(len(self.sizes))][::-1]
        self.shape, self.patch, self.blocks = shape, 2**steps, blocks
        self.expansion, self.groups = expansion, groups

    def stage(self, width: int) -> nn.Sequential:
        """Return the residual blocks of one grid."""
        hidden = max(self.groups, int(width * self.expansion) // self.groups * self.groups)
        count = self.blocks * len(self.widths)
        return nn.Sequential(
            *(Residual(width, hidden, self.groups, count) for _ in range(self.blocks))
        )


class ModernGenerator(nn.Module):
    """Learned basis scaled by the latent -> residual blocks on doubling grids -> image."""

    couples_batch = False
    channels_last = True

    def __init__(self, plan: Plan, latent: int) -> None:
        super().__init__()
        self.sizes: list[Size] = plan.sizes
        self.image_size = (plan.shape[1], plan.shape[2])
        widths = plan.widths
        self.basis = nn.Parameter(torch.randn(widths[0], *plan.sizes[0]))
        self.start = scaled(nn.Linear(latent, widths[0], bias=False))
        self.stages = nn.ModuleList(plan.stage(width) for width in widths)
        self.changes = nn.ModuleList(
            scaled(nn.Conv2d(before, after, 1, bias=False))
            for before, after in itertools.pairwise(widths)
        )
        self.image = _unpatch(widths[-1], plan.shape[0], plan.patch)

    def forward(self, latent: Tensor) -> Tensor:
        """Map latents [batch, latent] to images [batch, channels, height, width] in [-1, 1]."""
        x = self.stages[0](self.basis * self.start(latent)[:, :, None, None])
        for change, stage, size in zip(self.changes, self.stages[1:], self.sizes[1:], strict=True):
            x = stage(crop(F.interpolate(change(x), scale_factor=2.0), size))
        return torch.tanh(crop(self.image(activate(x)), self.image_size))


class ModernDiscriminator(nn.Module):
    """Image -> residual blocks on halving grids -> product with a learned basis -> score."""

    channels_last = True

    def __init__(self, plan: Plan, minibatch_stddev: bool) -> None:
        super().__init__()
        widths = plan.widths[::-1]
        self.patch = plan.patch
        self.couples_batch = minibatch_stddev
        self.feature_width = widths[-1] + minibatch_stddev
        self.enter = _patches(plan.shape[0], widths[0], plan.patch)
        self.stages = nn.ModuleList(plan.stage(width) for width in widths)
        self.changes = nn.ModuleList(
            scaled(nn.Conv2d(before, after, 1, bias=False))
            for before, after in itertools.pairwise(widths)
        )
        self.variety = MinibatchStddev() if minibatch_stddev else nn.Identity()
        cells = math.prod(plan.sizes[0])
        self.basis = nn.Parameter(
            torch.randn(self.feature_width, *plan.sizes[0]) / math.sqrt(cells)
        )
        self.score = scaled(nn.Linear(self.feature_width, 1, bias=False))

    def forward(self, samples: Tensor) -> Critique:
        """Judge images [batch, channels, height, width]: scores [batch], features [batch, F]."""
        x = self.stages[0](self.enter(_pad_to_multiple(samples, self.patch)))
        for change, stage in zip(self.changes, self.stages[1:], strict=True):
            x = stage(change(F.avg_pool2d(pad_to_even(x), 2)))
        features = (self.variety(x) * self.basis).sum((2, 3))
        return Critique(self.score(features).squeeze(1), features)


def _patches(channels: int, width: int, patch: int) -> nn.Module:
    """Return the way in: a 3x3 convolution, or a strided one that overlaps by half a patch."""
    if patch == 1:
        return scaled(nn.Conv2d(channels, width, 3, padding=1))
    return scaled(nn.Conv2d(channels, width, 2 * patch, stride=patch, padding=patch // 2))


def _unpatch(width: int, channels: int, patch: int) -> nn.Module:
    """Return the way out: a 3x3 convolution, or a transposed one that overlaps by half a patch."""
    if patch == 1:
        return scaled(nn.Conv2d(width, channels, 3, padding=1))
    layer = nn.ConvTranspose2d(width, channels, 2 * patch, stride=patch, padding=patch // 2)
    nn.init.normal_(layer.weight, 0.0, 1 / math.sqrt(4 * width))  # four inputs reach each pixel
    nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
    return layer


def _pad_to_multiple(x: Tensor, patch: int) -> Tensor:
    tall, wide = -x.shape[2] % patch, -x.shape[3] % patch
    return F.pad(x, (0, wide, 0, tall)) if tall or wide else x


@generators.add(name="modern")
def modern_generator(
    shape: tuple[int, ...],
    latent: int,
    *,
    width: int = 64,
    blocks: int = 1,
    expansion: float = 1.0,
    groups: int = 1,
    patch: int = 2,
) -> nn.Module:
    """Modern generator: residual, no normalisation, no tricks; for relativistic + R1 + R2.

    Args:
        shape: (channels, height, width) of the images; 1-4 channels, even sides of 8..256.
        latent: length of the latent vector.
        width: channels on the finest grid; doubled on each coarser one up to 4 times.
        blocks: residual blocks on each grid.
        expansion: channels inside a block, as a multiple of those between blocks.
        groups: groups of the 3x3 convolutions; 1 is fastest on CPU, 16 and more are for GPUs.
        patch: the finest grid stands for squares of this many pixels: 1, 2, 4 or 8.

    Raises:
        ValueError: the shape or an option does not fit.

    Reference: Huang et al. 2024 (R3GAN), arXiv:2501.05441.
    """
    return ModernGenerator(_plan(shape, width, blocks, expansion, groups, patch), latent)


@discriminators.add(name="modern")
def modern_discriminator(
    shape: tuple[int, ...],
    *,
    width: int = 64,
    blocks: int = 1,
    expansion: float = 1.0,
    groups: int = 1,
    patch: int = 2,
    minibatch_stddev: bool = False,
) -> nn.Module:
    """Modern discriminator: the generator's mirror image.

    Args:
        shape: (channels, height, width) of the images; 1-4 channels, even sides of 8..256.
        width: channels on the finest grid; doubled on each coarser one up to 4 times.
        blocks: residual blocks on each grid.
        expansion: channels inside a block, as a multiple of those between blocks.
        groups: groups of the 3x3 convolutions; 1 is fastest on CPU, 16 and more are for GPUs.
        patch: the finest grid stands for squares of this many pixels: 1, 2, 4 or 8.
        minibatch_stddev: show the score layer how varied groups of 4 samples are.

    Raises:
        ValueError: the shape or an option does not fit.

    Reference: Huang et al. 2024 (R3GAN), arXiv:2501.05441.
    """
    return ModernDiscriminator(
        _plan(shape, width, blocks, expansion, groups, patch), minibatch_stddev
    )


def _plan(
    shape: tuple[int, ...], width: int, blocks: int, expansion: float, groups: int, patch: int
) -> Plan:
    check_image(shape, "modern")
    check_range("width", width, 1)
    check_range("blocks", blocks, 1)
    check_range("expansion", expansion, above=0)
    check_range("groups", groups, 1)
    if patch not in (1, 2, 4, 8):
        raise ValueError(f"patch must be 1, 2, 4 or 8 but is {patch}")
    return Plan(shape, width, blocks, expansion, groups, patch)
