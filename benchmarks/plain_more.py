"""Plain loops of translation, styles and nets without norm, as their papers' code has them.

The side that benchmarks/speed.py compares gansmith's training step with, as plain.py.
"""

import itertools
import math
from collections.abc import Iterator

import torch
import torch.nn.functional as F
from plain import LATENT
from torch import Tensor, nn


def norm(channels: int) -> nn.Module:
    return nn.InstanceNorm2d(channels)


class Unet(nn.Module):
    """pix2pix's generator, down to 4 pixels."""

    def __init__(self, inputs: int, outputs: int, size: int, width: int = 64):
        super().__init__()
        levels = int(math.log2(size)) - 2
        widths = [width * min(8, 2**level) for level in range(levels)]
        pairs = itertools.pairwise([inputs, *widths])
        self.downs = nn.ModuleList(
            nn.Conv2d(i, o, 4, 2, 1, bias=not level) for level, (i, o) in enumerate(pairs)
        )
        below = [widths[-1], *(2 * w for w in widths[-2::-1])]
        self.ups = nn.ModuleList(
            nn.ConvTranspose2d(i, o, 4, 2, 1, bias=level == levels - 1)
            for level, (i, o) in enumerate(zip(below, [*widths[-2::-1], outputs], strict=True))
        )
        self.norms = nn.ModuleList(norm(w) for w in widths)

    def forward(self, x: Tensor) -> Tensor:
        passed = []
        for level, down in enumerate(self.downs):
            x = down(F.leaky_relu(x, 0.2) if level else x)
            x = self.norms[level](x) if level else x
            passed.append(x)
        for level, up in enumerate(self.ups):
            x = torch.cat([x, passed[-1 - level]], 1) if level else x
            x = up(F.relu(x))
            x = self.norms[-2 - level](x) if level < len(self.ups) - 1 else x
        return torch.tanh(x)


class Patch(nn.Sequential):
    """The discriminator of pix2pix and CycleGAN."""

    def __init__(self, inputs: int, width: int = 64):
        super().__init__(
            nn.Conv2d(inputs, width, 4, 2, 1),
            nn.LeakyReLU(0.2, True),
            nn.Conv2d(width, width * 2, 4, 2, 1, bias=False),
            norm(width * 2),
            nn.LeakyReLU(0.2, True),
            nn.Conv2d(width * 2, width * 4, 4, 2, 1, bias=False),
            norm(width * 4),
            nn.LeakyReLU(0.2, True),
            nn.Conv2d(width * 4, width * 8, 3, 1, 1, bias=False),
            norm(width * 8),
            nn.LeakyReLU(0.2, True),
            nn.Conv2d(width * 8, 1, 3, 1, 1),
        )


class Residual(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        layers: list[nn.Module] = []
        for _ in range(2):
            layers += [nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3, bias=False), norm(width)]
            layers += [nn.ReLU(True)]
        self.main = nn.Sequential(*layers[:-1])

    def forward(self, x: Tensor) -> Tensor:
        return x + self.main(x)


class Translator(nn.Sequential):
    """CycleGAN's generator; down and up by 4x4 convolutions, as ours."""

    def __init__(self, width: int = 64, blocks: int = 6):
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(3, width, 7, bias=False)]
        layers += [norm(width), nn.ReLU(True)]
        for k in (1, 2):
            layers += [nn.Conv2d(width * k, 2 * width * k, 4, 2, 1, bias=False)]
            layers += [norm(2 * width * k), nn.ReLU(True)]
        layers += [Residual(4 * width) for _ in range(blocks)]
        for k in (2, 1):
            layers += [nn.ConvTranspose2d(2 * width * k, width * k, 4, 2, 1, bias=False)]
            layers += [norm(width * k), nn.ReLU(True)]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(width, 3, 7), nn.Tanh()]
        super().__init__(*layers)


def endless(images: Tensor, batch: int) -> Iterator[Tensor]:
    """Shuffled batches for ever."""
    while True:
        for rows in torch.randperm(len(images)).split(batch):
            if len(rows) == batch:
                yield images[rows] / 127.5 - 1


def adam(*nets: nn.Module, rate: float = 2e-4, betas: tuple[float, float] = (0.5, 0.999)):
    weights = itertools.chain(*(net.parameters() for net in nets))
    return torch.optim.Adam(weights, lr=rate, betas=betas)


def frozen(flag: bool, *nets: nn.Module) -> None:
    for net in nets:
        net.requires_grad_(not flag)


class Pix2pix:
    """The loop of the authors' code: fakes are made once a step, D is frozen in G's turn."""

    def __init__(self, images: Tensor, batch: int):
        self.generator = Unet(1, 3, images.shape[2])
        self.discriminator = Patch(4)
        self.real = endless(images, batch)
        self.to_generator, self.to_discriminator = adam(self.generator), adam(self.discriminator)

    def step(self) -> None:
        loss = F.binary_cross_entropy_with_logits
        real = next(self.real)
        given = real.mean(1, keepdim=True)
        fake = self.generator(given)
        frozen(False, self.discriminator)
        self.to_discriminator.zero_grad()
        on_fake = self.discriminator(torch.cat([fake.detach(), given], 1))
        on_real = self.discriminator(torch.cat([real, given], 1))
        of_discriminator = loss(on_fake, torch.zeros_like(on_fake))
        of_discriminator = of_discriminator + loss(on_real, torch.ones_like(on_real))
        of_discriminator.backward()
        self.to_discriminator.step()
        frozen(True, self.discriminator)
        self.to_generator.zero_grad()
        scores = self.discriminator(torch.cat([fake, given], 1))
        of_generator = loss(scores, torch.ones_like(scores)) + 100 * (fake - real).abs().mean()
        of_generator.backward()
        self.to_generator.step()
        self.losses = of_discriminator.item(), of_generator.item()


class CycleGan:
    """The loop of the authors' code, without identity loss and the pool of former fakes."""

    def __init__(self, images: Tensor, batch: int):
        self.there, self.back = Translator(), Translator()
        self.outputs, self.inputs = Patch(3), Patch(3)
        self.generator = nn.ModuleList([self.there, self.back])
        self.discriminator = nn.ModuleList([self.outputs, self.inputs])
        half = len(images) // 2
        self.real, self.other = endless(images[:half], batch), endless(images[half:], batch)
        self.to_generator, self.to_discriminator = adam(self.generator), adam(self.discriminator)

    def step(self) -> None:
        y, x = next(self.real), next(self.other)
        fake_y, fake_x = self.there(x), self.back(y)
        frozen(True, self.discriminator)
        self.to_generator.zero_grad()
        cycles = (self.back(fake_y) - x).abs().mean() + (self.there(fake_x) - y).abs().mean()
        fooled = (self.outputs(fake_y) - 1).square().mean()
        fooled = fooled + (self.inputs(fake_x) - 1).square().mean()
        of_generator = fooled + 10 * cycles
        of_generator.backward()
        self.to_generator.step()
        frozen(False, self.discriminator)
        self.to_discriminator.zero_grad()
        told = 0.0
        for judge, real, fake in ((self.outputs, y, fake_y), (self.inputs, x, fake_x)):
            wrong = (judge(real) - 1).square().mean() + judge(fake.detach()).square().mean()
            (0.5 * wrong).backward()
            told += wrong.item()
        self.to_discriminator.step()
        self.losses = told, of_generator.item()


# --- StyleGAN2, as it is usually ported -----------------------------------------------------------


class Affine(nn.Linear):
    def __init__(self, inputs: int, outputs: int, rate: float = 1.0, bias: float = 0.0):
        super().__init__(inputs, outputs)
        self.rate = rate
        nn.init.normal_(self.weight, 0.0, 1 / rate)
        nn.init.constant_(self.bias, bias)

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight * self.rate, self.bias * self.rate)


class ModulatedConv(nn.Module):
    """A kernel for each sample, all samples one image of as many groups."""

    def __init__(self, i: int, o: int, style: int, window: int, up: bool, demodulate: bool):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(o, i, window, window) / math.sqrt(i * window**2))
        self.affine = nn.Linear(style, i)
        self.up, self.demodulate = up, demodulate

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        batch = len(x)
        weight = self.weight * self.affine(style)[:, None, :, None, None]
        if self.demodulate:
            weight = weight * (weight.square().sum((2, 3, 4), keepdim=True) + 1e-8).rsqrt()
        image = x.reshape(1, -1, *x.shape[2:])
        if not self.up:
            pad = self.weight.shape[2] // 2
            y = F.conv2d(image, weight.flatten(0, 1), padding=pad, groups=batch)
            return y.view(batch, -1, *y.shape[2:])
        weight = weight.transpose(1, 2).flatten(0, 1)
        y = F.conv_transpose2d(image, weight, stride=2, groups=batch)
        return filtered(y.view(batch, -1, *y.shape[2:]), 1, gain=4)


def filtered(x: Tensor, padding: int, stride: int = 1, gain: float = 1.0) -> Tensor:
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8
    kernel = (gain * torch.outer(taps, taps)).repeat(x.shape[1], 1, 1, 1)
    return F.conv2d(x, kernel, padding=padding, stride=stride, groups=x.shape[1])


class StyleLayer(nn.Module):
    def __init__(self, i: int, o: int, style: int, up: bool):
        super().__init__()
        self.conv = ModulatedConv(i, o, style, 3, up, True)
        self.bias, self.strength = nn.Parameter(torch.zeros(o)), nn.Parameter(torch.zeros(()))

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        x = self.conv(x, style)
        x = x + self.strength * torch.randn(len(x), 1, *x.shape[2:])
        return F.leaky_relu(x + self.bias[:, None, None], 0.2) * math.sqrt(2 / 1.04)


class Synthesis(nn.Module):
    def __init__(self, size: int, width: int, style: int):
        super().__init__()
        widths = [width * min(8, 2**level) for level in range(int(math.log2(size)) - 1)][::-1]
        self.constant = nn.Parameter(torch.randn(1, widths[0], 4, 4))
        self.bias = nn.Parameter(torch.zeros(3, 1, 1))
        pairs = list(itertools.pairwise(widths))
        self.ups = nn.ModuleList(StyleLayer(i, o, style, True) for i, o in pairs)
        self.keeps = nn.ModuleList(StyleLayer(w, w, style, False) for w in widths)
        self.images = nn.ModuleList(ModulatedConv(w, 3, style, 1, False, False) for w in widths)

    def forward(self, style: Tensor) -> Tensor:
        x = self.keeps[0](self.constant.repeat(len(style), 1, 1, 1), style)
        image = self.images[0](x, style)
        for level, up in enumerate(self.ups, 1):
            x = self.keeps[level](up(x, style), style)
            doubled = F.interpolate(image, scale_factor=2.0, mode="bilinear", align_corners=False)
            image = doubled + self.images[level](x, style)
        return torch.tanh(image + self.bias)


class StyleGenerator(nn.Module):
    def __init__(self, size: int, width: int, style: int = 128):
        super().__init__()
        self.mapping = nn.ModuleList([Affine(LATENT, style, 0.01), Affine(style, style, 0.01)])
        self.synthesis = Synthesis(size, width, style)

    def forward(self, latent: Tensor) -> Tensor:
        style = latent * (latent.square().mean(1, keepdim=True) + 1e-8).rsqrt()
        for layer in self.mapping:
            style = F.leaky_relu(layer(style), 0.2)
        return self.synthesis(style)


class StyleHalving(nn.Module):
    def __init__(self, i: int, o: int):
        super().__init__()
        self.enter, self.leave = nn.Conv2d(i, i, 3, 1, 1), nn.Conv2d(i, o, 3, 2)
        self.skip = nn.Conv2d(i, o, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        branch = self.leave(filtered(F.leaky_relu(self.enter(x), 0.2), 2))
        skip = self.skip(filtered(x, 1, stride=2))
        return (F.leaky_relu(branch, 0.2) * math.sqrt(2 / 1.04) + skip) / math.sqrt(2)


class StyleDiscriminator(nn.Module):
    def __init__(self, size: int, width: int):
        super().__init__()
        widths = [width * min(8, 2**level) for level in range(int(math.log2(size)) - 1)]
        self.enter = nn.Conv2d(3, widths[0], 1)
        self.blocks = nn.ModuleList(StyleHalving(i, o) for i, o in itertools.pairwise(widths))
        self.mix = nn.Conv2d(widths[-1] + 1, widths[-1], 3, 1, 1)
        self.gather, self.score = nn.Linear(widths[-1] * 16, widths[-1]), nn.Linear(widths[-1], 1)

    def forward(self, x: Tensor) -> Tensor:
        x = F.leaky_relu(self.enter(x), 0.2)
        for block in self.blocks:
            x = block(x)
        groups = x.reshape(len(x) // 4, 4, -1)
        spread = (groups.var(1, correction=0) + 1e-8).sqrt().mean(1).repeat_interleave(4)
        x = torch.cat([x, spread.view(-1, 1, 1, 1).expand(-1, 1, *x.shape[2:])], 1)
        x = F.leaky_relu(self.mix(x), 0.2)
        return self.score(F.leaky_relu(self.gather(x.flatten(1)), 0.2)).squeeze(1)


class StyleGan2:
    """Non-saturating with R1 each step (the papers' every 16th would hide what a step costs)."""

    def __init__(self, images: Tensor, batch: int, width: int = 32):
        size, self.batch = images.shape[2], batch
        self.generator, self.discriminator = (
            StyleGenerator(size, width),
            StyleDiscriminator(size, width),
        )
        self.real = endless(images, batch)
        both = (self.generator, self.discriminator)
        self.to_generator, self.to_discriminator = (adam(n, betas=(0.0, 0.99)) for n in both)

    def step(self) -> None:
        frozen(False, self.discriminator)
        self.to_discriminator.zero_grad()
        fake = self.generator(torch.randn(self.batch, LATENT)).detach()
        real = next(self.real).requires_grad_(True)
        on_real, on_fake = self.discriminator(real), self.discriminator(fake)
        (slope,) = torch.autograd.grad(on_real.sum(), real, create_graph=True)
        told = (F.softplus(-on_real) + F.softplus(on_fake)).mean()
        told = told + 0.5 * slope.square().sum((1, 2, 3)).mean()
        told.backward()
        self.to_discriminator.step()
        frozen(True, self.discriminator)
        self.to_generator.zero_grad()
        scores = self.discriminator(self.generator(torch.randn(self.batch, LATENT)))
        fooled = F.softplus(-scores).mean()
        fooled.backward()
        self.to_generator.step()
        self.losses = told.item(), fooled.item()


# --- R3GAN: residual nets without norm, relativistic loss, R1 and R2 -----------------------------


class FreeBlock(nn.Module):
    def __init__(self, width: int, groups: int):
        super().__init__()
        self.mix = nn.Conv2d(width, width, 1)
        self.enter = nn.Conv2d(width, width, 3, 1, 1, groups=groups)
        self.leave = nn.Conv2d(width, width, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        inner = F.leaky_relu(self.mix(x), 0.2)
        return x + self.leave(F.leaky_relu(self.enter(inner), 0.2))


class FreeGenerator(nn.Module):
    def __init__(self, size: int, width: int, groups: int):
        super().__init__()
        widths = [width * min(8, 2**level) for level in range(int(math.log2(size)) - 2)][::-1]
        self.basis = nn.Parameter(torch.randn(widths[0], 4, 4))
        self.start = nn.Linear(LATENT, widths[0], bias=False)
        self.stages = nn.ModuleList(FreeBlock(w, groups) for w in widths)
        pairs = itertools.pairwise(widths)
        self.ups = nn.ModuleList(nn.ConvTranspose2d(i, o, 4, 2, 1) for i, o in pairs)
        self.image = nn.ConvTranspose2d(widths[-1], 3, 4, 2, 1)

    def forward(self, latent: Tensor) -> Tensor:
        x = self.stages[0](self.basis * self.start(latent)[:, :, None, None])
        for up, stage in zip(self.ups, self.stages[1:], strict=True):
            x = stage(up(F.leaky_relu(x, 0.2)))
        return torch.tanh(self.image(F.leaky_relu(x, 0.2)))


class FreeDiscriminator(nn.Module):
    def __init__(self, size: int, width: int, groups: int):
        super().__init__()
        widths = [width * min(8, 2**level) for level in range(int(math.log2(size)) - 2)]
        self.enter = nn.Conv2d(3, widths[0], 4, 2, 1)
        self.downs = nn.ModuleList(nn.Conv2d(i, o, 4, 2, 1) for i, o in itertools.pairwise(widths))
        self.stages = nn.ModuleList(FreeBlock(w, groups) for w in widths)
        self.basis = nn.Parameter(torch.randn(widths[-1], 4, 4) / 4)
        self.score = nn.Linear(widths[-1], 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stages[0](F.leaky_relu(self.enter(x), 0.2))
        for down, stage in zip(self.downs, self.stages[1:], strict=True):
            x = stage(F.leaky_relu(down(x), 0.2))
        return self.score((x * self.basis).sum((2, 3))).squeeze(1)


class R3Gan:
    """The loop of the paper's code: penalties at reals and at fakes, each its own pass."""

    def __init__(self, images: Tensor, batch: int, width: int = 64, groups: int = 16):
        size, self.batch = images.shape[2], batch
        self.generator = FreeGenerator(size, width, groups)
        self.discriminator = FreeDiscriminator(size, width, groups)
        self.real = endless(images, batch)
        both = (self.generator, self.discriminator)
        self.to_generator, self.to_discriminator = (adam(n, betas=(0.0, 0.99)) for n in both)

    def step(self) -> None:
        frozen(False, self.discriminator)
        self.to_discriminator.zero_grad()
        fake = self.generator(torch.randn(self.batch, LATENT)).detach().requires_grad_(True)
        real = next(self.real).requires_grad_(True)
        on_real, on_fake = self.discriminator(real), self.discriminator(fake)
        (r1,) = torch.autograd.grad(on_real.sum(), real, create_graph=True)
        (r2,) = torch.autograd.grad(on_fake.sum(), fake, create_graph=True)
        penalty = r1.square().sum((1, 2, 3)) + r2.square().sum((1, 2, 3))
        told = (F.softplus(on_fake - on_real) + 0.5 * penalty).mean()
        told.backward()
        self.to_discriminator.step()
        frozen(True, self.discriminator)
        self.to_generator.zero_grad()
        real = next(self.real)
        fake = self.generator(torch.randn(self.batch, LATENT))
        fooled = F.softplus(self.discriminator(real) - self.discriminator(fake)).mean()
        fooled.backward()
        self.to_generator.step()
        self.losses = told.item(), fooled.item()
