"""The nets that the loops are made of."""

import itertools
from collections.abc import Callable

import torch
from torch import Tensor, nn


class Residual(nn.Module):
    """x + body(x)."""

    def __init__(self, *body: nn.Module) -> None:
        super().__init__()
        self.body = nn.Sequential(*body)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.body(x)


class Labelled(nn.Module):
    """A net that sees a label: an embedding beside a vector, or as planes beside an image."""

    def __init__(self, net: nn.Module, classes: int, width: int, scale: float = 1.0) -> None:
        super().__init__()
        self.net, self.embedding, self.scale = net, nn.Embedding(classes, width), scale

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        e = self.scale * self.embedding(y)
        e = e.reshape(*e.shape, *[1] * (x.ndim - 2)).expand(*e.shape, *x.shape[2:])
        return self.net(torch.cat([x, e], 1))


class Always(nn.Module):
    """A net that takes every class for the first one."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return self.net(x, torch.zeros_like(y))


class Unlabelled(nn.Module):
    """A net that is given a label and ignores it."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return self.net(x)


class Apply(nn.Module):
    """A function as a layer."""

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x)


class Recurrent(nn.Module):
    """A GRU that reads the latent at every step of a sequence."""

    def __init__(self, latent: int, width: int, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.gru, self.out = nn.GRU(latent + 2, width, batch_first=True), nn.Linear(width, 1)
        t = torch.linspace(0, 3.1416, shape[-1])
        self.shape = shape
        self.register_buffer("clock", torch.stack([t.cos(), t.sin()], 1))

    def forward(self, z: Tensor) -> Tensor:
        clock = self.clock.expand(len(z), -1, -1)
        steps = torch.cat([z[:, None].expand(-1, clock.shape[1], -1), clock], 2)
        return self.out(self.gru(steps)[0]).reshape(len(z), *self.shape)


def mlp(
    *sizes: int,
    act: Callable[[], nn.Module] = nn.ReLU,
    norm: Callable[[int], nn.Module] | None = None,
    last: nn.Module | None = None,
) -> nn.Sequential:
    layers: list[nn.Module] = []
    for i, (a, b) in enumerate(itertools.pairwise(sizes)):
        layers.append(nn.Linear(a, b))
        if i < len(sizes) - 2:
            layers += ([norm(b)] if norm else []) + [act()]
    return nn.Sequential(*layers, *([last] if last else []))


def leaky() -> nn.Module:
    return nn.LeakyReLU(0.2)


def slight() -> nn.Module:
    return nn.LeakyReLU(0.1)


def ups(
    widths: list[int],
    up: Callable[[int, int], list[nn.Module]],
    norm: Callable[[int], nn.Module] | None,
    act: Callable[[], nn.Module] = nn.ReLU,
) -> list[nn.Module]:
    """Double the resolution once for each pair of widths; no norm or activation at the end."""
    layers: list[nn.Module] = []
    for i, (a, b) in enumerate(itertools.pairwise(widths)):
        layers += up(a, b)
        if i < len(widths) - 2:
            layers += ([norm(b)] if norm else []) + [act()]
    return layers


def transposed(a: int, b: int, kernel: int = 4) -> list[nn.Module]:
    pad = (kernel - 1) // 2
    return [nn.ConvTranspose2d(a, b, kernel, 2, pad, output_padding=2 + 2 * pad - kernel)]


def nearest(a: int, b: int) -> list[nn.Module]:
    return [nn.Upsample(scale_factor=2), nn.Conv2d(a, b, 3, 1, 1)]


def shuffled(a: int, b: int) -> list[nn.Module]:
    return [nn.Conv2d(a, 4 * b, 3, 1, 1), nn.PixelShuffle(2)]


def downs(
    widths: list[int], norm: Callable[[int], nn.Module] | None = None, kernel: int = 4
) -> list[nn.Module]:
    layers: list[nn.Module] = []
    for i, (a, b) in enumerate(itertools.pairwise(widths)):
        layers += [nn.Conv2d(a, b, kernel, 2, (kernel - 1) // 2)]
        layers += ([norm(b)] if norm and i else []) + [leaky()]
    return layers


Nets = tuple[nn.Module, nn.Module, tuple[int, ...]]  # G, D and the shape of a latent
Rebuild = Callable[[nn.Module, nn.Module], tuple[nn.Module, nn.Module]]


def with_g(make: Callable[[nn.Module], nn.Module]) -> Rebuild:
    return lambda G, D: (make(G), D)


def with_d(make: Callable[[nn.Module], nn.Module]) -> Rebuild:
    return lambda G, D: (G, make(D))


def then(function: Callable[[Tensor], Tensor]) -> Rebuild:
    """G's samples are passed on through a function."""
    return with_g(lambda G: nn.Sequential(G, Apply(function)))
