"""Temporal convolutions for series: each time is made of, or judged by, those before it."""

from typing import Annotated

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.networks.layers.dropout import drop
from gansmith.networks.options import Dropout, Width
from gansmith.networks.series.over_time import Inputs, check_times
from gansmith.ranges import Range
from gansmith.records import Critique
from gansmith.registry import discriminators, generators

_SLOPE = 0.2
Kernel = Annotated[int, Range(low=2, high=63, why="it sees a time and at least the one before it")]


def levels(time: int, kernel: int) -> int:
    """Return how many blocks, of dilation 1, 2, 4 ..., it takes to see a whole series.

    Each has two convolutions: n blocks see 1 + 2 (kernel - 1) (2^n - 1) times.
    """
    count = 1
    while 1 + 2 * (kernel - 1) * (2**count - 1) < time:
        count += 1
    return count


class CausalBlock(nn.Module):
    """Two dilated convolutions that see no later time, added to the input."""

    def __init__(self, width: int, kernel: int, dilation: int) -> None:
        super().__init__()
        self.before = dilation * (kernel - 1)
        self.layers = nn.ModuleList(
            nn.Conv1d(width, width, kernel, dilation=dilation) for _ in range(2)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map [batch, width, time] to the same."""
        hidden = x
        for layer in self.layers:
            hidden = layer(F.pad(F.leaky_relu(hidden, _SLOPE), (self.before, 0)))
        return x + hidden


def blocks(time: int, width: int, kernel: int) -> nn.Sequential:
    """Return as many blocks as see a whole series from its last time."""
    count = levels(time, kernel)
    return nn.Sequential(*(CausalBlock(width, kernel, 2**level) for level in range(count)))


class TcnGenerator(nn.Module):
    """Latent -> inputs at each time -> causal convolutions -> the values at each time."""

    couples_batch = False
    channels_last = False

    def __init__(self, shape: tuple[int, ...], latent: int, width: int, kernel: int) -> None:
        super().__init__()
        self.inputs = Inputs(latent, shape[0], width)
        self.blocks = blocks(shape[0], width, kernel)
        self.values = nn.Linear(width, shape[1])

    def forward(self, latent: Tensor) -> Tensor:
        """Map latents [batch, latent] to series [batch, time, channels], any real numbers."""
        hidden = self.blocks(self.inputs(latent).transpose(1, 2)).transpose(1, 2)
        series: Tensor = self.values(F.leaky_relu(hidden, _SLOPE))
        return series


class TcnDiscriminator(nn.Module):
    """Series -> causal convolutions -> the mean over time and the last time -> one score."""

    couples_batch = False
    channels_last = False

    def __init__(self, shape: tuple[int, ...], width: int, kernel: int, dropout: float) -> None:
        super().__init__()
        self.dropout = dropout
        self.start = nn.Conv1d(shape[1], width, 1)
        self.blocks = blocks(shape[0], width, kernel)
        self.feature_width = 2 * width
        self.score = nn.Linear(self.feature_width, 1)

    def forward(self, samples: Tensor) -> Critique:
        """Judge series [batch, time, channels]: scores [batch], and what they are taken of."""
        hidden = F.leaky_relu(self.blocks(self.start(samples.transpose(1, 2))), _SLOPE)
        hidden = drop(hidden, self.dropout, self.training)
        features = torch.cat([hidden.mean(2), hidden[:, :, -1]], 1)
        return Critique(self.score(features).squeeze(1), features)


@generators.add(name="tcn", kinds=("series",))
def tcn_generator(
    shape: tuple[int, ...], latent: int, *, width: Width = 32, kernel: Kernel = 3
) -> nn.Module:
    """Temporal convolutional generator: dilated and causal, each time follows from those before it.

    Its blocks have dilation 1, 2, 4 ... and are as many as the last time needs to see the first.

    Args:
        shape: (time, channels) of a series; 2 to 4,096 times.
        latent: length of the latent vector.
        width: channels of the hidden layers.
        kernel: times that a convolution sees.

    Raises:
        ValueError: the shape does not fit, or an option is out of range.

    Reference: Bai et al. 2018, arXiv:1803.01271; Wiese et al. 2019, arXiv:1907.06673.
    """
    check_times(shape, "tcn")
    return TcnGenerator(shape, latent, width, kernel)


@discriminators.add(name="tcn", kinds=("series",))
def tcn_discriminator(
    shape: tuple[int, ...], *, width: Width = 32, kernel: Kernel = 3, dropout: Dropout = 0.0
) -> nn.Module:
    """Temporal convolutional discriminator: dilated and causal, it sees the whole series.

    Args:
        shape: (time, channels) of a series; 2 to 4,096 times.
        width: channels of the hidden layers.
        kernel: times that a convolution sees.
        dropout: share of the hidden values set to 0 while training.

    Raises:
        ValueError: the shape does not fit, or an option is out of range.

    Reference: Bai et al. 2018, arXiv:1803.01271; Wiese et al. 2019, arXiv:1907.06673.
    """
    check_times(shape, "tcn")
    return TcnDiscriminator(shape, width, kernel, dropout)
