"""GAN training as a good tutorial writes it: plain nets, a plain loop, torch's own layers.

The side that benchmarks/speed.py compares gansmith's training step with.
"""

from collections.abc import Callable, Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

LATENT, BATCH = 128, 64


class DcganGenerator(nn.Module):
    def __init__(self, width: int = 64):
        super().__init__()
        self.main = nn.Sequential(
            nn.ConvTranspose2d(LATENT, width * 8, 4, 1, 0, bias=False),
            nn.BatchNorm2d(width * 8),
            nn.ReLU(True),
            nn.ConvTranspose2d(width * 8, width * 4, 4, 2, 1, bias=False),
            nn.BatchNorm2d(width * 4),
            nn.ReLU(True),
            nn.ConvTranspose2d(width * 4, width * 2, 4, 2, 1, bias=False),
            nn.BatchNorm2d(width * 2),
            nn.ReLU(True),
            nn.ConvTranspose2d(width * 2, width, 4, 2, 1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(True),
            nn.ConvTranspose2d(width, 3, 4, 2, 1),
            nn.Tanh(),
        )

    def forward(self, latent: Tensor) -> Tensor:
        return self.main(latent[:, :, None, None])


class DcganDiscriminator(nn.Module):
    def __init__(self, width: int = 64):
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(3, width, 4, 2, 1),
            nn.LeakyReLU(0.2, True),
            nn.Conv2d(width, width * 2, 4, 2, 1, bias=False),
            nn.BatchNorm2d(width * 2),
            nn.LeakyReLU(0.2, True),
            nn.Conv2d(width * 2, width * 4, 4, 2, 1, bias=False),
            nn.BatchNorm2d(width * 4),
            nn.LeakyReLU(0.2, True),
            nn.Conv2d(width * 4, width * 8, 4, 2, 1, bias=False),
            nn.BatchNorm2d(width * 8),
            nn.LeakyReLU(0.2, True),
            nn.Conv2d(width * 8, 1, 4, 1, 0),
        )

    def forward(self, images: Tensor) -> Tensor:
        return self.main(images).view(-1)


class UpBlock(nn.Module):
    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.branch = nn.Sequential(
            nn.BatchNorm2d(inputs),
            nn.ReLU(True),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(inputs, outputs, 3, 1, 1),
            nn.BatchNorm2d(outputs),
            nn.ReLU(True),
            nn.Conv2d(outputs, outputs, 3, 1, 1),
        )
        self.skip = nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(inputs, outputs, 1))

    def forward(self, x: Tensor) -> Tensor:
        return self.branch(x) + self.skip(x)


class ResnetGenerator(nn.Module):
    def __init__(self, width: int = 256):
        super().__init__()
        self.width = width
        self.start = nn.Linear(LATENT, 4 * 4 * width)
        self.main = nn.Sequential(
            UpBlock(width, width),
            UpBlock(width, width),
            UpBlock(width, width),
            nn.BatchNorm2d(width),
            nn.ReLU(True),
            nn.Conv2d(width, 3, 3, 1, 1),
            nn.Tanh(),
        )

    def forward(self, latent: Tensor) -> Tensor:
        return self.main(self.start(latent).view(-1, self.width, 4, 4))


class DownBlock(nn.Module):
    def __init__(self, inputs: int, outputs: int, down: bool, first: bool, norm: Callable):
        super().__init__()
        layers: list[nn.Module] = [] if first else [nn.ReLU()]
        layers += [norm(nn.Conv2d(inputs, outputs, 3, 1, 1)), nn.ReLU(True)]
        layers += [norm(nn.Conv2d(outputs, outputs, 3, 1, 1))]
        skip: list[nn.Module] = []
        if down:
            layers.append(nn.AvgPool2d(2))
            skip = [norm(nn.Conv2d(inputs, outputs, 1)), nn.AvgPool2d(2)]
        if first:
            skip = skip[::-1]
        self.branch, self.skip = nn.Sequential(*layers), nn.Sequential(*skip)

    def forward(self, x: Tensor) -> Tensor:
        return self.branch(x) + self.skip(x)


class ResnetDiscriminator(nn.Module):
    def __init__(self, norm: Callable, width: int = 128):
        super().__init__()
        self.main = nn.Sequential(
            DownBlock(3, width, down=True, first=True, norm=norm),
            DownBlock(width, width, down=True, first=False, norm=norm),
            DownBlock(width, width, down=False, first=False, norm=norm),
            DownBlock(width, width, down=False, first=False, norm=norm),
            nn.ReLU(),
        )
        self.score = norm(nn.Linear(width, 1))

    def forward(self, images: Tensor) -> Tensor:
        return self.score(self.main(images).sum(dim=(2, 3))).view(-1)


def batches(images: Tensor) -> Iterator[Tensor]:
    """Shuffled batches for ever."""
    while True:
        for rows in torch.randperm(len(images)).split(BATCH):
            if len(rows) == BATCH:
                yield images[rows] / 127.5 - 1


def adam(net: nn.Module, beta1: float, beta2: float) -> torch.optim.Optimizer:
    return torch.optim.Adam(net.parameters(), lr=2e-4, betas=(beta1, beta2))


class Dcgan:
    """The loop of the DCGAN tutorial.

    Args:
        images: bytes [N, 3, 64, 64].
        fresh: draw new latents for G's turn, as Goodfellow et al. and gansmith do; the tutorial
            uses D's fakes once more, which saves a pass through G.
    """

    def __init__(self, images: Tensor, fresh: bool = False):
        self.generator, self.discriminator = DcganGenerator(), DcganDiscriminator()
        self.real, self.fresh = batches(images), fresh
        self.to_generator = adam(self.generator, 0.5, 0.999)
        self.to_discriminator = adam(self.discriminator, 0.5, 0.999)
        self.ones, self.zeros = torch.ones(BATCH), torch.zeros(BATCH)

    def step(self) -> None:
        loss = F.binary_cross_entropy_with_logits
        self.to_discriminator.zero_grad()
        on_real = loss(self.discriminator(next(self.real)), self.ones)
        on_real.backward()
        fake = self.generator(torch.randn(BATCH, LATENT))
        on_fake = loss(self.discriminator(fake.detach()), self.zeros)
        on_fake.backward()
        self.to_discriminator.step()
        self.to_generator.zero_grad()
        if self.fresh:
            fake = self.generator(torch.randn(BATCH, LATENT))
        of_generator = loss(self.discriminator(fake), self.ones)
        of_generator.backward()
        self.to_generator.step()
        self.losses = (on_real + on_fake).item(), of_generator.item()


class Resnet:
    """SNGAN (hinge, spectral norm) and WGAN-GP on residual nets: five turns of D for one of G."""

    discriminator_turns = 5

    def __init__(self, images: Tensor, penalty: bool):
        norm = (lambda layer: layer) if penalty else spectral_norm
        self.generator, self.discriminator = ResnetGenerator(), ResnetDiscriminator(norm)
        self.real, self.penalty = batches(images), penalty
        self.to_generator = adam(self.generator, 0.0, 0.9)
        self.to_discriminator = adam(self.discriminator, 0.0, 0.9)

    def discriminator_loss(self, real: Tensor, fake: Tensor) -> Tensor:
        on_real, on_fake = self.discriminator(real), self.discriminator(fake)
        if not self.penalty:
            return F.relu(1 - on_real).mean() + F.relu(1 + on_fake).mean()
        share = torch.rand(len(real), 1, 1, 1)
        between = (share * real + (1 - share) * fake).requires_grad_(True)
        scores = self.discriminator(between)
        (slope,) = torch.autograd.grad(
            scores, between, torch.ones_like(scores), create_graph=True, retain_graph=True
        )
        penalty = ((slope.flatten(1).norm(2, dim=1) - 1) ** 2).mean()
        return on_fake.mean() - on_real.mean() + 10 * penalty

    def step(self) -> None:
        for _ in range(self.discriminator_turns):
            self.to_discriminator.zero_grad()
            fake = self.generator(torch.randn(BATCH, LATENT)).detach()
            loss = self.discriminator_loss(next(self.real), fake)
            loss.backward()
            self.to_discriminator.step()
        self.to_generator.zero_grad()
        of_generator = -self.discriminator(self.generator(torch.randn(BATCH, LATENT))).mean()
        of_generator.backward()
        self.to_generator.step()
        self.losses = loss.item(), of_generator.item()
