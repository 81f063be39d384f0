"""SNGAN's residual pair: the standard net for spectral norm and for WGAN-GP."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.networks.image.grid import JUDGED, Size, check_image, crop, grids, pad_to_even
from gansmith.networks.layers.convolution import Conv2d
from gansmith.networks.layers.dropout import drop
from gansmith.networks.layers.folds import DownConv, UpConv
from gansmith.networks.layers.minibatch_stddev import MinibatchStddev
from gansmith.networks.layers.norm import norm_of_images
from gansmith.networks.options import Dropout, Norm, Width
from gansmith.records import Critique
from gansmith.registry import discriminators, generators

_FLAT = 3  # up to this many halvings (32 pixels) the paper keeps one width throughout


class UpBlock(nn.Module):
    """Residual block with a norm that doubles the grid."""

    def __init__(self, inputs: int, outputs: int, size: Size, norm: str) -> None:
        super().__init__()
        self.size = size
        self.enter_norm, self.leave_norm = (
            norm_of_images(norm, inputs),
            norm_of_images(norm, outputs),
        )
        self.enter = UpConv(inputs, outputs)
        self.leave = Conv2d(outputs, outputs, 3)
        self.skip = Conv2d(inputs, outputs, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map [batch, inputs, height, width] to [batch, outputs, about 2 height, about 2 width]."""
        branch: Tensor = crop(self.enter(F.relu(self.enter_norm(x))), self.size)
        branch = self.leave(F.relu_(self.leave_norm(branch)))
        # 1x1 before upsampling: the same values at a quarter of the cost
        return branch + crop(F.interpolate(self.skip(x), scale_factor=2.0), self.size)


class DownBlock(nn.Module):
    """Residual block without norm; halves the grid where ``down``; the ``first`` sees the image."""

    def __init__(self, inputs: int, outputs: int, down: bool, first: bool = False) -> None:
        super().__init__()
        self.down, self.first = down, first
        hidden = outputs if first or inputs == outputs else inputs
        self.enter = Conv2d(inputs, hidden, 3)
        self.leave = DownConv(hidden, outputs) if down else Conv2d(hidden, outputs, 3)
        learned = first or down or inputs != outputs
        self.skip = Conv2d(inputs, outputs, 1) if learned else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """Map [batch, inputs, height, width] to [batch, outputs, the grid, halved where down]."""
        branch: Tensor = self.enter(x if self.first else F.relu(x))
        branch = F.relu_(branch)
        if self.down:  # averaging before the 1x1: the same values at a quarter of the cost
            branch, x = pad_to_even(branch), F.avg_pool2d(pad_to_even(x), 2)
        skip: Tensor = self.skip(x)
        branch = self.leave(branch)
        return skip + branch


def _initialise(net: nn.Module) -> None:
    """Xavier uniform, with gain sqrt(2) where a ReLU follows or precedes, as the authors' code."""
    for layer in net.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            gain = math.sqrt(2) if layer.weight.shape[2:].numel() > 1 else 1.0
            nn.init.xavier_uniform_(layer.weight, gain)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)


def _generator_widths(width: int, levels: int) -> list[int]:
    """Return the channels from the base grid to the image: 4w each, or 16w ... 2w, w when deep."""
    if levels <= _FLAT:
        return [4 * width] * (levels + 1)
    return [width * min(16, 2**level) for level in range(levels, -1, -1)]


def _discriminator_plan(width: int, levels: int) -> list[tuple[int, bool]]:
    """Return (channels, halves the grid) of each block."""
    if levels <= _FLAT:
        downs = min(levels, 2)
        return [(2 * width, block < downs) for block in range(downs + 2)]
    return [(width * min(16, 2**level), level < levels) for level in range(levels + 1)]


class SnganGenerator(nn.Module):
    """Latent -> base grid -> residual blocks that double it -> tanh image."""

    channels_last = True

    def __init__(self, shape: tuple[int, ...], latent: int, width: int, norm: str) -> None:
        super().__init__()
        self.couples_batch = norm == "batch"
        self.sizes = grids(shape[1], shape[2])
        widths = _generator_widths(width, len(self.sizes) - 1)
        self.start = nn.Linear(latent, widths[0] * math.prod(self.sizes[0]))
        self.blocks = nn.ModuleList(
            UpBlock(inputs, outputs, size, norm)
            for inputs, outputs, size in zip(widths[:-1], widths[1:], self.sizes[1:], strict=True)
        )
        self.norm = norm_of_images(norm, widths[-1])
        self.image = Conv2d(widths[-1], shape[0], 3)
        _initialise(self)

    def forward(self, latent: Tensor) -> Tensor:
        """Map latents [batch, latent] to images [batch, channels, height, width] in [-1, 1]."""
        x = self.start(latent).unflatten(1, (-1, *self.sizes[0]))
        for block in self.blocks:
            x = block(x)
        return torch.tanh(self.image(F.relu_(self.norm(x))))


class SnganDiscriminator(nn.Module):
    """Image -> residual blocks -> sum over the grid -> one score."""

    channels_last = True

    def __init__(
        self, shape: tuple[int, ...], width: int, minibatch_stddev: bool, dropout: float
    ) -> None:
        super().__init__()
        self.dropout = dropout
        plan = _discriminator_plan(width, len(grids(shape[1], shape[2])) - 1)
        self.couples_batch = minibatch_stddev
        self.feature_width = plan[-1][0] + minibatch_stddev
        inputs = [shape[0], *(channels for channels, _ in plan)]
        self.blocks = nn.ModuleList(
            DownBlock(inputs[index], channels, down, first=index == 0)
            for index, (channels, down) in enumerate(plan)
        )
        self.variety = MinibatchStddev() if minibatch_stddev else nn.Identity()
        self.score = nn.Linear(self.feature_width, 1)
        _initialise(self)

    def forward(self, samples: Tensor) -> Critique:
        """Judge images [batch, channels, height, width]: scores [batch], summed features."""
        x = samples
        for block in self.blocks:
            x = drop(block(x), self.dropout, self.training)
        features = self.variety(F.relu_(x)).sum((2, 3))
        return Critique(self.score(features).squeeze(1), features)


@generators.add(name="sngan", kinds=("image",))
def sngan_generator(
    shape: tuple[int, ...], latent: int, *, width: Width = 64, norm: Norm = "batch"
) -> nn.Module:
    """SNGAN's residual generator with batch norm; upsampling is folded into its convolutions.

    With the default width it is the paper's net: 256 channels throughout at 32 pixels, 1024 down to
    64 at 128 pixels.

    Args:
        shape: (channels, height, width) of the images; 1-4 channels, even sides of 8..256.
        latent: length of the latent vector.
        width: channels at full resolution (a quarter of the channels where the sides are at most
            56 pixels). Typical 16-64.
        norm: batch; layer or instance, which leave the other samples out; or none.

    Raises:
        ValueError: the shape or the width does not fit.

    Reference: Miyato et al. 2018, arXiv:1802.05957.
    """
    check_image(shape, "sngan")
    return SnganGenerator(shape, latent, width, norm)


@discriminators.add(name="sngan", kinds=("image",))
def sngan_discriminator(
    shape: tuple[int, ...],
    *,
    width: Width = 64,
    dropout: Dropout = 0.0,
    minibatch_stddev: bool = False,
) -> nn.Module:
    """SNGAN's residual discriminator without norm; averaging is folded into its convolutions.

    Add the constraint ``spectral_norm`` for SNGAN or the term ``gradient_penalty`` for WGAN-GP.
    With the default width it is the paper's net: 128 channels throughout at 32 pixels, 64 up to
    1024 at 128 pixels.

    Args:
        shape: (channels, height, width) of the images; 1-32 channels, even sides of 8..256.
        width: channels of the first block (half of it where the sides are at most 56 pixels).
            Typical 16-64.
        dropout: share of the hidden values set to 0 while training; 0.2 to 0.5 slow D down.
        minibatch_stddev: show the score layer how varied groups of 4 samples are.

    Raises:
        ValueError: the shape or the width does not fit.

    Reference: Miyato et al. 2018, arXiv:1802.05957.
    """
    check_image(shape, "sngan", JUDGED)
    return SnganDiscriminator(shape, width, minibatch_stddev, dropout)
