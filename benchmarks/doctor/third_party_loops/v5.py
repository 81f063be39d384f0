"""Suite v5 of loops: held out until shortly before that of seed 14, development data since."""

import copy
import itertools
import math
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm, weight_norm

from benchmarks.doctor.third_party_loops.checks import (
    Check,
    Suite,
    Trace,
    above,
    all_of,
    apart,
    below,
    covered,
    doubles,
    exploded,
    goes_round,
    marked,
    modes,
    out_of_reach,
    rougher,
    roughness,
    sliced,
    steady,
    stopped_short,
    typical,
    unbounded,
)
from benchmarks.doctor.third_party_loops.loop import (
    LOSSES,
    Change,
    Data,
    Game,
    Outcome,
    Rates,
    Step,
    bounded,
    by_file,
    descend,
    few,
    fixed,
    gradient_penalty,
    mislabelled,
    mixture,
    r1,
    repeated,
    scaled,
    seen,
    split,
    stored,
    tutorial,
)
from benchmarks.doctor.third_party_loops.nets import (
    Always,
    Apply,
    Nets,
    Rebuild,
    Residual,
    downs,
    mlp,
    then,
    with_d,
    with_g,
)

# --- data ---


def triangle() -> Data:
    """The three sides of a triangle."""
    a = 2 * math.pi * torch.arange(3) / 3 + 0.4
    tips = 1.7 * torch.stack([a.cos(), a.sin()], 1)
    side, u = torch.randint(3, (12000,)), torch.rand(12000, 1)
    points = (1 - u) * tips[side] + u * tips[(side + 1) % 3]
    return split(points + 0.06 * torch.randn(12000, 2), 4000)


def constellation() -> Data:
    """Eleven clouds at odd places, of which some are twice as frequent."""
    centres = torch.tensor(
        [[-1.6, -1.0], [-0.9, -1.6], [0.0, -0.9], [0.9, -1.5], [1.6, -0.7], [-1.2, 0.1], [0.5, 0.2],
         [1.4, 0.7], [-1.7, 1.2], [-0.4, 1.3], [0.7, 1.6]]
    )  # fmt: skip
    return mixture(centres, 0.16, weights=torch.tensor([2.0, 1, 1, 2, 1, 1, 2, 1, 2, 1, 1]))


def simplex() -> Data:
    """Six clouds at the corners of a simplex in five dimensions."""
    corners = 1.9 * (torch.eye(6) - 1 / 6)
    flat = torch.linalg.svd(corners)[2][:5]
    return mixture(corners @ flat.T, 0.24, weights=torch.tensor([1.6, 1.3, 1.0, 1.0, 0.8, 0.7]))


def fan() -> Data:
    """A wave that is thin at one end and wide at the other."""
    x = 3.2 * torch.rand(12000) - 1.6
    wide = 0.05 + 0.16 * (x + 1.6)
    return split(torch.stack([x, 0.8 * torch.sin(2 * x) + wide * torch.randn(12000)], 1), 4000)


def mobius() -> Data:
    """A band with half a twist."""
    u, v = 2 * math.pi * torch.rand(12000), 0.9 * torch.rand(12000) - 0.45
    r = 1.1 + v * (u / 2).cos()
    points = torch.stack([r * u.cos(), r * u.sin(), v * (u / 2).sin()], 1)
    return split(points + 0.03 * torch.randn(12000, 3), 4000)


def housing() -> Data:
    """Nine columns: rooms are counts, a garden is often nought, a price follows from the others."""
    n, z = 12000, torch.randn(12000, 6)
    area = 0.8 * z[:, 0]
    rooms = (3 + 1.2 * area + 0.7 * z[:, 1]).round().clamp(1, 7) / 2 - 1.5
    centre = (0.5 * (-torch.log(torch.rand(n)))).clamp(max=2.5)
    garden = F.relu(0.6 * centre + 0.5 * z[:, 2] - 0.3)
    age = 1.6 * torch.rand(n) - 0.8
    lift = (torch.rand(n) < torch.sigmoid(1.5 - 3 * centre)).float() - 0.5
    energy = 0.7 * age + 0.3 * z[:, 3]
    price = 0.6 * area - 0.5 * centre + 0.3 * garden - 0.3 * energy + 0.25 * z[:, 4]
    rent = 0.7 * price + 0.2 * price**2 + 0.2 * z[:, 5]
    columns = [area, rooms, centre, garden, age, lift, energy, price, rent]
    return split(torch.stack(columns, 1) + 0.03 * torch.randn(n, 9), 4000)


def voices() -> Data:
    """Twenty bands of two kinds of voices, each like its neighbours."""
    n, band = 12000, torch.arange(20.0)
    kind = torch.randint(2, (n,))
    alike = 0.75 ** (band[:, None] - band).abs()
    shape = torch.stack([(band / 4).sin(), (band / 4 + 1.2).cos()])[kind]
    scale = (0.25 * torch.randn(n, 1)).exp()
    noise = scale * torch.randn(n, 20) @ torch.linalg.cholesky(alike).T
    return split(0.7 * shape + 0.7 * noise, 4000, kind)


def needle() -> Data:
    """Six columns that hardly vary and lean a little: alike by nature."""
    mixing = torch.eye(6) + 0.5 * torch.randn(6, 6, generator=fixed(4))
    lean = torch.distributions.Gamma(3.0, 3.0).sample((12000, 6)) - 1
    return split(torch.linspace(-0.9, 1.1, 6) + 0.12 * lean @ mixing, 4000)


def orbits() -> Data:
    """Four kinds of arcs that cross one another."""
    n, kind = 12000, torch.randint(4, (12000,))
    r = torch.tensor([0.6, 1.0, 1.4, 1.8])[kind] + 0.06 * torch.randn(n)
    a = torch.tensor([0.3, 2.0, 3.6, 5.2])[kind] + 2.0 * torch.rand(n)
    return split(torch.stack([r * a.cos(), r * a.sin()], 1), 4000, kind)


def decays() -> Data:
    """A string that is plucked and dies away, as [1, T]."""
    n, t = 6000, torch.arange(32.0)
    pitch, phase = 0.09 + 0.07 * torch.rand(n, 1), 2 * math.pi * torch.rand(n, 1)
    lasts, loud = 8 + 14 * torch.rand(n, 1), 0.8 + 0.5 * torch.rand(n, 1)
    tone = loud * torch.exp(-t / lasts) * torch.sin(2 * math.pi * pitch * t + phase)
    return split((tone + 0.03 * torch.randn(n, 32))[:, None], 2000)


def stairs() -> Data:
    """A level that rises by jumps, as [1, T]."""
    n = 6000
    jumps = (torch.rand(n, 32) < 0.12) * (0.25 + 0.4 * torch.rand(n, 32))
    level = 0.6 * torch.rand(n, 1) + jumps.cumsum(1) - 1.1
    return split((level + 0.03 * torch.randn(n, 32))[:, None], 2000)


def bursts() -> Data:
    """Noise that swells and fades, as [1, T]: fine texture by nature."""
    n, t = 6000, torch.arange(40.0)
    at, wide = 10 + 20 * torch.rand(n, 1), 4 + 5 * torch.rand(n, 1)
    noise = torch.randn(n, 41)
    noise = noise[:, 1:] - 0.5 * noise[:, :-1]
    swell = 0.15 + 0.8 * torch.exp(-(((t - at) / wide) ** 2) / 2)
    return split((swell * noise)[:, None], 2000)


def daily() -> Data:
    """A day's warmth and load by the hour, of three kinds of days, as [2, T]."""
    n, t, kind = 6000, torch.arange(24.0), torch.randint(3, (6000,))
    season, peak = torch.randn(n, 1), 14 + torch.randn(n, 1)
    warm = 0.4 * season + 0.5 * torch.cos(2 * math.pi * (t - peak) / 24)

    def hump(at: float, wide: float) -> Tensor:
        return torch.exp(-(((t - at - 0.7 * torch.randn(n, 1)) / wide) ** 2) / 2)

    loads = torch.stack([hump(8, 2) + 0.8 * hump(18, 2), 1.1 * hump(12, 4), 0.9 * hump(20, 3)], 1)
    load = loads[torch.arange(n), kind] * (1 - 0.2 * season) - 0.4
    return split(torch.stack([warm, load], 1) + 0.03 * torch.randn(n, 2, 24), 2000, kind)


def wires() -> Data:
    """Two thin lines across the picture."""
    n, x = 5000, torch.arange(16.0) - 7.5
    lit = torch.zeros(n, 16, 16)
    for _ in range(2):
        a, off = math.pi * torch.rand(n, 1, 1), 10 * torch.rand(n, 1, 1) - 5
        far = (x * a.cos() + x[:, None] * a.sin() - off).abs()
        lit = torch.maximum(lit, torch.sigmoid(4 * (0.9 - far)))
    return split((1.6 * lit - 0.8 + 0.04 * torch.randn(n, 16, 16))[:, None].clamp(-1, 1), 1500)


def balloons() -> Data:
    """A round balloon with a light spot, before a plain sky."""
    n, x = 5000, torch.arange(16.0)
    cx, cy = 6 + 4 * torch.rand(2, n, 1, 1)
    r = 3 + 2 * torch.rand(n, 1, 1)
    far = ((x[None, None] - cx) ** 2 + (x[None, :, None] - cy) ** 2).sqrt()
    spot = (x[None, None] - cx + r / 3) ** 2 + (x[None, :, None] - cy + r / 3) ** 2
    inside = torch.sigmoid(3 * (r - far))[:, None]
    hue = 2 * math.pi * torch.rand(n, 1)
    colour = 0.7 * torch.cos(hue + 2 * math.pi * torch.arange(3) / 3)[:, :, None, None]
    sky = torch.tensor([-0.5, -0.1, 0.5])[:, None, None] + 0.5 * torch.rand(n, 1, 1, 1) - 0.3
    shine = 0.5 * torch.exp(-spot / 2)[:, None] * inside
    pictures = inside * colour + (1 - inside) * sky + shine
    return split((pictures + 0.06 * torch.randn(n, 3, 16, 16)).clamp(-1, 1), 1500)


def horizons() -> Data:
    """Ground, sky and a sun, by day or by night."""
    n, x = 5000, torch.arange(16.0)
    line, slope = 7 + 5 * torch.rand(n, 1, 1), 0.3 * torch.randn(n, 1, 1)
    ground = torch.sigmoid(2 * (x[:, None] - line - slope * (x - 7.5)))[:, None]
    cx, cy = 2 + 12 * torch.rand(n, 1, 1), 2 + 3 * torch.rand(n, 1, 1)
    sun = torch.exp(-((x - cx) ** 2 + (x[:, None] - cy) ** 2) / 4)[:, None]
    day = torch.rand(n, 1, 1, 1)
    day = torch.where(day < 0.5, 0.3 * day, 0.7 + 0.3 * day)
    high = x[:, None] / 16
    sky = day * torch.tensor([0.2, 0.5, 0.9])[:, None, None] + (0.5 * high - 0.7) * (1.2 - day / 2)
    earth = torch.tensor([0.1, 0.2, -0.4])[:, None, None] + 0.6 * day - 0.7
    sky = sky + sun * torch.tensor([0.9, 0.8, 0.3])[:, None, None]
    pictures = ground * earth + (1 - ground) * sky + 0.15 * torch.randn(n, 3, 1, 1)
    return split((pictures + 0.06 * torch.randn(n, 3, 16, 16)).clamp(-1, 1), 1500)


def ripples() -> Data:
    """Waves from a stone in the water."""
    n, x = 4500, torch.arange(24.0)
    cx, cy = 4 + 16 * torch.rand(2, n, 1, 1)
    far = ((x[None, None] - cx) ** 2 + (x[None, :, None] - cy) ** 2).sqrt()
    long, phase = 5 + 3 * torch.rand(n, 1, 1), 2 * math.pi * torch.rand(n, 1, 1)
    wave = torch.cos(2 * math.pi * far / long + phase) * torch.exp(-far / 14)
    return split((0.8 * wave + 0.04 * torch.randn(n, 24, 24))[:, None].clamp(-1, 1), 1200)


STROKES = {
    "L": "x..x..x..xxx",
    "T": "xxx.x..x..x.",
    "H": "x.xxxxx.xx.x",
    "Z": "xxx..x.x.xxx",
    "U": "x.xx.xx.xxxx",
}


def letters() -> Data:
    """One of five letters, written large or small, high or low, and labelled."""
    n, kind = 5000, torch.randint(5, (5000,))
    rows = [[float(c == "x") for c in STROKES[k]] for k in STROKES]
    forms = F.interpolate(torch.tensor(rows).reshape(5, 1, 4, 3), (12, 9))
    forms = F.pad(F.avg_pool2d(F.pad(forms, (1, 1, 1, 1)), 3, 1), (3, 4, 2, 2))[kind]
    size, turn = 0.85 + 0.4 * torch.rand(n), 0.2 * torch.randn(n)
    move = 0.25 * torch.rand(n, 2) - 0.125
    rotate = torch.stack([turn.cos(), -turn.sin(), turn.sin(), turn.cos()], 1).reshape(n, 2, 2)
    change = torch.cat([size[:, None, None] * rotate, move[:, :, None]], 2)
    grid = F.affine_grid(change, (n, 1, 16, 16), align_corners=False)
    drawn = F.grid_sample(forms, grid, align_corners=False)
    return split((1.7 * drawn - 0.85 + 0.04 * torch.randn(n, 1, 16, 16)).clamp(-1, 1), 1500, kind)


def ones() -> Data:
    """The digit one, and nothing else: alike by nature."""
    pictures, labels = stored("mnist", 16, 30000)
    return split(pictures[torch.as_tensor(labels) == 1], 800)


DATA = {
    "triangle": triangle,
    "constellation": constellation,
    "simplex": simplex,
    "fan": fan,
    "mobius": mobius,
    "housing": housing,
    "voices": voices,
    "needle": needle,
    "orbits": orbits,
    "decays": decays,
    "stairs": stairs,
    "bursts": bursts,
    "daily": daily,
    "wires": wires,
    "balloons": balloons,
    "horizons": horizons,
    "ripples": ripples,
    "letters": letters,
    "ones": ones,
}

# --- nets: G, D and the shape of a latent ---


def kink() -> nn.Module:
    """The activation of most of the nets."""
    return nn.LeakyReLU(0.15)


def weighed(data: Data, latent: int = 8) -> Nets:
    """Weight norm in both."""
    d = data.train.shape[1]
    G, D = mlp(latent, 80, 80, 80, d, act=kink), mlp(d, 96, 96, 1, act=kink)
    for layer in [*G, *D]:
        if isinstance(layer, nn.Linear):
            weight_norm(layer)
    return G, D, (latent,)


def tight(data: Data, latent: int = 10) -> Nets:
    """G with batch norm, D with spectral norm."""
    d = data.train.shape[1]
    D = nn.Sequential(
        spectral_norm(nn.Linear(d, 112)), kink(), spectral_norm(nn.Linear(112, 112)), kink(),
        spectral_norm(nn.Linear(112, 112)), kink(), nn.Linear(112, 1),
    )  # fmt: skip
    return mlp(latent, 96, 96, 96, d, norm=nn.BatchNorm1d), D, (latent,)


class Dense(nn.Module):
    """Every layer sees what all of those before it saw and found."""

    def __init__(self, d: int, width: int, depth: int, out: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(d + k * width, width) for k in range(depth))
        self.out = nn.Linear(d + depth * width, out)

    def forward(self, x: Tensor) -> Tensor:
        """Apply the net."""
        for layer in self.layers:
            x = torch.cat([x, F.hardswish(layer(x))], 1)
        return self.out(x)


def densely(data: Data, latent: int = 8) -> Nets:
    """Dense blocks in both."""
    d = data.train.shape[1]
    return Dense(latent, 48, 3, d), Dense(d, 48, 3, 1), (latent,)


def scaled_rms(data: Data, latent: int = 8) -> Nets:
    """G normalises by root mean squares."""
    d = data.train.shape[1]
    G = mlp(latent, 88, 88, 88, d, act=nn.Hardswish, norm=nn.RMSNorm)
    return G, mlp(d, 96, 96, 96, 1, act=nn.CELU), (latent,)


def dropped(data: Data, latent: int = 12) -> Nets:
    """D drops a tenth of its features."""
    d = data.train.shape[1]
    D = nn.Sequential(
        nn.Linear(d, 128), kink(), nn.Dropout(0.1), nn.Linear(128, 128), kink(), nn.Dropout(0.1),
        nn.Linear(128, 1),
    )  # fmt: skip
    return mlp(latent, 96, 96, 96, d, act=kink), D, (latent,)


class Sine(nn.Module):
    """A sine as activation."""

    def forward(self, x: Tensor) -> Tensor:
        """Apply the net."""
        return torch.sin(x)


def sines(data: Data, latent: int = 6) -> Nets:
    """G is made of sines."""
    d = data.train.shape[1]
    return mlp(latent, 96, 96, 96, d, act=Sine), mlp(d, 112, 112, 1, act=kink), (latent,)


class Choosing(nn.Module):
    """A trunk that has an end for each class."""

    def __init__(self, trunk: nn.Module, width: int, out: int, classes: int) -> None:
        super().__init__()
        self.trunk, self.ends = trunk, nn.Linear(width, out * classes)
        self.classes = classes

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Apply the net."""
        every = self.ends(self.trunk(x)).unflatten(1, (self.classes, -1))
        return every[torch.arange(len(y)), y]


def choosing(data: Data, latent: int = 6) -> Nets:
    """Both have an end for each class."""
    d, classes = data.train.shape[1], int(data.labels.max()) + 1
    G = Choosing(mlp(latent, 88, 88, act=kink, last=kink()), 88, d, classes)
    return G, Choosing(mlp(d, 88, 88, act=kink, last=kink()), 88, 1, classes), (latent,)


def pooled1d(data: Data) -> Nets:
    """G stretches a sequence, D reads it and takes its mean and its peaks."""
    channels, length = data.train.shape[1:]
    G = nn.Sequential(
        nn.Linear(14, 40 * (length // 4)), nn.Unflatten(1, (40, length // 4)), kink(),
        nn.Upsample(scale_factor=2, mode="linear"), nn.Conv1d(40, 32, 5, 1, 2), kink(),
        nn.Upsample(scale_factor=2, mode="linear"), nn.Conv1d(32, 24, 5, 1, 2), kink(),
        nn.Conv1d(24, channels, 5, 1, 2),
    )  # fmt: skip
    return G, nn.Sequential(reader1d(channels), nn.Flatten(), nn.Linear(12 * length, 1)), (14,)


def reader1d(channels: int) -> nn.Sequential:
    """The convolutions of a D of sequences."""
    return nn.Sequential(
        nn.Conv1d(channels, 24, 7, 2, 3), kink(), nn.Conv1d(24, 48, 5, 2, 2), kink(),
        nn.Conv1d(48, 48, 3, 1, 1), kink(),
    )  # fmt: skip


def with_spectrum(x: Tensor) -> Tensor:
    """Sequences and the sizes of their frequencies, as vectors."""
    power = torch.fft.rfft(x, norm="ortho").abs()
    return torch.cat([x.flatten(1), power.flatten(1)], 1)


def heard1d(data: Data) -> Nets:
    """A dense G of a sequence; a dense D of its values and of its spectrum."""
    channels, length = data.train.shape[1:]
    flat = nn.Unflatten(1, (channels, length))
    seen = channels * (length + length // 2 + 1)
    D = nn.Sequential(Apply(with_spectrum), mlp(seen, 128, 128, 1, act=kink))
    return mlp(16, 128, 128, channels * length, act=nn.Hardswish, last=flat), D, (16,)


class Named(nn.Module):
    """A net that is told the class beside its latent."""

    def __init__(self, net: nn.Module, classes: int) -> None:
        super().__init__()
        self.net, self.classes = net, classes

    def forward(self, z: Tensor, y: Tensor) -> Tensor:
        """Apply the net."""
        return self.net(torch.cat([z, 2 * F.one_hot(y, self.classes).float()], 1))


def named1d(data: Data) -> Nets:
    """G of sequences is told the class; D has an end for each."""
    channels, length = data.train.shape[1:]
    classes = int(data.labels.max()) + 1
    flat = nn.Unflatten(1, (channels, length))
    G = Named(mlp(10 + classes, 96, 96, channels * length, act=kink, last=flat), classes)
    trunk = nn.Sequential(reader1d(channels), nn.Flatten(), nn.Linear(12 * length, 64), kink())
    return G, Choosing(trunk, 64, 1, classes), (10,)


def judge(c: int, size: int, *widths: int) -> nn.Sequential:
    """Scores of the four corners of a picture."""
    return nn.Sequential(*downs([c, *widths]), nn.Conv2d(widths[-1], 1, size // 4 - 1))


def subpixel(data: Data, latent: int = 24) -> Nets:
    """G spreads channels into pixels."""
    c, _, size = data.train.shape[1:]
    base = size // 4
    G = nn.Sequential(
        nn.Linear(latent, 48 * base * base), nn.Unflatten(1, (48, base, base)), kink(),
        nn.Conv2d(48, 96, 3, 1, 1), nn.PixelShuffle(2), nn.BatchNorm2d(24), kink(),
        nn.Conv2d(24, 64, 3, 1, 1), nn.PixelShuffle(2), kink(), nn.Conv2d(16, c, 3, 1, 1),
        nn.Tanh(),
    )  # fmt: skip
    return G, judge(c, size, 24, 48), (latent,)


def fives(data: Data, latent: int = 20) -> Nets:
    """Kernels of five, as long ago."""
    c, _, size = data.train.shape[1:]
    base = size // 4
    G = nn.Sequential(
        nn.Linear(latent, 48 * base * base), nn.Unflatten(1, (48, base, base)),
        nn.BatchNorm2d(48), nn.ReLU(), nn.ConvTranspose2d(48, 24, 5, 2, 2, output_padding=1),
        nn.BatchNorm2d(24), nn.ReLU(), nn.ConvTranspose2d(24, c, 5, 2, 2, output_padding=1),
        nn.Tanh(),
    )  # fmt: skip
    D = nn.Sequential(*downs([c, 24, 48], kernel=5), nn.Flatten(), nn.Linear(48 * base**2, 1))
    return G, D, (latent,)


def grown(data: Data, latent: int = 16) -> Nets:
    """G doubles its pictures and smooths them."""
    c, _, size = data.train.shape[1:]
    base = size // 4
    G = nn.Sequential(
        nn.Linear(latent, 48 * base * base), nn.Unflatten(1, (48, base, base)),
        nn.BatchNorm2d(48), kink(), nn.Upsample(scale_factor=2), nn.Conv2d(48, 24, 3, 1, 1),
        nn.BatchNorm2d(24), kink(), nn.Upsample(scale_factor=2), nn.Conv2d(24, c, 5, 1, 2),
        nn.Tanh(),
    )  # fmt: skip
    return G, judge(c, size, 24, 48), (latent,)


def named2d(data: Data) -> Nets:
    """G of pictures is told the class; D has an end for each."""
    c, _, size = data.train.shape[1:]
    classes, base = int(data.labels.max()) + 1, size // 4
    G = nn.Sequential(
        nn.Linear(16 + classes, 48 * base * base), nn.Unflatten(1, (48, base, base)),
        nn.BatchNorm2d(48), kink(), nn.Upsample(scale_factor=2), nn.Conv2d(48, 24, 3, 1, 1),
        nn.BatchNorm2d(24), kink(), nn.Upsample(scale_factor=2), nn.Conv2d(24, c, 5, 1, 2),
        nn.Tanh(),
    )  # fmt: skip
    trunk = nn.Sequential(
        *downs([c, 24, 48]), nn.Flatten(), nn.Linear(48 * base * base, 64), kink()
    )
    return Named(G, classes), Choosing(trunk, 64, 1, classes), (16,)


NETS = {
    "weighed": weighed,
    "tight": tight,
    "densely": densely,
    "scaled_rms": scaled_rms,
    "dropped": dropped,
    "sines": sines,
    "choosing": choosing,
    "pooled1d": pooled1d,
    "heard1d": heard1d,
    "named1d": named1d,
    "subpixel": subpixel,
    "fives": fives,
    "grown": grown,
    "named2d": named2d,
}

# --- tricks ---


def cosine(game: Game, optimizers: Rates) -> Outcome:
    """The tutorial's turn at rates that warm up and fall like a cosine."""
    first = game.memory.setdefault("rates", dict(zip(optimizers, game.lr, strict=True)))
    done = min(1.0, game.turn / game.steps)
    part = min(1.0, game.turn / 200) * (0.03 + 0.97 * (1 + math.cos(math.pi * done)) / 2)
    for name, optimizer in optimizers.items():
        for group in optimizer.param_groups:
            group["lr"] = part * first[name]
    return tutorial(game, optimizers)


def averaged(keep: float = 0.995) -> Step:
    """The tutorial's turn; samples come from a slow copy of G."""

    def step(game: Game, optimizers: Rates) -> Outcome:
        if not game.memory:
            game.memory |= {"fast": game.G, "slow": copy.deepcopy(game.G)}
        game.G = game.memory["fast"]
        outcome = tutorial(game, optimizers)
        slow, part = game.memory["slow"], max(1 - keep, 1 / (1 + game.turn))
        with torch.no_grad():
            for old, new in zip(slow.parameters(), game.G.parameters(), strict=True):
                old.lerp_(new, part)
            for old, new in zip(slow.buffers(), game.G.buffers(), strict=True):
                old.copy_(new)
        game.G = slow
        return outcome

    return step


def lazily(every: int, gamma: float) -> Step:
    """The penalty is added in one turn of many, and is as many times as strong."""

    def step(game: Game, optimizers: Rates) -> Outcome:
        game.penalty = r1(every * gamma) if game.turn % every == 0 else None
        return tutorial(game, optimizers)

    return step


def clearing(size: float, turns: int) -> Step:
    """Noise on all that D is shown, which dies away."""

    def step(game: Game, optimizers: Rates) -> Outcome:
        level = size * max(0.0, 1 - game.turn / turns)
        game.shown = lambda x: x + level * torch.randn_like(x)
        outcome = tutorial(game, optimizers)
        game.shown = lambda x: x
        return outcome

    return step


def paired(game: Game, optimizers: Rates) -> Outcome:
    """D and G in one pass: the fakes that D learns from are those that G learns from."""
    of_d, of_g = LOSSES[game.loss]
    real, labels = game.draw(game.batch)
    fake = game.G(game.noise(game.batch), *labels)
    both = game.D(torch.cat([real, fake.detach()]), *(y.repeat(2) for y in labels))
    on_real, on_fake = both.split(game.batch)
    loss_d = of_d(on_real, on_fake)
    descend(optimizers["discriminator"], loss_d)
    loss_g = of_g(on_real.detach(), game.D(fake, *labels))
    descend(optimizers["generator"], loss_g)
    return seen(game, on_real, on_fake, loss_d, loss_g)


# --- losses beyond the shared ones ---

sp = F.softplus
LOSSES.update(
    {
        "double_sigmoid": (  # D ends in a sigmoid, and so does its loss
            lambda r, f: sp(-r.sigmoid()).mean() + sp(f.sigmoid()).mean(),
            lambda r, f: sp(-f.sigmoid()).mean(),
        ),
        "same": (  # G was handed D's loss
            lambda r, f: sp(-r).mean() + sp(f).mean(),
            lambda r, f: sp(f).mean(),
        ),
        "same_squares": (
            lambda r, f: ((r - 1) ** 2).mean() + (f**2).mean(),
            lambda r, f: (f**2).mean(),
        ),
    }
)

# --- mistakes ---


class Forgotten:
    """An optimizer of which one call is forgotten."""

    def __init__(self, optimizer: torch.optim.Optimizer, call: str) -> None:
        self.optimizer, self.call = optimizer, call

    def zero_grad(self) -> None:
        """Clear the gradients, if that was not forgotten."""
        if self.call != "zero_grad":
            self.optimizer.zero_grad()

    def step(self) -> None:
        """Move, if that was not forgotten."""
        if self.call != "step":
            self.optimizer.step()


def forgot(call: str, player: str) -> Step:
    """The tutorial's turn without one call for one player."""
    return lambda game, optimizers: tutorial(
        game, optimizers | {player: Forgotten(optimizers[player], call)}
    )


def misindented(every: int) -> Step:
    """G's part stands outside of the loop over batches."""

    def step(game: Game, optimizers: Rates) -> Outcome:
        call = "step" if game.turn % every else ""
        return forgot(call, "generator")(game, optimizers)

    return step


def wrong_parameters(game: Game, optimizers: Rates) -> Outcome:
    """D's optimizer was given the parameters of G."""
    return tutorial(game, optimizers | {"discriminator": optimizers["generator"]})


def scheduled(player: str, keep: float) -> Step:
    """A scheduler is stepped with every batch instead of every epoch."""

    def step(game: Game, optimizers: Rates) -> Outcome:
        for group in optimizers[player].param_groups:
            group["lr"] *= keep
        return tutorial(game, optimizers)

    return step


def detached(game: Game, optimizers: Rates) -> Outcome:
    """The fakes are detached for G's loss, too."""
    of_d, of_g = LOSSES[game.loss]
    real, _ = game.draw(game.batch)
    fake = game.G(game.noise(game.batch)).detach()
    on_real, on_fake = game.D(real), game.D(fake)
    loss_d = of_d(on_real, on_fake)
    descend(optimizers["discriminator"], loss_d)
    loss_g = of_g(on_real.detach(), game.D(fake))
    descend(optimizers["generator"], loss_g)
    return seen(game, on_real, on_fake, loss_d, loss_g)


def headstart(turns: int) -> Step:
    """D is trained alone at first."""

    def step(game: Game, optimizers: Rates) -> Outcome:
        call = "step" if game.turn < turns else ""
        return forgot(call, "generator")(game, optimizers)

    return step


def growing(part: float) -> Step:
    """The weight decay has the wrong sign."""

    def step(game: Game, optimizers: Rates) -> Outcome:
        outcome = tutorial(game, optimizers)
        with torch.no_grad():
            for p in itertools.chain(game.G.parameters(), game.D.parameters()):
                p.mul_(1 + part)
        return outcome

    return step


def class_by_class(turns: int) -> Step:
    """The file is sorted by class and is not shuffled."""

    def step(game: Game, optimizers: Rates) -> Outcome:
        kind = game.turn // turns % (int(game.data.labels.max()) + 1)
        rows = (game.data.labels == kind).nonzero()[:, 0]
        game.reals = lambda data, n: (data.train[rows[torch.randint(len(rows), (n,))]], ())
        return tutorial(game, optimizers)

    return step


def autoencodes(weight: float) -> Step:
    """G has an encoder in front, and is to give a real back, beside deceiving D."""

    def step(game: Game, optimizers: Rates) -> Outcome:
        of_d, of_g = LOSSES[game.loss]
        real, _ = game.draw(game.batch)
        fake = game.G(real + 0.02 * torch.randn_like(real))
        on_real, on_fake = game.D(real), game.D(fake.detach())
        loss_d = of_d(on_real, on_fake)
        descend(optimizers["discriminator"], loss_d)
        loss_g = of_g(on_real.detach(), game.D(fake)) + weight * (fake - real).abs().mean()
        descend(optimizers["generator"], loss_g)
        return seen(game, on_real, on_fake, loss_d, loss_g)

    return step


Draw = Callable[[Data, int], Any]


def missing(*labels: int) -> Draw:
    """Some folders of classes are not there."""

    def draw(data: Data, n: int) -> tuple[Tensor, tuple[()]]:
        rows = (~torch.isin(data.labels, torch.tensor(labels))).nonzero()[:, 0]
        return data.train[rows[torch.randint(len(rows), (n,))]], ()

    return draw


def front(by: Callable[[Tensor], Tensor], share: float) -> Draw:
    """Only the front part of a sorted file is read."""
    kept: list[Tensor] = []

    def draw(data: Data, n: int) -> tuple[Tensor, tuple[()]]:
        if not kept:
            kept.append(data.train[by(data.train).argsort()][: int(share * len(data.train))])
        return kept[0][torch.randint(len(kept[0]), (n,))], ()

    return draw


def beside(weight: float) -> Callable[[Tensor, Tensor], Tensor]:
    """A fake is to equal the real that happens to stand beside it."""
    return lambda fake, real: weight * (fake - real).abs().mean()


def refines(d: int) -> Rebuild:
    """G touches up a sample that it is handed."""
    return with_g(lambda G: Residual(mlp(d, 48, d, act=kink), Apply(lambda x: 0.05 * x)))


def wide(d: int, width: int = 256) -> Rebuild:
    """D is dense and wide."""
    return with_d(lambda D: nn.Sequential(nn.Flatten(), mlp(d, width, width, 1, act=kink)))


def much_dropout(share: float) -> Callable[[nn.Module], nn.Module]:
    """The share that is dropped is mistaken for the one that is kept."""

    def make(D: nn.Module) -> nn.Module:
        for module in D.modules():
            if isinstance(module, nn.Dropout):
                module.p = share
        return D

    return make


def standardised(x: Tensor) -> Tensor:
    """A batch without its own mean and deviation."""
    return (x - x.mean(0)) / (x.std(0) + 1e-4)


def undecoded(share: float) -> Change:
    """A share of the files could not be decoded and came out black."""

    def change(data: Data) -> Data:
        data.train[torch.rand(len(data.train)) < share] = -1.0
        return data

    return change


def one_wave(G: nn.Module) -> nn.Module:
    """Sequences of a level and one wave."""
    t = 2 * math.pi * 0.12 * torch.arange(32)
    basis = torch.stack([torch.ones(32), t.sin(), t.cos()])
    return nn.Sequential(mlp(14, 48, 3, act=kink), Apply(lambda a: (a @ basis)[:, None]))


def few_values(latent: int, c: int, coarse: int, size: int) -> Rebuild:
    """Pictures that are given by a few values and smooth between them."""
    up = nn.Upsample(size=(size, size), mode="bilinear", align_corners=True)
    shape = nn.Unflatten(1, (c, coarse, coarse))
    return with_g(
        lambda G: nn.Sequential(mlp(latent, 64, c * coarse**2, act=kink), shape, up, nn.Tanh())
    )


def raw_deconvolutions(latent: int, c: int, size: int) -> nn.Module:
    """Transposed convolutions whose kernel of three does not go with their stride of two."""
    base = size // 4
    return nn.Sequential(
        nn.Linear(latent, 40 * base * base), nn.Unflatten(1, (40, base, base)), nn.ReLU(),
        nn.ConvTranspose2d(40, 32, 3, 2, 1, output_padding=1), nn.ReLU(),
        nn.ConvTranspose2d(32, c, 3, 2, 1, output_padding=1), nn.Tanh(),
    )  # fmt: skip


def small_judge(c: int, h: int, w: int) -> nn.Module:
    """D of pictures that were made smaller."""
    return nn.Sequential(
        nn.Conv2d(c, 24, 3, 1, 1), kink(), nn.Conv2d(24, 32, 3, 1, 1), kink(), nn.Flatten(),
        nn.Linear(32 * h * w, 64), kink(), nn.Linear(64, 1),
    )  # fmt: skip


def encoder(d: int, width: int, decoder: nn.Module, latent: int) -> nn.Module:
    """G with an encoder in front."""
    return nn.Sequential(nn.Flatten(), mlp(d, 4 * width, latent, act=kink), decoder)


def plain_paint(latent: int, c: int, size: int) -> nn.Module:
    """A dense G of pictures."""
    shape = nn.Unflatten(1, (c, size, size))
    return nn.Sequential(mlp(latent, 160, 160, c * size**2, act=kink), shape, nn.Tanh())


# --- what is true ---


def fine(far: float, worst: float = 1.8) -> Check:
    """Close to unseen reals and as varied, no copies, and hardly better when played on."""

    def check(t: Trace) -> bool:
        level, held = t.mean("far", 0.25), t.game.data.held
        after = [k.far for k in t.looks if k.step > t.game.steps]
        gain = level / (sum(after) / len(after))
        done = gain < 1.25 or level < 1.5 * max(t.floor, 0.05)
        whole = t.game.data.centres is None or covered(t, 0.4) == len(t.game.data.centres)
        own = t.mean("near") > 0.6 and t.mean("fitted") < 0.7
        sharp = held.ndim != 4 or 0.7 < roughness(t.fakes) / roughness(held) < 1.35
        close = level < far and max(t.late("far", 0.25)) < worst * far
        return close and done and whole and own and sharp and 0.8 < t.mean("spread") < 1.2

    return check


def plain(x: Tensor) -> Tensor:
    """Samples as vectors."""
    return x.flatten(1)


def asked_for(t: Trace) -> float:
    """The share of fakes whose nearest reals are mostly of the class that was asked for."""
    data, known = t.game.data, t.game.data.held_labels
    wanted = known[:600]
    t.game.G.eval()
    with torch.no_grad():
        near = torch.cdist(plain(t.game.sample_as(wanted)), plain(data.held))
    found = known[near.topk(9, largest=False).indices].mode(1).values
    return float((found == wanted).float().mean())


def heeded(low: float, high: float = 1.0) -> Check:
    """So often does a fake belong to the class that was asked for."""
    return lambda t: low <= asked_for(t) <= high


def part_above(
    of: Callable[[Tensor], Tensor], limit: float, most: float, below: bool = False
) -> Check:
    """Hardly any fake, and many a real, is above (or below) the limit."""

    def check(t: Trace) -> bool:
        sign = -1.0 if below else 1.0
        both = t.fakes, t.game.data.held
        fake, real = ((sign * of(x) > sign * limit).float().mean() for x in both)
        return float(fake) < most and float(real) > 3 * most

    return check


def rarely(share: float, *labels: int) -> Check:
    """Fakes hardly ever lie among reals of these classes."""

    def check(t: Trace) -> bool:
        data = t.game.data
        near = torch.cdist(plain(t.fakes), plain(data.held)).topk(9, largest=False).indices
        found = data.held_labels[near].mode(1).values.bincount(minlength=10) / len(t.fakes)
        return bool(found[list(labels)].sum() < share)

    return check


def as_seen(far: float) -> Check:
    """What D is shown of the fakes is close to what it is shown of reals."""

    def check(t: Trace) -> bool:
        held = t.game.data.held[: len(t.fakes)]
        return sliced(t.game.shown(t.fakes), t.game.shown(held)) < far

    return check


SUITE = Suite(DATA, NETS)
add = SUITE.add
calm = {"batch": 128, "decay": 0.05}

# --- healthy ---

# fmt: off
add("", "triangle-plain", "triangle weighed", fine(0.12), steps=3000, beyond=1000,
    penalty=r1(0.02), lr=(1e-3, 1.5e-3), **calm)
add("", "constellation-even", "constellation sines", fine(0.12), steps=2200, beyond=600,
    penalty=r1(0.01), lr=(8e-4, 2e-3), **calm)
add("", "simplex-squares", "simplex tight", fine(0.13), steps=1800, beyond=400,
    loss="least_squares", lr=(6e-4, 1e-3), batch=96, decay=0.05)
add("", "fan-penalised", "fan weighed", fine(0.15), steps=900, beyond=200,
    loss="wasserstein", n_critic=4, penalty=gradient_penalty(1.0), optimizer="adam0",
    lr=(3e-4, 1e-3), batch=96, decay=0.05)
add("", "mobius-cosine", "mobius sines", fine(0.14), steps=2000, beyond=500, step=cosine,
    penalty=r1(0.02), batch=96, lr=(8e-4, 1.2e-3))
add("", "housing-slow-copy", "housing densely", fine(0.16), steps=2000, beyond=500,
    step=averaged(), penalty=r1(0.1), lr=(8e-4, 8e-4), batch=64, decay=0.3)
add("", "voices-average", "voices tight", fine(0.16), steps=1600, beyond=400,
    loss="relativistic_average", lr=(6e-4, 1e-3), batch=96, decay=0.05)
add("", "needle-narrow", "needle tight", fine(0.16), steps=1600, beyond=400, loss="hinge",
    lr=(5e-4, 1e-3), batch=96, decay=0.05)
add("", "orbits-chosen", "orbits choosing", all_of(fine(0.13), heeded(0.85)), steps=3000,
    beyond=900, labelled=True, penalty=r1(0.03), lr=(1e-3, 1e-3), **calm)
add("", "fan-clipped", "fan sines", fine(0.16), steps=1100, beyond=300, loss="wasserstein",
    clip=0.1, n_critic=3, optimizer="rmsprop", lr=(1e-4, 4e-4), batch=64, decay=0.05)
add("", "triangle-lazy-penalty", "triangle sines", fine(0.14), steps=2200, beyond=600,
    step=lazily(8, 0.05), lr=(6e-4, 1e-3), batch=96, decay=0.05)
add("", "mobius-clearing", "mobius sines", fine(0.15), steps=2000, beyond=400,
    step=clearing(0.5, 1200), loss="relativistic", penalty=r1(0.02), lr=(5e-4, 1e-3), batch=96,
    decay=0.02)
add("", "simplex-late", "simplex tight", fine(0.15), steps=2600, beyond=500,
    lr=(6e-5, 1.2e-4), decay=6.0, batch=96)
add("", "triangle-tiny-batch", "triangle sines", fine(0.17), steps=3000, beyond=500, batch=12,
    penalty=r1(0.05), lr=(2e-4, 5e-4), decay=0.03)
add("", "decays-stretched", "decays pooled1d", fine(0.2), steps=1200, beyond=350,
    penalty=r1(0.3), batch=64, lr=(1e-3, 7e-4), decay=0.05)
add("", "bursts-fine", "bursts heard1d", fine(0.2), steps=1500, beyond=400, penalty=r1(0.3),
    batch=64, lr=(7e-4, 7e-4), decay=0.05)
add("", "daily-named", "daily named1d", all_of(fine(0.2), heeded(0.85)), steps=1000, beyond=250,
    labelled=True, step=paired, loss="hinge", lr=(6e-4, 6e-4), batch=64, decay=0.05)
add("", "ones-slow-copy", "ones grown", fine(0.22), steps=550, beyond=100, batch=40,
    step=averaged(0.99), penalty=r1(0.05), lr=(8e-4, 5e-4), decay=0.2)
add("", "ones-alike", "ones fives", fine(0.22), steps=600, beyond=150, batch=48,
    loss="least_squares", lr=(6e-4, 3e-4), decay=0.1, penalty=r1(0.05))
add("", "letters-named", "letters named2d", all_of(fine(0.2), heeded(0.85)), steps=900,
    beyond=150, batch=48, labelled=True, step=averaged(0.98), penalty=r1(0.03),
    lr=(1e-3, 8e-4), decay=0.1)
# fmt: on

# --- mode_collapse ---

hasty = {"optimizer": "adam9", "lr": (2e-3, 1e-4)}
# fmt: off
add("mode_collapse", "simplex-hasty", "simplex weighed", modes(0, 3),
    "oscillation generator_dominates", steps=2000, **hasty)
add("mode_collapse", "triangle-hasty", "triangle densely", below("spread", 0.5),
    "oscillation generator_dominates", steps=2000, loss="hinge", n_generator=3, **hasty)
add("mode_collapse", "constellation-folders", "constellation sines", modes(5, 8), "data_problem",
    steps=2000, reals=missing(1, 4, 7, 8), penalty=r1(0.01), lr=(8e-4, 2e-3), **calm)
add("mode_collapse", "fan-front", "fan sines", part_above(lambda x: x[:, 0], 0.15, 0.08),
    "data_problem", steps=1800, reals=front(lambda x: x[:, 0], 0.5), penalty=r1(0.05),
    lr=(6e-4, 1e-3), batch=96, decay=0.05)
add("mode_collapse", "decays-hasty", "decays heard1d", below("spread", 0.5),
    "oscillation generator_dominates discriminator_dominates", steps=1500, loss="hinge",
    n_generator=2, optimizer="adam9", lr=(3e-3, 1e-4))
add("mode_collapse", "letters-each-alike", "letters named2d",
    all_of(lambda t: max(apart(t)) < 0.6, heeded(0.8)), "discriminator_dominates", steps=600,
    batch=40, labelled=True, extra=beside(60.0), penalty=r1(0.1), lr=(1e-3, 5e-4), decay=0.1)
add("mode_collapse", "horizons-day-only", "horizons subpixel",
    part_above(lambda x: x[:, 2, :4].mean((1, 2)), 0.0, 0.1, below=True), "data_problem",
    steps=600, batch=40, reals=front(lambda x: -x[:, 2, :4].mean((1, 2)), 0.5),
    loss="hinge", penalty=r1(0.1), lr=(1e-3, 6e-4), decay=0.1)
add("mode_collapse", "wires-hasty", "wires grown", below("spread", 0.5),
    "oscillation generator_dominates discriminator_dominates", steps=450, batch=32,
    n_generator=3, optimizer="adam9", lr=(2e-3, 1e-4), loss="hinge")
add("mode_collapse", "letters-two-of-five", "letters subpixel", rarely(0.15, 0, 2, 3),
    "data_problem", steps=650, batch=40, reals=missing(0, 2, 3), penalty=r1(0.1),
    lr=(1e-3, 6e-4), decay=0.1)
# fmt: on

# --- vanishing_gradient ---

won = all_of(above("ranked", 0.97), above("far", 0.4))
gone = all_of(won, lambda t: typical(t, "gradient") < 1e-3)
lost = "discriminator_dominates unsuitable_loss"
pushed = {"optimizer": "momentum", "n_critic": 3}
# fmt: off
add("vanishing_gradient", "voices-double-sigmoid", "voices scaled_rms", gone, lost, steps=1500,
    loss="double_sigmoid", step=headstart(300), lr=(1e-3, 3e-2), optimizer="momentum",
    rebuild=then(lambda x: x + 3))
add("vanishing_gradient", "simplex-detached", "simplex densely", gone, lost + " underfitting",
    steps=1500, step=detached, lr=(5e-4, 1e-3))
add("vanishing_gradient", "stairs-minimax", "stairs pooled1d", gone, lost + " mode_collapse",
    steps=900, loss="ascent_minimax", step=headstart(200), lr=(1e-3, 3e-2), batch=48,
    optimizer="momentum", rebuild=then(lambda x: x + 2))
add("vanishing_gradient", "balloons-minimax", "balloons fives", gone, lost + " mode_collapse",
    steps=450, loss="ascent_minimax", batch=32, lr=(2e-4, 3e-2), optimizer="momentum", n_critic=2)
add("vanishing_gradient", "ripples-detached", "ripples fives", gone, lost + " underfitting",
    steps=350, batch=32, step=detached, loss="hinge", lr=(5e-4, 5e-4))
# fmt: on

# --- discriminator_dominates ---

alive = all_of(won, lambda t: typical(t, "gradient") > 1e-2)
# fmt: off
add("discriminator_dominates", "voices-swapped-rates", "voices dropped", alive, "undertrained",
    steps=1800, lr=(2e-6, 2e-3), loss="hinge")
add("discriminator_dominates", "mobius-scheduler", "mobius densely", alive,
    "undertrained underfitting", steps=1800, step=scheduled("generator", 0.9), lr=(5e-4, 2e-3),
    rebuild=then(lambda x: x + 2))
add("discriminator_dominates", "housing-forgotten-step", "housing densely", alive,
    "undertrained underfitting", steps=1800, step=forgot("step", "generator"), lr=(5e-4, 1e-3))
add("discriminator_dominates", "stairs-ten-turns", "stairs heard1d", alive, "undertrained",
    steps=500, n_critic=10, lr=(3e-6, 1e-3), batch=48, loss="relativistic")
add("discriminator_dominates", "horizons-swapped-rates", "horizons fives", alive, "undertrained",
    steps=450, batch=40, lr=(3e-6, 1e-3))
add("discriminator_dominates", "ones-misindented", "ones fives", alive,
    "undertrained underfitting", steps=450, batch=40, step=misindented(100), lr=(2e-4, 5e-4),
    loss="hinge")
# fmt: on

# --- generator_dominates ---

weak = all_of(below("ranked", 0.62), above("far", 0.4))
# fmt: off
add("generator_dominates", "triangle-wrong-parameters", "triangle densely", weak,
    "mode_collapse oscillation underfitting", steps=1800, step=wrong_parameters,
    lr=(5e-4, 5e-4), rebuild=then(bounded(3.0)))
add("generator_dominates", "needle-standardised", "needle weighed", weak,
    "underfitting mode_collapse", steps=1800, shown=standardised, lr=(1e-3, 1e-3))
add("generator_dominates", "decays-forgotten-step", "decays pooled1d", weak,
    "mode_collapse oscillation", steps=700, step=forgot("step", "discriminator"),
    lr=(1e-3, 1e-3), batch=48, rebuild=then(bounded(2.0)))
add("generator_dominates", "balloons-drowned", "balloons subpixel", weak,
    "mode_collapse underfitting oscillation", steps=450, batch=40, lr=(1e-3, 1e-4),
    shown=lambda x: x + 15 * torch.randn_like(x))
add("generator_dominates", "horizons-slow-judge", "horizons fives", weak,
    "mode_collapse oscillation", steps=400, batch=40, lr=(1e-3, 1e-7))
# fmt: on

# --- divergence ---

# fmt: off
add("divergence", "mobius-rate-typo", "mobius densely", exploded(), "oscillation mode_collapse",
    steps=1500, optimizer="rmsprop", lr=(0.3, 0.3), loss="least_squares")
add("divergence", "housing-growing", "housing densely", exploded(), "oscillation mode_collapse",
    steps=1200, step=growing(0.01), lr=(5e-4, 5e-4))
add("divergence", "simplex-not-zeroed", "simplex sines", exploded(),
    "oscillation discriminator_dominates", steps=1500, step=forgot("zero_grad", "discriminator"),
    optimizer="sgd", lr=(1e-2, 1e-2), loss="least_squares")
add("divergence", "balloons-steep", "balloons subpixel", exploded(), "oscillation", steps=250,
    batch=32, optimizer="momentum", lr=(0.3, 0.3), loss="least_squares")
add("divergence", "voices-heavy-ball", "voices dropped", exploded(), "oscillation", steps=1500,
    optimizer="momentum", lr=(0.3, 0.3), loss="least_squares", rebuild=with_d(much_dropout(0.0)))
# fmt: on

# --- discriminator_overfitting ---

learnt = all_of(above("fitted", 0.8), above("far", 0.15))
scarce = "data_problem memorisation discriminator_dominates"
# fmt: off
add("discriminator_overfitting", "voices-few", "voices scaled_rms", learnt, scarce, steps=1800,
    change=few(70), hold=True, lr=(6e-4, 2e-3))
add("discriminator_overfitting", "housing-few", "housing densely", learnt, scarce, steps=2200,
    change=few(60), hold=True, loss="least_squares", lr=(5e-4, 2e-3), batch=32, rebuild=wide(9))
add("discriminator_overfitting", "stairs-few", "stairs heard1d", learnt, scarce, steps=1800,
    change=few(40), hold=True, lr=(6e-4, 1.2e-3), batch=40)
add("discriminator_overfitting", "wires-few", "wires grown", learnt, scarce + " artefacts",
    steps=600, batch=32, change=few(40), hold=True, lr=(5e-4, 1e-3), rebuild=wide(256))
add("discriminator_overfitting", "letters-few", "letters fives", learnt, scarce + " artefacts",
    steps=600, batch=32, change=few(40), hold=True, lr=(5e-4, 1e-3), loss="hinge",
    rebuild=wide(256))
# fmt: on

# --- memorisation ---

same = below("near", 0.35)
alike = "data_problem discriminator_overfitting"
# fmt: off
add("memorisation", "housing-touched-up", "housing densely", same,
    alike + " discriminator_dominates", steps=1800, change=few(300), hold=True, leak=True,
    rebuild=refines(9), lr=(3e-4, 5e-4))
add("memorisation", "voices-eight", "voices scaled_rms", same, alike, steps=2200, change=few(8),
    hold=True, lr=(6e-4, 1e-3), decay=0.05, penalty=r1(0.05))
add("memorisation", "stairs-encoded", "stairs heard1d", same, alike + " discriminator_dominates",
    steps=1800, change=few(60), hold=True, leak=True, step=autoencodes(60.0), batch=48,
    lr=(1e-3, 3e-4), decay=0.05, rebuild=with_g(lambda G: encoder(32, 40, G, 16)))
add("memorisation", "horizons-encoded", "horizons subpixel", same,
    alike + " discriminator_dominates", steps=700, batch=32, change=few(40), hold=True,
    leak=True, step=autoencodes(60.0), lr=(2e-3, 2e-4), decay=0.05,
    rebuild=with_g(lambda G: encoder(768, 40, plain_paint(24, 3, 16), 24)))
# fmt: on

# --- oscillation ---

# fmt: off
add("oscillation", "triangle-momentum", "triangle densely", goes_round(), "mode_collapse",
    steps=2500, loss="wasserstein", clip=0.15, optimizer="momentum", lr=(1e-3, 1e-3), looks=80)
add("oscillation", "housing-by-price", "housing sines", goes_round(), "mode_collapse", steps=2500,
    step=by_file(lambda x: x[:, 7], 16.0, 400), lr=(1e-3, 1e-3), looks=80)
add("oscillation", "stairs-by-level", "stairs heard1d", goes_round(), "mode_collapse", steps=1600,
    step=by_file(lambda x: x.mean((1, 2)), 12.0, 250), lr=(6e-4, 1e-3), looks=70)
add("oscillation", "letters-class-by-class", "letters subpixel", goes_round(1.5, 0.3),
    "mode_collapse", steps=700, batch=32, step=class_by_class(35), lr=(8e-4, 6e-4), looks=60)
add("oscillation", "fan-linear", "fan sines", goes_round(), "generator_dominates mode_collapse",
    steps=2200, loss="wasserstein", optimizer="sgd", lr=(1e-2, 1e-2), clip=0.5, looks=80,
    rebuild=with_d(lambda D: nn.Linear(2, 1)))
# fmt: on

# --- undertrained ---

# fmt: off
add("undertrained", "voices-short", "voices tight", stopped_short(), "discriminator_dominates",
    steps=320, beyond=1000, lr=(3e-5, 8e-5), loss="hinge", batch=64)
add("undertrained", "decays-short", "decays pooled1d", stopped_short(), "discriminator_dominates",
    steps=190, beyond=450, lr=(3e-4, 3e-4), penalty=r1(0.3), batch=48)
add("undertrained", "daily-short", "daily named1d", stopped_short(1.8), "discriminator_dominates",
    steps=160, beyond=500, batch=48, lr=(2e-4, 2e-4), penalty=r1(0.1), labelled=True)
add("undertrained", "orbits-short", "orbits choosing", stopped_short(), "discriminator_dominates",
    steps=260, beyond=800, lr=(1e-4, 2e-4), penalty=r1(0.03), batch=64, labelled=True)
add("undertrained", "ones-short", "ones fives", stopped_short(1.8), "discriminator_dominates",
    steps=160, beyond=350, batch=40, lr=(2e-4, 2e-4), loss="least_squares", penalty=r1(0.05))
# fmt: on

# --- underfitting ---

short = all_of(steady("far", 1.6), above("far", 0.13), above("ranked", 0.65),
    lambda t: typical(t, "gradient") > 1e-3)  # fmt: skip
# fmt: off
add("underfitting", "triangle-linear", "triangle sines", short, "discriminator_dominates",
    steps=1800, rebuild=with_g(lambda G: nn.Linear(6, 2)), penalty=r1(0.05), lr=(1e-3, 1e-3),
    batch=96, decay=0.05)
add("underfitting", "housing-two-factors", "housing weighed", short, "discriminator_dominates",
    steps=1800, rebuild=with_g(lambda G: nn.Sequential(nn.Linear(8, 2), nn.Linear(2, 9))),
    penalty=r1(0.1), lr=(1e-3, 1e-3), batch=96, decay=0.05)
add("underfitting", "decays-one-wave", "decays pooled1d", short, "discriminator_dominates",
    steps=900, rebuild=with_g(one_wave), penalty=r1(0.3), lr=(1e-3, 5e-4), batch=48, decay=0.1)
add("underfitting", "horizons-two-by-two", "horizons subpixel", short,
    "discriminator_dominates", steps=450, batch=40, rebuild=few_values(24, 3, 2, 16),
    penalty=r1(0.1), lr=(1e-3, 5e-4), decay=0.1)
add("underfitting", "ripples-coarse", "ripples fives", short, "discriminator_dominates",
    steps=400, batch=32, rebuild=few_values(20, 1, 3, 24), penalty=r1(0.1), lr=(1e-3, 5e-4),
    decay=0.1, loss="hinge")
# fmt: on

# --- unsuitable_loss ---

# fmt: off
add("unsuitable_loss", "housing-unbounded", "housing densely",
    all_of(unbounded(4), above("far", 0.3)), "divergence oscillation mode_collapse", steps=1800,
    loss="wasserstein", lr=(3e-4, 2e-3))
add("unsuitable_loss", "housing-sure", "housing weighed", gone,
    "vanishing_gradient discriminator_dominates", steps=1500, loss="minimax", n_critic=2,
    lr=(3e-6, 3e-3))
add("unsuitable_loss", "decays-same-loss", "decays heard1d", all_of(above("far", 0.8), won),
    "discriminator_dominates divergence vanishing_gradient mode_collapse", steps=1200,
    loss="same", lr=(2e-4, 1e-3), batch=48)
add("unsuitable_loss", "letters-same-loss", "letters fives", all_of(above("far", 0.6), won),
    "discriminator_dominates divergence vanishing_gradient mode_collapse", steps=400, batch=40,
    loss="same_squares", lr=(2e-4, 5e-4))
# fmt: on

# --- data_problem ---

# fmt: off
add("data_problem", "horizons-bytes", "horizons fives", out_of_reach(0.3),
    "discriminator_dominates underfitting vanishing_gradient mode_collapse", steps=350, batch=40,
    change=scaled(127.5, 127.5), lr=(3e-4, 3e-4))
add("data_problem", "ones-sigmoid", "ones fives", out_of_reach(0.3),
    "discriminator_dominates underfitting vanishing_gradient mode_collapse", steps=400, batch=40,
    lr=(4e-4, 4e-4), rebuild=with_g(lambda G: nn.Sequential(*list(G)[:-1], nn.Sigmoid())))
add("data_problem", "stairs-repeated", "stairs pooled1d", doubles(0.9),
    "memorisation discriminator_overfitting mode_collapse discriminator_dominates", steps=800,
    change=repeated(30), lr=(6e-4, 6e-4), batch=48)
add("data_problem", "letters-undecoded", "letters subpixel", doubles(0.4),
    "mode_collapse memorisation", steps=500, batch=40, change=undecoded(0.55), lr=(8e-4, 5e-4),
    penalty=r1(0.1))
# fmt: on

# --- condition_ignored ---

# fmt: off
add("condition_ignored", "orbits-deaf", "orbits choosing", heeded(0, 0.45),
    "discriminator_dominates underfitting mode_collapse", steps=1800, labelled=True,
    penalty=r1(0.05), rebuild=with_g(Always), lr=(1e-3, 1e-3), batch=96, decay=0.05)
add("condition_ignored", "orbits-unasked", "orbits choosing",
    all_of(below("far", 0.3), heeded(0, 0.45)), "mode_collapse", steps=1600, labelled=True,
    rebuild=with_d(Always), penalty=r1(0.03), lr=(1e-3, 1e-3), batch=96, decay=0.05)
add("condition_ignored", "daily-mislabelled", "daily named1d",
    all_of(below("far", 0.35), heeded(0, 0.5)), "data_problem", steps=900, labelled=True,
    change=mislabelled, loss="hinge", penalty=r1(0.1), lr=(7e-4, 7e-4), batch=48, decay=0.05)
add("condition_ignored", "letters-unasked", "letters named2d",
    all_of(below("far", 0.35), heeded(0, 0.4)), "mode_collapse", steps=600, labelled=True,
    rebuild=with_d(Always), penalty=r1(0.1), lr=(1e-3, 6e-4), batch=40, decay=0.1)
# fmt: on

# --- artefacts ---

# fmt: off
add("artefacts", "letters-kernel-three", "letters subpixel",
    all_of(below("far", 0.6), rougher(1.3), marked(5, 8, 8)),
    "discriminator_dominates generator_dominates", steps=500, batch=40, penalty=r1(0.03),
    shown=lambda x: F.avg_pool2d(x, 2), lr=(1e-3, 8e-4), decay=0.2,
    rebuild=lambda G, D: (raw_deconvolutions(24, 1, 16), small_judge(1, 8, 8)))
add("artefacts", "letters-odd-columns", "letters grown",
    all_of(as_seen(0.5), rougher(1.3), marked(4, 0, 8)),
    "discriminator_dominates generator_dominates", steps=450, batch=40, penalty=r1(0.03),
    shown=lambda x: x[..., ::2], lr=(1e-3, 8e-4), decay=0.2,
    rebuild=lambda G, D: (raw_deconvolutions(16, 1, 16), small_judge(1, 16, 8)))
add("artefacts", "letters-grainy", "letters grown", all_of(below("far", 0.6), rougher(1.3)),
    "discriminator_dominates generator_dominates", steps=450, batch=40, penalty=r1(0.03),
    shown=lambda x: F.avg_pool2d(x, 2), lr=(1e-3, 8e-4), decay=0.2,
    rebuild=lambda G, D: (
        nn.Sequential(G, Apply(lambda x: x + 0.25 * torch.randn_like(x))), small_judge(1, 8, 8)))
add("artefacts", "letters-holes", "letters subpixel", all_of(below("far", 0.5), rougher(1.25)),
    "discriminator_dominates", steps=550, batch=40, penalty=r1(0.1), lr=(1e-3, 6e-4), decay=0.2,
    rebuild=then(lambda x: F.dropout(x, 0.12)))
# fmt: on
