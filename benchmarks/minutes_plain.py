"""GAN training loops as tutorials write them, for images of any side: convolutions, torch alone.

The side that benchmarks/minutes.py compares `gansmith train` with: DCGAN, WGAN-GP and SNGAN's hinge
loss with spectral norm, all on DCGAN's strided convolutions, batch 64, rates as in the papers.
"""

import itertools
import time
from collections.abc import Callable, Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

LATENT, BATCH, WIDTH, BASE = 128, 64, 64, 4
Norm = Callable[[int], nn.Module]


def widths(side: int) -> list[int]:
    """Return the channels from the 4 x 4 grid to half the image's side: ..., 256, 128, 64."""
    halvings = (side // BASE).bit_length() - 1
    return [WIDTH * 2**level for level in range(halvings)][::-1]


def generator(side: int, channels: int) -> nn.Module:
    """Latent [batch, 128, 1, 1] -> image: transposed convolutions, batch norm, tanh."""
    sizes = widths(side)
    layers: list[nn.Module] = [nn.ConvTranspose2d(LATENT, sizes[0], BASE, 1, 0, bias=False)]
    for inputs, outputs in itertools.pairwise(sizes):
        layers += [nn.BatchNorm2d(inputs), nn.ReLU(True)]
        layers.append(nn.ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=False))
    layers += [nn.BatchNorm2d(sizes[-1]), nn.ReLU(True)]
    return nn.Sequential(*layers, nn.ConvTranspose2d(sizes[-1], channels, 4, 2, 1), nn.Tanh())


def discriminator(side: int, channels: int, norm: Norm | None, spectral: bool) -> nn.Module:
    """Image -> score [batch, 1, 1, 1]: strided convolutions, with a norm or spectral norm."""
    held = spectral_norm if spectral else (lambda layer: layer)
    sizes = widths(side)[::-1]
    layers: list[nn.Module] = [held(nn.Conv2d(channels, sizes[0], 4, 2, 1)), nn.LeakyReLU(0.2)]
    for inputs, outputs in itertools.pairwise(sizes):
        layers.append(held(nn.Conv2d(inputs, outputs, 4, 2, 1, bias=norm is None)))
        layers += [norm(outputs)] if norm else []
        layers.append(nn.LeakyReLU(0.2))
    return nn.Sequential(*layers, held(nn.Conv2d(sizes[-1], 1, BASE, 1, 0)))


def draw(net: nn.Module) -> nn.Module:
    """Draw the weights as the DCGAN paper does."""
    for layer in net.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(layer.weight, 0.0, 0.02)
        elif isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.weight, 1.0, 0.02)
    return net


class Loop:
    """A generator against a discriminator.

    Args:
        images: bytes [N, channels, side, side].
    """

    turns, rates, betas = 1, (2e-4, 2e-4), (0.5, 0.999)

    def __init__(self, images: Tensor) -> None:
        channels, side = images.shape[1:3]
        self.generator = draw(generator(side, channels))
        self.discriminator = self.judge(side, channels)
        self.real = batches(images)
        nets = (self.generator, self.discriminator)
        self.optimizers = [
            torch.optim.Adam(net.parameters(), lr=rate, betas=self.betas)
            for net, rate in zip(nets, self.rates, strict=True)
        ]

    def step(self) -> None:
        """Let D learn from each of its batches, then G once."""
        to_generator, to_discriminator = self.optimizers
        for _ in range(self.turns):
            to_discriminator.zero_grad()
            real, fake = next(self.real), self.fakes().detach()
            self.discriminator_loss(real, fake).backward()
            to_discriminator.step()
        to_generator.zero_grad()
        self.generator_loss(self.scores(self.fakes())).backward()
        to_generator.step()

    def fakes(self, count: int = BATCH) -> Tensor:
        """Make images from fresh latents."""
        return self.generator(torch.randn(count, LATENT, 1, 1))

    def scores(self, images: Tensor) -> Tensor:
        """Judge images."""
        return self.discriminator(images).view(-1)

    def judge(self, side: int, channels: int) -> nn.Module:
        """Make the discriminator."""
        raise NotImplementedError

    def discriminator_loss(self, real: Tensor, fake: Tensor) -> Tensor:
        """Return what D minimises."""
        raise NotImplementedError

    def generator_loss(self, scores: Tensor) -> Tensor:
        """Return what G minimises, of the scores of its images."""
        raise NotImplementedError


class Dcgan(Loop):
    """The loop of the DCGAN tutorial."""

    def judge(self, side: int, channels: int) -> nn.Module:
        return draw(discriminator(side, channels, nn.BatchNorm2d, spectral=False))

    def discriminator_loss(self, real: Tensor, fake: Tensor) -> Tensor:
        return F.softplus(-self.scores(real)).mean() + F.softplus(self.scores(fake)).mean()

    def generator_loss(self, scores: Tensor) -> Tensor:
        return F.softplus(-scores).mean()


class WganGp(Loop):
    """WGAN-GP: five turns of D for one of G, penalty 10, no norm in D."""

    turns, rates, betas = 5, (1e-4, 1e-4), (0.0, 0.9)

    def judge(self, side: int, channels: int) -> nn.Module:
        return discriminator(side, channels, None, spectral=False)

    def discriminator_loss(self, real: Tensor, fake: Tensor) -> Tensor:
        share = torch.rand(len(real), 1, 1, 1)
        between = (share * real + (1 - share) * fake).requires_grad_(True)
        (slope,) = torch.autograd.grad(self.scores(between).sum(), between, create_graph=True)
        penalty = ((slope.flatten(1).norm(2, dim=1) - 1) ** 2).mean()
        return self.scores(fake).mean() - self.scores(real).mean() + 10 * penalty

    def generator_loss(self, scores: Tensor) -> Tensor:
        return -scores.mean()


class SnHinge(Loop):
    """The hinge loss with spectral norm, one turn of D for one of G at four times its rate."""

    rates, betas = (1e-4, 4e-4), (0.0, 0.9)

    def judge(self, side: int, channels: int) -> nn.Module:
        return discriminator(side, channels, None, spectral=True)

    def discriminator_loss(self, real: Tensor, fake: Tensor) -> Tensor:
        return F.relu(1 - self.scores(real)).mean() + F.relu(1 + self.scores(fake)).mean()

    def generator_loss(self, scores: Tensor) -> Tensor:
        return -scores.mean()


LOOPS: dict[str, type[Loop]] = {
    "plain DCGAN": Dcgan,
    "plain WGAN-GP": WganGp,
    "plain SN hinge": SnHinge,
}


def batches(images: Tensor) -> Iterator[Tensor]:
    """Shuffled batches in [-1, 1] for ever."""
    while True:
        for rows in torch.randperm(len(images)).split(min(BATCH, len(images))):
            if len(rows) == min(BATCH, len(images)):
                yield images[rows] / 127.5 - 1


def trained(name: str, images: Tensor, seconds: float, seed: int) -> tuple[Loop, int]:
    """Return a loop trained for so many CPU seconds, and its steps."""
    torch.manual_seed(seed)
    loop, steps, until = LOOPS[name](images), 0, time.process_time() + seconds
    while time.process_time() < until:
        loop.step()
        steps += 1
    return loop, steps


@torch.no_grad()
def samples(loop: Loop, count: int) -> Tensor:
    """Return images in [-1, 1] as such scripts make them: the net as it is, in training mode."""
    return torch.cat([loop.fakes() for _ in range(-(-count // BATCH))])[:count]
