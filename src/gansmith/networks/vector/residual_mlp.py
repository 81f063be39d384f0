"""Residual multi-layer perceptrons, for tables and vectors."""

import math
from typing import Annotated

import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.networks.layers.dropout import drop
from gansmith.networks.options import Dropout, Width
from gansmith.ranges import Range
from gansmith.records import Critique
from gansmith.registry import discriminators, generators

Blocks = Annotated[int, Range(low=1, high=64)]


class Residual(nn.Module):
    """x + linear(activation(linear(x))), the last layer small at first.

    Args:
        width: of x.
        batch_norm: normalise over the batch before the activation.
        slope: of the activation below 0.
    """

    def __init__(self, width: int, batch_norm: bool, slope: float) -> None:
        super().__init__()
        self.enter, self.leave = nn.Linear(width, width), nn.Linear(width, width)
        self.norm: nn.Module = nn.BatchNorm1d(width) if batch_norm else nn.Identity()
        self.slope = slope
        with_small = 0.1 / math.sqrt(width)
        nn.init.uniform_(self.leave.weight, -with_small, with_small)
        nn.init.zeros_(self.leave.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Map [batch, width] to [batch, width]."""
        inner = F.leaky_relu(self.norm(self.enter(F.leaky_relu(x, self.slope))), self.slope)
        added: Tensor = self.leave(inner)
        return x + added


class ResidualMlpGenerator(nn.Module):
    """Latent -> residual blocks -> numbers of a sample."""

    channels_last = False

    def __init__(
        self, shape: tuple[int, ...], latent: int, width: int, blocks: int, batch_norm: bool
    ) -> None:
        super().__init__()
        self.shape, self.couples_batch = shape, batch_norm
        self.enter = nn.Linear(latent, width)
        self.blocks = nn.ModuleList(Residual(width, batch_norm, 0.0) for _ in range(blocks))
        self.leave = nn.Linear(width, math.prod(shape))

    def forward(self, latent: Tensor) -> Tensor:
        """Map latents [batch, latent] to samples [batch, *shape]."""
        x = self.enter(latent)
        for block in self.blocks:
            x = block(x)
        made: Tensor = self.leave(x)  # without an activation: a linear map is within reach
        return made.view(-1, *self.shape)


class ResidualMlpDiscriminator(nn.Module):
    """Flattened samples -> residual blocks -> one score."""

    channels_last = False
    couples_batch = False

    def __init__(self, shape: tuple[int, ...], width: int, blocks: int, dropout: float) -> None:
        super().__init__()
        self.feature_width, self.dropout = width, dropout
        self.enter = nn.Linear(math.prod(shape), width)
        self.blocks = nn.ModuleList(Residual(width, False, 0.2) for _ in range(blocks))
        self.score = nn.Linear(width, 1)

    def forward(self, samples: Tensor) -> Critique:
        """Judge samples [batch, *shape]: scores [batch], features of the last block."""
        x = self.enter(samples.flatten(1))
        for block in self.blocks:
            x = block(x)
        x = drop(F.leaky_relu(x, 0.2), self.dropout, self.training)
        return Critique(self.score(x).squeeze(1), x)


@generators.add(name="residual_mlp", kinds=("table", "vector"))
def residual_mlp_generator(
    shape: tuple[int, ...],
    latent: int,
    *,
    width: Width = 256,
    blocks: Blocks = 2,
    batch_norm: bool = False,
) -> nn.Module:
    """Residual multi-layer perceptron from latents to rows of a table, or to points.

    Args:
        shape: of one sample: (values,).
        latent: length of the latent vector.
        width: units of each layer.
        blocks: residual blocks of two layers each.
        batch_norm: normalise each block over the batch.

    Reference: He et al. 2016, arXiv:1603.05027; for tables Gorishniy et al. 2021, arXiv:2106.11959.
    """
    return ResidualMlpGenerator(shape, latent, width, blocks, batch_norm)


@discriminators.add(name="residual_mlp", kinds=("table", "vector"))
def residual_mlp_discriminator(
    shape: tuple[int, ...],
    *,
    width: Width = 256,
    blocks: Blocks = 2,
    dropout: Dropout = 0.0,
) -> nn.Module:
    """Residual multi-layer perceptron from rows of a table, or points, to one score.

    Args:
        shape: of one sample: (values,).
        width: units of each layer.
        blocks: residual blocks of two layers each.
        dropout: share of the last hidden values set to 0 while training.

    Reference: He et al. 2016, arXiv:1603.05027; for tables Gorishniy et al. 2021, arXiv:2106.11959.
    """
    return ResidualMlpDiscriminator(shape, width, blocks, dropout)
