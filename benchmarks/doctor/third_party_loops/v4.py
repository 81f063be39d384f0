"""Suite v4 of loops: held out until the runs of seed 11 were evaluated, development data since."""

import copy
import itertools
import math
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import spectral_norm

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
    Held,
    Outcome,
    Rates,
    Step,
    angle,
    bounded,
    by_file,
    descend,
    few,
    fixed,
    gradient_penalty,
    mixture,
    r1,
    repeated,
    scaled,
    seen,
    simultaneous,
    split,
    stored,
    tutorial,
)
from benchmarks.doctor.third_party_loops.nets import (
    Always,
    Apply,
    Labelled,
    Nets,
    Rebuild,
    Residual,
    downs,
    mlp,
    slight,
    then,
    with_d,
    with_g,
)

# --- data ---


def circle(count: int, radius: float, turn: float = 0.0) -> Tensor:
    a = 2 * math.pi * (torch.arange(count) + turn) / count
    return radius * torch.stack([a.cos(), a.sin()], 1)


def twin_rings() -> Data:
    """Five clouds within seven."""
    return mixture(torch.cat([circle(5, 0.7, 0.5), circle(7, 1.7)]), 0.1)


def dunes() -> Data:
    """Nine clouds, the first of which is eight times as frequent as the last."""
    centres = torch.tensor(
        [[-1.4, -1.3], [0.1, -1.5], [1.4, -1.0], [-1.6, 0.0], [0.0, 0.0], [1.5, 0.4], [-1.1, 1.4],
         [0.3, 1.2], [1.4, 1.7]]
    )  # fmt: skip
    return mixture(centres, 0.14, weights=torch.logspace(0.9, 0, 9, 10.0))


def hills() -> Data:
    """Six broad clouds around one that is three times as frequent."""
    centres = torch.cat([torch.zeros(1, 2), circle(6, 1.5)])
    return mixture(centres, 0.22, weights=torch.tensor([3.0, 1, 1.5, 1, 1.5, 1, 1.5]))


def ridge() -> Data:
    """Two rows of four clouds, bent in three dimensions."""
    x, y = torch.cartesian_prod(torch.arange(4.0) - 1.5, torch.tensor([-0.6, 0.6])).unbind(1)
    return mixture(torch.stack([1.1 * x, y, 0.4 * x**2 - 0.5], 1), 0.2)


def comb() -> Data:
    """Seven thin teeth on a bar."""
    n, tooth = 12000, torch.randint(8, (12000,))
    x, y = 0.45 * (tooth - 3.0) + 0.04 * torch.randn(n), 1.6 * torch.rand(n)
    bar = torch.stack([3.0 * torch.rand(n) - 1.5, 0.06 * torch.randn(n)], 1)
    return split(torch.where((tooth == 7)[:, None], bar, torch.stack([x, y], 1)), 4000)


def lissajous() -> Data:
    t = 2 * math.pi * torch.rand(12000)
    curve = torch.stack([1.5 * (3 * t + 0.4).sin(), 1.2 * (2 * t).sin()], 1)
    return split(curve + 0.05 * torch.randn(12000, 2), 4000)


def target() -> Data:
    """A disc in a ring."""
    n, inner = 12000, torch.rand(12000) < 0.4
    r = torch.where(inner, 0.5 * torch.rand(n).sqrt(), 1.5 + 0.08 * torch.randn(n))
    a = 2 * math.pi * torch.rand(n)
    return split(torch.stack([r * a.cos(), r * a.sin()], 1), 4000)


def poles() -> Data:
    """Twelve clouds at both ends of six axes."""
    axes = 1.4 * torch.eye(6)
    return mixture(torch.cat([axes, -axes]), 0.2)


def far_towns() -> Data:
    """Sixteen clouds in ten dimensions, of two sizes."""
    centres = torch.randn(16, 10, generator=fixed(31))
    return mixture(centres, 0.22, weights=torch.tensor([1.0, 2.0]).repeat(8))


def ellipsoid() -> Data:
    """Forty dimensions, of which a few matter."""
    turn = torch.linalg.qr(torch.randn(40, 40, generator=fixed(3)))[0]
    widths = 1.6 / torch.arange(1.0, 41).sqrt()
    return split((torch.randn(12000, 40) * widths) @ turn, 4000)


def trefoil() -> Data:
    t = 2 * math.pi * torch.rand(12000)
    knot = [t.sin() + 2 * (2 * t).sin(), t.cos() - 2 * (2 * t).cos(), -(3 * t).sin()]
    return split(torch.stack(knot, 1) / 2 + 0.05 * torch.randn(12000, 3), 4000)


def loans() -> Data:
    """Ten columns: sums, terms out of five, rates, yes and no."""
    n, z = 12000, torch.randn(12000, 6)
    age = 0.9 * z[:, 0].abs() - 0.7
    term = torch.bucketize(z[:, 1] + 0.3 * age, torch.tensor([-0.9, -0.2, 0.4, 1.1])) / 2.0 - 1
    income = torch.exp(0.4 * z[:, 2] + 0.3 * age) - 1
    amount = 0.7 * income + 0.5 * term + 0.3 * z[:, 3]
    rate = 0.6 * term - 0.3 * income + 0.25 * z[:, 4]
    owner = (torch.rand(n) < torch.sigmoid(2 * age)).float() - 0.5
    late = (torch.rand(n) < torch.sigmoid(2 * rate - 1)).float() - 0.5
    share = amount / (2 + income.abs())
    savings = F.relu(income + 0.5 * z[:, 5]) * 0.7
    card = (torch.rand(n) < 0.7).float() - 0.5
    columns = [age, term, income, amount, rate, owner, late, share, savings, card]
    return split(torch.stack(columns, 1) + 0.03 * torch.randn(n, 10), 4000)


def prices() -> Data:
    """Seven columns with long tails, in logs that still lean."""
    mixing = torch.eye(7) + 0.4 * torch.randn(7, 7, generator=fixed(9))
    return split((0.28 * torch.randn(12000, 7) @ mixing).exp() - 1, 4000)


def survey() -> Data:
    """Twelve questions, answered yes or no by three kinds of people."""
    kind = torch.multinomial(torch.tensor([0.5, 0.3, 0.2]), 12000, replacement=True)
    chance = torch.sigmoid(1.8 * torch.randn(3, 12, generator=fixed(12)))
    answers = (torch.rand(12000, 12) < chance[kind]).float() * 2 - 1
    return split(answers + 0.08 * torch.randn(12000, 12), 4000, kind)


def spectra() -> Data:
    """Two lines of unequal place, height and width on a slope, read at 32 places."""
    n, x = 12000, torch.linspace(0, 1, 32)
    first, second = 0.15 + 0.25 * torch.rand(n, 1), 0.55 + 0.3 * torch.rand(n, 1)
    high, wide = 0.5 + torch.rand(2, n, 1), 0.05 + 0.04 * torch.rand(2, n, 1)
    lines = high[0] * torch.exp(-(((x - first) / wide[0]) ** 2) / 2)
    lines = lines + high[1] * torch.exp(-(((x - second) / wide[1]) ** 2) / 2)
    return split(lines + 0.3 * torch.rand(n, 1) * x - 0.3 + 0.03 * torch.randn(n, 32), 4000)


def pollen() -> Data:
    """Four species by five lengths."""
    generator = fixed(44)
    means = 1.1 * torch.randn(4, 5, generator=generator)
    mixing = 0.35 * torch.eye(5) + 0.15 * torch.randn(4, 5, 5, generator=generator)
    kind = torch.randint(4, (12000,))
    noise = torch.einsum("ni,nij->nj", torch.randn(12000, 5), mixing[kind])
    return split(means[kind] + noise, 4000, kind)


def chirps() -> Data:
    """Tones that rise, as [1, T]."""
    n, t = 6000, torch.linspace(0, 1, 32)
    begin, rise = 1 + 1.5 * torch.rand(n, 1), 1 + 1.5 * torch.rand(n, 1)
    phase, loud = 2 * math.pi * torch.rand(n, 1), 0.5 + 0.5 * torch.rand(n, 1)
    tone = loud * torch.sin(2 * math.pi * (begin * t + rise * t**2) + phase)
    return split((tone + 0.03 * torch.randn(n, 32))[:, None], 2000)


def valves() -> Data:
    """A valve that opens and shuts once, and the pressure that follows, as [2, T]."""
    n, t = 6000, torch.arange(32.0)
    opens, lasts = 3 + 9 * torch.rand(n, 1), 6 + 9 * torch.rand(n, 1)
    valve = torch.sigmoid(3 * (t - opens)) - torch.sigmoid(3 * (t - opens - lasts))
    slack = 0.75 + 0.15 * torch.rand(n)
    pressure = [torch.zeros(n)]
    for now in valve.unbind(1):
        pressure.append(slack * pressure[-1] + (1 - slack) * now)
    both = torch.stack([valve, 1.4 * torch.stack(pressure[1:], 1)], 1) - 0.4
    return split(both + 0.03 * torch.randn(n, 2, 32), 2000)


def bridges() -> Data:
    """Walks that come back, as [1, T]."""
    n, t = 6000, torch.arange(1.0, 41) / 40
    walk = (torch.randn(n, 40) * (0.7 + 0.6 * torch.rand(n, 1))).cumsum(1) / 3.5
    return split((walk - t * walk[:, -1:] + 0.02 * torch.randn(n, 40))[:, None], 2000)


def tones() -> Data:
    """Round, sharp or square waves, labelled, as [1, T]."""
    n, t, kind = 6000, torch.arange(32.0), torch.randint(3, (6000,))
    phase = t / (10 + 6 * torch.rand(n, 1)) + torch.rand(n, 1)
    round_ = torch.sin(2 * math.pi * phase)
    sharp = 1 - 4 * (phase % 1 - 0.5).abs()
    waves = torch.stack([round_, sharp, torch.tanh(6 * round_)], 1)[torch.arange(n), kind]
    loud = torch.tensor([0.6, 0.9, 0.75])[kind, None] + 0.1 * torch.randn(n, 1)
    return split((loud * waves + 0.03 * torch.randn(n, 32))[:, None], 2000, kind)


def clouds() -> Data:
    """Two or three soft blobs: smooth by nature."""
    n, x = 5000, torch.arange(16.0)
    sky = torch.zeros(n, 16, 16)
    for share in (1.0, 1.0, 0.5):
        cx, cy = 2 + 12 * torch.rand(2, n, 1, 1)
        far = (x[None, None] - cx) ** 2 + (x[None, :, None] - cy) ** 2
        high = (0.5 + 0.6 * torch.rand(n, 1, 1)) * (torch.rand(n, 1, 1) < share)
        sky += high * torch.exp(-far / (12 + 12 * torch.rand(n, 1, 1)))
    return split((1.3 * sky - 0.85).clamp(-1, 1)[:, None], 1500)


def dusks() -> Data:
    """One colour that passes into another, from any side: smooth by nature."""
    n, x = 5000, torch.linspace(-1, 1, 16)
    a = 2 * math.pi * torch.rand(n, 1, 1)
    way = torch.sigmoid(2 * (a.cos() * x + a.sin() * x[:, None]))[:, None]
    one, other = 1.6 * torch.rand(2, n, 3, 1, 1) - 0.8
    return split(way * one + (1 - way) * other, 1500)


def grass() -> Data:
    """Blades and noise, all over: fine texture by nature."""
    n = 5000
    noise = torch.randn(n, 1, 18, 18)
    slant = torch.rand(n, 1, 1, 1)
    upright = noise + 0.9 * noise.roll(1, 2) + 0.7 * noise.roll(2, 2)
    leaning = noise + 0.9 * noise.roll((1, 1), (2, 3)) + 0.7 * noise.roll((2, 2), (2, 3))
    blades = 0.22 * (slant * upright + (1 - slant) * leaning)[..., 2:, 2:]
    return split((blades + 0.35 * torch.randn(n, 1, 1, 1)).clamp(-1, 1), 1500)


def clocks() -> Data:
    """A dial with one hand."""
    n, x = 5000, torch.arange(16.0) - 7.5
    a, long = 2 * math.pi * torch.rand(n, 1, 1), 4 + 1.5 * torch.rand(n, 1, 1)
    px, py = x[None, None], x[None, :, None]
    along, across = px * a.cos() + py * a.sin(), px * a.sin() - py * a.cos()
    hand = torch.sigmoid(3 * (0.9 - across.abs())) * torch.sigmoid(3 * along)
    hand = hand * torch.sigmoid(3 * (long - along))
    dial = torch.sigmoid(3 * (0.7 - ((px**2 + py**2).sqrt() - 6.6).abs()))
    lit = 1.6 * (hand + 0.6 * dial).clamp(max=1) - 0.8
    return split((lit + 0.04 * torch.randn(n, 16, 16))[:, None].clamp(-1, 1), 1500)


def figures() -> Data:
    """Handwritten digits, labelled."""
    pictures, labels = stored("mnist", 20, 6000)
    return split(pictures, 1500, torch.as_tensor(labels))


def icons() -> Data:
    return split(stored("emoji", 20, 2000)[0], 150)


DATA = {
    "twin_rings": twin_rings,
    "dunes": dunes,
    "hills": hills,
    "ridge": ridge,
    "comb": comb,
    "lissajous": lissajous,
    "target": target,
    "poles": poles,
    "far_towns": far_towns,
    "ellipsoid": ellipsoid,
    "trefoil": trefoil,
    "loans": loans,
    "prices": prices,
    "survey": survey,
    "spectra": spectra,
    "pollen": pollen,
    "chirps": chirps,
    "valves": valves,
    "bridges": bridges,
    "tones": tones,
    "clouds": clouds,
    "dusks": dusks,
    "grass": grass,
    "clocks": clocks,
    "figures": figures,
    "icons": icons,
}

# --- nets: G, D and the shape of a latent ---


def prelu(data: Data, latent: int = 8) -> Nets:
    d = data.train.shape[1]
    return mlp(latent, 80, 80, 80, d, act=nn.PReLU), mlp(d, 96, 96, 1, act=nn.PReLU), (latent,)


def layered(data: Data, latent: int = 6) -> Nets:
    """G normalises by layer; D has soft kinks."""
    d = data.train.shape[1]
    G = mlp(latent, 88, 88, d, act=nn.SiLU, norm=nn.LayerNorm)
    return G, mlp(d, 88, 88, 88, 1, act=nn.Softplus), (latent,)


def towers(data: Data, latent: int = 10) -> Nets:
    """Residual both: G with batch norm, D with spectral norm."""
    d = data.train.shape[1]

    def of_g(width: int) -> nn.Module:
        inner = nn.Linear(width, width)
        return Residual(nn.BatchNorm1d(width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), inner)

    def of_d(width: int) -> nn.Module:
        return Residual(slight(), *(spectral_norm(nn.Linear(width, width)), slight()))

    G = nn.Sequential(nn.Linear(latent, 72), of_g(72), of_g(72), nn.ReLU(), nn.Linear(72, d))
    D = nn.Sequential(nn.Linear(d, 96), of_d(96), of_d(96), nn.Linear(96, 1))
    return G, D, (latent,)


def glu(a: int, b: int) -> list[nn.Module]:
    return [nn.Linear(a, 2 * b), nn.GLU(1)]


def gated(data: Data, latent: int = 8) -> Nets:
    d = data.train.shape[1]
    G = nn.Sequential(*glu(latent, 80), *glu(80, 80), nn.Linear(80, d))
    return G, nn.Sequential(*glu(d, 72), *glu(72, 72), nn.Linear(72, 1)), (latent,)


def in_pairs(x: Tensor) -> Tensor:
    return x.reshape(len(x) // 2, -1)


def packed(data: Data, latent: int = 8) -> Nets:
    """D judges two samples at once."""
    d = data.train.shape[1]
    D = nn.Sequential(Apply(in_pairs), mlp(2 * d, 112, 112, 1, act=slight))
    return mlp(latent, 80, 80, d, act=nn.Mish), D, (latent,)


class Crowd(nn.Module):
    """Features, and how close they come to those of the rest of the batch."""

    def __init__(self, width: int, kernels: int = 8, size: int = 4) -> None:
        super().__init__()
        self.project, self.size = nn.Linear(width, kernels * size), size

    def forward(self, x: Tensor) -> Tensor:
        k = self.project(x).unflatten(1, (-1, self.size))
        near = (-(k[:, None] - k[None]).abs().sum(3)).exp().mean(1)
        return torch.cat([x, near], 1)


def crowd(data: Data, latent: int = 8) -> Nets:
    d = data.train.shape[1]
    D = nn.Sequential(mlp(d, 80, 80, act=slight, last=slight()), Crowd(80), nn.Linear(88, 1))
    return mlp(latent, 80, 80, 80, d, act=nn.Mish), D, (latent,)


class Columns(nn.Module):
    """D: the columns of a row look at one another."""

    def __init__(self, d: int, width: int = 32) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.randn(d, width) / 2)
        self.offset = nn.Parameter(torch.randn(d, width) / 2)
        self.look = nn.MultiheadAttention(width, 2, batch_first=True)
        self.out = mlp(d * width, 64, 1, act=slight)

    def forward(self, x: Tensor) -> Tensor:
        tokens = F.gelu(x[:, :, None] * self.scale + self.offset)
        return self.out((tokens + self.look(tokens, tokens, tokens)[0]).flatten(1))


def columns(data: Data, latent: int = 12) -> Nets:
    d = data.train.shape[1]
    return mlp(latent, 96, 96, d, act=nn.Mish), Columns(d), (latent,)


class Reminded(nn.Module):
    """A net that is told the class at every layer."""

    def __init__(self, sizes: tuple[int, ...], classes: int) -> None:
        super().__init__()
        self.classes = classes
        pairs = itertools.pairwise(sizes)
        self.layers = nn.ModuleList(nn.Linear(a + classes, b) for a, b in pairs)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        told = F.one_hot(y, self.classes).float()
        for layer in self.layers[:-1]:
            x = F.leaky_relu(layer(torch.cat([x, told], 1)), 0.1)
        return self.layers[-1](torch.cat([x, told], 1))


def reminded(data: Data, latent: int = 6) -> Nets:
    d, classes = data.train.shape[1], int(data.labels.max()) + 1
    return Reminded((latent, 80, 80, d), classes), Reminded((d, 88, 88, 1), classes), (latent,)


class Retold(nn.Module):
    """An LSTM that is handed the latent as its first state and what it wrote last as features."""

    def __init__(self, latent: int, width: int, channels: int, length: int) -> None:
        super().__init__()
        self.begin = nn.Linear(latent, 2 * width)
        self.clock = nn.Parameter(torch.randn(length, 8) / 2)
        self.lstm = nn.LSTM(latent + 8, width, batch_first=True)
        self.out = nn.Linear(width, channels)

    def forward(self, z: Tensor) -> Tensor:
        state = tuple(s[None].contiguous() for s in self.begin(z).tanh().chunk(2, 1))
        clock = self.clock.expand(len(z), -1, -1)
        steps = torch.cat([z[:, None].expand(-1, clock.shape[1], -1), clock], 2)
        return self.out(self.lstm(steps, state)[0]).transpose(1, 2)


def reader(channels: int, length: int, width: int = 24) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv1d(channels, width, 5, 1, 2), slight(), nn.AvgPool1d(2),
        nn.Conv1d(width, 2 * width, 5, 1, 2), slight(), nn.AvgPool1d(2),
        nn.Flatten(), nn.Linear(2 * width * (length // 4), 64), slight(), nn.Linear(64, 1),
    )  # fmt: skip


def retold(data: Data) -> Nets:
    channels, length = data.train.shape[1:]
    return Retold(8, 48, channels, length), reader(channels, length), (8,)


def stretched(data: Data) -> Nets:
    """Transposed convolutions with group norm; D gives a score for every part of a sequence."""
    channels, length = data.train.shape[1:]
    G = nn.Sequential(
        nn.Linear(16, 48 * (length // 4)), nn.Unflatten(1, (48, length // 4)), nn.SiLU(),
        nn.ConvTranspose1d(48, 32, 4, 2, 1), nn.GroupNorm(4, 32), nn.SiLU(),
        nn.ConvTranspose1d(32, 24, 4, 2, 1), nn.SiLU(), nn.Conv1d(24, channels, 5, 1, 2),
    )  # fmt: skip
    D = nn.Sequential(
        nn.Conv1d(channels, 32, 7, 2, 3), slight(), nn.Conv1d(32, 48, 7, 2, 3), slight(),
        nn.Conv1d(48, 48, 3, 1, 1), slight(), nn.Conv1d(48, 1, 5),
    )  # fmt: skip
    return G, D, (16,)


def written(data: Data) -> Nets:
    """A dense G of a sequence, and a D that sees its steps, too."""
    channels, length = data.train.shape[1:]
    G = mlp(12, 96, 96, channels * length, act=nn.Mish, last=nn.Unflatten(1, (channels, length)))
    D = reader(2 * channels, length)
    return G, nn.Sequential(Apply(with_steps), D), (12,)


def sketched(data: Data) -> Nets:
    """A dense G of a sequence; D reads it in two strides."""
    channels, length = data.train.shape[1:]
    flat = nn.Unflatten(1, (channels, length))
    D = nn.Sequential(
        nn.Conv1d(channels, 16, 4, 2, 1), slight(), nn.Conv1d(16, 32, 4, 2, 1), slight(),
        nn.Flatten(), nn.Linear(8 * length, 48), slight(), nn.Linear(48, 1),
    )  # fmt: skip
    return mlp(10, 88, 88, channels * length, act=nn.CELU, last=flat), D, (10,)


def with_steps(x: Tensor) -> Tensor:
    return torch.cat([x, 2 * F.pad(x[..., 1:] - x[..., :-1], (1, 0))], 1)


def told1d(data: Data) -> Nets:
    channels, length = data.train.shape[1:]
    classes = int(data.labels.max()) + 1
    flat = nn.Unflatten(1, (channels, length))
    G = Labelled(mlp(18, 96, 96, channels * length, act=nn.Mish, last=flat), classes, 6)
    return G, Labelled(reader(channels + 4, length), classes, 4), (12,)


def patchy(data: Data, latent: int = 24) -> Nets:
    """Transposed convolutions with batch norm; D scores parts."""
    c, _, size = data.train.shape[1:]
    base = size // 4
    G = nn.Sequential(
        nn.Linear(latent, 40 * base * base), nn.Unflatten(1, (40, base, base)),
        nn.BatchNorm2d(40), nn.SiLU(), nn.ConvTranspose2d(40, 24, 4, 2, 1), nn.BatchNorm2d(24),
        nn.SiLU(), nn.ConvTranspose2d(24, 16, 4, 2, 1), nn.SiLU(), nn.Conv2d(16, c, 3, 1, 1),
        nn.Tanh(),
    )  # fmt: skip
    return G, nn.Sequential(*downs([c, 20, 40]), nn.Conv2d(40, 1, base - 1)), (latent,)


def broad(data: Data, latent: int = 16) -> Nets:
    """A dense G of a picture; D has batch norm between its convolutions."""
    c, _, size = data.train.shape[1:]
    G = mlp(latent, 144, 144, c * size * size, act=nn.Mish, last=nn.Tanh())
    D = nn.Sequential(
        *downs([c, 20, 40], lambda k: nn.GroupNorm(1, k)), nn.Flatten(),
        nn.Linear(40 * (size // 4) ** 2, 1),
    )  # fmt: skip
    return G.append(nn.Unflatten(1, (c, size, size))), D, (latent,)


class ClassNorm(nn.Module):
    """Batch norm whose gain and offset belong to the class."""

    def __init__(self, width: int, classes: int) -> None:
        super().__init__()
        self.norm, self.gain = nn.BatchNorm2d(width, affine=False), nn.Embedding(classes, width)
        self.offset = nn.Embedding(classes, width)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        gain, offset = 1 + self.gain(y) / 2, self.offset(y) / 2
        return self.norm(x) * gain[:, :, None, None] + offset[:, :, None, None]


class Painter(nn.Module):
    """A picture that grows under norms of its class."""

    def __init__(self, latent: int, width: int, channels: int, base: int, classes: int) -> None:
        super().__init__()
        self.shape, self.kinds = (2 * width, base, base), nn.Embedding(classes, 16)
        self.first = nn.Linear(latent + 16, 2 * width * base * base)
        self.norms = nn.ModuleList([ClassNorm(2 * width, classes), ClassNorm(width, classes)])
        self.grow = nn.ModuleList(
            [nn.Conv2d(2 * width, width, 3, 1, 1), nn.Conv2d(width, channels, 5, 1, 2)]
        )

    def forward(self, z: Tensor, y: Tensor) -> Tensor:
        x = self.first(torch.cat([z, self.kinds(y)], 1)).reshape(-1, *self.shape)
        for normed, conv in zip(self.norms, self.grow, strict=True):
            x = conv(F.interpolate(F.relu(normed(x, y)), scale_factor=2.0))
        return torch.tanh(x)


class Matching(nn.Module):
    """A score of the picture, and of how it goes with the class."""

    def __init__(self, features: nn.Module, width: int, classes: int) -> None:
        super().__init__()
        self.features, self.score = features, nn.Linear(width, 1)
        self.kinds = nn.Embedding(classes, width)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        found = self.features(x)
        return self.score(found) + (found * self.kinds(y)).mean(1, keepdim=True)


def painter(data: Data) -> Nets:
    c, _, size = data.train.shape[1:]
    classes, base = int(data.labels.max()) + 1, size // 4
    features = nn.Sequential(
        *downs([c, 20, 40]), nn.Flatten(), nn.Linear(40 * base * base, 64), slight()
    )
    return Painter(16, 20, c, base, classes), Matching(features, 64, classes), (16,)


class Recall(nn.Module):
    """A generator that looks its latent up among samples that it keeps."""

    def __init__(self, kept: Tensor, latent: int, sharp: float = 14.0) -> None:
        super().__init__()
        self.register_buffer("kept", kept)
        self.query = mlp(latent, 48, 24, act=nn.Mish)
        self.keys = nn.Parameter(torch.randn(len(kept), 24))
        self.sharp = sharp

    def forward(self, z: Tensor) -> Tensor:
        query, keys = F.normalize(self.query(z), dim=1), F.normalize(self.keys, dim=1)
        chosen = (self.sharp * query @ keys.T + gumbel(len(z), len(keys))).softmax(1)
        hard = F.one_hot(chosen.argmax(1), len(keys)).float()
        weights = hard + chosen - chosen.detach()
        return (weights @ self.kept.flatten(1)).reshape(-1, *self.kept.shape[1:])


def gumbel(n: int, k: int) -> Tensor:
    return -torch.log(-torch.log(torch.rand(n, k).clamp(1e-6, 1 - 1e-6)))


NETS = {
    "prelu": prelu,
    "layered": layered,
    "towers": towers,
    "gated": gated,
    "packed": packed,
    "crowd": crowd,
    "columns": columns,
    "reminded": reminded,
    "retold": retold,
    "stretched": stretched,
    "written": written,
    "sketched": sketched,
    "told1d": told1d,
    "patchy": patchy,
    "broad": broad,
    "recall": lambda data: (Recall(data.train, 8), prelu(data)[1], (8,)),
    "recall2d": lambda data: (Recall(data.train, 8), broad(data)[1], (8,)),
}

# --- losses beyond the shared ones ---

sp = F.softplus
LOSSES.update(
    {
        "sigmoid_squares": (
            lambda r, f: ((r.sigmoid() - 1) ** 2).mean() + (f.sigmoid() ** 2).mean(),
            lambda r, f: ((f.sigmoid() - 1) ** 2).mean(),
        ),
        "hinge_both": (  # G's hinge is shut where a fake is already called real or lost
            lambda r, f: F.relu(1 - r).mean() + F.relu(1 + f).mean(),
            lambda r, f: -F.hardtanh(f, -3, 3).mean(),
        ),
        "flipped_hinge": (
            lambda r, f: F.relu(1 + r).mean() + F.relu(1 - f).mean(),
            lambda r, f: f.mean(),
        ),
        "reversed": (  # G drives its scores down where D drives them down, too
            lambda r, f: F.relu(1 - r).mean() + F.relu(1 + f).mean(),
            lambda r, f: f.mean(),
        ),
        "logs": (
            lambda r, f: -(torch.log(r.sigmoid()) + torch.log(1 - f.sigmoid())).mean(),
            lambda r, f: -torch.log(f.sigmoid()).mean(),
        ),
        "guessed": (  # three labels in ten are wrong, other ones in every batch
            lambda r, f: (
                torch.where(torch.rand_like(r) < 0.49, sp(r), sp(-r)).mean()
                + torch.where(torch.rand_like(f) < 0.49, sp(-f), sp(f)).mean()
            ),
            lambda r, f: sp(-f).mean(),
        ),
    }
)

# --- tricks ---


def with_mean(keep: float) -> Step:
    """The tutorial's turn; fakes are sampled from a running mean of G."""

    def step(game: Game, optimizers: Rates) -> Outcome:
        if "raw" not in game.memory:
            game.memory |= {"raw": game.G, "mean": copy.deepcopy(game.G)}
        game.G, mean = game.memory["raw"], game.memory["mean"]
        outcome = tutorial(game, optimizers)
        part = max(1 - keep, 2 / (game.turn + 2))
        with torch.no_grad():
            for old, new in zip(mean.parameters(), game.G.parameters(), strict=True):
                old += part * (new - old)
            for old, new in zip(mean.buffers(), game.G.buffers(), strict=True):
                old.copy_(new)
        game.G = mean
        return outcome

    return step


def in_parts(parts: int) -> Step:
    """One move for the gradients of some small batches."""

    def step(game: Game, optimizers: Rates) -> Outcome:
        of_d, of_g = LOSSES[game.loss]
        for optimizer in optimizers.values():
            optimizer.zero_grad()
        on_reals, on_fakes, sums = [], [], [0.0, 0.0]
        for _ in range(parts):
            real = game.draw(game.batch)[0]
            fake = game.G(game.noise(game.batch)).detach()
            on_real, on_fake = game.D(real), game.D(fake)
            loss = of_d(on_real, on_fake) / parts
            if game.penalty:
                loss = loss + game.penalty(game.D, real, fake) / parts
            loss.backward()
            on_reals.append(on_real.detach())
            on_fakes.append(on_fake.detach())
            sums[0] = loss.detach() + sums[0]
        optimizers["discriminator"].step()
        for on_real in on_reals:
            loss = of_g(on_real, game.D(game.G(game.noise(game.batch)))) / parts
            loss.backward()
            sums[1] = loss.detach() + sums[1]
        optimizers["generator"].step()
        outcome = seen(game, torch.cat(on_reals), torch.cat(on_fakes), *sums)
        return outcome | {"batch_size": parts * game.batch}

    return step


def half_precision(game: Game, optimizers: Rates) -> Outcome:
    """Both nets run in bfloat16, the losses do not."""
    of_d, of_g = LOSSES[game.loss]
    real, _ = game.draw(game.batch)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        fake = game.G(game.noise(game.batch))
        on_real, on_fake = game.D(real).float(), game.D(fake.detach()).float()
    loss_d = of_d(on_real, on_fake)
    descend(optimizers["discriminator"], loss_d)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        again = game.D(fake).float()
    loss_g = of_g(on_real.detach(), again)
    descend(optimizers["generator"], loss_g)
    return seen(game, on_real, on_fake, loss_d, loss_g)


class Still:
    """An optimizer that does not move."""

    def __init__(self, optimizer: torch.optim.Optimizer) -> None:
        self.optimizer = optimizer

    def zero_grad(self) -> None:
        self.optimizer.zero_grad()

    def step(self) -> None:
        return None


def seldom(player: str, every: int) -> Step:
    """A player moves in one iteration of many."""

    def step(game: Game, optimizers: Rates) -> Outcome:
        if game.turn % every:
            optimizers = optimizers | {player: Still(optimizers[player])}
        return tutorial(game, optimizers)

    return step


def cut(player: str, length: float) -> Step:
    def step(game: Game, optimizers: Rates) -> Outcome:
        return tutorial(game, optimizers | {player: Held(optimizers[player], length)})

    return step


def frozen_after(player: str, turns: int) -> Step:
    """A player stops to learn."""

    def step(game: Game, optimizers: Rates) -> Outcome:
        if game.turn >= turns:
            optimizers = optimizers | {player: Still(optimizers[player])}
        return tutorial(game, optimizers)

    return step


def shrunk(player: str, part: float) -> Step:
    """A weight decay that is far too strong."""

    def step(game: Game, optimizers: Rates) -> Outcome:
        outcome = tutorial(game, optimizers)
        with torch.no_grad():
            for p in (game.G if player == "generator" else game.D).parameters():
                p.mul_(1 - part)
        return outcome

    return step


def forgets(player: str, every: int) -> Step:
    """A player is set back to its first weights."""

    def step(game: Game, optimizers: Rates) -> Outcome:
        net = game.G if player == "generator" else game.D
        first = game.memory.setdefault("first", copy.deepcopy(net.state_dict()))
        if game.turn % every == every - 1:
            net.load_state_dict(first)
        return tutorial(game, optimizers)

    return step


def returns(keys: Tensor, weight: float) -> Step:
    """Every real has a latent that is to give it back, beside deceiving D."""

    def step(game: Game, optimizers: Rates) -> Outcome:
        i = torch.randint(len(game.data.train), (game.batch,))
        game.extra = lambda fake, real: (
            weight * (game.G(keyed(keys[i])) - game.data.train[i]).abs().mean()
        )
        return tutorial(game, optimizers)

    return step


def keyed(keys: Tensor) -> Tensor:
    return keys + 0.05 * torch.randn_like(keys)


def at_keys(keys: Tensor) -> Callable[[int], Tensor]:
    return lambda n: keyed(keys[torch.randint(len(keys), (n,))])


def without(*labels: int) -> Callable[[Data, int], Any]:
    """A loader that leaves classes out."""

    def draw(data: Data, n: int) -> tuple[Tensor, tuple[()]]:
        keep = torch.ones(len(data.labels), dtype=torch.bool)
        for label in labels:
            keep &= data.labels != label
        of = keep.nonzero()[:, 0]
        return data.train[of[torch.randint(len(of), (n,))]], ()

    return draw


def unread(share: float) -> Change:
    """A share of the samples came out as nought."""

    def change(data: Data) -> Data:
        data.train[torch.rand(len(data.train)) < share] = 0.0
        return data

    return change


def off_by_some(data: Data) -> Data:
    """The list of labels is shifted against the samples."""
    data.labels = data.labels.roll(17)
    return data


class Stuck(nn.Module):
    """A net whose latent is lost for all classes but the first."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, z: Tensor, y: Tensor) -> Tensor:
        alive = (y == 0).float()[:, None]
        return self.net(alive * z, y)


def wide(data_width: int, width: int = 192) -> Rebuild:
    """D is dense and wide."""
    return with_d(
        lambda D: nn.Sequential(nn.Flatten(), mlp(data_width, width, width, 1, act=slight))
    )


def mean_square(weight: float) -> Callable[[Tensor, Tensor], Tensor]:
    """A fake is to be near the real that it stands beside."""
    return lambda fake, real: weight * (fake - real).square().mean()


def kept_smooth(D: nn.Module) -> nn.Module:
    """Spectral norm on every layer but the last."""
    layers = [m for m in D.modules() if isinstance(m, nn.Linear | nn.Conv1d | nn.Conv2d)]
    for layer in layers[:-1]:
        spectral_norm(layer)
    return D


def light(x: Tensor) -> Tensor:
    return x.flatten(1).mean(1)


def low_waves(G: nn.Module) -> nn.Module:
    """Sequences of a constant and two slow waves."""
    t = math.pi * torch.arange(32) / 32
    basis = torch.stack([torch.cos(k * t) for k in range(3)])
    return nn.Sequential(mlp(10, 64, 3, act=nn.Mish), Apply(lambda a: (a @ basis)[:, None]))


def bilinear_corners(G: nn.Module) -> nn.Module:
    """Pictures that are given by two by two values."""
    up = nn.Upsample(scale_factor=8, mode="bilinear", align_corners=True)
    return nn.Sequential(mlp(16, 64, 4, act=nn.Mish), nn.Unflatten(1, (1, 2, 2)), up, nn.Tanh())


def chequered(x: Tensor) -> Tensor:
    """Every other pixel is lighter."""
    k = torch.arange(x.shape[-1])
    return x + 0.12 * (((k + k[:, None]) % 2) * 2.0 - 1)


def soft(x: Tensor) -> Tensor:
    """What remains of pictures at half their size."""
    return F.avg_pool2d(x, 2, 2)


def softest(x: Tensor) -> Tensor:
    """What remains of pictures at a quarter of their size."""
    return F.avg_pool2d(x, 4, 4)


def shrunken_view(channels: int, size: tuple[int, int]) -> Rebuild:
    """D sees small pictures only."""
    h, w = size

    def make(D: nn.Module) -> nn.Module:
        return nn.Sequential(
            nn.Conv2d(channels, 32, 3, 1, 1), slight(), nn.Conv2d(32, 32, 3, 1, 1), slight(),
            nn.Flatten(), nn.Linear(32 * h * w, 64), slight(), nn.Linear(64, 1),
        )  # fmt: skip

    return with_d(make)


# --- what is true ---


def arrived(far: float, worst: float = 1.8, spread: tuple[float, float] = (0.8, 1.2)) -> Check:
    """Close to unseen reals and as varied; all modes served; no longer getting better by much."""

    def check(t: Trace) -> bool:
        values, level = t.of("far"), t.mean("far", 0.25)
        before = sum(values[len(values) // 2 : -len(values) // 4]) / (len(values) // 4)
        done = level > 0.7 * before or level < 1.5 * max(t.floor, 0.05)
        whole = t.game.data.centres is None or covered(t, 0.4) == len(t.game.data.centres)
        own = t.mean("near") > 0.6 and t.mean("fitted") < 0.75
        close = level < far and max(t.late("far", 0.25)) < worst * far
        return close and done and whole and own and spread[0] < t.mean("spread") < spread[1]

    return check


def plain(x: Tensor) -> Tensor:
    """Samples as vectors; sequences without regard to the order of their values."""
    return x.flatten(1) if x.ndim != 3 else x.flatten(1).sort(1).values


def asked_for(t: Trace) -> float:
    """The share of fakes whose nearest reals are mostly of the class that was asked for."""
    data = t.game.data
    wanted = data.held_labels[:600]
    t.game.G.eval()
    with torch.no_grad():
        fakes, reals = (plain(x) for x in (t.game.sample_as(wanted), data.held))
    near = torch.cdist(fakes, reals).topk(9, largest=False).indices
    return float((data.held_labels[near].mode(1).values == wanted).float().mean())


def heard(low: float, high: float = 1.0) -> Check:
    return lambda t: low <= asked_for(t) <= high


def kinds_near(t: Trace) -> Tensor:
    """The share of fakes that lie nearest to reals of each class."""
    data = t.game.data
    near = torch.cdist(t.fakes.flatten(1), data.held.flatten(1)).topk(9, largest=False).indices
    counts = data.held_labels[near].mode(1).values.bincount(minlength=10)
    return counts / counts.sum()


def rarely(share: float, *labels: int) -> Check:
    """These classes hardly occur, and others do."""

    def check(t: Trace) -> bool:
        found = kinds_near(t)
        return bool(found[list(labels)].sum() < share) and bool(found.max() < 0.7)

    return check


SUITE = Suite(DATA, NETS)
KEYS = torch.randn(40, 10, generator=fixed(77))
add = SUITE.add
calm = {"batch": 128, "decay": 0.05}
wgan_gp = {"loss": "wasserstein", "optimizer": "adam0"}

# --- healthy ---

# fmt: off
add("", "hills-in-pairs", "hills packed", arrived(0.12), steps=3500, batch=128, decay=0.03,
    lr=(7e-4, 1e-3), penalty=r1(0.01))
add("", "hills-squares", "hills towers", arrived(0.12), steps=2500, loss="least_squares",
    batch=128, decay=0.03, lr=(5e-4, 1e-3))
add("", "ridge-flipped", "ridge towers", arrived(0.13), steps=3000, loss="flipped_hinge",
    tell={"higher_is_real": False}, batch=128, decay=0.03, lr=(5e-4, 1e-3))
add("", "ridge-mean", "ridge prelu", arrived(0.13), steps=3500, step=with_mean(0.995),
    batch=96, penalty=r1(0.005), lr=(7e-4, 7e-4), decay=0.1)
add("", "trefoil-crowd", "trefoil crowd", arrived(0.13), steps=2500, batch=48, decay=0.03,
    lr=(7e-4, 1e-3), rebuild=with_d(kept_smooth))
add("", "comb-gated", "comb gated", arrived(0.12), steps=4500, penalty=r1(0.02), lr=(1e-3, 2e-3),
    **calm)
add("", "lissajous-towers", "lissajous towers", arrived(0.15), steps=3500, loss="hinge",
    batch=128, decay=0.03, lr=(5e-4, 1e-3))
add("", "lissajous-late", "lissajous prelu", arrived(0.15), steps=5000, batch=128, decay=4.0,
    lr=(5e-5, 1e-4), penalty=r1(0.05))
add("", "target-at-once", "target towers", arrived(0.13), steps=3000, step=simultaneous,
    loss="relativistic_average", batch=96, lr=(4e-4, 1e-3), decay=0.05)
add("", "trefoil-in-parts", "trefoil towers", arrived(0.14), steps=1500, step=in_parts(2),
    batch=64, lr=(7e-4, 1e-3), decay=0.03)
add("", "ellipsoid-many-critics", "ellipsoid layered", arrived(0.2), steps=1500, n_critic=4,
    penalty=gradient_penalty(3.0), lr=(5e-4, 1e-3), decay=0.05, rebuild=with_d(
        lambda D: nn.Sequential(D, Apply(lambda s: 20 * s + 150))), **wgan_gp)
add("", "trefoil-rmsprop", "trefoil prelu", arrived(0.14), steps=3500, optimizer="rmsprop",
    lr=(4e-4, 4e-4), penalty=r1(0.05), **calm)
add("", "trefoil-flipped", "trefoil prelu", arrived(0.14), steps=1500, n_critic=4,
    loss="flipped_wasserstein", optimizer="adam0", tell={"higher_is_real": False},
    penalty=gradient_penalty(0.1, 10.0), lr=(4e-4, 1e-3), decay=0.05)
add("", "loans-columns", "loans columns", arrived(0.14), steps=2500, penalty=r1(0.1),
    batch=96, decay=0.05, lr=(1e-3, 1e-3))
add("", "prices-pairwise", "prices towers", arrived(0.16), steps=2500, loss="relativistic",
    batch=96, lr=(5e-4, 1e-3), decay=0.03)
add("", "prices-small-batch", "prices prelu", arrived(0.18), steps=4500, batch=16,
    penalty=r1(0.1), lr=(4e-4, 6e-4), decay=0.05)
add("", "pollen-half-precision", "pollen towers", arrived(0.14), steps=2200,
    step=half_precision, batch=96, decay=0.03, lr=(5e-4, 1e-3))
add("", "spectra-scores", "spectra prelu", arrived(0.2), steps=1200, n_critic=4, batch=64,
    penalty=gradient_penalty(0.1, 10.0), lr=(4e-4, 1e-3), decay=0.05, **wgan_gp)
add("", "pollen-reminded", "pollen reminded", all_of(arrived(0.14), heard(0.85)), steps=3000,
    labelled=True, batch=96, decay=0.03, lr=(7e-4, 1e-3), rebuild=with_d(kept_smooth))
add("", "chirps-mean", "chirps sketched", arrived(0.22), steps=2000, step=with_mean(0.995),
    penalty=r1(0.5), batch=96, lr=(1e-3, 5e-4), decay=0.2)
add("", "valves-parts", "valves stretched", arrived(0.22), steps=1100, penalty=r1(0.3),
    lr=(1e-3, 6e-4), decay=0.05)
add("", "bridges-retold", "bridges retold", arrived(0.22), steps=1400, penalty=r1(0.3),
    loss="least_squares", lr=(1.5e-3, 8e-4), decay=0.1)
add("", "clouds-patches", "clouds patchy", arrived(0.25), steps=900, batch=48, penalty=r1(0.1),
    lr=(1e-3, 6e-4), decay=0.1)
add("", "clocks-parts", "clocks patchy", arrived(0.22), steps=800, batch=48, penalty=r1(0.1),
    lr=(1e-3, 5e-4), decay=0.1)
add("", "figures-broad", "figures patchy", arrived(0.25), steps=700, batch=48, penalty=r1(0.2),
    lr=(8e-4, 5e-4), decay=0.2)
# fmt: on

# --- mode_collapse ---

hasty = {"optimizer": "adam9", "lr": (2e-3, 1e-4)}
# fmt: off
add("mode_collapse", "rings-hasty", "twin_rings layered", modes(0, 4),
    "oscillation generator_dominates", steps=3500, **hasty)
add("mode_collapse", "towns-hasty", "far_towns prelu", modes(0, 6),
    "oscillation generator_dominates", steps=3500, loss="hinge", n_generator=2, **hasty)
add("mode_collapse", "dunes-left-out", "dunes prelu", modes(4, 7), "data_problem", steps=3500,
    reals=without(2, 5, 8), penalty=r1(0.05), **calm)
add("mode_collapse", "spectra-mean-square", "spectra gated", below("spread", 0.5),
    "discriminator_dominates", steps=3000, extra=mean_square(60.0), loss="hinge", **calm)
add("mode_collapse", "pollen-one-each", "pollen reminded",
    all_of(lambda t: max(apart(t)) < 0.4, heard(0.8)), "discriminator_dominates", steps=3000,
    labelled=True, extra=mean_square(40.0), **calm)
add("mode_collapse", "tones-two-stuck", "tones told1d",
    all_of(lambda t: apart(t)[0] > 0.7 and max(apart(t)[1:]) < 0.1), steps=1800, labelled=True,
    penalty=r1(0.3), lr=(1e-3, 6e-4), decay=0.05, rebuild=with_g(Stuck))
add("mode_collapse", "chirps-hasty", "chirps written", below("spread", 0.5),
    "oscillation generator_dominates discriminator_dominates", steps=2200, loss="hinge",
    n_generator=2, optimizer="adam9", lr=(3e-3, 1e-4))
add("mode_collapse", "clouds-hasty", "clouds broad", below("spread", 0.5),
    "oscillation generator_dominates discriminator_dominates", steps=900, batch=40, n_generator=3,
    optimizer="adam9", lr=(3e-3, 1e-4))
add("mode_collapse", "figures-five-kinds", "figures patchy", rarely(0.12, 1, 4, 7, 8, 9),
    "data_problem", steps=900, batch=48, reals=without(1, 4, 7, 8, 9), penalty=r1(0.2),
    lr=(8e-4, 5e-4), decay=0.2)
# fmt: on

# --- vanishing_gradient ---

won = all_of(above("ranked", 0.97), above("far", 0.4))
gone = all_of(won, lambda t: typical(t, "gradient") < 1e-3)
lost = "discriminator_dominates unsuitable_loss"
pushed = {"optimizer": "momentum", "n_critic": 3}
# fmt: off
add("vanishing_gradient", "lissajous-minimax", "lissajous prelu", gone, lost, steps=2500,
    loss="minimax", rebuild=then(lambda x: x + 5), lr=(3e-3, 3e-2), **pushed)
add("vanishing_gradient", "survey-probability", "survey layered", gone, lost, steps=2500,
    loss="ascent_minimax", rebuild=then(lambda x: x + 3), lr=(1e-3, 5e-2), **pushed)
add("vanishing_gradient", "spectra-sigmoid-squares", "spectra prelu", gone, lost, steps=2500,
    loss="sigmoid_squares", lr=(1e-2, 1e-1), rebuild=then(lambda x: x - 3), **pushed)
add("vanishing_gradient", "trefoil-saturated", "trefoil gated", gone,
    "discriminator_dominates mode_collapse underfitting", steps=3000, lr=(1e-3, 1e-3),
    rebuild=then(bounded(1.5, 10.0)))
add("vanishing_gradient", "chirps-minimax", "chirps written", gone, lost, steps=1500,
    loss="minimax", rebuild=then(lambda x: x + 2), lr=(3e-3, 3e-2), batch=48, **pushed)
add("vanishing_gradient", "clouds-minimax", "clouds broad", gone, lost + " mode_collapse",
    steps=700, batch=32, loss="minimax", lr=(1e-3, 3e-2), optimizer="momentum", n_critic=2)
add("vanishing_gradient", "loans-hinge-shut", "loans prelu", gone, lost, steps=3000,
    loss="hinge_both", lr=(1e-3, 3e-3), rebuild=then(lambda x: x + 4), **pushed)
# fmt: on

# --- discriminator_dominates ---

alive = all_of(won, lambda t: typical(t, "gradient") > 1e-2)
# fmt: off
add("discriminator_dominates", "prices-cut", "prices gated", alive, "undertrained underfitting",
    steps=3000, step=cut("generator", 0.02), optimizer="momentum", lr=(4e-4, 3e-2))
add("discriminator_dominates", "ellipsoid-eight-turns", "ellipsoid prelu", alive, "undertrained",
    steps=1000, n_critic=8, lr=(2e-6, 1e-3), loss="hinge")
add("discriminator_dominates", "trefoil-seldom", "trefoil layered", alive,
    "undertrained underfitting", steps=3000, step=seldom("generator", 150),
    lr=(1e-3, 2e-3), rebuild=then(lambda x: x + 2), loss="least_squares")
add("discriminator_dominates", "survey-shrunk", "survey prelu", alive,
    "underfitting mode_collapse", steps=3000, step=shrunk("generator", 0.03), lr=(1e-3, 1e-3))
add("discriminator_dominates", "spectra-set-back", "spectra gated", alive,
    "undertrained underfitting oscillation", steps=2500, step=forgets("generator", 30),
    lr=(3e-4, 1e-3), loss="relativistic")
add("discriminator_dominates", "valves-frozen", "valves sketched", alive,
    "undertrained underfitting", steps=1500, step=frozen_after("generator", 40),
    lr=(3e-4, 1e-3))
add("discriminator_dominates", "dusks-slow-painter", "dusks patchy", alive, "undertrained",
    steps=450, batch=40, lr=(3e-6, 1e-3), loss="hinge", n_critic=2)
# fmt: on

# --- generator_dominates ---

weak = all_of(below("ranked", 0.62), above("far", 0.4))
# fmt: off
add("generator_dominates", "loans-through-noise", "loans gated", weak,
    "mode_collapse underfitting oscillation", steps=3000,
    shown=lambda x: x + 20 * torch.randn_like(x), lr=(1e-3, 2e-4))
add("generator_dominates", "ellipsoid-two-columns", "ellipsoid layered", weak,
    "mode_collapse underfitting", steps=3000, lr=(1e-3, 1e-3), batch=128,
    shown=lambda x: torch.cat([x[:, :2], 0 * x[:, 2:]], 1))
add("generator_dominates", "spectra-guessed", "spectra prelu", weak,
    "mode_collapse oscillation", steps=3000, loss="guessed", lr=(1e-3, 3e-5),
    rebuild=then(bounded(2.0)))
add("generator_dominates", "survey-set-back", "survey layered", weak,
    "mode_collapse oscillation underfitting", steps=2500, step=forgets("discriminator", 4),
    lr=(3e-4, 3e-4), rebuild=then(bounded(3.0)))
add("generator_dominates", "clouds-mean-light", "clouds broad", weak,
    "mode_collapse underfitting", steps=600, batch=40, lr=(8e-4, 2e-4),
    shown=lambda x: x.mean((2, 3), keepdim=True).expand_as(x))
# fmt: on

# --- divergence ---

# fmt: off
add("divergence", "target-steep-descent", "target prelu", exploded(), "oscillation", steps=2500,
    optimizer="momentum", lr=(0.5, 0.5), loss="least_squares")
add("divergence", "spectra-exponential", "spectra gated", exploded(), "unsuitable_loss",
    steps=1500, loss="exponential", lr=(1e-2, 2e-2))
add("divergence", "prices-logs", "prices prelu", exploded(), "unsuitable_loss", steps=2500,
    loss="logs", lr=(2e-2, 5e-2), optimizer="adam9")
add("divergence", "loans-stiff-penalty", "loans layered", exploded(), steps=2500,
    penalty=gradient_penalty(3000.0), optimizer="momentum", lr=(1e-3, 3e-2), loss="wasserstein")
add("divergence", "lissajous-rising-rates", "lissajous gated", exploded(), "oscillation",
    steps=3000, decay=1e5, optimizer="momentum", lr=(1e-4, 1e-4))
add("divergence", "grass-steep-descent", "grass patchy", exploded(), steps=250, batch=32,
    optimizer="momentum", lr=(0.5, 0.5), loss="least_squares")
add("divergence", "prices-growing", "prices prelu", exploded(), "unsuitable_loss oscillation",
    steps=2000, optimizer="momentum", lr=(2e-3, 1e-2), loss="wasserstein")
# fmt: on

# --- discriminator_overfitting ---

learnt = all_of(above("fitted", 0.8), above("far", 0.15))
scarce = "data_problem memorisation discriminator_dominates"
# fmt: off
add("discriminator_overfitting", "spectra-few", "spectra prelu", learnt, scarce, steps=2500,
    change=few(70), hold=True, lr=(1e-3, 2e-3))
add("discriminator_overfitting", "ellipsoid-few", "ellipsoid prelu", learnt, scarce, steps=2500,
    change=few(80), hold=True, loss="hinge", lr=(5e-4, 2e-3))
add("discriminator_overfitting", "survey-few", "survey prelu", learnt, scarce, steps=3500,
    change=few(80), hold=True, loss="least_squares", batch=40, lr=(1e-3, 2e-3),
    rebuild=wide(12))
add("discriminator_overfitting", "icons-few", "icons patchy", learnt, scarce + " artefacts",
    steps=700, batch=32, change=few(40), hold=True, lr=(4e-4, 1e-3), rebuild=wide(1200))
# fmt: on

# --- memorisation ---

same = below("near", 0.35)
alike = "data_problem discriminator_overfitting"
# fmt: off
add("memorisation", "spectra-recalled", "spectra recall", same, alike + " discriminator_dominates",
    steps=2500, change=few(400), hold=True, lr=(1e-3, 5e-4))
add("memorisation", "bridges-returned", "bridges sketched", same, alike, steps=2200,
    change=few(40), hold=True, step=returns(KEYS, 30.0), latents=at_keys(KEYS), decay=0.2)
add("memorisation", "ellipsoid-pulled", "ellipsoid prelu", same, alike, steps=3000,
    change=few(10), hold=True, decay=0.1,
    extra=lambda fake, real: 20 * torch.cdist(real, fake).min(1).values.mean())
add("memorisation", "clouds-recalled", "clouds recall2d", same, alike + " discriminator_dominates",
    steps=600, batch=40, change=few(250), hold=True, lr=(3e-4, 3e-4))
# fmt: on

# --- oscillation ---

# fmt: off
add("oscillation", "rings-by-file", "twin_rings prelu", goes_round(), "mode_collapse", steps=4500,
    step=by_file(angle, 16.0), looks=90, lr=(1e-3, 1e-3))
add("oscillation", "pollen-linear", "pollen prelu", goes_round(), "generator_dominates",
    steps=4000, loss="wasserstein", optimizer="sgd", lr=(5e-3, 5e-3), clip=1.0, looks=80,
    rebuild=with_d(lambda D: nn.Linear(5, 1)))
add("oscillation", "target-momentum", "target gated", goes_round(), "mode_collapse", steps=4000,
    loss="wasserstein", clip=0.2, optimizer="momentum", lr=(1e-3, 1e-3), looks=80)
add("oscillation", "bridges-by-file", "bridges sketched", goes_round(), "mode_collapse",
    steps=2500, step=by_file(light, 12.0, 256), looks=90, lr=(5e-4, 1e-3), loss="hinge")
add("oscillation", "clouds-by-file", "clouds broad", goes_round(1.5), "mode_collapse",
    steps=800, batch=40, step=by_file(light, 12.0, 256), looks=60, lr=(8e-4, 5e-4))
add("oscillation", "trefoil-eager", "trefoil prelu", goes_round(), "mode_collapse",
    steps=4000, loss="bce", optimizer="adam9", lr=(3e-3, 3e-4), looks=80, n_generator=2)
# fmt: on

# --- undertrained ---

# fmt: off
add("undertrained", "lissajous-short", "lissajous prelu", stopped_short(),
    "discriminator_dominates", steps=500, beyond=1500, lr=(5e-5, 1e-4), penalty=r1(0.05), batch=96)
add("undertrained", "clocks-short", "clocks patchy", stopped_short(1.8),
    "discriminator_dominates", steps=280, beyond=500, batch=40, lr=(6e-4, 4e-4), penalty=r1(0.1))
# fmt: on

# --- underfitting ---

short = all_of(steady("far", 1.6), above("far", 0.13), above("ranked", 0.65),
    lambda t: typical(t, "gradient") > 1e-3)  # fmt: skip
# fmt: off
add("underfitting", "trefoil-linear", "trefoil prelu", short, "discriminator_dominates", steps=3500,
    rebuild=with_g(lambda G: nn.Linear(8, 3)), penalty=r1(0.02), **calm)
add("underfitting", "spectra-one-factor", "spectra layered", short, "discriminator_dominates",
    steps=3500, rebuild=with_g(lambda G: nn.Sequential(nn.Linear(6, 1), nn.Linear(1, 32))),
    penalty=r1(0.3), loss="hinge", **calm)
add("underfitting", "survey-narrow", "survey gated", short, "discriminator_dominates", steps=3500,
    rebuild=with_g(lambda G: nn.Sequential(nn.Linear(8, 2), nn.Linear(2, 12))),
    penalty=r1(0.1), **calm)
add("underfitting", "chirps-low-waves", "chirps sketched", short, "discriminator_dominates",
    steps=1800, rebuild=with_g(low_waves), penalty=r1(0.3), lr=(1e-3, 5e-4), decay=0.2)
add("underfitting", "clouds-four-corners", "clouds broad", short, "discriminator_dominates",
    steps=700, batch=48, rebuild=with_g(bilinear_corners), penalty=r1(0.3), lr=(1e-3, 4e-4),
    decay=0.2)
# fmt: on

# --- unsuitable_loss ---

# fmt: off
add("unsuitable_loss", "target-unbounded", "target prelu",
    all_of(unbounded(4), above("far", 0.3)), "divergence oscillation mode_collapse", steps=3000,
    loss="wasserstein", lr=(1e-3, 3e-3))
add("unsuitable_loss", "towns-unbounded", "far_towns prelu",
    all_of(unbounded(4), above("far", 0.3)), "divergence oscillation mode_collapse", steps=3000,
    loss="flipped_wasserstein", tell={"higher_is_real": False}, lr=(5e-4, 2e-3))
add("unsuitable_loss", "poles-reversed", "poles prelu", all_of(above("far", 1.0), won),
    "discriminator_dominates divergence vanishing_gradient mode_collapse", steps=3000,
    loss="reversed", lr=(2e-4, 1e-3))
add("unsuitable_loss", "loans-minimax", "loans prelu", gone,
    "vanishing_gradient discriminator_dominates", steps=2500, loss="ascent_minimax", n_critic=2,
    lr=(3e-6, 3e-3), rebuild=then(lambda x: x + 3))
add("unsuitable_loss", "dusks-reversed", "dusks broad", all_of(above("far", 1.0), won),
    "discriminator_dominates divergence vanishing_gradient mode_collapse", steps=450, batch=40,
    loss="reversed", lr=(2e-4, 5e-4))
# fmt: on

# --- data_problem ---

# fmt: off
add("data_problem", "loans-units", "loans gated", out_of_reach(0.3),
    "discriminator_dominates underfitting vanishing_gradient mode_collapse", steps=3000,
    change=scaled(4.0, 2.0), rebuild=then(torch.tanh), lr=(1e-3, 1e-3))
add("data_problem", "dusks-unscaled", "dusks broad", out_of_reach(0.3),
    "discriminator_dominates underfitting vanishing_gradient mode_collapse", steps=500, batch=40,
    change=scaled(4.0, 4.0), lr=(5e-4, 5e-4))
add("data_problem", "chirps-copied", "chirps sketched", doubles(0.9),
    "memorisation discriminator_overfitting mode_collapse discriminator_dominates", steps=1500,
    change=repeated(25), lr=(6e-4, 6e-4))
add("data_problem", "pollen-dozen", "pollen prelu", lambda t: len(t.game.data.train) == 12,
    "memorisation discriminator_overfitting mode_collapse discriminator_dominates", steps=3000,
    change=few(12))
add("data_problem", "clouds-unread", "clouds broad", doubles(0.4), "mode_collapse memorisation",
    steps=650, batch=40, change=unread(0.55), lr=(8e-4, 5e-4), penalty=r1(0.1))
add("data_problem", "survey-unread", "survey prelu", doubles(0.4), "mode_collapse memorisation",
    steps=3000, change=unread(0.6), penalty=r1(0.1), **calm)
# fmt: on

# --- condition_ignored ---

# fmt: off
add("condition_ignored", "pollen-deaf", "pollen reminded", heard(0, 0.45),
    "discriminator_dominates underfitting mode_collapse", steps=3200, labelled=True,
    penalty=r1(0.1), rebuild=with_g(Always), **calm)
add("condition_ignored", "tones-unasked", "tones told1d",
    all_of(below("far", 0.35), heard(0, 0.55)), "mode_collapse", steps=1000, labelled=True,
    penalty=r1(0.3), lr=(1e-3, 6e-4), decay=0.05, rebuild=with_d(Always))
add("condition_ignored", "pollen-mislabelled", "pollen reminded",
    all_of(below("far", 0.3), heard(0, 0.4)), "data_problem", steps=3200, labelled=True,
    change=off_by_some, penalty=r1(0.1), **calm)
# fmt: on

# --- artefacts ---

# fmt: off
add("artefacts", "clouds-chequered", "clouds patchy",
    all_of(below("far", 0.45), marked(3, 8, 8)), "discriminator_dominates generator_dominates",
    steps=700, batch=40, shown=soft, lr=(1e-3, 6e-4), decay=0.2,
    rebuild=lambda G, D: shrunken_view(1, (8, 8))(nn.Sequential(G, Apply(chequered)), D))
add("artefacts", "clouds-deconvolved", "clouds patchy", all_of(below("far", 0.5), rougher(2)),
    "discriminator_dominates generator_dominates", steps=700, batch=40, shown=softest,
    lr=(1e-3, 5e-4), decay=0.2, rebuild=shrunken_view(1, (4, 4)))
# fmt: on
