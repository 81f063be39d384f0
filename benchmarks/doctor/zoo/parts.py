"""Generators with a defect built in, so that the failure is certain."""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gansmith.data import open_data, to_unit
from gansmith.records import Critique
from gansmith.registry import discriminators, generators

LATENT = 32  # numbers of the latent before the class code
MARKED = 0.15  # of a pixel's range: the amplitude of a pattern that is built in


class Defective(nn.Module):
    """A generator with one defect added to it.

    Args:
        net: the generator.
        defect: narrow (only the signs of two latent numbers count: four samples), words (of four:
            sixteen), alike (noise has hardly any effect, a class code has), folded (the left half
            of the plane, or the darker half of an image's brightness, is never reached), tilted
            (the same of the sum of a vector's numbers), cornered (vectors whose first two numbers
            are both negative are never made), deaf (numbers beyond ``heard``, such as a class
            code, have no effect), faint (they have hardly any), misheard (they are another
            sample's), checkered (every second pixel brighter, which no weight can undo), striped
            (every second row brighter), or coarse (an image of four pixels a side, enlarged).
        heard: numbers of the latent before the class code.
    """

    couples_batch = True

    def __init__(self, net: nn.Module, defect: str, heard: int) -> None:
        super().__init__()
        self.net, self.defect, self.heard = net, defect, heard

    def forward(self, latent: Tensor) -> Tensor:
        """Return samples, with the defect."""
        samples: Tensor = self.net(self._latent(latent))
        finish = FINISHES.get(self.defect)
        return finish(samples, latent) if finish else samples

    def _latent(self, latent: Tensor) -> Tensor:
        noise, code = latent[:, : self.heard], latent[:, self.heard :]
        if self.defect in ("narrow", "words"):
            words = 2 if self.defect == "narrow" else 4
            noise = torch.cat([noise[:, :words].sign(), 1e-3 * noise[:, words:]], 1)
        if self.defect == "alike":
            noise = 1e-3 * noise
        if self.defect in CODES:
            code = CODES[self.defect](code)
        return torch.cat([noise, code], 1)


class Reciting(nn.Module):
    """A generator that returns training samples mixed with a tenth of what it has learned.

    Args:
        net: the generator.
        samples: the training samples [N, ...] in [-1, 1].
    """

    couples_batch = True

    def __init__(self, net: nn.Module, samples: Tensor) -> None:
        super().__init__()
        self.net = net
        self.register_buffer("samples", samples)

    def forward(self, latent: Tensor) -> Tensor:
        """Return the samples whose numbers the signs of the latent spell."""
        bits = (latent[:, :16] > 0).long()
        number = (bits * 2 ** torch.arange(bits.shape[1], device=latent.device)).sum(1)
        learned: Tensor = self.net(latent)
        shown: Tensor = self.get_buffer("samples")[number % len(self.get_buffer("samples"))]
        return 0.9 * shown + 0.1 * learned


class Linear(nn.Module):
    """A generator of one layer: a plane of samples, whatever the data.

    Args:
        shape: of a sample.
        latent: numbers of the latent.
        offset: where every number of a sample starts.
    """

    def __init__(self, shape: tuple[int, ...], latent: int, offset: float) -> None:
        super().__init__()
        self.shape = shape
        self.layer = nn.Linear(latent, math.prod(shape))
        nn.init.constant_(self.layer.bias, offset)

    def forward(self, latent: Tensor) -> Tensor:
        """Return samples on a plane; images go through tanh."""
        samples: Tensor = self.layer(latent).unflatten(1, self.shape)
        return samples.tanh() if len(self.shape) == 3 else samples


class LinearCritic(nn.Module):
    """A discriminator of one layer, which starts at zero: half of the bilinear game."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.layer = nn.Linear(math.prod(shape), 1)
        nn.init.zeros_(self.layer.weight)

    def forward(self, samples: Tensor) -> Critique:
        """Return one score a sample, from the mean of its numbers' products with the weights."""
        flat = samples.flatten(1)
        return Critique(self.layer(flat).squeeze(1))


class BlindCritic(nn.Module):
    """A discriminator that sees an image's mean brightness alone, or a vector's first number."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(1, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, samples: Tensor) -> Critique:
        """Return one score a sample, from the one number that is seen of it."""
        seen = samples.flatten(1)
        seen = seen.mean(1, keepdim=True) if samples.ndim == 4 else seen[:, :1]
        return Critique(self.layers(seen).squeeze(1))


class Shortsighted(nn.Module):
    """A discriminator that sees means over blocks of an image, and no pattern inside them.

    Args:
        net: the discriminator.
        block: side of a block in pixels.
    """

    def __init__(self, net: nn.Module, block: int) -> None:
        super().__init__()
        self.net, self.block = net, block

    def forward(self, samples: Tensor) -> Critique:
        """Return the critique of images without their fine detail."""
        small = F.avg_pool2d(samples, self.block)
        seen: Critique = self.net(F.interpolate(small, samples.shape[2:], mode="nearest"))
        return seen


def linear(shape: tuple[int, ...], latent: int, *, offset: float = 0.0) -> nn.Module:
    """A generator without a hidden layer."""
    return Linear(shape, latent, offset)


def linear_critic(shape: tuple[int, ...]) -> nn.Module:
    """A discriminator without a hidden layer."""
    return LinearCritic(shape)


def blind_critic(shape: tuple[int, ...]) -> nn.Module:
    """A discriminator that sees one number of a sample."""
    return BlindCritic(shape)


def shortsighted(
    shape: tuple[int, ...],
    *,
    base: str,
    block: int = 2,
    width: int | None = None,
    widths: tuple[int, ...] | None = None,
    activation: str | None = None,
    batch_norm: bool | None = None,
    halvings: int | None = None,
    norm: bool | None = None,
    minibatch_stddev: bool | None = None,
) -> nn.Module:
    """A discriminator of the package that does not see fine detail."""
    options = {
        "width": width,
        "widths": widths,
        "activation": activation,
        "batch_norm": batch_norm,
        "halvings": halvings,
        "norm": norm,
        "minibatch_stddev": minibatch_stddev,
    }
    given = {name: value for name, value in options.items() if value is not None}
    net: nn.Module = discriminators.build(base, given, shape=shape)
    return Shortsighted(net, block)


def defective(
    shape: tuple[int, ...],
    latent: int,
    *,
    base: str,
    defect: str,
    heard: int = LATENT,
    width: int | None = None,
    widths: tuple[int, ...] | None = None,
    activation: str | None = None,
    batch_norm: bool | None = None,
) -> nn.Module:
    """A generator of the package with a defect."""
    options = {"width": width, "widths": widths, "activation": activation, "batch_norm": batch_norm}
    return Defective(_base(shape, latent, base, **options), defect, heard)


def reciting(
    shape: tuple[int, ...],
    latent: int,
    *,
    base: str,
    source: str,
    held_out: float,
    seed: int,
    width: int | None = None,
    widths: tuple[int, ...] | None = None,
    activation: str | None = None,
) -> nn.Module:
    """A generator of the package that returns training samples of ``source``."""
    data = open_data(source, size=shape[-1], held_out=held_out, seed=seed)
    samples = to_unit(data.train.take(np.arange(len(data.train))))
    return Reciting(
        _base(shape, latent, base, width=width, widths=widths, activation=activation), samples
    )


def _base(shape: tuple[int, ...], latent: int, base: str, **options: Any) -> nn.Module:
    given = {name: value for name, value in options.items() if value is not None}
    net: nn.Module = generators.build(base, given, shape=shape, latent=latent)
    return net


def _board(samples: Tensor, latent: Tensor) -> Tensor:
    """A checkerboard whose sign depends on the latent so finely that no network learns it."""
    rows, columns = (torch.arange(n, device=samples.device) for n in samples.shape[2:])
    board = 2.0 * ((rows[:, None] + columns) % 2) - 1
    turned = torch.sin(1e4 * latent[:, 0]).sign().to(samples.dtype)
    return MARKED * turned[:, None, None, None] * board


def _stripes(samples: Tensor, latent: Tensor) -> Tensor:
    """Stripes whose sign depends on the latent in the same manner."""
    rows = 2.0 * (torch.arange(samples.shape[2], device=samples.device) % 2) - 1
    turned = torch.sin(1e4 * latent[:, 1]).sign().to(samples.dtype)
    return (1 - MARKED) * samples + MARKED * turned[:, None, None, None] * rows[:, None]


def _coarse(samples: Tensor, latent: Tensor) -> Tensor:
    small = F.adaptive_avg_pool2d(samples, 4)
    return F.interpolate(small, samples.shape[2:], mode="bilinear")


def _folded(samples: Tensor, latent: Tensor) -> Tensor:
    return torch.cat([samples[:, :1].abs(), samples[:, 1:]], 1)


def _tilted(samples: Tensor, latent: Tensor) -> Tensor:
    """Vectors on the other side of the plane on which the numbers' sum is 0 are mirrored by it."""
    return samples + 2 * F.relu(-samples.mean(1, keepdim=True))


def _cornered(samples: Tensor, latent: Tensor) -> Tensor:
    """Vectors whose first two numbers are both negative are mirrored at the origin in these two."""
    inside = (samples[:, :2] < 0).all(1, keepdim=True)
    return torch.cat([torch.where(inside, -samples[:, :2], samples[:, :2]), samples[:, 2:]], 1)


CODES = {
    "deaf": lambda code: 0 * code,
    "faint": lambda code: 1e-3 * code,
    "misheard": lambda code: code.roll(1, 0),
}
FINISHES = {
    "folded": _folded,
    "tilted": _tilted,
    "cornered": _cornered,
    "checkered": lambda samples, latent: (1 - MARKED) * samples + _board(samples, latent),
    "striped": _stripes,
    "coarse": _coarse,
}
