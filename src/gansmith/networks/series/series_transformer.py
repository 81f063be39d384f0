"""Small transformers for series: every time sees every other."""

from typing import Annotated

import torch
from torch import Tensor, nn

from gansmith.networks.layers.attention import Block, whole_heads
from gansmith.networks.options import Dropout, Width
from gansmith.networks.series.over_time import Inputs, check_times
from gansmith.ranges import Range
from gansmith.records import Critique
from gansmith.registry import discriminators, generators

Layers = Annotated[int, Range(low=1, high=24)]
Heads = Annotated[int, Range(low=1, high=32)]


class SeriesTransformer(nn.Module):
    """Blocks of attention between all times, each of which is told apart by a learned vector."""

    def __init__(self, time: int, width: int, layers: int, heads: int) -> None:
        super().__init__()
        self.position = nn.Parameter(torch.randn(time, width))
        self.blocks = nn.ModuleList(Block(width, heads, causal=False) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def forward(self, x: Tensor, dropout: float = 0.0) -> Tensor:
        """Map [batch, time, width] to the same."""
        x = x + self.position
        for block in self.blocks:
            x = block(x, dropout)
        found: Tensor = self.norm(x)
        return found


class SeriesTransformerGenerator(nn.Module):
    """Latent -> inputs at each time -> blocks of attention -> the values at each time."""

    couples_batch = False
    channels_last = False

    def __init__(
        self, shape: tuple[int, ...], latent: int, width: int, layers: int, heads: int
    ) -> None:
        super().__init__()
        self.inputs = Inputs(latent, shape[0], width)
        self.body = SeriesTransformer(shape[0], width, layers, heads)
        self.values = nn.Linear(width, shape[1])
        nn.init.normal_(self.values.weight, 0.0, width**-0.5)

    def forward(self, latent: Tensor) -> Tensor:
        """Map latents [batch, latent] to series [batch, time, channels], any real numbers."""
        series: Tensor = self.values(self.body(self.inputs(latent)))
        return series


class SeriesTransformerDiscriminator(nn.Module):
    """Series -> blocks of attention -> the mean over time -> one score."""

    couples_batch = False
    channels_last = False

    def __init__(
        self, shape: tuple[int, ...], width: int, layers: int, heads: int, dropout: float
    ) -> None:
        super().__init__()
        self.dropout, self.feature_width = dropout, width
        self.start = nn.Linear(shape[1], width)
        self.body = SeriesTransformer(shape[0], width, layers, heads)
        self.score = nn.Linear(width, 1)

    def forward(self, samples: Tensor) -> Critique:
        """Judge series [batch, time, channels]: scores [batch], the mean over time before them."""
        share = self.dropout if self.training else 0.0
        features = self.body(self.start(samples), share).mean(1)
        return Critique(self.score(features).squeeze(1), features)


@generators.add(name="series_transformer", check=whole_heads, kinds=("series",))
def series_transformer_generator(
    shape: tuple[int, ...],
    latent: int,
    *,
    width: Width = 64,
    layers: Layers = 2,
    heads: Heads = 4,
) -> nn.Module:
    """Small transformer that makes series, all times at once.

    Attention costs the square of the number of times.

    Args:
        shape: (time, channels) of a series; 2 to 4,096 times.
        latent: length of the latent vector.
        width: numbers at each time in the hidden layers; a multiple of ``heads``.
        layers: blocks.
        heads: of attention.

    Raises:
        ValueError: the shape does not fit, or the heads do not divide the width.

    Reference: Vaswani et al. 2017, arXiv:1706.03762; Li et al. 2022, arXiv:2202.02691.
    """
    check_times(shape, "series_transformer")
    return SeriesTransformerGenerator(shape, latent, width, layers, heads)


@discriminators.add(name="series_transformer", check=whole_heads, kinds=("series",))
def series_transformer_discriminator(
    shape: tuple[int, ...],
    *,
    width: Width = 64,
    layers: Layers = 2,
    heads: Heads = 4,
    dropout: Dropout = 0.0,
) -> nn.Module:
    """Small transformer that judges series.

    Args:
        shape: (time, channels) of a series; 2 to 4,096 times.
        width: numbers at each time in the hidden layers; a multiple of ``heads``.
        layers: blocks.
        heads: of attention.
        dropout: share of the hidden values set to 0 while training.

    Raises:
        ValueError: the shape does not fit, or the heads do not divide the width.

    Reference: Vaswani et al. 2017, arXiv:1706.03762; Li et al. 2022, arXiv:2202.02691.
    """
    check_times(shape, "series_transformer")
    return SeriesTransformerDiscriminator(shape, width, layers, heads, dropout)
