"""One-dimensional convolutions over time, without normalisation: the pair for series."""

import itertools
import math
from typing import Annotated

import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.kinds.kind import require_kind
from gansmith.networks.layers.dropout import drop
from gansmith.networks.layers.norm import norm_of_series
from gansmith.networks.options import Dropout, Norm, Width
from gansmith.ranges import Range
from gansmith.records import Critique
from gansmith.registry import discriminators, generators

SHORTEST, LONGEST = 8, 65_536  # times
_SLOPE = 0.2
_GAIN = math.sqrt(2 / (1 + _SLOPE**2))
Kernel = Annotated[int, Range(low=3, high=63, why="it is centred on a time, with others around it")]


def lengths(time: int) -> list[int]:
    """Return the numbers of times from the base (4 to 7) up to the whole series.

    Each is half the next, rounded up: 100 times pass through 7, 13, 25, 50, 100.
    """
    found = [time]
    while found[0] > 7:
        found.insert(0, (found[0] + 1) // 2)
    return found


def _widths(width: int, levels: int) -> list[int]:
    """Return the channels at each length below the whole, the longest first: w, 2w, 4w, 8w, 8w."""
    return [width * min(8, 2**level) for level in range(levels)]


def _scale(layer: nn.Conv1d | nn.Linear, inputs: float, gain: float = _GAIN) -> None:
    """Draw a weight that keeps the variance of sums of ``inputs`` numbers (He et al. 2015)."""
    nn.init.normal_(layer.weight, 0.0, gain / math.sqrt(inputs))
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)


class Conv1dGenerator(nn.Module):
    """Latent -> a few times -> doubled again and again, each time followed by a convolution."""

    channels_last = False

    def __init__(
        self, shape: tuple[int, ...], latent: int, width: int, kernel: int, norm: str
    ) -> None:
        super().__init__()
        self.couples_batch = norm == "batch"
        self.lengths = lengths(shape[0])
        widths = [*_widths(width, len(self.lengths) - 1)[::-1], shape[1]]
        self.start = nn.Linear(latent, widths[0] * self.lengths[0])
        _scale(self.start, latent)
        pairs = list(itertools.pairwise(widths))
        self.layers = nn.ModuleList(nn.Conv1d(i, o, kernel, padding=kernel // 2) for i, o in pairs)
        for layer, (inputs, _) in zip(self.layers, pairs, strict=True):
            gain = 1.0 if layer is self.layers[-1] else _GAIN
            assert isinstance(layer, nn.Conv1d)
            _scale(layer, inputs * kernel, gain)
        self.norms = nn.ModuleList(norm_of_series(norm, channels) for channels in widths[:-1])

    def forward(self, latent: Tensor) -> Tensor:
        """Map latents [batch, latent] to series [batch, time, channels], any real numbers."""
        x = self.start(latent).unflatten(1, (-1, self.lengths[0]))
        for norm, layer, length in zip(self.norms, self.layers, self.lengths[1:], strict=True):
            x = layer(F.interpolate(F.leaky_relu(norm(x), _SLOPE), length, mode="nearest"))
        series: Tensor = x.transpose(1, 2)
        return series


class Conv1dDiscriminator(nn.Module):
    """Series -> halved again and again by strided convolutions -> one score."""

    channels_last = False

    def __init__(
        self, shape: tuple[int, ...], width: int, kernel: int, norm: str, dropout: float
    ) -> None:
        super().__init__()
        self.couples_batch, self.dropout = norm == "batch", dropout
        sizes = lengths(shape[0])
        widths = [shape[1], *_widths(width, len(sizes) - 1)]
        self.feature_width = widths[-1]
        pairs = list(itertools.pairwise(widths))
        self.layers = nn.ModuleList(nn.Conv1d(i, o, kernel, 2, kernel // 2) for i, o in pairs)
        for layer, (inputs, _) in zip(self.layers, pairs, strict=True):
            assert isinstance(layer, nn.Conv1d)
            _scale(layer, inputs * kernel)
        self.norms = nn.ModuleList(
            norm_of_series(norm if level else "none", channels)
            for level, channels in enumerate(widths[1:])
        )
        self.score = nn.Linear(widths[-1] * sizes[0], 1)
        _scale(self.score, self.score.in_features)

    def forward(self, samples: Tensor) -> Critique:
        """Judge series [batch, time, channels]: scores [batch], the mean over time before them."""
        x = samples.transpose(1, 2)
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x = drop(F.leaky_relu(norm(layer(x)), _SLOPE), self.dropout, self.training)
        return Critique(self.score(x.flatten(1)).squeeze(1), x.mean(2))


def odd(kernel: int) -> None:
    """Refuse a kernel without a middle."""
    if kernel % 2 == 0:
        raise ValueError(
            f"kernel must be odd, so that it has a middle, but is {kernel}; take {kernel + 1}"
        )


def check_series(shape: tuple[int, ...], net: str) -> None:
    """Refuse a shape that the net cannot work on.

    Raises:
        ValueError: not a series, or of fewer than 8 or more than 65,536 times.
    """
    require_kind(shape, ("series",), net, "; the net 'mlp' takes any shape")
    if not SHORTEST <= shape[0] <= LONGEST:
        raise ValueError(
            f"{net} works on series of {SHORTEST} to {LONGEST:,} times but the data have "
            f"{shape[0]:,}; the net 'mlp' takes any number"
        )


@generators.add(name="conv1d", check=odd, kinds=("series",))
def conv1d_generator(
    shape: tuple[int, ...],
    latent: int,
    *,
    width: Width = 32,
    kernel: Kernel = 9,
    norm: Norm = "none",
) -> nn.Module:
    """One-dimensional convolutional generator: doubles the number of times, layer by layer.

    Repetition and a convolution in place of a transposed one, which would leave a pattern of its
    stride in the series. The last layer is linear: values may be any.

    Args:
        shape: (time, channels) of a series; 8 to 65,536 times.
        latent: length of the latent vector.
        width: channels at half the length; doubled at each shorter one up to 8 times.
        kernel: times that a convolution sees, odd; longer ones make smoother series.
        norm: none, batch, layer or instance, before each convolution.

    Raises:
        ValueError: the shape does not fit, or an option is out of range.

    Reference: Donahue et al. 2018, arXiv:1802.04208 (one-dimensional DCGAN); repetition after
    Odena et al. 2016, Deconvolution and checkerboard artifacts, Distill.
    """
    check_series(shape, "conv1d")
    return Conv1dGenerator(shape, latent, width, kernel, norm)


@discriminators.add(name="conv1d", check=odd, kinds=("series",))
def conv1d_discriminator(
    shape: tuple[int, ...],
    *,
    width: Width = 32,
    kernel: Kernel = 9,
    norm: Norm = "none",
    dropout: Dropout = 0.0,
) -> nn.Module:
    """One-dimensional convolutional discriminator: halves the number of times, layer by layer.

    Args:
        shape: (time, channels) of a series; 8 to 65,536 times.
        width: channels at half the length; doubled at each shorter one up to 8 times.
        kernel: times that a convolution sees, odd.
        norm: none, batch, layer or instance, in all layers but the first.
        dropout: share of the hidden values set to 0 while training; 0.2 to 0.5 slow D down.

    Raises:
        ValueError: the shape does not fit, or an option is out of range.

    Reference: Donahue et al. 2018, arXiv:1802.04208.
    """
    check_series(shape, "conv1d")
    return Conv1dDiscriminator(shape, width, kernel, norm, dropout)
