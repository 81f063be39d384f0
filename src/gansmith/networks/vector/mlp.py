"""Multi-layer perceptrons, for vectors and small images."""

import math
from collections.abc import Sequence
from typing import Annotated, Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.kinds.kind import kind_of_shape
from gansmith.networks.layers.dropout import drop
from gansmith.networks.layers.minibatch_stddev import MinibatchStddev
from gansmith.networks.layers.norm import chosen, norm_of_vectors
from gansmith.networks.options import Dropout, VectorNorm
from gansmith.ranges import Range
from gansmith.records import Critique
from gansmith.registry import discriminators, generators

Activation = Literal["relu", "leaky_relu", "tanh", "maxout"]


class Maxout(nn.Module):
    """The largest of several linear maps, unit by unit (Goodfellow et al., arXiv:1302.4389)."""

    def __init__(self, inputs: int, outputs: int, pieces: int = 5) -> None:
        super().__init__()
        self.outputs = outputs
        self.linear = nn.Linear(inputs, outputs * pieces)

    def forward(self, x: Tensor) -> Tensor:
        """Map [batch, inputs] to [batch, outputs]."""
        pieces: Tensor = self.linear(x)
        return pieces.view(len(x), self.outputs, -1).amax(2)


class Hidden(nn.Module):
    """One hidden layer: linear, norm where requested, activation, dropout where requested."""

    def __init__(
        self, inputs: int, outputs: int, activation: str, norm: str, dropout: float = 0.0
    ) -> None:
        super().__init__()
        maxout = activation == "maxout"
        self.linear: nn.Module = Maxout(inputs, outputs) if maxout else nn.Linear(inputs, outputs)
        self.norm = norm_of_vectors(norm, outputs)
        self.activation, self.dropout = activation, dropout

    def forward(self, x: Tensor) -> Tensor:
        """Map [batch, inputs] to [batch, outputs]."""
        x = self._activate(self.norm(self.linear(x)))
        return drop(x, self.dropout, self.training)

    def _activate(self, x: Tensor) -> Tensor:
        if self.activation == "relu":
            return F.relu(x)
        if self.activation == "leaky_relu":
            return F.leaky_relu(x, 0.2)
        return torch.tanh(x) if self.activation == "tanh" else x


def _hidden(
    inputs: int, widths: Sequence[int], activation: str, norm: str, dropout: float = 0.0
) -> nn.ModuleList:
    return nn.ModuleList(
        Hidden(before, after, activation, norm, dropout)
        for before, after in zip([inputs, *widths[:-1]], widths, strict=True)
    )


class MlpGenerator(nn.Module):
    """Latent -> hidden layers -> samples: tanh for images, linear for vectors."""

    channels_last = False

    def __init__(
        self,
        shape: tuple[int, ...],
        latent: int,
        widths: Sequence[int],
        activation: str,
        norm: str,
    ) -> None:
        super().__init__()
        self.shape, self.bounded = shape, kind_of_shape(shape).bounds is not None
        self.couples_batch = norm == "batch"
        self.layers = _hidden(latent, widths, activation, norm)
        self.leave = nn.Linear(widths[-1], math.prod(shape))

    def forward(self, latent: Tensor) -> Tensor:
        """Map latents [batch, latent] to samples [batch, *shape]."""
        x = latent
        for layer in self.layers:
            x = layer(x)
        x = self.leave(x).unflatten(1, self.shape)
        return torch.tanh(x) if self.bounded else x


class MlpDiscriminator(nn.Module):
    """Flattened samples -> hidden layers -> one score."""

    channels_last = False

    def __init__(
        self,
        shape: tuple[int, ...],
        widths: Sequence[int],
        activation: str,
        norm: str,
        dropout: float,
        minibatch_stddev: bool,
    ) -> None:
        super().__init__()
        self.couples_batch = norm == "batch" or minibatch_stddev
        self.feature_width = widths[-1]
        self.layers = _hidden(math.prod(shape), widths, activation, norm, dropout)
        self.variety = MinibatchStddev() if minibatch_stddev else nn.Identity()
        self.score = nn.Linear(widths[-1] + minibatch_stddev, 1)

    def forward(self, samples: Tensor) -> Critique:
        """Judge samples [batch, *shape]: scores [batch], features of the last hidden layer."""
        x = samples.flatten(1)
        for layer in self.layers:
            x = layer(x)
        return Critique(self.score(self.variety(x)).squeeze(1), x)


Widths = Annotated[tuple[int, ...], Range(low=1, log=True)]


def some_layer(widths: tuple[int, ...]) -> None:
    """Refuse an empty list of widths."""
    if not widths:
        raise ValueError("widths must name at least one hidden layer, for example [128, 128]")


@generators.add(name="mlp", check=some_layer)
def mlp_generator(
    shape: tuple[int, ...],
    latent: int,
    *,
    widths: Widths = (256, 256, 256),
    activation: Activation = "relu",
    batch_norm: bool = False,
    norm: VectorNorm | None = None,
) -> nn.Module:
    """Multi-layer perceptron from latents to samples of any shape: toys, tables, small images.

    The output is linear for vectors and tanh for images.

    Args:
        shape: of one sample: (features,) or (channels, height, width).
        latent: length of the latent vector.
        widths: units of each hidden layer.
        activation: relu, leaky_relu (slope 0.2), tanh, or maxout (5 pieces).
        batch_norm: normalise each hidden layer over the batch.
        norm: none, batch, or layer (each sample by itself); absent: what batch_norm says.

    Raises:
        ValueError: there is no hidden layer, or one has no unit.

    Reference: Goodfellow et al. 2014, arXiv:1406.2661.
    """
    return MlpGenerator(shape, latent, widths, activation, chosen(norm, batch_norm))


@discriminators.add(name="mlp", check=some_layer)
def mlp_discriminator(
    shape: tuple[int, ...],
    *,
    widths: Widths = (256, 256, 256),
    activation: Activation = "leaky_relu",
    batch_norm: bool = False,
    norm: VectorNorm | None = None,
    dropout: Dropout = 0.0,
    minibatch_stddev: bool = False,
) -> nn.Module:
    """Multi-layer perceptron from samples of any shape to one score.

    Args:
        shape: of one sample: (features,) or (channels, height, width).
        widths: units of each hidden layer.
        activation: relu, leaky_relu (slope 0.2), tanh, or maxout (5 pieces).
        batch_norm: normalise each hidden layer over the batch; couples the samples of a batch.
        norm: none, batch, or layer (each sample by itself); absent: what batch_norm says.
        dropout: share of the hidden values set to 0 while training; 0.2 to 0.5 slow D down.
        minibatch_stddev: show the score layer how varied groups of 4 samples are.

    Raises:
        ValueError: there is no hidden layer, or one has no unit.

    Reference: Goodfellow et al. 2014, arXiv:1406.2661.
    """
    return MlpDiscriminator(
        shape, widths, activation, chosen(norm, batch_norm), dropout, minibatch_stddev
    )
