"""WaveGAN: a one-dimensional DCGAN of long kernels and strides of 4, without normalisation."""

import itertools
import math
from typing import Annotated

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.kinds.kind import require_kind
from gansmith.networks.layers.dropout import drop
from gansmith.networks.layers.phase_shuffle import phase_shuffle
from gansmith.networks.options import Dropout, Width
from gansmith.ranges import Range
from gansmith.records import Critique
from gansmith.registry import discriminators, generators

STRIDE, KERNEL = 4, 25
SHORTEST, LONGEST = 256, 262_144  # values of a clip
_SLOPE = 0.2
_GAIN = math.sqrt(2 / (1 + _SLOPE**2))


def lengths(time: int) -> list[int]:
    """Return the numbers of values from the base (5 to 16) up to the whole clip, times 4 each."""
    found = [time]
    while found[0] > 16:
        found.insert(0, -(-found[0] // STRIDE))
    return found


def _widths(width: int, levels: int) -> list[int]:
    """Return the channels at each length below the whole, the longest first: w, 2w, 4w ... 16w."""
    return [width * min(16, 2**level) for level in range(levels)]


def _scale(layer: nn.Module, inputs: float, gain: float = _GAIN) -> None:
    """Draw a weight that keeps the variance of sums of ``inputs`` numbers (He et al. 2015)."""
    nn.init.normal_(layer.weight, 0.0, gain / math.sqrt(inputs))  # type: ignore[arg-type]
    nn.init.zeros_(layer.bias)  # type: ignore[arg-type]


class WaveGenerator(nn.Module):
    """Latent -> a few values -> four times as many again and again -> tanh wave."""

    couples_batch = False
    channels_last = False

    def __init__(self, shape: tuple[int, ...], latent: int, width: int) -> None:
        super().__init__()
        self.lengths = lengths(shape[1])
        widths = [*_widths(width, len(self.lengths) - 1)[::-1], shape[0]]
        self.start = nn.Linear(latent, widths[0] * self.lengths[0])
        _scale(self.start, latent)
        pairs = list(itertools.pairwise(widths))
        ups = (nn.ConvTranspose1d(i, o, KERNEL, STRIDE, 11, output_padding=1) for i, o in pairs)
        self.ups = nn.ModuleList(ups)
        for up, (inputs, _) in zip(self.ups, pairs, strict=True):
            gain = 1.0 if up is self.ups[-1] else _GAIN
            _scale(up, inputs * KERNEL / STRIDE, gain)  # a quarter of the kernel meets each value

    def forward(self, latent: Tensor) -> Tensor:
        """Map latents [batch, latent] to clips [batch, 1, time] in [-1, 1]."""
        x = self.start(latent).unflatten(1, (-1, self.lengths[0]))
        for up, length in zip(self.ups, self.lengths[1:], strict=True):
            x = up(F.leaky_relu(x, _SLOPE))[:, :, :length]
        return torch.tanh(x)


class WaveDiscriminator(nn.Module):
    """Wave -> a quarter as long again and again, shuffled in phase -> one score."""

    couples_batch = False
    channels_last = False

    def __init__(
        self, shape: tuple[int, ...], width: int, shuffle: int, dither: float, dropout: float
    ) -> None:
        super().__init__()
        self.sizes, self.shuffle, self.dither = lengths(shape[1]), shuffle, dither
        self.dropout = dropout
        widths = [shape[0], *_widths(width, len(self.sizes) - 1)]
        self.feature_width = widths[-1]
        pairs = list(itertools.pairwise(widths))
        self.downs = nn.ModuleList(nn.Conv1d(i, o, KERNEL, STRIDE) for i, o in pairs)
        for down, (inputs, _) in zip(self.downs, pairs, strict=True):
            _scale(down, inputs * KERNEL)
        self.score = nn.Linear(widths[-1] * self.sizes[0], 1)
        _scale(self.score, self.score.in_features)

    def forward(self, samples: Tensor) -> Critique:
        """Judge clips [batch, 1, time]: scores [batch], and the mean over time before them."""
        x = samples
        if self.training and self.dither:
            x = x + self.dither * torch.randn_like(x)
        for down, length in zip(self.downs, self.sizes[-2::-1], strict=True):
            missing = max(0, (length - 1) * STRIDE + KERNEL - x.shape[2])
            x = down(F.pad(x, (missing // 2, missing - missing // 2)))[:, :, :length]
            x = drop(F.leaky_relu(x, _SLOPE), self.dropout, self.training)
            if self.training and length > self.sizes[0]:
                x = phase_shuffle(x, self.shuffle)
        return Critique(self.score(x.flatten(1)).squeeze(1), x.mean(2))


def check_clips(shape: tuple[int, ...], net: str) -> None:
    """Refuse a shape that the net cannot work on.

    Raises:
        ValueError: no clip of one channel, or of fewer than 256 or more than 262,144 values.
    """
    require_kind(shape, ("audio",), net, "; the net 'mlp' takes any shape")
    if shape[0] > 2 or not SHORTEST <= shape[1] <= LONGEST:
        raise ValueError(
            f"{net} works on clips of one or two channels and {SHORTEST} to {LONGEST:,} values but "
            f"the data have {shape[0]:,} channels of {shape[1]:,}; set data.seconds"
        )


@generators.add(name="wavegan", kinds=("audio",))
def wavegan_generator(shape: tuple[int, ...], latent: int, *, width: Width = 16) -> nn.Module:
    """WaveGAN's generator: transposed convolutions of 25 values and stride 4, no normalisation.

    Args:
        shape: (1, time) of the clips; 256 to 262,144 values.
        latent: length of the latent vector.
        width: channels at a quarter of the length; doubled at each shorter one up to 16 times. The
            paper has 64.

    Raises:
        ValueError: the shape or the width does not fit.

    Reference: Donahue et al. 2018, arXiv:1802.04208; weights after He et al. 2015,
    arXiv:1502.01852.
    """
    check_clips(shape, "wavegan")
    return WaveGenerator(shape, latent, width)


@discriminators.add(name="wavegan", kinds=("audio",))
def wavegan_discriminator(
    shape: tuple[int, ...],
    *,
    width: Width = 16,
    shuffle: Annotated[int, Range(low=0, high=16, why="it is a few places")] = 2,
    dither: Annotated[float, Range(low=0, high=0.1, why="it is noise that is hardly heard")] = 1e-3,
    dropout: Dropout = 0.0,
) -> nn.Module:
    """WaveGAN's discriminator: convolutions of 25 values and stride 4, with phase shuffle.

    Args:
        shape: (1, time) of the clips; 256 to 262,144 values.
        width: channels at a quarter of the length; doubled at each shorter one up to 16 times. The
            paper has 64.
        shuffle: places of the largest phase shift while training; 0: none. Each sample has its own.
        dither: deviation of noise on all that it hears while training, reals and fakes alike, so
            that exact silence after short clips gives nothing away; 0.001 is -60 dB.
        dropout: share of the hidden values set to 0 while training; 0.2 to 0.5 slow D down.

    Raises:
        ValueError: the shape does not fit, or an option is out of range.

    Reference: Donahue et al. 2018, arXiv:1802.04208.
    """
    check_clips(shape, "wavegan")
    return WaveDiscriminator(shape, width, shuffle, dither, dropout)
