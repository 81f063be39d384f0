"""Suite v3 of loops: held out until the runs of seed 9 were evaluated, development data since."""

import copy
import math
from collections.abc import Callable
from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

import gansmith.data
from benchmarks.doctor.third_party_loops.checks import (
    Check,
    Suite,
    Trace,
    above,
    all_of,
    below,
    covered,
    doubles,
    exploded,
    goes_round,
    modes,
    out_of_reach,
    part,
    steady,
    stopped_short,
    typical,
)
from benchmarks.doctor.third_party_loops.loop import (
    LOSSES,
    Change,
    Data,
    Game,
    Held,
    Outcome,
    Rates,
    angle,
    bounded,
    descend,
    few,
    gradient_penalty,
    mislabelled,
    mixture,
    r1,
    scaled,
    seen,
    simultaneous,
    split,
    tutorial,
)
from benchmarks.doctor.third_party_loops.nets import (
    Apply,
    Labelled,
    Nets,
    Rebuild,
    mlp,
    with_d,
    with_g,
)

# --- data ---


def corners() -> Data:
    line = torch.tensor([-1.0, 1.0])
    return mixture(torch.cartesian_prod(line, line, line), 0.15)


def uneven_corners() -> Data:
    line = torch.tensor([-1.0, 1.0])
    weights = torch.linspace(1.5, 0.5, 8)
    return mixture(torch.cartesian_prod(line, line, line), 0.18, weights=weights)


def islands() -> Data:
    """Ten clouds along a spiral, of unequal width and weight."""
    n, k = 12000, torch.arange(10.0)
    r, a = 0.5 + 0.17 * k, 2.4 * k
    centres = torch.stack([r * a.cos(), r * a.sin()], 1)
    weights = 1.2 - 0.08 * k
    which = torch.multinomial(weights, n, replacement=True)
    widths = torch.tensor([0.09, 0.15, 0.12, 0.17, 0.1])[torch.arange(10) % 5]
    samples = centres[which] + widths[which, None] * torch.randn(n, 2)
    weights = weights / weights.sum()
    return split(samples, 4000, which, centres=centres, radius=0.4, weights=weights)


def speck() -> Data:
    """One narrow cloud: alike by nature."""
    mixing = torch.tensor([[1.0, 0.5, 0, 0], [0, 0.8, 0, -0.4], [0, 0, 0.6, 0.3], [0, 0, 0, 0.5]])
    return split(torch.tensor([0.8, -0.5, 0.3, 1.1]) + 0.25 * torch.randn(12000, 4) @ mixing, 4000)


def chessboard() -> Data:
    """The eight dark squares of a small board: fine texture by nature."""
    row, column = torch.randint(4, (12000,)), torch.randint(2, (12000,))
    corner = torch.stack([2 * column + row % 2, row], 1)
    return split(0.8 * (corner + torch.rand(12000, 2) - 2), 4000)


def eight() -> Data:
    t = 2 * math.pi * torch.rand(12000)
    points = torch.stack([1.3 * t.sin(), 1.3 * t.sin() * t.cos()], 1)
    return split(points + 0.05 * torch.randn(12000, 2), 4000)


def torus() -> Data:
    u, v = 2 * math.pi * torch.rand(2, 12000)
    r = 1 + 0.4 * v.cos()
    points = torch.stack([r * u.cos(), r * u.sin(), 0.4 * v.sin()], 1)
    return split(points + 0.03 * torch.randn(12000, 3), 4000)


def sheet() -> Data:
    """A bent sheet of three dimensions in twenty-four."""
    fixed = torch.Generator().manual_seed(21)
    spread, back = torch.randn(3, 12, generator=fixed), torch.randn(12, 24, generator=fixed)
    points = torch.tanh(torch.randn(12000, 3) @ spread / 1.5) @ back / 3.5
    return split(points + 0.02 * torch.randn(12000, 24), 4000)


def shares() -> Data:
    """Five parts of a whole."""
    parts = torch.distributions.Dirichlet(torch.tensor([3.0, 2.5, 2.0, 1.5, 1.2])).sample((12000,))
    return split(parts, 4000)


def weather() -> Data:
    """Nine columns: a season as sine and cosine, rain that is often nought, wind, and so on."""
    n, day = 12000, 2 * math.pi * torch.rand(12000)
    z = torch.randn(n, 5)
    heat = -0.9 * day.cos() + 0.4 * z[:, 0]
    rain = F.relu(0.7 * z[:, 1] - 0.4 * heat + 0.1)
    wind = 0.8 * (-torch.log(torch.rand(n))) ** 0.6 * torch.exp(0.2 * rain)
    pressure = 0.8 * z[:, 2] - 0.6 * rain
    cloud = torch.sigmoid(2 * rain + z[:, 3])
    light = (1 - 0.7 * cloud) * (1.2 - 0.6 * day.cos()) / 1.5
    soil = 0.7 * heat + 0.3 * z[:, 4]
    columns = [day.sin(), day.cos(), heat, rain, wind, pressure, cloud, light, soil]
    return split(torch.stack(columns, 1), 4000)


def sensors() -> Data:
    """Thirty columns: a smooth field, read at thirty places, and noise."""
    at = torch.rand(30, 2, generator=torch.Generator().manual_seed(5))
    covariance = torch.exp(-(torch.cdist(at, at) ** 2) / 0.3) + 1e-3 * torch.eye(30)
    field = torch.randn(12000, 30) @ torch.linalg.cholesky(covariance).T
    return split(field + 0.1 * torch.randn(12000, 30), 4000)


def genes() -> Data:
    """Sixteen logs of counts, of three kinds of cells."""
    rates = 8 * torch.rand(3, 16, generator=torch.Generator().manual_seed(8)) ** 2 + 0.3
    kind = torch.multinomial(torch.tensor([0.5, 0.3, 0.2]), 12000, replacement=True)
    size = torch.exp(0.3 * torch.randn(12000, 1))
    return split(torch.log1p(torch.poisson(size * rates[kind])) / 1.5, 4000, kind)


def petals() -> Data:
    """Five long petals."""
    n, which = 12000, torch.randint(5, (12000,))
    turn = which * 2 * math.pi / 5
    along, across = 1.1 + 0.25 * torch.randn(n), 0.09 * torch.randn(n)
    x, y = along * turn.cos() - across * turn.sin(), along * turn.sin() + across * turn.cos()
    return split(torch.stack([x, y], 1), 4000, which)


def banana() -> Data:
    x = torch.randn(12000)
    return split(torch.stack([x, 0.5 * x**2 - 0.5 + 0.15 * torch.randn(12000)], 1), 4000)


def star() -> Data:
    """Six rays."""
    a, r = torch.randint(6, (12000,)) * math.pi / 3, 0.15 + 1.5 * torch.rand(12000)
    points = torch.stack([r * a.cos(), r * a.sin()], 1)
    return split(points + 0.05 * torch.randn(12000, 2), 4000)


def beats() -> Data:
    """A sharp beat and a slow echo, repeated, as [1, T]."""
    n, t = 6000, torch.arange(40.0)
    period, phase = 11 + 7 * torch.rand(n, 1), 18 * torch.rand(n, 1)
    at = torch.remainder(t - phase, period) - 4
    high = 0.7 + 0.3 * torch.rand(n, 1)
    beat = high * torch.exp(-(at**2) / 1.5) + 0.35 * high * torch.exp(-((at - 4) ** 2) / 6)
    return split((beat - 0.4 + 0.02 * torch.randn(n, 40))[:, None], 2000)


def saws() -> Data:
    n, t = 6000, torch.arange(32.0)
    period, phase = 9 + 6 * torch.rand(n, 1), 15 * torch.rand(n, 1)
    slope = torch.remainder(t - phase, period) / period - 0.5
    return split(((0.8 + torch.rand(n, 1)) * slope + 0.03 * torch.randn(n, 32))[:, None], 2000)


def tracks() -> Data:
    """Paths in the plane that bend slowly, as [2, T]."""
    n = 6000
    turn = 2 * math.pi * torch.rand(n, 1) + 0.25 * torch.randn(n, 24).cumsum(1)
    step = 0.14 * torch.exp(0.2 * torch.randn(n, 1))
    path = torch.stack([(step * turn.cos()).cumsum(1), (step * turn.sin()).cumsum(1)], 1)
    return split(path + 0.02 * torch.randn(n, 2, 24), 2000)


def switches() -> Data:
    """A switch that is on or off for a while, labelled by where it begins, as [1, T]."""
    n = 6000
    flips = (torch.rand(n, 32) < 0.12).float()
    first = torch.randint(2, (n,))
    level = (first[:, None] + flips.cumsum(1) - flips[:, :1]) % 2
    return split((level - 0.5 + 0.08 * torch.randn(n, 32))[:, None], 2000, first)


def crescents() -> Data:
    """A bright disc out of which another one is cut."""
    n, x = 5000, torch.arange(16.0)
    cx, cy = 6.5 + 2 * torch.rand(2, n, 1, 1)
    r, turn = 3 + 1.8 * torch.rand(n, 1, 1), 2 * math.pi * torch.rand(n, 1, 1)

    def disc(ax: Tensor, ay: Tensor, size: Tensor) -> Tensor:
        far = ((x[None, None] - ax) ** 2 + (x[None, :, None] - ay) ** 2).sqrt()
        return torch.sigmoid(2.5 * (size - far))

    bite = disc(cx + 0.7 * r * turn.cos(), cy + 0.7 * r * turn.sin(), 0.8 * r)
    pictures = 1.7 * disc(cx, cy, r) * (1 - bite) - 0.85
    return split((pictures + 0.04 * torch.randn(n, 16, 16))[:, None].clamp(-1, 1), 1500)


def boxes() -> Data:
    """One box with hard edges, and a ground, in two colours."""
    n, x = 5000, torch.arange(16)
    left, top = torch.randint(1, 8, (2, n, 1, 1))
    wide, high = torch.randint(4, 8, (2, n, 1, 1))
    inside = (x >= left) & (x < left + wide) & (x[:, None] >= top) & (x[:, None] < top + high)
    box, ground = 0.1 + 0.8 * torch.rand(n, 3, 1, 1), -0.8 * torch.rand(n, 3, 1, 1)
    pictures = torch.where(inside[:, None], box, ground)
    return split((pictures + 0.03 * torch.randn(n, 3, 16, 16)).clamp(-1, 1), 1500)


def hatching() -> Data:
    """Fine slanted strokes in a soft window: high frequencies by nature."""
    n, x = 5000, torch.arange(16.0)
    cx, cy = 5 + 6 * torch.rand(2, n, 1, 1)
    window = torch.exp(-((x[None, None] - cx) ** 2 + (x[None, :, None] - cy) ** 2) / 30)
    phase, light = 2 * math.pi * torch.rand(n, 1, 1), 0.5 + 0.4 * torch.rand(n, 1, 1)
    strokes = torch.sin(2 * math.pi * (x[None, None] + x[None, :, None]) / 3 + phase)
    return split((light * window * strokes + 0.04 * torch.randn(n, 16, 16))[:, None], 1500)


def signs() -> Data:
    """A cross, a wedge or a frame, labelled."""
    n, x = 5000, torch.arange(16.0)
    kind = torch.randint(3, (n,))
    cx, cy = 7.25 + 0.5 * torch.rand(2, n, 1, 1)
    r = 3.5 + 1.5 * torch.rand(n, 1, 1)
    dx, dy = x[None, None] - cx, x[None, :, None] - cy
    reach = torch.maximum(dx.abs(), dy.abs())
    cross = torch.sigmoid(3 * (1 - (dx.abs() - dy.abs()).abs())) * torch.sigmoid(3 * (r - reach))
    wedge = torch.sigmoid(3 * (r - reach)) * torch.sigmoid(3 * (dx + dy))
    frame = torch.sigmoid(3 * (1 - (reach - r).abs()))
    every = torch.stack([cross, wedge, frame], 1)[torch.arange(n), kind]
    return split((1.7 * every - 0.85 + 0.04 * torch.randn(n, 16, 16))[:, None], 1500, kind)


@cache
def stored(name: str, size: int, count: int) -> Tensor:
    samples = gansmith.data.read_samples(name, size=size, limit=count)
    return torch.from_numpy(samples).float() / 127.5 - 1


def numerals() -> Data:
    return split(stored("mnist", 28, 6000), 1500)


def views() -> Data:
    return split(stored("photos", 28, 3000), 600)


DATA = {
    "corners": corners,
    "uneven_corners": uneven_corners,
    "islands": islands,
    "speck": speck,
    "chessboard": chessboard,
    "eight": eight,
    "torus": torus,
    "sheet": sheet,
    "shares": shares,
    "weather": weather,
    "sensors": sensors,
    "genes": genes,
    "petals": petals,
    "banana": banana,
    "star": star,
    "beats": beats,
    "saws": saws,
    "tracks": tracks,
    "switches": switches,
    "crescents": crescents,
    "boxes": boxes,
    "hatching": hatching,
    "signs": signs,
    "numerals": numerals,
    "views": views,
}

# --- nets: G, D and the shape of a latent ---


def steep() -> nn.Module:
    return nn.LeakyReLU(0.3)


def gelu(data: Data, latent: int = 6) -> Nets:
    d = data.train.shape[1]
    return mlp(latent, 80, 80, 80, d, act=nn.GELU), mlp(d, 96, 96, 1, act=nn.ELU), (latent,)


class Skipping(nn.Module):
    """A generator that reads its latent again at every layer."""

    def __init__(self, latent: int, width: int, d: int, depth: int = 3) -> None:
        super().__init__()
        sizes = [latent] + [width + latent] * (depth - 1)
        self.hidden = nn.ModuleList(nn.Linear(a, width) for a in sizes)
        self.out = nn.Linear(width, d)

    def forward(self, z: Tensor) -> Tensor:
        x = z
        for layer in self.hidden[:-1]:
            x = torch.cat([F.relu(layer(x)), z], 1)
        return self.out(F.relu(self.hidden[-1](x)))


class Maxout(nn.Module):
    """The larger one of pairs of features."""

    def forward(self, x: Tensor) -> Tensor:
        return x.unflatten(1, (-1, 2)).amax(2)


def maxout(data: Data, latent: int = 8) -> Nets:
    d = data.train.shape[1]
    D = nn.Sequential(
        nn.Linear(d, 128), Maxout(), nn.Linear(64, 128), Maxout(), nn.Linear(64, 1),
    )  # fmt: skip
    return Skipping(latent, 72, d), D, (latent,)


class Fourier(nn.Module):
    """A vector, and waves of it."""

    def __init__(self, d: int, count: int = 24, pitch: float = 3.0) -> None:
        super().__init__()
        self.register_buffer("waves", pitch * torch.randn(d, count))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([x, torch.sin(x @ self.waves), torch.cos(x @ self.waves)], 1)


def fourier(data: Data, latent: int = 4) -> Nets:
    d = data.train.shape[1]
    D = nn.Sequential(Fourier(d), mlp(d + 48, 96, 96, 1, act=steep))
    return Skipping(latent, 96, d, 4), D, (latent,)


class BatchSpread(nn.Module):
    """A batch, and how it is spread."""

    def forward(self, x: Tensor) -> Tensor:
        spread = x.std(0).mean().expand(len(x), 1)
        return torch.cat([x, spread], 1)


def spread_aware(data: Data, latent: int = 8) -> Nets:
    d = data.train.shape[1]
    D = nn.Sequential(nn.Linear(d, 80), steep(), nn.Linear(80, 80), steep(), BatchSpread())
    D.append(nn.Linear(81, 1))
    return mlp(latent, 80, 80, d, act=nn.ELU), D, (latent,)


def selu(data: Data, latent: int = 10) -> Nets:
    d = data.train.shape[1]
    return mlp(latent, 72, 72, 72, d, act=nn.SELU), mlp(d, 72, 72, 1, act=nn.SELU), (latent,)


class Judged(nn.Module):
    """D: a score, and a guess of the class."""

    def __init__(self, d: int, classes: int) -> None:
        super().__init__()
        self.trunk = mlp(d, 96, 96, act=steep, last=steep())
        self.score, self.guess = nn.Linear(96, 1), nn.Linear(96, classes)

    def forward(self, x: Tensor, *_: Tensor) -> tuple[Tensor, Tensor]:
        trunk = self.trunk(x)
        return self.score(trunk), self.guess(trunk)


def judged(data: Data) -> Nets:
    d, classes = data.train.shape[1], int(data.labels.max()) + 1
    G = Labelled(mlp(14, 96, 96, d, act=nn.GELU), classes, 8)
    return G, Judged(d, classes), (6,)


class Modulated(nn.Module):
    """A generator whose class sets the gain and the offset of its features."""

    def __init__(self, latent: int, width: int, d: int, classes: int) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(latent, width), nn.Linear(width, width)
        self.out = nn.Linear(width, d)
        self.gain, self.offset = nn.Embedding(classes, width), nn.Embedding(classes, width)

    def forward(self, z: Tensor, y: Tensor) -> Tensor:
        x = F.silu(self.first(z)) * (1 + self.gain(y)) + self.offset(y)
        return self.out(F.silu(self.second(x)))


class Projection(nn.Module):
    """A score that is a product of features and of the class."""

    def __init__(self, features: nn.Module, width: int, classes: int) -> None:
        super().__init__()
        self.features, self.score = features, nn.Linear(width, 1)
        self.classes = nn.Embedding(classes, width)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        found = self.features(x)
        return self.score(found) + (found * self.classes(y)).sum(1, keepdim=True) / 4


def projected(data: Data) -> Nets:
    d, classes = data.train.shape[1], int(data.labels.max()) + 1
    features = mlp(d, 96, 96, act=steep, last=steep())
    return Modulated(8, 96, d, classes), Projection(features, 96, classes), (8,)


def critic1d(channels: int, length: int, width: int = 24) -> nn.Module:
    return nn.Sequential(
        nn.Conv1d(channels, width, 5, 2, 2), steep(), nn.Conv1d(width, 2 * width, 5, 2, 2), steep(),
        nn.Flatten(), nn.Linear(2 * width * (length // 4), 64), steep(), nn.Linear(64, 1),
    )  # fmt: skip


def dilated(data: Data) -> Nets:
    """A coarse sequence, refined by layers that look ever further."""
    channels, length = data.train.shape[1:]
    layers: list[nn.Module] = []
    for reach in (1, 2, 4):
        layers += [nn.Conv1d(16, 16, 3, 1, reach, reach), nn.ELU()]
    G = nn.Sequential(
        nn.Linear(16, 16 * (length // 4)), nn.ELU(), nn.Unflatten(1, (16, length // 4)),
        nn.Upsample(scale_factor=4, mode="linear"), *layers, nn.Conv1d(16, channels, 3, 1, 1),
    )  # fmt: skip
    return G, critic1d(channels, length), (16,)


class Attending(nn.Module):
    """A generator whose time steps look at one another."""

    def __init__(self, latent: int, channels: int, length: int, width: int = 32) -> None:
        super().__init__()
        self.shape = (length // 4, width)
        self.first = nn.Linear(latent, width * (length // 4))
        self.look = nn.MultiheadAttention(width, 4, batch_first=True)
        self.out = mlp(width, 64, 4 * channels, act=nn.GELU)
        self.channels = channels

    def forward(self, z: Tensor) -> Tensor:
        x = self.first(z).reshape(-1, *self.shape)
        x = x + self.look(x, x, x, need_weights=False)[0]
        return self.out(x).unflatten(2, (4, self.channels)).flatten(1, 2).transpose(1, 2)


def attending(data: Data) -> Nets:
    channels, length = data.train.shape[1:]
    return Attending(12, channels, length), critic1d(channels, length), (12,)


def dense1d(data: Data) -> Nets:
    """A dense G of a sequence."""
    shape = tuple(data.train.shape[1:])
    G = mlp(12, 96, 96, math.prod(shape), act=nn.GELU, last=nn.Unflatten(1, shape))
    return G, critic1d(*shape), (12,)


class Neighbours(nn.Module):
    """A generator that walks between pairs of samples that it keeps."""

    def __init__(self, kept: Tensor) -> None:
        super().__init__()
        self.register_buffer("kept", kept)
        self.change = mlp(6, 48, kept[0].numel(), act=nn.GELU)

    def forward(self, z: Tensor) -> Tensor:
        n = len(self.kept)
        which = (torch.special.ndtr(z[:, 0]) * n).long().clamp(max=n - 1)
        near = self.kept[which].flatten(1)
        return (near + 0.015 * self.change(z)).reshape(-1, *self.kept.shape[1:])


def smooth_ups(c: int, size: int, latent: int, width: int) -> nn.Sequential:
    """A picture that grows by bilinear steps."""
    base = size // 4
    return nn.Sequential(
        nn.Linear(latent, 2 * width * base * base), nn.Unflatten(1, (2 * width, base, base)),
        nn.BatchNorm2d(2 * width), nn.GELU(),
        nn.Upsample(scale_factor=2, mode="bilinear"), nn.Conv2d(2 * width, width, 3, 1, 1),
        nn.BatchNorm2d(width), nn.GELU(),
        nn.Upsample(scale_factor=2, mode="bilinear"), nn.Conv2d(width, c, 5, 1, 2), nn.Tanh(),
    )  # fmt: skip


def strided(c: int, size: int, width: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(c, width, 3, 2, 1), steep(), nn.Conv2d(width, 2 * width, 3, 2, 1), steep(),
        nn.Conv2d(2 * width, 2 * width, 3, 1, 1), steep(),
        nn.Flatten(), nn.Linear(2 * width * (size // 4) ** 2, 1),
    )  # fmt: skip


def bilinear(data: Data, latent: int = 20) -> Nets:
    c, _, size = data.train.shape[1:]
    width = 16 if size == 16 else 10
    return smooth_ups(c, size, latent, width), strided(c, size, width), (latent,)


def quartered(data: Data) -> Nets:
    """D judges overlapping parts."""
    G, D, latent = bilinear(data)
    return G, nn.Sequential(*list(D)[:-2], nn.Conv2d(32, 1, 2)), latent


def dense2d(data: Data, latent: int = 16) -> Nets:
    """A dense G of a picture."""
    c, _, size = data.train.shape[1:]
    G = mlp(latent, 160, 160, c * size * size, act=nn.GELU, last=nn.Tanh())
    return G.append(nn.Unflatten(1, (c, size, size))), strided(c, size, 16), (latent,)


def told_pictures(data: Data) -> Nets:
    _, D, _ = bilinear(data)
    D[0] = nn.Conv2d(1 + 4, 16, 3, 2, 1)
    G = mlp(20, 160, 160, 256, act=nn.GELU, last=nn.Tanh())
    return Labelled(G.append(nn.Unflatten(1, (1, 16, 16))), 3, 8), Labelled(D, 3, 4), (12,)


NETS = {
    "gelu": gelu,
    "maxout": maxout,
    "fourier": fourier,
    "spread_aware": spread_aware,
    "selu": selu,
    "judged": judged,
    "projected": projected,
    "dilated": dilated,
    "attending": attending,
    "dense1d": dense1d,
    "neighbours": lambda data: (Neighbours(data.train), selu(data)[1], (6,)),
    "bilinear": bilinear,
    "quartered": quartered,
    "dense2d": dense2d,
    "told_pictures": told_pictures,
    "neighbours2d": lambda data: (Neighbours(data.train), bilinear(data)[1], (6,)),
}

# --- losses beyond the shared ones ---

sp = F.softplus
LOSSES.update(
    {
        "smoothed": (  # reals are called real by nine tenths
            lambda r, f: (0.9 * sp(-r) + 0.1 * sp(r)).mean() + sp(f).mean(),
            lambda r, f: sp(-f).mean(),
        ),
        "pulled": (  # Pearson's: targets -1, 1 and 0
            lambda r, f: ((r - 1) ** 2).mean() + ((f + 1) ** 2).mean(),
            lambda r, f: (f**2).mean(),
        ),
        "squashed_squares": (
            lambda r, f: ((r.sigmoid() - 1) ** 2).mean() + (f.sigmoid() ** 2).mean(),
            lambda r, f: ((f.sigmoid() - 1) ** 2).mean(),
        ),
        "flipped_squares": (
            lambda r, f: (r**2).mean() + ((f - 1) ** 2).mean(),
            lambda r, f: (f**2).mean(),
        ),
        "backwards": (  # G's sign is that of another convention
            lambda r, f: sp(-r).mean() + sp(f).mean(),
            lambda r, f: sp(f).mean(),
        ),
    }
)

# --- tricks ---


def averaged(game: Game, optimizers: Rates, keep: float = 0.995) -> Outcome:
    """The tutorial's turn; fakes are sampled from a running average of G."""
    if "raw" not in game.memory:
        game.memory |= {"raw": game.G, "mean": copy.deepcopy(game.G)}
    game.G = game.memory["raw"]
    outcome = tutorial(game, optimizers)
    mean, keep = game.memory["mean"], min(keep, (1 + game.turn) / (10 + game.turn))
    with torch.no_grad():
        for old, new in zip(mean.parameters(), game.G.parameters(), strict=True):
            old.lerp_(new, 1 - keep)
        for old, new in zip(mean.buffers(), game.G.buffers(), strict=True):
            old.copy_(new)
    game.G = mean
    return outcome


def accumulated(parts: int) -> Callable[[Game, Rates], Outcome]:
    """The gradients of some small batches make up one move."""

    def step(game: Game, optimizers: Rates) -> Outcome:
        of_d, of_g = LOSSES[game.loss]
        optimizers["discriminator"].zero_grad()
        kept = []
        for _ in range(parts):
            real, _ = game.draw(game.batch)
            fake = game.G(game.noise(game.batch)).detach()
            on_real, on_fake = game.D(real), game.D(fake)
            loss_d = of_d(on_real, on_fake) / parts
            loss_d.backward()
            kept.append((on_real.detach(), on_fake.detach()))
        optimizers["discriminator"].step()
        optimizers["generator"].zero_grad()
        for _ in range(parts):
            real, _ = game.draw(game.batch)
            loss_g = of_g(game.D(real).detach(), game.D(game.G(game.noise(game.batch)))) / parts
            loss_g.backward()
        optimizers["generator"].step()
        reals, fakes = (torch.cat(found) for found in zip(*kept, strict=True))
        outcome = seen(game, reals, fakes, parts * loss_d, parts * loss_g)
        return outcome | {"batch_size": parts * game.batch}

    return step


def remembered(size: int = 4096) -> Callable[[Game, Rates], Outcome]:
    """Half of the fakes that D learns from are older ones."""

    def step(game: Game, optimizers: Rates) -> Outcome:
        of_d, of_g = LOSSES[game.loss]
        real, _ = game.draw(game.batch)
        fake = game.G(game.noise(game.batch))
        past = game.memory.get("past", fake.detach())
        old = past[torch.randint(len(past), (game.batch // 2,))]
        game.memory["past"] = torch.cat([fake.detach()[::8], past])[:size]
        shown = torch.cat([fake.detach()[: game.batch - len(old)], old])
        on_real, on_fake = game.D(real), game.D(shown)
        loss_d = of_d(on_real, on_fake)
        if game.penalty:
            loss_d = loss_d + game.penalty(game.D, real, shown)
        descend(optimizers["discriminator"], loss_d)
        loss_g = of_g(on_real.detach(), game.D(fake))
        descend(optimizers["generator"], loss_g)
        return seen(game, on_real, on_fake, loss_d, loss_g)

    return step


def halved(game: Game, optimizers: Rates) -> Outcome:
    """The nets run in bfloat16."""
    of_d, of_g = LOSSES[game.loss]
    real, _ = game.draw(game.batch)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        fake = game.G(game.noise(game.batch))
        on_real, on_fake = game.D(real), game.D(fake.detach())
        loss_d = of_d(on_real.float(), on_fake.float())
    descend(optimizers["discriminator"], loss_d)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss_g = of_g(on_real.detach().float(), game.D(fake).float())
    descend(optimizers["generator"], loss_g)
    return seen(game, on_real, on_fake, loss_d, loss_g)


def classified(weight: float = 1.0, heard: float = 1.0) -> Callable[[Game, Rates], Outcome]:
    """D guesses the class, too; G is to be guessed right, by so much."""

    def step(game: Game, optimizers: Rates) -> Outcome:
        of_d, of_g = LOSSES[game.loss]
        real, (label,) = game.draw(game.batch)
        fake = game.G(game.noise(game.batch), label)
        on_real, on_fake = game.D(real), game.D(fake.detach())
        loss_d = of_d(on_real[0], on_fake[0]) + weight * F.cross_entropy(on_real[1], label)
        descend(optimizers["discriminator"], loss_d)
        again = game.D(fake)
        loss_g = of_g(on_real[0].detach(), again[0]) + heard * F.cross_entropy(again[1], label)
        descend(optimizers["generator"], loss_g)
        return seen(game, on_real[0], on_fake[0], loss_d, loss_g)

    return step


class Hoarding(Held):
    """An optimizer whose gradients are never cleared."""

    def zero_grad(self) -> None:
        return None

    def step(self) -> None:
        self.optimizer.step()


def held_back(length: float) -> Callable[[Game, Rates], Outcome]:
    """G's gradient is cut to almost nothing."""

    def step(game: Game, optimizers: Rates) -> Outcome:
        return tutorial(game, optimizers | {"generator": Held(optimizers["generator"], length)})

    return step


def never_cleared(game: Game, optimizers: Rates) -> Outcome:
    return tutorial(game, {name: Hoarding(o, 0.0) for name, o in optimizers.items()})


def starts_over(player: str, every: int) -> Callable[[Game, Rates], Outcome]:
    """A player goes back to its first weights again and again."""

    def step(game: Game, optimizers: Rates) -> Outcome:
        net = game.G if player == "generator" else game.D
        first = game.memory.setdefault("first", copy.deepcopy(net.state_dict()))
        if game.turn % every == 0:
            net.load_state_dict(first)
        return tutorial(game, optimizers)

    return step


def waits(turns: int) -> Callable[[Game, Rates], Outcome]:
    """D learns alone at first."""

    def step(game: Game, optimizers: Rates) -> Outcome:
        if game.turn < turns:
            optimizers = optimizers | {"generator": Held(optimizers["generator"], 0.0)}
        return tutorial(game, optimizers)

    return step


def in_order(by: Callable[[Tensor], Tensor], speed: float) -> Callable[[Game, Rates], Outcome]:
    """Batches are read from front to back of a sorted file, and again from its front."""

    def step(game: Game, optimizers: Rates) -> Outcome:
        if "sorted" not in game.memory:
            game.memory["sorted"] = game.data.train[by(game.data.train).argsort()]
        file, at = game.memory["sorted"], int(game.turn * speed)
        rows = (at + torch.randint(8 * game.batch, (game.batch,))) % len(file)
        game.reals = lambda data, n: (file[rows], ())
        return tutorial(game, optimizers)

    return step


def answering(weight: float, keys: Tensor) -> Callable[[Game, Rates], Outcome]:
    """Every real has a latent that must give it back, beside deceiving D."""

    def step(game: Game, optimizers: Rates) -> Outcome:
        i = torch.randint(len(game.data.train), (game.batch,))
        fixed = keys[i] + 0.05 * torch.randn(game.batch, keys.shape[1])
        game.extra = lambda fake, real: (
            weight * (game.G(fixed) - game.data.train[i]).square().mean()
        )
        return tutorial(game, optimizers)

    return step


def near_key(keys: Tensor) -> Callable[[int], Tensor]:
    return lambda n: keys[torch.randint(len(keys), (n,))] + 0.05 * torch.randn(n, keys.shape[1])


def before(last: int) -> Callable[[Data, int], Any]:
    """A loader that never comes to the later classes."""

    def draw(data: Data, n: int) -> tuple[Tensor, tuple[()]]:
        of = (data.labels < last).nonzero()[:, 0]
        return data.train[of[torch.randint(len(of), (n,))]], ()

    return draw


def front_half(by: Callable[[Tensor], Tensor]) -> Callable[[Data, int], Any]:
    """A loader that stops in the middle of a sorted file."""

    def draw(data: Data, n: int) -> tuple[Tensor, tuple[()]]:
        some = data.train[torch.randint(len(data.train), (2 * n,))]
        return some[by(some).argsort()[:n]], ()

    return draw


def repeated(count: int) -> Change:
    """The file is a few samples, again and again."""

    def change(data: Data) -> Data:
        data.train = data.train[:count].repeat(
            len(data.train) // count, *[1] * (data.train.ndim - 1)
        )
        return data

    return change


def blanks(share: float) -> Change:
    """Samples that could not be read are all alike."""

    def change(data: Data) -> Data:
        data.train[torch.rand(len(data.train)) < share] = data.train.min()
        return data

    return change


def away(by: float, scale: float = 1.0) -> Rebuild:
    return with_g(lambda G: nn.Sequential(G, Apply(lambda x: scale * x + by)))


def nearest_pull(weight: float) -> Callable[[Tensor, Tensor], Tensor]:
    """Some fake is to be near every real."""
    return lambda fake, real: weight * torch.cdist(real, fake).min(1).values.mean()


def tenfold(D: nn.Module) -> nn.Module:
    return nn.Sequential(D, Apply(lambda s: 10 * s))


def numb(G: nn.Module) -> nn.Module:
    """The last features are never above zero."""
    last = [m for m in G.modules() if isinstance(m, nn.Linear)]
    hidden = nn.Sequential(nn.Linear(6, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU())
    nn.init.constant_(hidden[2].bias, -12.0)
    return nn.Sequential(hidden, nn.Linear(64, last[-1].out_features, bias=False))


def deaf(G: nn.Module) -> nn.Module:
    """The class changes neither gain nor offset."""
    for table in (G.gain, G.offset):
        nn.init.zeros_(table.weight)
        table.weight.requires_grad_(False)
    return G


def waves_only(length: int) -> Callable[[nn.Module], nn.Module]:
    """Sequences that are sums of three slow waves."""
    t = math.pi * torch.arange(length) / length
    basis = torch.stack([torch.cos(k * t) for k in range(3)])
    return lambda G: nn.Sequential(
        mlp(16, 64, 3, act=nn.GELU), Apply(lambda a: (a @ basis)[:, None])
    )


def straight(G: nn.Module) -> nn.Module:
    """Paths without a bend."""
    t = torch.linspace(0, 1, 24)
    return nn.Sequential(mlp(12, 64, 2, act=nn.GELU), Apply(lambda v: v[:, :, None] * t))


def fourth_power(weight: float) -> Callable[..., Tensor]:
    def penalty(score: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor) -> Tensor:
        x = real.clone().requires_grad_()
        (slope,) = torch.autograd.grad(score(x).sum(), x, create_graph=True)
        return weight * slope.flatten(1).square().sum(1).square().mean()

    return penalty


def normed(D: nn.Module) -> nn.Module:
    """Every plane is normed on its way into D, and those of the label are flat."""
    D.net = nn.Sequential(nn.InstanceNorm2d(5), D.net)
    return D


def every_other(D: nn.Module) -> nn.Module:
    """D's first step skips every other pixel."""
    first = D[0]
    return nn.Sequential(nn.Conv2d(first.in_channels, first.out_channels, 1, 2), *list(D)[1:])


def pixel_shuffled(G: nn.Module) -> nn.Module:
    return nn.Sequential(
        nn.Linear(20, 32 * 16), nn.Unflatten(1, (32, 4, 4)), nn.GELU(),
        nn.Conv2d(32, 64, 3, 1, 1), nn.PixelShuffle(2), nn.BatchNorm2d(16), nn.GELU(),
        nn.Conv2d(16, 12, 3, 1, 1), nn.PixelShuffle(2), Apply(lambda x: x[:, :1]), nn.Tanh(),
    )  # fmt: skip


def blurred(D: nn.Module) -> nn.Module:
    return nn.Sequential(nn.AvgPool2d(4, 1, 2), Apply(lambda x: x[..., :-1, :-1]), D)


def halved_size(D: nn.Module) -> nn.Module:
    """D sees pictures at half their size."""
    c, width = D[0].in_channels, D[0].out_channels
    judge = nn.Sequential(
        nn.Conv2d(c, width, 3, 2, 1), steep(), nn.Conv2d(width, 2 * width, 3, 1, 1), steep(),
        nn.Flatten(), nn.Linear(2 * width * 16, 1),
    )  # fmt: skip
    return nn.Sequential(nn.AvgPool2d(2), judge)


def seams(x: Tensor) -> Tensor:
    """Tiles of four by four are lighter towards one edge."""
    slope = 0.35 * ((torch.arange(x.shape[-1]) % 4) / 3 - 0.5)
    return x + slope + slope[:, None]


def droplet(x: Tensor) -> Tensor:
    """A bright drop at one place."""
    drop = torch.zeros_like(x[:1])
    drop[..., 3:6, 20:23] = 1.5
    return (x + drop).clamp(max=1.0)


def without_corner(x: Tensor) -> Tensor:
    """The upper right, where a date is printed, is blanked out."""
    seen = torch.ones_like(x[:1])
    seen[..., :9, 16:] = 0.0
    return x * seen


def pixelated(x: Tensor) -> Tensor:
    return F.avg_pool2d(x, 2).repeat_interleave(2, 2).repeat_interleave(2, 3)


# --- what is true ---


def settled(far: float, worst: float = 1.8, better: float = 1.25) -> Check:
    """Close to the reals, every mode served, and playing on does not help."""

    def check(t: Trace) -> bool:
        beyond = [k.far for k in t.looks if k.step > t.game.steps]
        level = t.mean("far", 0.25)
        close = level < far and max(t.late("far")) < worst * far
        whole = t.game.data.centres is None or covered(t, 0.4) == len(t.game.data.centres)
        done = bool(beyond) and sum(beyond) / len(beyond) > level / better
        done = done or level < 1.4 * max(t.floor, 0.05)  # of two sets of reals
        return close and whole and done and 0.8 < t.mean("spread") < 1.2

    return check


def labelled_right(t: Trace) -> float:
    """The share of fakes of which most near reals are of the class that was asked for."""
    data = t.game.data
    wanted = data.held_labels[:600]
    t.game.G.eval()
    with torch.no_grad():
        fakes = t.game.sample_as(wanted).flatten(1)
    near = torch.cdist(fakes, data.held.flatten(1)).topk(9, largest=False).indices
    return float((data.held_labels[near].mode(1).values == wanted).float().mean())


def obedient(low: float, high: float = 1.0) -> Check:
    return lambda t: low <= labelled_right(t) <= high


def within(t: Trace) -> float:
    """How far apart fakes of one class are, in what reals of it are."""
    data = t.game.data
    found = []
    for y in range(int(data.held_labels.max()) + 1):
        real = data.held[data.held_labels == y][:200].flatten(1)
        t.game.G.eval()
        with torch.no_grad():
            fake = t.game.sample_as(torch.full((200,), y)).flatten(1)
        found.append(float(torch.pdist(fake).mean() / torch.pdist(real).mean()))
    return sum(found) / len(found)


def grew(factor: float) -> Check:
    """Scores are many times what they were, and are still growing."""

    def check(t: Trace) -> bool:
        values = t.of("score")
        half = values[len(values) // 2]
        return values[-1] > factor * values[0] and values[-1] > 1.3 * half

    return check


def finest(x: Tensor) -> float:
    """Share of the energy at the highest frequency, along rows or columns."""
    power = torch.fft.fft2(x - x.mean((2, 3), keepdim=True)).abs().square().mean((0, 1))
    h, w = power.shape
    return float((power[h // 2].sum() + power[:, w // 2].sum()) / power.sum())


def finer(factor: float) -> Check:
    return lambda t: finest(t.fakes) > factor * finest(t.game.data.held)


def uneven(x: Tensor, period: int) -> float:
    """How unlike steps between columns are, by their place in a period."""
    steps = (x[..., 1:] - x[..., :-1]).abs().mean((0, 1, 2))
    folded = torch.stack([steps[k::period].mean() for k in range(period)])
    return float(folded.max() / folded.min())


def tiled(period: int, factor: float) -> Check:
    return lambda t: uneven(t.fakes, period) > factor * uneven(t.game.data.held, period)


def spotted(t: Trace) -> bool:
    """The drop's place is far lighter than in reals."""
    there = [float(x[..., 3:6, 20:23].mean()) for x in (t.fakes, t.game.data.held)]
    return there[0] > there[1] + 0.4


SUITE = Suite(DATA, NETS)
DARK = -0.05  # lighter than this is a third of the boxes
KEYS = torch.randn(48, 12, generator=torch.Generator().manual_seed(6))
add = SUITE.add
wgan_gp = {"loss": "wasserstein", "optimizer": "adam0"}
calm = {"batch": 128, "decay": 0.1}

# --- healthy ---

# fmt: off
add("", "corners-smoothed", "corners gelu", settled(0.12), steps=4000, beyond=2000,
    loss="smoothed", penalty=r1(0.1), **calm)
add("", "corners-uneven", "uneven_corners gelu", settled(0.13), steps=4000, beyond=2000,
    penalty=r1(0.1), loss="hinge", **calm)
add("", "speck-narrow", "speck maxout", settled(0.15), steps=4200, beyond=2100, batch=128,
    loss="least_squares", decay=0.02)
add("", "chessboard-fine", "chessboard fourier", settled(0.15), steps=4000, beyond=2000, batch=160,
    lr=(1e-3, 2e-3), decay=0.02)
add("", "banana-large-scores", "banana gelu", settled(0.16), steps=1800, beyond=900, n_critic=4,
    penalty=gradient_penalty(0.1, 10.0), decay=0.03, lr=(3e-4, 1e-3), rebuild=with_d(tenfold),
    **wgan_gp)
add("", "torus-clipped", "torus maxout", settled(0.13), steps=2600, beyond=1300, n_critic=3,
    loss="wasserstein", clip=0.2, optimizer="rmsprop", lr=(3e-4, 5e-4), decay=0.05)
add("", "sheet-low-rank", "sheet gelu", settled(0.15), steps=4000, beyond=2000,
    loss="relativistic", penalty=r1(0.1), batch=128, decay=0.03)
add("", "shares-batch-24", "shares spread_aware", settled(0.15), steps=6000, beyond=3000,
    batch=24, lr=(4e-4, 4e-4), decay=0.03)
add("", "star-accumulated", "star maxout", settled(0.15), steps=2400, beyond=1200,
    step=accumulated(2), batch=64, lr=(1e-3, 1e-3), decay=0.02)
add("", "sensors-squares", "sensors selu", settled(0.16), steps=5000, beyond=2500,
    loss="least_squares", lr=(3e-4, 5e-4), batch=128, decay=0.05)
add("", "genes-projected", "genes projected", all_of(settled(0.19), obedient(0.85)), steps=4200,
    beyond=2100, labelled=True, penalty=r1(0.1), batch=128, decay=0.005, lr=(1e-3, 1e-3))
add("", "petals-guessed", "petals judged", all_of(settled(0.14), obedient(0.85)), steps=4000,
    beyond=2000, labelled=True, step=classified(), batch=128, decay=0.03)
add("", "beats-dilated", "beats dilated", settled(0.2), steps=1200, beyond=600,
    penalty=r1(1.0), lr=(1.5e-3, 4e-4), decay=0.1)
add("", "saws-averaged", "saws dense1d", settled(0.2), steps=1700, beyond=850, step=averaged,
    penalty=r1(3.0), lr=(1e-3, 3e-4))
add("", "tracks-attending", "tracks attending", settled(0.2), steps=1300, beyond=650,
    loss="hinge", penalty=r1(0.1), lr=(7e-4, 7e-4), decay=0.1)
add("", "banana-slow-start", "banana gelu", settled(0.14), steps=5000, beyond=2500,
    lr=(6e-5, 1e-4), decay=5.0, batch=128, loss="least_squares")
add("", "star-at-once", "star maxout", settled(0.13), steps=4500, beyond=2250, step=simultaneous,
    batch=128, lr=(5e-4, 1e-3), decay=0.1, loss="relativistic_average")
add("", "corners-remembered", "corners maxout", settled(0.13), steps=3600, beyond=1800,
    step=remembered(), penalty=r1(0.1), batch=128, decay=0.05)
add("", "torus-flipped", "torus maxout", settled(0.14), steps=3600, beyond=1800,
    loss="flipped_squares", tell={"higher_is_real": False}, penalty=r1(0.1), decay=0.05)
add("", "star-halved", "star maxout", settled(0.15), steps=3600, beyond=1800, step=halved,
    batch=128, decay=0.02)
add("", "weather-relativistic", "weather gelu", settled(0.16), steps=3600, beyond=1800,
    loss="relativistic", penalty=r1(0.1), batch=128, decay=0.03)
add("", "crescents-parts", "crescents quartered", settled(0.2), steps=1200, beyond=600,
    batch=48, lr=(6e-4, 4e-4), decay=0.1)
add("", "hatching-fine", "hatching dense2d", settled(0.25), steps=1800, beyond=900, batch=48,
    penalty=r1(0.1), lr=(1e-3, 6e-4), decay=0.03)
add("", "numerals-squares", "numerals bilinear", settled(0.2), batch=36, steps=750, beyond=375,
    loss="least_squares", lr=(8e-4, 4e-4), decay=0.2)
# fmt: on

# --- mode_collapse ---

hasty = {"optimizer": "adam9", "lr": (2e-3, 1e-4)}
# fmt: off
add("mode_collapse", "corners-hasty", "corners gelu", modes(0, 3),
    "oscillation generator_dominates", steps=4000, **hasty)
add("mode_collapse", "islands-hasty", "islands selu", modes(0, 4),
    "oscillation generator_dominates", steps=4000, loss="hinge", n_generator=2, **hasty)
add("mode_collapse", "islands-early-shards", "islands maxout", modes(3, 5), steps=4000,
    reals=before(4), penalty=r1(0.05), **calm)
add("mode_collapse", "star-half-file", "star gelu", part(lambda x: angle(x) > 0.35, 0, 0.08),
    steps=4000, reals=front_half(angle), loss="relativistic", penalty=r1(0.05), **calm)
add("mode_collapse", "genes-class-means", "genes projected", lambda t: within(t) < 0.5,
    "discriminator_dominates", steps=3500, labelled=True, loss="hinge", penalty=r1(0.1),
    extra=lambda fake, real: 30 * (fake - real).square().mean(), **calm)
add("mode_collapse", "beats-hasty", "beats dense1d", below("spread", 0.5),
    "oscillation generator_dominates discriminator_dominates", steps=2500, loss="hinge", **hasty)
# fmt: on

# --- vanishing_gradient ---

lost = "discriminator_dominates unsuitable_loss"
won = all_of(above("ranked", 0.97), above("far", 0.4))
gone = all_of(won, lambda t: typical(t, "gradient") < 1e-3)
# fmt: off
add("vanishing_gradient", "star-squashed", "star maxout", gone, lost, steps=3000,
    loss="squashed_squares", rebuild=away(5.0), n_critic=3, lr=(2e-6, 2e-3))
add("vanishing_gradient", "eight-saturated", "eight gelu", gone,
    "discriminator_dominates mode_collapse", steps=4000, loss="least_squares", optimizer="momentum",
    lr=(3e-3, 1e-2), rebuild=with_g(lambda G: nn.Sequential(G, Apply(bounded(1.5, 9.0)))))
add("vanishing_gradient", "beats-minimax", "beats dense1d", gone, lost, steps=2500,
    loss="minimax", rebuild=away(1.0), lr=(2e-5, 1e-3), n_critic=2, batch=48)
add("vanishing_gradient", "corners-numb", "corners gelu", gone,
    "discriminator_dominates mode_collapse", steps=4000, rebuild=with_g(numb), lr=(1e-3, 1e-3))
# fmt: on

# --- discriminator_dominates ---

alive = all_of(won, lambda t: typical(t, "gradient") > 1e-2)
# fmt: off
add("discriminator_dominates", "weather-held-back", "weather maxout", alive,
    "undertrained underfitting", steps=3500, step=held_back(0.05), optimizer="momentum",
    lr=(4e-4, 3e-2), loss="hinge")
add("discriminator_dominates", "sensors-many-turns", "sensors selu", alive, "undertrained",
    steps=1200, n_critic=8, optimizer="rmsprop", lr=(2e-6, 1e-3))
add("discriminator_dominates", "tracks-resumed", "tracks dense1d", alive,
    "undertrained underfitting oscillation", steps=2500, step=starts_over("generator", 25),
    lr=(2e-4, 1e-3), loss="relativistic")
add("discriminator_dominates", "genes-head-start", "genes gelu", alive, "undertrained", steps=4000,
    step=waits(1500), lr=(3e-6, 1e-3), loss="least_squares")
add("discriminator_dominates", "switches-fast-critic", "switches dense1d", alive, "undertrained",
    steps=2000, n_critic=2, lr=(5e-6, 1e-3))
# fmt: on

# --- generator_dominates ---

weak = all_of(below("ranked", 0.62), above("far", 0.4))
# fmt: off
add("generator_dominates", "weather-two-columns", "weather gelu", weak,
    "underfitting mode_collapse", steps=4000,
    shown=lambda x: torch.cat([x[:, :2], 0 * x[:, 2:]], 1), **calm)
add("generator_dominates", "saws-first-steps", "saws dense1d", weak, "underfitting mode_collapse",
    steps=2500, shown=lambda x: F.pad(x[..., :3], (0, 29)), lr=(1e-3, 2e-4))
add("generator_dominates", "corners-slow-critic", "corners selu", weak, "mode_collapse oscillation",
    steps=4000, lr=(1e-3, 1e-7),
    rebuild=with_g(lambda G: nn.Sequential(G, Apply(bounded(2.0)))))
add("generator_dominates", "sensors-new-critic", "sensors gelu", weak,
    "mode_collapse oscillation underfitting", steps=3000, step=starts_over("discriminator", 3),
    lr=(2e-4, 2e-4), rebuild=with_g(lambda G: nn.Sequential(G, Apply(bounded(4.0)))))
add("generator_dominates", "torus-clamped-view", "torus selu", weak, "underfitting mode_collapse",
    steps=4000, shown=lambda x: x.clamp(-0.15, 0.15), lr=(1e-3, 1e-3))

# --- divergence ---

add("divergence", "torus-steep-descent", "torus selu", exploded(), "oscillation", steps=3000,
    optimizer="momentum", lr=(0.3, 0.3), loss="least_squares")
add("divergence", "weather-never-cleared", "weather gelu", exploded(), "oscillation",
    steps=2500, step=never_cleared, optimizer="sgd", lr=(3e-3, 3e-3), loss="wasserstein")
add("divergence", "tracks-strides", "tracks dense1d", above("score", 1e4),
    "discriminator_dominates mode_collapse", steps=2000, optimizer="rmsprop", lr=(0.1, 0.2),
    loss="hinge")
add("divergence", "corners-fourth-power", "corners gelu", exploded(), steps=2000,
    penalty=fourth_power(300.0), optimizer="sgd", lr=(1e-2, 5e-2))
add("divergence", "sensors-exponential", "sensors selu", exploded(), "unsuitable_loss", steps=3000,
    rebuild=with_g(lambda G: nn.Sequential(G, Apply(lambda x: x.exp() - 1))), loss="wasserstein",
    lr=(1e-3, 3e-3))

# --- oscillation ---

add("oscillation", "islands-in-order", "islands gelu", goes_round(), "mode_collapse", steps=5000,
    step=in_order(angle, 16.0), looks=90, lr=(1e-3, 1e-3))
add("oscillation", "speck-linear-critic", "speck gelu", goes_round(), "generator_dominates",
    steps=4000, loss="wasserstein", optimizer="sgd", lr=(5e-3, 5e-3), clip=1.0, looks=80,
    rebuild=with_d(lambda D: nn.Linear(4, 1)))
add("oscillation", "star-momentum", "star selu", goes_round(), "mode_collapse", steps=4000,
    loss="wasserstein", clip=0.1, optimizer="momentum", lr=(1e-3, 1e-3), looks=80)
add("oscillation", "tracks-in-order", "tracks dense1d", goes_round(), "mode_collapse", steps=3000,
    step=in_order(lambda x: angle(x[:, :, -1]), 12.0), looks=90, lr=(5e-4, 1e-3), loss="hinge")

# --- undertrained ---

add("undertrained", "corners-slow", "corners maxout", stopped_short(), steps=1000, beyond=1000,
    lr=(2e-5, 5e-5), penalty=r1(0.1))
add("undertrained", "sensors-slow", "sensors selu", stopped_short(), "discriminator_dominates",
    steps=1200, beyond=1200, lr=(5e-5, 8e-5), loss="least_squares", batch=128)
add("undertrained", "switches-short", "switches dense1d", stopped_short(),
    "discriminator_dominates", steps=500, beyond=500, lr=(5e-5, 1e-4), penalty=r1(0.3))

# --- underfitting ---

short = all_of(steady("far", 1.6), above("far", 0.13), above("ranked", 0.65),
    lambda t: typical(t, "gradient") > 1e-3)
add("underfitting", "torus-linear", "torus gelu", short, "discriminator_dominates", steps=4000,
    rebuild=with_g(lambda G: nn.Linear(6, 3)), penalty=r1(0.01), **calm)
add("underfitting", "sensors-two-factors", "sensors selu", short, "discriminator_dominates",
    steps=4000, rebuild=with_g(lambda G: nn.Sequential(nn.Linear(10, 2), nn.Linear(2, 30))),
    penalty=r1(0.3), loss="hinge", **calm)
add("underfitting", "tracks-straight", "tracks dense1d", short, "discriminator_dominates",
    steps=2000, rebuild=with_g(straight), penalty=r1(0.3), lr=(1e-3, 5e-4), decay=0.2)
add("underfitting", "beats-three-waves", "beats dilated", short, "discriminator_dominates",
    steps=2000, rebuild=with_g(waves_only(40)), penalty=r1(0.3), lr=(1e-3, 5e-4), decay=0.2)

# --- discriminator_overfitting ---

fitted = above("fitted", 0.8)
scarce = "data_problem memorisation discriminator_dominates"
add("discriminator_overfitting", "sensors-few", "sensors selu", fitted, scarce, steps=4000,
    change=few(60), hold=True, lr=(1e-3, 2e-3))
add("discriminator_overfitting", "genes-few", "genes maxout", fitted, scarce, steps=4000,
    change=few(50), hold=True, loss="hinge", batch=32, lr=(1e-3, 2e-3))
add("discriminator_overfitting", "beats-few", "beats dense1d", fitted, scarce, steps=2500,
    change=few(50), hold=True, lr=(1e-3, 1e-3),
    rebuild=with_d(lambda D: nn.Sequential(nn.Flatten(), mlp(40, 160, 160, 1, act=steep))))

# --- memorisation ---

copied = below("near", 0.35)
alike = "data_problem discriminator_overfitting"
add("memorisation", "sensors-kept", "sensors neighbours", copied,
    alike + " discriminator_dominates", steps=3500, change=few(400), hold=True, loss="hinge")
add("memorisation", "shares-pulled", "shares gelu", copied, alike, steps=4000, change=few(6),
    hold=True, extra=nearest_pull(30.0), decay=0.1)
add("memorisation", "beats-answered", "beats dense1d", copied, alike, steps=2500, change=few(48),
    hold=True, step=answering(20.0, KEYS), latents=near_key(KEYS))

# --- unsuitable_loss ---

add("unsuitable_loss", "star-unbounded", "star maxout", all_of(grew(10), above("far", 0.3)),
    "divergence oscillation mode_collapse", steps=4000, loss="wasserstein", lr=(1e-3, 5e-3))
add("unsuitable_loss", "islands-backwards", "islands gelu", above("far", 1.0),
    "discriminator_dominates divergence vanishing_gradient mode_collapse", steps=3500,
    loss="backwards", lr=(2e-4, 1e-3))
add("unsuitable_loss", "sensors-minimax", "sensors selu", gone,
    "vanishing_gradient discriminator_dominates", steps=3000, loss="ascent_minimax", n_critic=2,
    lr=(2e-6, 3e-3), rebuild=away(3.0))

# --- data_problem ---

add("data_problem", "sensors-beyond-tanh", "sensors selu", out_of_reach(0.3),
    "discriminator_dominates underfitting vanishing_gradient", steps=3500, change=scaled(2.0),
    rebuild=with_g(lambda G: nn.Sequential(G, nn.Tanh())))
add("data_problem", "tracks-repeated", "tracks dense1d", doubles(0.9),
    "memorisation discriminator_overfitting mode_collapse discriminator_dominates", steps=2000,
    change=repeated(20), lr=(5e-4, 5e-4))
add("data_problem", "corners-sixteen", "corners gelu", lambda t: len(t.game.data.train) == 16,
    "memorisation discriminator_overfitting mode_collapse", steps=3500, change=few(16))

# --- condition_ignored ---

add("condition_ignored", "genes-deaf", "genes projected", obedient(0, 0.55),
    "discriminator_dominates underfitting mode_collapse", steps=3500, labelled=True,
    penalty=r1(0.1), rebuild=with_g(deaf), **calm)
add("condition_ignored", "petals-unheard", "petals judged",
    all_of(below("far", 0.3), obedient(0, 0.45)), steps=4000, labelled=True,
    step=classified(heard=0.0), **calm)
add("condition_ignored", "petals-out-of-step", "petals projected",
    all_of(below("far", 0.3), obedient(0, 0.35)), "data_problem", steps=4000, labelled=True,
    change=mislabelled, penalty=r1(0.05), **calm)
# fmt: on

# --- pictures that go wrong ---

# fmt: off
add("mode_collapse", "crescents-hasty", "crescents bilinear", below("spread", 0.5),
    "oscillation generator_dominates discriminator_dominates", batch=48, steps=700, n_generator=3,
    optimizer="adam9", lr=(3e-3, 1e-4))
add("mode_collapse", "boxes-dark-half", "boxes bilinear",
    part(lambda x: x.mean((1, 2, 3)) > DARK, 0, 0.12), batch=48, steps=1200,
    reals=front_half(lambda x: x.mean((1, 2, 3))), lr=(6e-4, 4e-4), loss="hinge")
add("undertrained", "tracks-short", "tracks dense1d", stopped_short(), "discriminator_dominates",
    steps=850, beyond=850, lr=(2e-4, 1e-4), penalty=r1(0.5))
add("discriminator_overfitting", "views-few", "views bilinear", fitted, scarce + " artefacts",
    steps=1000, batch=36, change=few(30), hold=True, lr=(4e-4, 1e-3), loss="hinge")
add("memorisation", "views-kept", "views neighbours2d", copied, alike + " discriminator_dominates",
    batch=48, steps=900, change=few(200), hold=True, lr=(1e-4, 2e-4))
add("data_problem", "boxes-unread", "boxes bilinear", doubles(0.4), "mode_collapse memorisation",
    batch=48, steps=1100, change=blanks(0.55), lr=(6e-4, 4e-4))
add("condition_ignored", "signs-normed", "signs told_pictures",
    all_of(below("far", 0.45), obedient(0, 0.55)), steps=1500, batch=48, labelled=True,
    lr=(1e-3, 6e-4), penalty=r1(0.1), decay=0.05, rebuild=with_d(normed))
add("artefacts", "crescents-every-other", "crescents bilinear", finer(3),
    "generator_dominates discriminator_dominates", batch=48, steps=1100, lr=(6e-4, 4e-4),
    rebuild=lambda G, D: (pixel_shuffled(G), every_other(D)))
add("artefacts", "boxes-seams", "boxes bilinear", tiled(4, 1.4), "discriminator_dominates",
    batch=48, steps=1000, lr=(6e-4, 4e-4), loss="hinge",
    rebuild=lambda G, D: (nn.Sequential(G, Apply(seams)), blurred(D)))
add("artefacts", "numerals-droplet", "numerals bilinear", spotted, "discriminator_dominates",
    batch=48, steps=700, lr=(8e-4, 4e-4), shown=without_corner,
    rebuild=with_g(lambda G: nn.Sequential(G, Apply(droplet))))
add("artefacts", "crescents-pixelated", "crescents bilinear", tiled(2, 3),
    "discriminator_dominates generator_dominates", batch=48, steps=1100, lr=(6e-4, 4e-4),
    rebuild=lambda G, D: (nn.Sequential(G, Apply(pixelated)), halved_size(D)))
# fmt: on
