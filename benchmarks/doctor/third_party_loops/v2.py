"""Suite v2 of loops: held out until the runs of seed 8 were evaluated, development data since."""

import copy
import itertools
import math
from collections.abc import Callable
from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

import gansmith.data
from benchmarks.doctor.third_party_loops.checks import (
    Check,
    Suite,
    Trace,
    above,
    all_of,
    below,
    converged,
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
    Data,
    Game,
    Rates,
    descend,
    few,
    gradient_penalty,
    mixture,
    r1,
    scaled,
    seen,
    split,
    tutorial,
)
from benchmarks.doctor.third_party_loops.nets import (
    Always,
    Apply,
    Labelled,
    Nets,
    Rebuild,
    Recurrent,
    Residual,
    mlp,
    nearest,
    slight,
    ups,
    with_d,
    with_g,
)

# --- data ---


def cluster() -> Data:
    """Twelve clouds at random places in space."""
    places = 2 * torch.rand(12, 3, generator=torch.Generator().manual_seed(11)) - 1
    return mixture(2 * places, 0.15)


def lattice() -> Data:
    line = torch.linspace(-1.5, 1.5, 4)
    return mixture(torch.cartesian_prod(line, line), 0.12)


def towns() -> Data:
    """Five clouds in four dimensions, the largest ten times the smallest."""
    places = 1.5 * torch.randn(5, 4, generator=torch.Generator().manual_seed(3))
    return mixture(places, 0.2, weights=torch.tensor([0.4, 0.25, 0.18, 0.11, 0.06]))


def pinwheel() -> Data:
    n, arm = 12000, torch.randint(5, (12000,))
    r, a = 1 + 0.3 * torch.randn(n), 0.1 * torch.randn(n)
    turn = arm * 2 * math.pi / 5 + 0.5 * (r - 1) + a + 0.6 * r
    return split(torch.stack([r * turn.cos(), r * turn.sin()], 1), 4000, arm)


def moons() -> Data:
    n, t = 6000, math.pi * torch.rand(12000)
    upper = torch.stack([t.cos() - 0.5, t.sin() - 0.25], 1)[:n]
    lower = torch.stack([0.5 - t.cos(), 0.25 - t.sin()], 1)[n:]
    which = torch.arange(2).repeat_interleave(n)
    return split(torch.cat([upper, lower]) + 0.07 * torch.randn(2 * n, 2), 4000, which)


def shell() -> Data:
    """A hollow ball in three dimensions."""
    d = F.normalize(torch.randn(12000, 3), dim=1)
    return split(d * (1.2 + 0.06 * torch.randn(12000, 1)), 4000)


def helix() -> Data:
    t = 4 * math.pi * torch.rand(12000)
    points = torch.stack([t.cos(), t.sin(), t / (2 * math.pi) - 1], 1)
    return split(points + 0.06 * torch.randn(12000, 3), 4000)


def clinic() -> Data:
    """Twelve columns: counts, waiting times, shares, and measurements that hang together."""
    n, z = 12000, torch.randn(12000, 5)
    visits = torch.poisson(torch.exp(0.5 + 0.5 * z[:, :2])) / 2
    waits = -torch.log(torch.rand(n, 2)) * torch.exp(0.3 * z[:, 2:4]) / 2
    shares = torch.sigmoid(1.5 * z[:, :3] + 0.5 * torch.randn(n, 3))
    mixing = torch.randn(5, 5, generator=torch.Generator().manual_seed(2)) / 2
    return split(torch.cat([visits, waits, shares, z @ mixing], 1), 4000)


def factors() -> Data:
    """Twenty columns that five heavy-tailed factors make up, and some noise."""
    loads = torch.randn(5, 20, generator=torch.Generator().manual_seed(7)) / 2
    z = torch.distributions.StudentT(6.0).sample((12000, 5))
    return split(z @ loads + 0.2 * torch.randn(12000, 20), 4000)


def ratings(blur: float = 0.04) -> Data:
    """Six answers from one to five, as shares, which follow two moods."""
    n = 12000
    pull = torch.tensor([[1.0, 0.8, 0.5, 0.0, -0.5, 0.3], [0.0, 0.4, -0.6, 1.0, 0.7, 0.2]])
    answers = (2 + 1.2 * (torch.randn(n, 2) @ pull) + 0.5 * torch.randn(n, 6)).round().clamp(0, 4)
    return split(answers / 4 + blur * torch.randn(n, 6), 4000)


def pulses() -> Data:
    """Two bumps of random place and height, as [T]."""
    n, t = 6000, torch.linspace(0, 1, 48)
    at, wide = 0.1 + 0.8 * torch.rand(n, 2, 1), 0.04 + 0.04 * torch.rand(n, 2, 1)
    high = 0.4 + 0.6 * torch.rand(n, 2, 1)
    bumps = (high * torch.exp(-(((t - at) / wide) ** 2) / 2)).sum(1)
    return split(bumps - 0.5 + 0.03 * torch.randn(n, 48), 2000)


def walks() -> Data:
    """A process that swings and forgets, as [1, T]."""
    x = torch.zeros(6000, 48)
    for k in range(2, 48):
        x[:, k] = 1.6 * x[:, k - 1] - 0.8 * x[:, k - 2] + 0.15 * torch.randn(6000)
    return split(x[:, None, 16:], 2000)


@cache
def stored(name: str, size: int) -> Tensor:
    return torch.from_numpy(gansmith.data.read_samples(name, size=size)).float() / 127.5 - 1


def photos() -> Data:
    return split(stored("photos", 16), 600)


def emoji() -> Data:
    return split(stored("emoji", 16), 600)


def shapes() -> Data:
    """Four kinds of soft strokes at random places: -, |, + and a ring."""
    n, x = 6000, torch.arange(16.0)
    cx, cy = 6 + 4 * torch.rand(2, n, 1, 1)
    r, kind = 3 + 1.5 * torch.rand(n, 1, 1), torch.randint(4, (n,))
    dx, dy = x[None, None] - cx, x[None, :, None] - cy
    level = torch.exp(-(dy**2) / 2 - (dx / r) ** 4)
    upright = torch.exp(-(dx**2) / 2 - (dy / r) ** 4)
    circle = torch.exp(-(((dx**2 + dy**2).sqrt() - r) ** 2) / 2)
    every = torch.stack([level, upright, torch.maximum(level, upright), circle], 1)
    pictures = 1.6 * every[torch.arange(n), kind] - 0.8 + 0.05 * torch.randn(n, 16, 16)
    return split(pictures[:, None], 2000, kind)


def rings() -> Data:
    """One kind of them: alike by nature."""
    data = shapes()
    data.train, data.held = data.train[data.labels == 3], data.held[data.held_labels == 3]
    data.labels = data.held_labels = None
    return data


def tiles() -> Data:
    """Slopes between two colours, 8 by 8, in [0, 1]."""
    n, x = 6000, torch.linspace(-1, 1, 8)
    turn = 2 * math.pi * torch.rand(n, 1, 1)
    slope = torch.sigmoid(3 * (turn.cos() * x[None, None] + turn.sin() * x[None, :, None]))[:, None]
    a, b = 0.1 + 0.8 * torch.rand(2, n, 3, 1, 1)
    return split((slope * a + (1 - slope) * b + 0.02 * torch.randn(n, 3, 8, 8)).clamp(0, 1), 2000)


def bars() -> Data:
    """One or two bright columns out of twelve, in [0, 1]."""
    n = 6000
    columns = F.one_hot(torch.randint(12, (2, n)), 12).sum(0).clamp(max=1).float()
    light = 0.3 + 0.5 * torch.rand(n, 1, 1)
    pictures = 0.1 + light * columns[:, None].expand(n, 12, 12)
    return split((pictures + 0.03 * torch.randn(n, 12, 12)).clamp(0, 1)[:, None], 2000)


def fields() -> Data:
    """Fine upright gratings under a slow light, 24 by 24: high frequencies by nature."""
    n, x = 5000, torch.arange(24.0)
    phase, light = 2 * math.pi * torch.rand(2, n, 1, 1)
    grating = torch.sin(2 * math.pi * x / 3 + phase)
    slow = torch.sin(2 * math.pi * x[None, :, None] / 24 + light)
    strong = 0.2 + 0.3 * torch.rand(n, 1, 1)
    return split(
        (strong * grating * (1 + slow) / 1.2 + 0.3 * slow)[:, None]
        + 0.03 * torch.randn(n, 1, 24, 24),
        2000,
    )


def slow() -> Data:
    """A slow light alone, 24 by 24."""
    n, x = 5000, torch.arange(24.0)
    down, across = 2 * math.pi * torch.rand(2, n, 1, 1)
    strong = 0.2 + 0.5 * torch.rand(n, 1, 1)
    lights = torch.sin(math.pi * x / 24 + across) * torch.sin(math.pi * x[:, None] / 24 + down)
    return split((strong * lights)[:, None] + 0.02 * torch.randn(n, 1, 24, 24), 2000)


DATA = {
    "cluster": cluster,
    "lattice": lattice,
    "towns": towns,
    "pinwheel": pinwheel,
    "moons": moons,
    "shell": shell,
    "helix": helix,
    "clinic": clinic,
    "factors": factors,
    "ratings": ratings,
    "answers": lambda: ratings(0.0),
    "pulses": pulses,
    "walks": walks,
    "photos": photos,
    "emoji": emoji,
    "shapes": shapes,
    "rings": rings,
    "tiles": tiles,
    "bars": bars,
    "fields": fields,
    "slow": slow,
}

# --- nets: G, D and the shape of a latent ---


def layered(width: int) -> nn.Module:
    return nn.LayerNorm(width)


def silu(data: Data, latent: int = 6) -> Nets:
    d = data.train.shape[1]
    G = mlp(latent, 96, 96, 96, d, act=nn.SiLU, norm=layered)
    return G, mlp(d, 80, 80, 80, 1), (latent,)


def residual(data: Data, latent: int = 10) -> Nets:
    def tower(a: int, b: int) -> nn.Module:
        blocks = [
            Residual(nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64)) for _ in range(2)
        ]
        return nn.Sequential(nn.Linear(a, 64), *blocks, nn.ReLU(), nn.Linear(64, b))

    d = data.train.shape[1]
    return tower(latent, d), tower(d, 1), (latent,)


def smooth(data: Data) -> Nets:
    d = data.train.shape[1]
    G = mlp(5, 40, 40, d, act=nn.Softplus)
    return G, mlp(d, 40, 40, 1, act=nn.Softplus), (5,)


def bounded(data: Data, latent: int = 6) -> Nets:
    """D has spectral norms."""
    d = data.train.shape[1]
    sizes = (d, 96, 96, 96, 1)
    layers = [spectral_norm(nn.Linear(a, b)) for a, b in itertools.pairwise(sizes)]
    D = nn.Sequential(layers[0], nn.ReLU(), layers[1], nn.ReLU(), layers[2], nn.ReLU(), layers[3])
    D.append(Apply(lambda s: 12 * s))
    return mlp(latent, 96, 96, 96, d, act=nn.GELU, norm=layered), D, (latent,)


def probable(data: Data) -> Nets:
    """D says a probability."""
    G, D, latent = silu(data)
    return G, nn.Sequential(D, nn.Sigmoid()), latent


class Energy(nn.Module):
    """An autoencoder: D's score is how badly it rebuilds a sample."""

    def __init__(self, d: int) -> None:
        super().__init__()
        self.body = mlp(d, 96, 2, 96, d)

    def forward(self, x: Tensor) -> Tensor:
        return (self.body(x) - x).square().mean(1, keepdim=True)


def energy(data: Data) -> Nets:
    return silu(data)[0], Energy(data.train.shape[1]), (6,)


def reader1d(length: int) -> nn.Module:
    return nn.Sequential(
        nn.Unflatten(1, (1, length)), nn.Conv1d(1, 24, 7, 2, 3), slight(),
        nn.Conv1d(24, 48, 7, 2, 3), slight(), nn.Conv1d(48, 48, 5, 2, 2), slight(),
        nn.Flatten(), nn.Linear(6 * length, 1),
    )  # fmt: skip


def gru(data: Data) -> Nets:
    shape = tuple(data.train.shape[1:])
    return Recurrent(8, 48, shape), nn.Sequential(nn.Flatten(), reader1d(shape[-1])), (8,)


def flat(data: Data) -> Nets:
    """A dense G of a sequence, a convolutional D."""
    shape = tuple(data.train.shape[1:])
    G = mlp(16, 96, 96, shape[-1], act=nn.SiLU, norm=layered, last=nn.Unflatten(1, shape))
    return G, nn.Sequential(nn.Flatten(), reader1d(shape[-1])), (16,)


def grouped(width: int) -> nn.Module:
    return nn.GroupNorm(4, width)


def upconv(data: Data, last: type[nn.Module] = nn.Tanh, width: int = 24) -> Nets:
    """Nearest-neighbour upsampling under group norms, D with spectral norms."""
    c, size = data.train.shape[1], data.train.shape[-1]
    base = size // 4
    G = nn.Sequential(
        nn.Linear(24, 2 * width * base * base), nn.Unflatten(1, (2 * width, base, base)),
        nn.SiLU(), *ups([2 * width, width, width], nearest, grouped, nn.SiLU),
        grouped(width), nn.SiLU(), nn.Conv2d(width, c, 3, 1, 1), last(),
    )  # fmt: skip
    D = nn.Sequential(
        spectral_norm(nn.Conv2d(c, width, 4, 2, 1)), slight(),
        spectral_norm(nn.Conv2d(width, 2 * width, 4, 2, 1)), slight(),
        spectral_norm(nn.Conv2d(2 * width, 2 * width, 3, 1, 1)), slight(),
        nn.Flatten(), spectral_norm(nn.Linear(2 * width * base * base, 1)),
        Apply(lambda s: 4 * s),
    )  # fmt: skip
    return G, D, (24,)


class Pyramid(nn.Module):
    """D judges a picture at its size and at half of it."""

    def __init__(self, channels: int, width: int = 24) -> None:
        super().__init__()
        self.judges = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(channels, width, 3, 2, 1), slight(),
                nn.Conv2d(width, 2 * width, 3, 2, 1), slight(),
                nn.Conv2d(2 * width, 1, 3, 1, 1),
            )
            for _ in range(2)
        )  # fmt: skip

    def forward(self, x: Tensor) -> list[Tensor]:
        return [self.judges[0](x), self.judges[1](F.avg_pool2d(x, 2))]


def pyramid(data: Data) -> Nets:
    return upconv(data)[0], Pyramid(data.train.shape[1]), (24,)


def plainconv(data: Data, last: type[nn.Module] = nn.Tanh, width: int = 24) -> Nets:
    """As upconv, and D without any bound."""
    G, _, latent = upconv(data, last, width)
    c, base = data.train.shape[1], data.train.shape[-1] // 4
    D = nn.Sequential(
        nn.Conv2d(c, width, 4, 2, 1), slight(), nn.Conv2d(width, 2 * width, 4, 2, 1), slight(),
        nn.Flatten(), nn.Linear(2 * width * base * base, 64), slight(), nn.Linear(64, 1),
    )  # fmt: skip
    return G, D, latent


def told(data: Data) -> Nets:
    d, classes = data.train.shape[1], int(data.labels.max()) + 1
    G = Labelled(mlp(14, 80, 80, d, act=nn.SiLU, norm=layered), classes, 8)
    return G, Labelled(mlp(d + 8, 80, 80, 80, 1), classes, 8), (6,)


def told_upconv(data: Data) -> Nets:
    G, _, _ = upconv(data)
    D = nn.Sequential(
        spectral_norm(nn.Conv2d(1 + 4, 24, 4, 2, 1)), slight(),
        spectral_norm(nn.Conv2d(24, 48, 4, 2, 1)), slight(),
        nn.Flatten(), spectral_norm(nn.Linear(768, 1)), Apply(lambda s: 4 * s),
    )  # fmt: skip
    return Labelled(G, 4, 8), Labelled(D, 4, 4), (16,)


class Stored(nn.Module):
    """A generator that hands out what it keeps, moved a little."""

    def __init__(self, kept: Tensor) -> None:
        super().__init__()
        self.register_buffer("kept", kept)
        d = kept[0].numel()
        self.shift = mlp(4, 32, d, act=nn.SiLU)

    def forward(self, z: Tensor) -> Tensor:
        which = (torch.special.ndtr(z[:, 0]) * len(self.kept)).long().clamp(max=len(self.kept) - 1)
        return self.kept[which] + 0.02 * self.shift(z[:, 1:]).reshape(-1, *self.kept.shape[1:])


NETS = {
    "silu": silu,
    "residual": residual,
    "smooth": smooth,
    "bounded": bounded,
    "probable": probable,
    "energy": energy,
    "gru": gru,
    "flat": flat,
    "upconv": upconv,
    "upconv_sigmoid": lambda data: upconv(data, nn.Sigmoid),
    "plainconv": plainconv,
    "plainconv_sigmoid": lambda data: plainconv(data, nn.Sigmoid),
    "pyramid": pyramid,
    "told": told,
    "told_upconv": told_upconv,
    "stored": lambda data: (Stored(data.train), silu(data)[1], (5,)),
    "stored1d": lambda data: (Stored(data.train), gru(data)[1], (5,)),
}

# --- tricks ---


def out_of_turn(length: int) -> Callable[[Game, Rates], dict[str, Any]]:
    """D alone learns for so many iterations, then G alone, and so on."""

    def step(game: Game, optimizers: Rates) -> dict[str, Any]:
        idle = "generator" if (game.turn // length) % 2 == 0 else "discriminator"
        return tutorial(game, optimizers | {idle: Idle()})

    return step


class Idle:
    """An optimizer that does nothing."""

    def zero_grad(self) -> None:
        return None

    def step(self) -> None:
        return None


def behind(lag: int) -> Callable[[Game, Rates], dict[str, Any]]:
    """G plays against D as it was some iterations ago."""

    def step(game: Game, optimizers: Rates) -> dict[str, Any]:
        if game.turn % lag == 0:
            game.memory["old"] = game.memory.get("now", copy.deepcopy(game.D))
            game.memory["now"] = copy.deepcopy(game.D)
        of_d, of_g = LOSSES[game.loss]
        real, _ = game.draw(game.batch)
        fake = game.G(game.noise(game.batch))
        loss_g = of_g(game.memory["old"](real).detach(), game.memory["old"](fake))
        descend(optimizers["generator"], loss_g)
        real_scores, fake_scores = game.D(real), game.D(fake.detach())
        loss_d = of_d(real_scores, fake_scores)
        descend(optimizers["discriminator"], loss_d)
        return seen(game, real_scores, fake_scores, loss_d, loss_g, d_turns=1)

    return step


def two_sizes_step(game: Game, optimizers: Rates) -> dict[str, Any]:
    """The judges of both sizes are heard, by half each."""
    of_d, of_g = LOSSES[game.loss]
    real, _ = game.draw(game.batch)
    fake = game.G(game.noise(game.batch))
    on_real, on_fake = game.D(real), game.D(fake.detach())
    loss_d = sum(of_d(a, b) for a, b in zip(on_real, on_fake, strict=True)) / 2
    descend(optimizers["discriminator"], loss_d)
    loss_g = sum(of_g(None, head) for head in game.D(fake)) / 2
    descend(optimizers["generator"], loss_g)
    return seen(game, on_real, on_fake, loss_d, loss_g, d_turns=1)


def crossed(game: Game, optimizers: Rates) -> dict[str, Any]:
    """G is told one label, and D another."""
    of_d, of_g = LOSSES[game.loss]
    real, (label,) = game.draw(game.batch)
    other = label[torch.randperm(len(label))]
    fake = game.G(game.noise(game.batch), other)
    real_scores, fake_scores = game.D(real, label), game.D(fake.detach(), label)
    loss_d = of_d(real_scores, fake_scores)
    loss_d = loss_d + game.penalty(lambda x: game.D(x, label), real, fake.detach())
    descend(optimizers["discriminator"], loss_d)
    loss_g = of_g(None, game.D(fake, label))
    descend(optimizers["generator"], loss_g)
    return seen(game, real_scores, fake_scores, loss_d, loss_g, d_turns=1)


def next_batch(data: Data, n: int) -> tuple[Tensor, tuple[Tensor]]:
    """The labels belong to the batch that comes next."""
    i = torch.randint(len(data.train), (n,))
    return data.train[i], (data.labels[(i + n) % len(data.labels)],)


def stuck(count: int) -> Callable[[Data, int], Any]:
    """A loader that hands out its first batch for ever."""

    def draw(data: Data, n: int) -> tuple[Tensor, tuple[()]]:
        return data.train[:count][torch.randint(count, (n,))], ()

    return draw


def steep(data: Data, n: int) -> tuple[Tensor, tuple[()]]:
    """A sampler that weighs modes by their size again, and again."""
    weights = (data.weights**3)[data.labels]
    return data.train[torch.multinomial(weights, n, replacement=True)], ()


def doubled(share: float, count: int) -> Callable[[Data], Data]:
    """Every sample but a share is one of a few."""

    def change(data: Data) -> Data:
        n = len(data.train)
        which = torch.where(torch.rand(n) < share, torch.randint(count, (n,)), torch.arange(n))
        data.train = data.train[which]
        return data

    return change


def shifted(by: float) -> Rebuild:
    return with_g(lambda G: nn.Sequential(G, Apply(lambda x: x + by)))


def hard(D: nn.Module) -> nn.Module:
    """Scores are cut at -1 and 1, and beyond that nothing can be learnt from them."""
    return nn.Sequential(D, nn.Hardtanh())


def hushed(D: nn.Module) -> nn.Module:
    """D hears the label too softly to make anything of it."""
    D.scale = 0.0
    return D


def one_sided(G: nn.Module) -> nn.Module:
    """The first column is never much below zero."""
    bent = Apply(lambda x: torch.cat([F.softplus(4 * x[:, :1]) / 4, x[:, 1:]], 1))
    return nn.Sequential(G, bent)


def touched_up(G: nn.Module) -> nn.Module:
    """A picture and a little more."""
    layers = nn.Conv2d(3, 16, 3, 1, 1), nn.SiLU(), nn.Conv2d(16, 3, 3, 1, 1)
    return Residual(*layers, Apply(lambda x: 0.02 * x))


def one_colour(G: nn.Module) -> nn.Module:
    """Pictures of one colour each."""
    colour = mlp(24, 64, 3, act=nn.SiLU, last=nn.Sigmoid())
    return nn.Sequential(colour, nn.Unflatten(1, (3, 1, 1)), nn.Upsample(scale_factor=8))


def cosines(G: nn.Module) -> nn.Module:
    """Sequences that are sums of five slow cosines."""
    return nn.Sequential(mlp(16, 64, 5, act=nn.SiLU), Apply(lambda a: a @ COSINES))


def parity(data: Data) -> Data:
    """Two labels for the modes of a lattice, as the squares of a chessboard."""
    colour = lambda k: (k % 4 + k // 4) % 2  # noqa: E731
    data.labels, data.held_labels = colour(data.labels), colour(data.held_labels)
    return data


def dense(D: nn.Module) -> nn.Module:
    return nn.Sequential(nn.Flatten(), mlp(48, 192, 192, 1, act=slight))


def without_noise(x: Tensor) -> Tensor:
    return F.avg_pool2d(x, 3, 1, 1)


# --- what is true ---


def kinds_of(t: Trace) -> Tensor:
    """The kind of stroke that each fake is nearest to, by a classifier of its author's."""
    data = t.game.data
    with torch.random.fork_rng(), torch.enable_grad():
        torch.manual_seed(9)
        net = nn.Sequential(
            nn.Conv2d(1, 16, 3, 2, 1), nn.ReLU(), nn.Conv2d(16, 32, 3, 2, 1), nn.ReLU(),
            nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(32, 4),
        )  # fmt: skip
        optimizer = torch.optim.Adam(net.parameters(), 3e-3)
        for _ in range(300):
            i = torch.randint(len(data.held), (64,))
            optimizer.zero_grad()
            F.cross_entropy(net(data.held[i]), data.held_labels[i]).backward()
            optimizer.step()
    with torch.no_grad():
        return net(t.fakes).argmax(1)


def kinds(low: int, high: int, at_least: float = 0.05) -> Check:
    def check(t: Trace) -> bool:
        shares = kinds_of(t).bincount(minlength=4) / len(t.fakes)
        return low <= int((shares > at_least).sum()) <= high

    return check


def energy_at(x: Tensor, rows: bool, period: int) -> float:
    """Share of the energy of pictures at one frequency and its multiples, down or across."""
    x = x - x.mean((2, 3), keepdim=True)
    power = torch.fft.fft2(x).abs().square().mean((0, 1))
    power = power if rows else power.T
    step = power.shape[0] // period
    return float(power[step : power.shape[0] // 2 + 1 : step].sum() / power.sum())


def heeded(low: float, high: float) -> Check:
    """The share of fakes whose nearest reals are of the class that was asked for."""

    def check(t: Trace) -> bool:
        data = t.game.data
        wanted = data.held_labels[:600]
        t.game.G.eval()
        with torch.no_grad():
            fakes = t.game.sample_as(wanted).flatten(1)
        near = torch.cdist(fakes, data.train[:4000].flatten(1)).topk(7, largest=False).indices
        found = data.labels[:4000][near].mode(1).values
        return low <= float((found == wanted).float().mean()) <= high

    return check


def never_near(t: Trace) -> bool:
    """The fakes stay as far from the reals as they were, and that is far."""
    return steady("near", 1.5)(t) and t.mean("near") > 2.0


def jumpy(t: Trace) -> float:
    """How far sequences move in a step, in what reals do."""
    moves = [float((x[..., 1:] - x[..., :-1]).abs().mean()) for x in (t.fakes, t.game.data.held)]
    return moves[0] / moves[1]


def patterned(factor: float, period: int, rows: bool = True) -> Check:
    def check(t: Trace) -> bool:
        found, natural = (energy_at(x, rows, period) for x in (t.fakes, t.game.data.held))
        return found > factor * natural

    return check


def rough(factor: float) -> Check:
    """Neighbouring pixels differ more than they do in reals."""

    def check(t: Trace) -> bool:
        found, natural = (
            float((x - without_noise(x)).square().mean() / x.var())
            for x in (t.fakes, t.game.data.held)
        )
        return found > factor * natural

    return check


def repeats(count: int) -> Check:
    """There are no more than so many different fakes."""

    def check(t: Trace) -> bool:
        x = t.fakes.flatten(1)
        return len((torch.cdist(x, x) < 1e-2).unique(dim=0)) <= count

    return check


SUITE = Suite(DATA, NETS)
TEMPLATE = 2 * (2 * torch.rand(12, 3, generator=torch.Generator().manual_seed(11)) - 1)[0]
COSINES = torch.stack([torch.cos(k * torch.linspace(0, math.pi, 48)) for k in range(5)])
add = SUITE.add
wgan_gp = {"loss": "wasserstein", "optimizer": "adam0"}
calm_down = {"batch": 128, "decay": 0.1}

# --- healthy ---

# fmt: off
add("", "cluster-bce", "cluster silu", converged(0.12), steps=7000, penalty=r1(0.03), **calm_down)
add("", "lattice-relativistic", "lattice residual", converged(0.12), steps=6000, penalty=r1(0.03),
    loss="relativistic", lr=(1e-3, 1e-3), **calm_down)
add("", "towns-wgan-gp", "towns residual", converged(0.15), steps=2500, n_critic=4,
    penalty=gradient_penalty(1.0), lr=(1e-3, 1e-3), decay=0.1, **wgan_gp)
add("", "pinwheel-lsgan", "pinwheel silu", converged(0.12), steps=5000, loss="least_squares",
    **calm_down)
add("", "moons-batch-16", "moons silu", converged(0.15), steps=7000, batch=16, loss="hinge",
    lr=(3e-4, 6e-4), penalty=r1(0.1))
add("", "moons-average", "moons silu", converged(0.12), steps=5000, loss="relativistic_average",
    penalty=r1(0.05), **calm_down)
add("", "shell-wgan-clip", "shell residual", converged(0.15), steps=3000, loss="wasserstein",
    n_critic=4, clip=0.1, optimizer="rmsprop", lr=(3e-4, 3e-4), decay=0.2)
add("", "helix-hinge", "helix bounded", converged(0.12), steps=6000, loss="hinge", lr=(5e-4, 1e-3),
    batch=128, decay=0.2)
add("", "helix-late", "helix silu", converged(0.13), steps=6000, penalty=r1(0.1), batch=128,
    lr=(1e-4, 1e-4), decay=8.0)
add("", "clinic-bce", "clinic silu", converged(0.15), steps=7000, penalty=r1(0.03), **calm_down)
add("", "clinic-held", "clinic residual", converged(0.15), steps=5000, loss="least_squares",
    batch=256, decay=0.05, hold=True)
add("", "factors-lsgan", "factors residual", converged(0.13), steps=4000, loss="least_squares",
    penalty=r1(0.1), **calm_down)
add("", "ratings-probability", "ratings probable", converged(0.15), steps=6000, loss="probability",
    lr=(1e-3, 3e-3), **calm_down)
add("", "shell-energy", "shell energy", converged(0.2), steps=5000, tell={"higher_is_real": False},
    loss="margin", **calm_down)
add("", "pulses-flat", "pulses flat", converged(0.2), steps=3000, penalty=r1(0.1), decay=0.2)
add("", "walks-big-scores", "walks flat", converged(0.2), steps=2400, n_critic=2,
    penalty=gradient_penalty(0.1, 10.0), hold=True, decay=0.2, **wgan_gp)
add("", "shapes-hinge", "shapes plainconv", all_of(converged(0.2), kinds(4, 4, 0.12)), steps=1600,
    loss="hinge", penalty=r1(1.0), lr=(5e-4, 5e-4))
add("", "shapes-two-sizes", "shapes pyramid", all_of(converged(0.2), kinds(4, 4, 0.12)), steps=2000,
    step=two_sizes_step, lr=(1e-3, 1e-3))
add("", "rings-held", "rings upconv", converged(0.2), steps=1200, lr=(4e-4, 4e-4), hold=True)
add("", "tiles-unit-range", "tiles upconv_sigmoid", converged(0.17), steps=2400, loss="hinge",
    lr=(1.5e-4, 3e-4), decay=0.3)
add("", "bars-lsgan", "bars plainconv_sigmoid", converged(0.15), steps=2000, loss="least_squares",
    lr=(4e-4, 4e-4), penalty=r1(0.3))
add("", "fields-fine", "fields upconv", converged(0.2), steps=850, lr=(5e-4, 5e-4))

# --- mode_collapse ---

add("mode_collapse", "cluster-template", "cluster silu", modes(0, 4), "discriminator_dominates",
    steps=4000, extra=lambda fake, real: 3 * (fake - TEMPLATE).square().mean(), penalty=r1(0.1))
add("mode_collapse", "shell-mirror", "shell residual", part(lambda x: x[:, 0] < -0.15, 0, 0.06),
    steps=4000, shown=lambda x: torch.cat([x[:, :1].abs(), x[:, 1:]], 1), rebuild=with_g(one_sided),
    penalty=r1(0.1), **calm_down)
add("mode_collapse", "factors-truncated", "factors residual", below("spread", 0.6), steps=4000,
    loss="least_squares", penalty=r1(0.1), psi=0.35, **calm_down)
add("mode_collapse", "lattice-binary-latents", "lattice silu", repeats(8), steps=4000,
    latents=lambda n: F.pad(torch.randint(2, (n, 3)).float() * 2 - 1, (0, 3)), penalty=r1(0.1))
add("mode_collapse", "pinwheel-stuck-loader", "pinwheel silu", below("near", 3.0),
    "memorisation discriminator_overfitting", steps=4000, reals=stuck(8), loss="hinge",
    penalty=r1(0.1))
add("mode_collapse", "towns-steep-sampler", "towns silu", modes(1, 3), steps=4000, reals=steep,
    penalty=r1(0.1), **calm_down)
add("mode_collapse", "tiles-narrow", "tiles plainconv_sigmoid", below("spread", 0.6),
    "discriminator_dominates", steps=2200, lr=(5e-4, 5e-4),
    latents=lambda n: 1 + 0.03 * torch.randn(n, 24))
# fmt: on

# --- vanishing_gradient ---

lost = "discriminator_dominates unsuitable_loss"
won = all_of(above("ranked", 0.97), above("far", 0.4))


gone = all_of(won, lambda t: typical(t, "gradient") < 1e-3 * max(1.0, t.of("gradient")[0]))
# fmt: off
add("vanishing_gradient", "helix-guarded-logs", "helix silu", gone, lost, steps=4000,
    loss="guarded_logs", rebuild=shifted(5.0), n_critic=3, lr=(1e-5, 2e-3))
add("vanishing_gradient", "cluster-cut-scores", "cluster residual",
    all_of(above("far", 0.4), lambda t: typical(t, "gradient") < 1e-3), "discriminator_dominates",
    steps=3000, loss="hinge", rebuild=lambda G, D: (shifted(3.0)(G, D)[0], hard(D)),
    lr=(1e-4, 1e-3))
add("vanishing_gradient", "walks-probability", "walks flat", gone, lost, steps=2000,
    loss="probability_minimax",
    rebuild=lambda G, D: (shifted(1.5)(G, D)[0], nn.Sequential(D, nn.Sigmoid())),
    optimizer="rmsprop", lr=(1e-5, 5e-4))
add("vanishing_gradient", "bars-minimax", "bars plainconv_sigmoid", gone, lost, steps=1200,
    loss="minimax", lr=(5e-5, 1e-3), n_critic=2)
# fmt: on

# --- discriminator_dominates ---

alive = all_of(won, lambda t: t.mean("gradient") > 1e-2)
# fmt: off
add("discriminator_dominates", "factors-many-critics", "factors residual", alive, "undertrained",
    steps=700, n_critic=12, lr=(2e-6, 1e-3))
add("discriminator_dominates", "pulses-heavy-critic", "pulses flat", alive, "undertrained",
    steps=2000, optimizer="momentum", lr=(1e-5, 3e-2), loss="hinge", n_critic=2)
add("discriminator_dominates", "answers-sharp", "answers residual",
    all_of(above("ranked", 0.97), lambda t: t.mean("gradient") > 1e-2), steps=6000, lr=(2e-4, 2e-3),
    n_critic=3)
add("discriminator_dominates", "photos-slow-generator", "photos plainconv", alive, "undertrained",
    steps=1000, lr=(2e-6, 1e-3))
# fmt: on

# --- generator_dominates ---

weak = all_of(below("ranked", 0.62), above("far", 0.3))
# fmt: off
add("generator_dominates", "moons-coin", "moons silu", weak, "mode_collapse oscillation",
    steps=4000, loss="coin", lr=(1e-3, 3e-4))
add("generator_dominates", "walks-sorted-view", "walks flat",
    all_of(below("ranked", 0.65), lambda t: jumpy(t) > 1.5), "underfitting", steps=2000,
    shown=lambda x: x.sort(2).values, penalty=r1(0.1))
add("generator_dominates", "clinic-shuffled-view", "clinic silu",
    all_of(below("ranked", 0.65), above("far", 0.2)), "underfitting mode_collapse", steps=4000,
    shown=lambda x: x.gather(1, torch.rand_like(x).argsort(1)))
add("generator_dominates", "fields-corner-view", "fields plainconv",
    all_of(below("ranked", 0.65), above("far", 0.3)), "underfitting mode_collapse artefacts",
    steps=1000, shown=lambda x: F.pad(x[:, :, :4, :4], (0, 20, 0, 20)), lr=(5e-4, 5e-4))

# --- divergence ---

add("divergence", "moons-wrong-way", "moons residual", exploded(),
    "generator_dominates vanishing_gradient", steps=3000, loss="wrong_way", lr=(1e-3, 1e-3))
add("divergence", "cluster-exponential", "cluster silu", exploded(), steps=3000, loss="exponential",
    lr=(0.03, 0.1), optimizer="sgd")
add("divergence", "factors-stiff-penalty", "factors residual", exploded(), steps=2000,
    penalty=r1(3000.0), optimizer="sgd", lr=(1e-2, 3e-2))
add("divergence", "pulses-loud", "pulses flat", exploded(), "discriminator_dominates", steps=2000,
    loss="relativistic", extra=lambda fake, real: -20 * fake.std(0).mean())
add("divergence", "photos-reward", "photos plainconv", exploded(), steps=1000,
    penalty=lambda score, real, fake: -0.3 * (score(real) ** 2).mean(), lr=(4e-4, 1e-3))

# --- oscillation ---

add("oscillation", "moons-blocks", "moons silu", goes_round(2, 0.25), "mode_collapse", steps=5000,
    step=out_of_turn(200), looks=100, lr=(5e-4, 1e-3))
add("oscillation", "helix-behind", "helix residual", goes_round(),
    "mode_collapse discriminator_dominates", steps=5000, step=behind(60), looks=100,
    lr=(5e-4, 5e-4))
add("oscillation", "shell-heavy-ball", "shell residual", goes_round(), "mode_collapse", steps=4000,
    loss="wasserstein", penalty=gradient_penalty(1.0), optimizer="adam9", lr=(2e-3, 2e-4), looks=80)
add("mode_collapse", "towns-adrift", "towns smooth", below("spread", 0.2), "oscillation",
    steps=5000, optimizer="adam9", lr=(1e-3, 3e-4), penalty=r1(0.05))
add("oscillation", "walks-behind", "walks flat", goes_round(),
    "mode_collapse discriminator_dominates", steps=2500, step=behind(40), looks=80, lr=(3e-4, 3e-4),
    loss="hinge")

# --- undertrained ---

add("undertrained", "clinic-short", "clinic silu", stopped_short(), "discriminator_dominates",
    steps=600, beyond=5400, lr=(4e-5, 8e-5), batch=128)
add("undertrained", "shell-sgd", "shell residual", stopped_short(), steps=1200, beyond=6000,
    optimizer="sgd", lr=(1e-2, 1e-2), loss="least_squares", penalty=r1(0.1))
add("undertrained", "pulses-short", "pulses gru", stopped_short(), "discriminator_dominates",
    steps=360, beyond=1140, lr=(2e-4, 4e-4), penalty=r1(0.1))
add("undertrained", "rings-short", "rings upconv", stopped_short(), "discriminator_dominates",
    steps=420, beyond=1180, lr=(5e-5, 1e-4), loss="hinge")
# fmt: on

# --- underfitting ---

calm = all_of(steady("far", 1.6), above("far", 0.13))
# fmt: off
add("underfitting", "shell-thread", "shell silu", never_near, "discriminator_dominates", steps=5000,
    rebuild=with_g(lambda G: nn.Sequential(Apply(lambda z: z[:, :1]), mlp(1, 6, 3, act=nn.Tanh))),
    penalty=r1(0.3), **calm_down)
add("underfitting", "lattice-ramp", "lattice silu", never_near, "discriminator_dominates",
    steps=4000,
    rebuild=with_g(lambda G: nn.Sequential(nn.Linear(6, 2), nn.Softsign(), nn.Linear(2, 2))),
    penalty=r1(0.3), loss="hinge", **calm_down)
add("underfitting", "pulses-cosines", "pulses flat", calm, "discriminator_dominates", steps=2500,
    rebuild=with_g(cosines), penalty=r1(0.3))
add("underfitting", "tiles-flat", "tiles upconv_sigmoid", calm, "discriminator_dominates",
    steps=2200, rebuild=with_g(one_colour), lr=(5e-4, 5e-4))
# fmt: on

# --- discriminator_overfitting ---

fitted = above("fitted", 0.75)
scarce = "data_problem memorisation discriminator_dominates"
# fmt: off
add("discriminator_overfitting", "clinic-few", "clinic residual", fitted, scarce, steps=3000,
    change=few(100), hold=True)
add("discriminator_overfitting", "factors-few", "factors silu", fitted, scarce, steps=3000,
    change=few(150), hold=True, loss="hinge", batch=32)
add("discriminator_overfitting", "pulses-few", "pulses flat", fitted, scarce, steps=2500,
    change=few(60), hold=True, lr=(3e-4, 1e-3), rebuild=with_d(dense))
add("discriminator_overfitting", "emoji-few", "emoji plainconv", fitted, scarce + " artefacts",
    steps=1500, hold=True, loss="least_squares", lr=(3e-4, 6e-4))
# fmt: on

# --- memorisation ---

copied = below("near", 0.35)
kept = "data_problem discriminator_overfitting"
# fmt: off
add("memorisation", "clinic-leak", "clinic silu", copied, kept, steps=3000, change=few(400),
    hold=True, leak=True,
    rebuild=with_g(lambda G: Residual(mlp(12, 64, 12, act=nn.SiLU), Apply(lambda x: 0.02 * x))))
add("memorisation", "factors-stored", "factors stored", copied, kept + " discriminator_dominates",
    steps=3000, change=few(500), hold=True, loss="hinge")
add("memorisation", "moons-eight", "moons silu", copied, kept, steps=6000, change=few(8), hold=True,
    penalty=r1(0.02), batch=128)
add("memorisation", "emoji-leak", "emoji plainconv", copied, kept, steps=1500, change=few(120),
    hold=True, leak=True, rebuild=with_g(touched_up), lr=(3e-4, 3e-4))
# fmt: on

# --- unsuitable_loss ---

wild = all_of(above("score", 50), above("far", 0.3))
# fmt: off
add("unsuitable_loss", "pinwheel-unbounded", "pinwheel residual", wild,
    "divergence oscillation mode_collapse", steps=4000, loss="wasserstein", lr=(5e-4, 3e-3))
add("unsuitable_loss", "clinic-unbounded", "clinic silu", wild,
    "divergence oscillation discriminator_dominates mode_collapse", steps=5000,
    loss="flipped_wasserstein", tell={"higher_is_real": False}, lr=(5e-4, 2e-3))
add("unsuitable_loss", "lattice-minimax", "lattice probable", gone,
    "vanishing_gradient discriminator_dominates", steps=3000, loss="probability_minimax",
    rebuild=shifted(6.0), n_critic=3, lr=(3e-5, 2e-3))
add("unsuitable_loss", "tiles-minimax", "tiles plainconv_sigmoid", gone,
    "vanishing_gradient discriminator_dominates", steps=1500, loss="ascent_minimax", n_critic=2,
    lr=(3e-6, 1e-3), rebuild=with_g(lambda G: nn.Sequential(G, Apply(lambda x: 0.2 * x))))
# fmt: on

# --- artefacts ---


def stride_three(G: nn.Module) -> nn.Module:
    """Kernel 4, stride 3: every third pixel hears two taps."""
    return nn.Sequential(
        nn.Linear(24, 24 * 64), nn.Unflatten(1, (24, 8, 8)), nn.SiLU(),
        nn.Conv2d(24, 24, 3, 1, 1), nn.SiLU(),
        nn.ConvTranspose2d(24, 1, 4, 3), Apply(lambda x: x[:, :, :24, :24]), nn.Tanh(),
    )  # fmt: skip


def dead_pixels(x: Tensor) -> Tensor:
    return torch.where(torch.rand_like(x[:, :1]) < 0.06, torch.ones_like(x), x)


def blurred(D: nn.Module) -> nn.Module:
    return nn.Sequential(nn.AvgPool2d(3, 1, 1), nn.AvgPool2d(3, 1, 1), D)


def louder_quarter(x: Tensor) -> Tensor:
    """One of four sub-pixels has another gain."""
    gain = torch.ones(x.shape[2:])
    gain[::2, ::2] = 0.6
    return x * gain


def torn_rows(x: Tensor) -> Tensor:
    """Every other row is shifted by two pixels, as in a picture that was interlaced."""
    y = x.clone()
    y[:, :, ::2] = x[:, :, ::2].roll(2, 3)
    return y


def ended(layer: Callable[[Tensor], Tensor]) -> Rebuild:
    return lambda G, D: (nn.Sequential(G, Apply(layer)), blurred(D))


# fmt: off
add("artefacts", "shapes-dead-pixels", "shapes plainconv", rough(1.5),
    "discriminator_dominates mode_collapse", steps=1500, lr=(4e-4, 4e-4),
    rebuild=ended(dead_pixels))
add("artefacts", "photos-quarter", "photos plainconv", patterned(2, 2), "discriminator_dominates",
    steps=1500, lr=(4e-4, 4e-4), rebuild=ended(louder_quarter))
add("artefacts", "emoji-torn-rows", "emoji plainconv", patterned(2, 2),
    "discriminator_dominates mode_collapse", steps=1500, lr=(4e-4, 4e-4), loss="hinge",
    rebuild=ended(torn_rows))
add("artefacts", "slow-stride-three", "slow plainconv", patterned(2, 3, False),
    "discriminator_dominates", steps=1000, lr=(5e-4, 5e-4),
    rebuild=lambda G, D: (stride_three(G), blurred(D)))

# --- data_problem ---

add("data_problem", "photos-bytes", "photos plainconv", out_of_reach(0.5),
    "discriminator_dominates vanishing_gradient underfitting divergence", steps=900,
    change=scaled(127.5, 127.5), lr=(3e-4, 3e-4))
add("data_problem", "shapes-twice-normalised", "shapes plainconv_sigmoid", out_of_reach(0.5),
    "discriminator_dominates underfitting vanishing_gradient mode_collapse", steps=900,
    change=scaled(0.5, -0.5), lr=(3e-4, 3e-4))
add("data_problem", "clinic-cents", "clinic silu", out_of_reach(0.3),
    "discriminator_dominates vanishing_gradient underfitting mode_collapse", steps=3000,
    change=scaled(100.0), rebuild=with_g(lambda G: nn.Sequential(G, nn.Tanh())))
add("data_problem", "factors-doubles", "factors silu", doubles(0.5), "mode_collapse memorisation",
    steps=3000, change=doubled(0.7, 12), penalty=r1(0.1))
add("data_problem", "emoji-twenty", "emoji plainconv", lambda t: len(t.game.data.train) == 20,
    "memorisation discriminator_overfitting mode_collapse discriminator_dominates artefacts",
    steps=1000, change=few(20), lr=(4e-4, 4e-4))

# --- loops with labels ---

add("", "pinwheel-told", "pinwheel told", all_of(converged(0.15), heeded(0.85, 1)), steps=4000,
    labelled=True, **calm_down)
add("", "cluster-told", "cluster told", all_of(converged(0.15), heeded(0.9, 1)), steps=4000,
    labelled=True, loss="relativistic", penalty=r1(0.1), **calm_down)
add("", "shapes-told", "shapes told_upconv", all_of(converged(0.2), heeded(0.8, 1)), steps=1500,
    labelled=True, loss="hinge", lr=(4e-4, 4e-4))
add("condition_ignored", "towns-never-passed-on", "towns told",
    all_of(converged(0.2), heeded(0, 0.45)), steps=4000, labelled=True, penalty=r1(0.1),
    rebuild=lambda G, D: (Always(G), Always(D)), **calm_down)
add("condition_ignored", "lattice-crossed", "lattice told",
    all_of(below("far", 0.3), heeded(0.3, 0.7)), "discriminator_dominates", steps=4000,
    labelled=True, change=parity, penalty=r1(0.3), step=crossed, **calm_down)
add("condition_ignored", "shapes-deaf-critic", "shapes told_upconv",
    all_of(converged(0.25), heeded(0, 0.45)), steps=1500, labelled=True, lr=(5e-4, 5e-4),
    rebuild=with_d(hushed))
add("condition_ignored", "pinwheel-next-labels", "pinwheel told",
    all_of(converged(0.2), heeded(0, 0.35)), steps=4000, labelled=True, loss="least_squares",
    reals=next_batch, **calm_down)
add("mode_collapse", "shapes-told-one-each", "shapes told_upconv", repeats(4),
    "discriminator_dominates underfitting", steps=1200, labelled=True, lr=(4e-4, 4e-4),
    latents=lambda n: torch.zeros(n, 16))
# fmt: on
