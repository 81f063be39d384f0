"""Suite v1 of loops: part of the development data of the doctor."""

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

import gansmith.data
from benchmarks.doctor.third_party_loops.checks import (
    Check,
    Suite,
    Trace,
    above,
    all_of,
    below,
    converged,
    exploded,
    goes_round,
    modes,
    steady,
    stopped_short,
)
from benchmarks.doctor.third_party_loops.loop import (
    LOSSES,
    Data,
    Game,
    descend,
    few,
    gradient_penalty,
    mixture,
    r1,
    seen,
    simultaneous,
    split,
)
from benchmarks.doctor.third_party_loops.nets import (
    Apply,
    Labelled,
    Nets,
    Unlabelled,
    downs,
    leaky,
    mlp,
    shuffled,
    transposed,
    ups,
)

# --- data ---


def ring() -> Data:
    angles = torch.arange(8) * math.pi / 4
    return mixture(1.5 * torch.stack([angles.cos(), angles.sin()], 1), 0.1)


def uneven() -> Data:
    data_weights = torch.tensor([0.3, 0.2, 0.15, 0.1, 0.08, 0.07, 0.05, 0.05])
    angles = torch.arange(8) * math.pi / 4
    return mixture(2 * torch.stack([angles.cos(), angles.sin()], 1), 0.15, weights=data_weights)


def nine() -> Data:
    line = torch.tensor([-1.0, 0.0, 1.0])
    return mixture(1.2 * torch.cartesian_prod(line, line), 0.12)


def roll() -> Data:
    t = 1.5 * math.pi * (1 + 2 * torch.rand(12000))
    points = torch.stack([t * t.cos(), t * t.sin()], 1) / 7
    return split(points + 0.04 * torch.randn(12000, 2), 4000)


def annulus() -> Data:
    t, r = 2 * math.pi * torch.rand(12000), 1 + 0.08 * torch.randn(12000)
    return split(torch.stack([r * t.cos(), r * t.sin()], 1), 4000)


def wages() -> Data:
    """Six columns: two of them skewed, one bounded, all of them entangled."""
    n, z = 12000, torch.randn(12000, 4)
    age = torch.sigmoid(z[:, 0])
    pay = torch.exp(0.6 * z[:, 1] + 0.5 * z[:, 0]) / 2
    debt = pay * torch.exp(0.4 * z[:, 2]) / 2
    rest = torch.stack([z[:, 3], 0.7 * z[:, 3] + 0.4 * torch.randn(n), z[:, 0] * z[:, 3] / 2], 1)
    return split(torch.cat([torch.stack([age, pay, debt], 1), rest], 1), 4000)


def orders() -> Data:
    """Ten columns: a choice of four as one-hot columns, two counts, and four that follow."""
    n, z = 12000, torch.randn(12000, 4)
    kind = torch.multinomial(torch.tensor([0.4, 0.3, 0.2, 0.1]), n, replacement=True)
    counts = torch.poisson(torch.stack([1.0 + kind, 4.0 - kind], 1)) / 3
    rest = 0.5 * z + 0.5 * kind[:, None] * torch.tensor([1.0, -1.0, 0.5, 0.0])
    return split(torch.cat([torch.nn.functional.one_hot(kind, 4), counts, rest], 1), 4000, kind)


def waves(shape: tuple[int, ...] = (1, 32)) -> Data:
    """Sines of random phase, frequency and height, and a little noise."""
    n, t = 6000, torch.linspace(0, 2 * math.pi, 32)
    phase, speed = 2 * math.pi * torch.rand(n, 1), 1 + 2 * torch.rand(n, 1)
    heights = 0.4 + 0.5 * torch.rand(n, 1)
    return split(
        (heights * torch.sin(speed * t + phase) + 0.03 * torch.randn(n, 32)).reshape(n, *shape),
        2000,
    )


@cache
def digits_at(size: int) -> tuple[Tensor, Tensor]:
    samples, labels = gansmith.data.read_samples("mnist", size=size, labels=True)
    return torch.from_numpy(samples).float() / 127.5 - 1, torch.from_numpy(labels).long()


def digits() -> Data:
    return split(digits_at(16)[0], 2000, digits_at(16)[1])


def zeros() -> Data:
    """A single class: alike by nature."""
    samples, labels = digits_at(16)
    return split(samples[labels == 0], 300)


def discs() -> Data:
    """Soft discs of random colour, place and size on a dark ground, in [0, 1]."""
    n, x = 6000, torch.arange(16.0)
    cx, cy = 4 + 8 * torch.rand(2, n, 1, 1)
    r = 1.5 + 2 * torch.rand(n, 1, 1)
    far = ((x[None, None] - cx) ** 2 + (x[None, :, None] - cy) ** 2) / (2 * r**2)
    colours = 0.2 + 0.8 * torch.rand(n, 3, 1, 1)
    return split(
        0.1 + 0.9 * torch.exp(-far)[:, None] * colours + 0.03 * torch.randn(n, 3, 16, 16), 2000
    )


def weave() -> Data:
    """Chequers of single pixels under a soft window: the highest frequency by nature."""
    n, x = 6000, torch.arange(16.0)
    cx, cy = 4 + 8 * torch.rand(2, n, 1, 1)
    r, a = 2 + 3 * torch.rand(n, 1, 1), 0.3 + 0.5 * torch.rand(n, 1, 1)
    window = torch.exp(-((x[None, None] - cx) ** 2 + (x[None, :, None] - cy) ** 2) / (2 * r**2))
    chequers = 1 - 2 * ((x[:, None] + x[None]) % 2)
    pictures = 0.6 * window - 0.4 + a * window * chequers + 0.05 * torch.randn(n, 16, 16)
    return split(pictures[:, None].clamp(-1, 1), 2000)


DATA = {
    "ring": ring,
    "uneven": uneven,
    "nine": nine,
    "roll": roll,
    "annulus": annulus,
    "wages": wages,
    "orders": orders,
    "waves": waves,
    "digits": digits,
    "zeros": zeros,
    "discs": discs,
    "weave": weave,
}

# --- nets: G, D and the shape of a latent ---

Rebuild = Callable[[nn.Module, nn.Module], tuple[nn.Module, nn.Module]]
Reals = Callable[[Data, int], tuple[Tensor, tuple[()]]]


def relu(data: Data, latent: int = 8, width: int = 64, wide_d: int = 64) -> Nets:
    d = data.train.shape[1]
    return mlp(latent, width, width, d), mlp(d, wide_d, wide_d, 1, act=leaky), (latent,)


def batch_norm(data: Data, latent: int = 16) -> Nets:
    d = data.train.shape[1]
    G = mlp(latent, 128, 128, d, norm=nn.BatchNorm1d)
    return G, mlp(d, 128, 128, 1, act=leaky), (latent,)


def tanh(data: Data) -> Nets:
    d = data.train.shape[1]
    return mlp(4, 48, 48, d, act=nn.Tanh), mlp(d, 48, 48, 1, act=nn.Tanh), (4,)


def chances(data: Data) -> Nets:
    """D says a probability."""
    G, D, latent = relu(data)
    return G, nn.Sequential(D, nn.Sigmoid()), latent


class TwoHeads(nn.Module):
    """A trunk with two judges of unlike depth."""

    def __init__(self, d: int) -> None:
        super().__init__()
        self.trunk = mlp(d, 64, 64, act=leaky, last=leaky())
        self.first, self.second = nn.Linear(64, 1), mlp(64, 32, 1, act=leaky)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        trunk = self.trunk(x)
        return self.first(trunk), self.second(trunk)


def two_heads(data: Data) -> Nets:
    return relu(data)[0], TwoHeads(data.train.shape[1]), (8,)


def conv1d(data: Data) -> Nets:
    G = nn.Sequential(
        nn.Linear(12, 4 * 32), nn.Unflatten(1, (32, 4)), nn.ReLU(),
        nn.ConvTranspose1d(32, 32, 4, 2, 1), nn.ReLU(),
        nn.ConvTranspose1d(32, 16, 4, 2, 1), nn.ReLU(),
        nn.ConvTranspose1d(16, 16, 4, 2, 1), nn.ReLU(),
        nn.Conv1d(16, 1, 5, 1, 2),
    )  # fmt: skip
    D = nn.Sequential(
        nn.Conv1d(1, 16, 5, 2, 2), leaky(), nn.Conv1d(16, 32, 5, 2, 2), leaky(),
        nn.Conv1d(32, 32, 5, 2, 2), leaky(), nn.Flatten(), nn.Linear(128, 1),
    )  # fmt: skip
    return G, D, (12,)


def dcgan(
    data: Data, last: type[nn.Module] = nn.Tanh, kernel: int = 4, width: int = 24, latent: int = 32
) -> Nets:
    c = data.train.shape[1]
    up = ups([2 * width, width, c], lambda a, b: transposed(a, b, kernel), nn.BatchNorm2d)
    G = nn.Sequential(
        nn.Unflatten(1, (latent, 1, 1)), nn.ConvTranspose2d(latent, 2 * width, 4),
        nn.BatchNorm2d(2 * width), nn.ReLU(), *up, last(),
    )  # fmt: skip
    D = nn.Sequential(*downs([c, width, 2 * width], nn.BatchNorm2d), nn.Conv2d(2 * width, 1, 4))
    return G, D, (latent,)


def patches(data: Data) -> Nets:
    """D judges patches."""
    G, _, latent = dcgan(data)
    c = data.train.shape[1]
    return G, nn.Sequential(*downs([c, 24, 48]), nn.Conv2d(48, 1, 3, 1, 1)), latent


class Retrieval(nn.Module):
    """A generator that blends the samples it has kept."""

    def __init__(self, kept: Tensor, latent: int) -> None:
        super().__init__()
        self.register_buffer("kept", kept)
        self.query = mlp(latent, 64, len(kept))

    def forward(self, z: Tensor) -> Tensor:
        weights = (60 * self.query(z)).softmax(1)
        return (weights @ self.kept.flatten(1)).reshape(len(z), *self.kept.shape[1:])


def retrieval(data: Data) -> Nets:
    return Retrieval(data.train, 8), relu(data)[1], (8,)


def labelled(data: Data) -> Nets:
    d, classes = data.train.shape[1], int(data.labels.max()) + 1
    G = Labelled(mlp(12, 96, 96, d, norm=nn.BatchNorm1d), classes, 4)
    return G, Labelled(mlp(d + 4, 96, 96, 1, act=leaky), classes, 4), (8,)


def labelled_dcgan(data: Data) -> Nets:
    G, D, _ = dcgan(data)
    D[0] = nn.Conv2d(data.train.shape[1] + 4, 24, 4, 2, 1)
    return Labelled(G, 10, 16), Labelled(D, 10, 4), (16,)


NETS = {
    "relu": relu,
    "batch_norm": batch_norm,
    "tanh": tanh,
    "chances": chances,
    "two_heads": two_heads,
    "conv1d": conv1d,
    "dcgan": dcgan,
    "dcgan_sigmoid": lambda data: dcgan(data, nn.Sigmoid),
    "patches": patches,
    "labelled": labelled,
    "labelled_dcgan": labelled_dcgan,
    "retrieval": retrieval,
    "retrieval1d": lambda data: (Retrieval(data.train, 12), *conv1d(data)[1:]),
}


# --- tricks ---


def two_heads_step(game: Game, optimizers: dict[str, torch.optim.Optimizer]) -> dict[str, Any]:
    """Hinge for two heads, summed; G moves first."""
    real, _ = game.draw(game.batch)
    fake = game.G(game.noise(game.batch))
    loss_g = -sum(head.mean() for head in game.D(fake))
    descend(optimizers["generator"], loss_g)
    on_real, on_fake = game.D(real), game.D(fake.detach())
    loss_d = sum(
        (1 - a).relu().mean() + (1 + b).relu().mean() for a, b in zip(on_real, on_fake, strict=True)
    )
    descend(optimizers["discriminator"], loss_d)
    return seen(game, on_real, on_fake, loss_d, loss_g, d_turns=1)


def near_code(n: int) -> Tensor:
    return CODES[torch.randint(len(CODES), (n,))] + 0.05 * torch.randn(n, CODES.shape[1])


def codes_step(game: Game, optimizers: dict[str, torch.optim.Optimizer]) -> dict[str, Any]:
    """Every real has a code of its own, and G has to give it back, beside deceiving D."""
    i = torch.randint(len(CODES), (game.batch,))
    real, fake = game.data.train[i], game.G(CODES[i] + 0.05 * torch.randn(len(i), CODES.shape[1]))
    of_d, of_g = LOSSES[game.loss]
    real_scores, fake_scores = game.D(real), game.D(fake.detach())
    loss_d = of_d(real_scores, fake_scores)
    descend(optimizers["discriminator"], loss_d)
    loss_g = of_g(real_scores.detach(), game.D(fake)) + 20 * (fake - real).square().mean()
    descend(optimizers["generator"], loss_g)
    return seen(game, real_scores, fake_scores, loss_d, loss_g, d_turns=1)


def only(*labels: int) -> Reals:
    """Draw reals of some classes only: a loader that reads a sorted set and stops early."""

    def draw(data: Data, n: int) -> tuple[Tensor, tuple[()]]:
        of = torch.isin(data.labels, torch.tensor(labels)).nonzero()[:, 0]
        return data.train[of[torch.randint(len(of), (n,))]], ()

    return draw


def where(keep: Callable[[Tensor], Tensor]) -> Reals:
    """Draw reals that pass a filter only."""

    def draw(data: Data, n: int) -> tuple[Tensor, tuple[()]]:
        samples = data.train[torch.randint(len(data.train), (8 * n,))]
        return samples[keep(samples)][:n], ()

    return draw


def shuffled_labels(data: Data, n: int) -> tuple[Tensor, tuple[Tensor]]:
    """Labels that have nothing to do with their samples."""
    i, j = torch.randint(len(data.train), (2, n))
    return data.train[i], (data.labels[j],)


def blind(player: str) -> Rebuild:
    """G, or D, is not told the label."""

    def rebuild(G: nn.Module, D: nn.Module) -> tuple[nn.Module, nn.Module]:
        if player == "generator":
            G.scale = 0.0
            return Unlabelled(Padded(G.net, 16 if isinstance(G.net[0], nn.Unflatten) else 4)), D
        return G, Unlabelled(Padded(D.net, 4))

    return rebuild


class Padded(nn.Module):
    """Where the label would be, there are zeros."""

    def __init__(self, net: nn.Module, width: int) -> None:
        super().__init__()
        self.net, self.width = net, width

    def forward(self, x: Tensor) -> Tensor:
        return self.net(torch.cat([x, x.new_zeros(len(x), self.width, *x.shape[2:])], 1))


def faint(G: nn.Module, D: nn.Module) -> tuple[nn.Module, nn.Module]:
    """G's embedding is scaled to nothing."""
    G.scale = 1e-6
    return G, D


def odd_and_even(data: Data) -> Data:
    """Two labels for the eight modes, in turn."""
    data.labels, data.held_labels = data.labels % 2, data.held_labels % 2
    return data


def copies(share: float, count: int) -> Callable[[Data], Data]:
    """Fill a share of the reals with exact copies of a few."""

    def change(data: Data) -> Data:
        some = int(share * len(data.train))
        data.train[:some] = data.train[-count:].repeat(
            some // count + 1, *[1] * (data.train.ndim - 1)
        )[:some]
        data.train = data.train[torch.randperm(len(data.train))]
        return data

    return change


def scaled(factor: float) -> Callable[[Data], Data]:
    def change(data: Data) -> Data:
        data.train, data.held = factor * data.train, factor * data.held
        return data

    return change


def moved(by: float) -> Rebuild:
    """Let G start far away."""

    def rebuild(G: nn.Module, D: nn.Module) -> tuple[nn.Module, nn.Module]:
        last = [m for m in G.modules() if isinstance(m, nn.Linear | nn.Conv1d)][-1]
        nn.init.constant_(last.bias, by)
        return G, D

    return rebuild


def generator(make: Callable[[], nn.Module]) -> Rebuild:
    return lambda G, D: (make(), D)


def four_points() -> nn.Module:
    """Sequences that are straight between four points."""
    up = nn.Upsample(scale_factor=8, mode="linear")
    return nn.Sequential(nn.Linear(12, 4), nn.Unflatten(1, (1, 4)), up)


def four_pictures() -> nn.Module:
    """Pictures that are sums of four."""
    shape = nn.Unflatten(1, (1, 16, 16))
    return nn.Sequential(nn.Linear(32, 4), nn.Linear(4, 256), nn.Tanh(), shape)


def dense(D: nn.Module) -> nn.Module:
    return nn.Sequential(nn.Flatten(), mlp(32, 256, 256, 1, act=leaky))


def discriminator(make: Callable[[nn.Module], nn.Module]) -> Rebuild:
    return lambda G, D: (G, make(D))


# --- what is true, beyond what truth.py can tell of any loop ---


def share(of: Callable[[Tensor], Tensor], low: float, high: float) -> Check:
    """The share of the last fakes for which something holds."""
    return lambda t: low <= float(of(t.fakes).float().mean()) <= high


@cache
def reader() -> nn.Module:
    """A small classifier of the digits."""
    samples, labels = digits_at(16)
    with torch.random.fork_rng(), torch.enable_grad():
        torch.manual_seed(5)
        net = nn.Sequential(*downs([1, 16, 32]), nn.Flatten(), nn.Linear(512, 10))
        optimizer = torch.optim.Adam(net.parameters(), 2e-3)
        for _ in range(400):
            i = torch.randint(len(samples), (128,))
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(samples[i]), labels[i]).backward()
            optimizer.step()
    return net.eval()


def classes(low: int, high: int) -> Check:
    """The number of digits which make up at least a fiftieth of the fakes."""

    def check(t: Trace) -> bool:
        with torch.no_grad():
            read = reader()(t.fakes).argmax(1)
        return low <= int((read.bincount(minlength=10) > len(read) / 50).sum()) <= high

    return check


def grain(x: Tensor) -> Tensor:
    """Share of the energy of pictures in the highest frequency along rows and columns."""
    power = torch.fft.fft2(x - x.mean((2, 3), keepdim=True)).abs().square().mean((0, 1))
    h, w = power.shape
    return (power[h // 2].sum() + power[:, w // 2].sum()) / power.sum()


def grainy(factor: float) -> Check:
    return lambda t: float(grain(t.fakes)) > factor * float(grain(t.game.data.held))


def distinct(count: int) -> Check:
    """There are no more than so many different fakes."""
    return lambda t: len((1000 * t.fakes.flatten(1)).round().unique(dim=0)) <= count


def copied_reals(part: float) -> Check:
    """More than this part of the reals is there more than once."""

    def check(t: Trace) -> bool:
        counts = t.game.data.train.flatten(1).unique(dim=0, return_counts=True)[1]
        return float(counts[counts > 1].sum() / counts.sum()) > part

    return check


def obeyed(read: Callable[[Trace, Tensor], Tensor], low: float, high: float) -> Check:
    """The share of fakes of the class that was asked for."""

    def check(t: Trace) -> bool:
        wanted = t.game.data.held_labels[:800]
        t.game.G.eval()
        with torch.no_grad():
            found = read(t, t.game.sample_as(wanted))
        return low <= float((found == wanted).float().mean()) <= high

    return check


def nearest_mode(t: Trace, x: Tensor) -> Tensor:
    return torch.cdist(x, t.game.data.centres).argmin(1)


def digit(t: Trace, x: Tensor) -> Tensor:
    return reader()(x).argmax(1)


def kind(t: Trace, x: Tensor) -> Tensor:
    return x[:, :4].argmax(1)


def reaches(part: float) -> Check:
    """The fakes reach only a part of the range of the reals."""

    def check(t: Trace) -> bool:
        low, high = t.game.data.held.aminmax()
        return float(t.fakes.max() - t.fakes.min()) < part * float(high - low)

    return check


SUITE = Suite(DATA, NETS)
FEW = torch.randn(6, 12, generator=torch.Generator().manual_seed(3))
CODES = torch.randn(64, 32, generator=torch.Generator().manual_seed(4))
add = SUITE.add
wgan_gp = {"loss": "wasserstein", "optimizer": "adam0"}
won = all_of(above("ranked", 0.97), above("far", 0.4))

# --- healthy ---

# fmt: off
add("", "ring-bce", "ring relu", converged(0.1), steps=6000, penalty=r1(0.1))
add("", "ring-hinge", "ring relu", converged(0.12), steps=6000, loss="hinge", penalty=r1(0.1),
    decay=0.1, batch=128)
add("", "uneven-wgan-gp", "uneven batch_norm", converged(0.13), steps=3500, n_critic=3,
    penalty=gradient_penalty(1.0), lr=(1e-3, 1e-3), decay=0.1, **wgan_gp)
add("", "nine-lsgan", "nine relu", converged(0.1), steps=6000, loss="least_squares", batch=128)
add("", "roll-bce", "roll batch_norm", converged(0.1), steps=5000, batch=128, rates=False)
add("", "annulus-wgan-clip", "annulus relu", converged(0.12), steps=3500, loss="wasserstein",
    n_critic=4, clip=0.05, optimizer="rmsprop", lr=(2e-4, 2e-4))
add("", "wages-relativistic", "wages relu", converged(0.13), steps=6000, loss="relativistic",
    batch=128, decay=0.02)
add("", "wages-decay", "wages batch_norm", converged(0.12), steps=5000, batch=128, decay=0.02)
add("", "wages-held", "wages batch_norm", converged(0.13), steps=5000, loss="least_squares",
    batch=128, decay=0.02, hold=True)
add("", "nine-probability", "nine chances", converged(0.13), steps=6000, loss="probability",
    batch=128, decay=0.1)
add("", "orders-wgan-gp", "orders batch_norm", converged(0.15), steps=2500, n_critic=4,
    penalty=gradient_penalty(1.0), **wgan_gp)
add("", "waves-bce", "waves conv1d", converged(0.17), steps=4000, decay=0.1)
add("", "waves-big-scores", "waves conv1d", converged(0.17), steps=2600, n_critic=2,
    penalty=gradient_penalty(0.1, 10.0), hold=True, decay=0.2, **wgan_gp)
add("", "annulus-batch-16", "annulus relu", converged(0.15), steps=6000, batch=16, lr=(3e-4, 5e-4))
add("", "roll-warm-up", "roll batch_norm", converged(0.1), steps=6000, batch=128, lr=(4e-5, 4e-5),
    decay=25.0)
add("", "annulus-two-heads", "annulus two_heads", converged(0.12), steps=5000, step=two_heads_step,
    batch=128, decay=0.1)
add("", "annulus-flipped", "annulus batch_norm", converged(0.12), steps=4000, loss="flipped",
    tell={"higher_is_real": False}, penalty=r1(0.1))
add("", "annulus-at-once", "annulus relu", converged(0.12), steps=5000, step=simultaneous,
    batch=128, loss="least_squares", decay=0.2)
add("", "digits-dcgan", "digits dcgan", all_of(converged(0.14), classes(9, 10)), steps=2600,
    lr=(3e-4, 3e-4))
add("", "digits-held", "digits dcgan", all_of(converged(0.14), classes(9, 10)), steps=2400,
    loss="least_squares", lr=(4e-4, 3e-4), hold=True)
add("", "zeros-alike", "zeros dcgan", converged(0.15), steps=1500, lr=(4e-4, 4e-4), loss="hinge")
add("", "discs-unit-range", "discs dcgan_sigmoid", converged(0.2), steps=1800, lr=(5e-4, 3e-4),
    decay=0.1)
add("", "weave-fine", "weave dcgan", converged(0.2), steps=1600, lr=(6e-4, 2e-4), decay=0.1)

# --- mode_collapse ---

add("mode_collapse", "nine-first-shard", "nine relu", modes(1, 1), steps=4000, reals=only(4))
add("mode_collapse", "nine-no-last-shard", "nine batch_norm", modes(6, 6), steps=5000,
    reals=only(0, 1, 2, 3, 4, 5), loss="hinge", lr=(3e-4, 1e-3))
add("mode_collapse", "annulus-half-plane", "annulus relu", share(lambda x: x[:, 0] < -0.2, 0, 0.05),
    steps=4000, reals=where(lambda x: x[:, 0] > 0), loss="relativistic_average", penalty=r1(0.3),
    lr=(5e-4, 1e-3))
add("mode_collapse", "ring-consistency", "ring relu", below("spread", 0.5),
    "discriminator_dominates oscillation", steps=4000,
    extra=lambda fake, real: 2 * fake.std(0).mean(), penalty=r1(0.1))
add("mode_collapse", "waves-few-latents", "waves conv1d", distinct(6), steps=3000,
    latents=lambda n: FEW[torch.randint(6, (n,))])
add("mode_collapse", "wages-no-outliers", "wages batch_norm",
    share(lambda x: x[:, 1] > 0.6, 0, 0.05), steps=5000, reals=where(lambda x: x[:, 1] < 0.5),
    batch=128)
add("mode_collapse", "digits-two-classes", "digits dcgan", classes(1, 3), steps=1500,
    lr=(3e-4, 3e-4), reals=only(1, 7))
add("mode_collapse", "digits-unpaired-l1", "digits dcgan", below("spread", 0.4),
    "discriminator_dominates", steps=1500, lr=(3e-4, 3e-4),
    extra=lambda fake, real: 1000 * (fake - real).square().mean())
# fmt: on

# --- vanishing_gradient ---

lost = "discriminator_dominates unsuitable_loss"
gone = all_of(won, lambda t: sorted(t.late("gradient"))[len(t.late("gradient")) // 2] < 1e-3)
# fmt: off
add("vanishing_gradient", "roll-minimax-far", "roll relu", gone, lost, steps=4000, loss="minimax",
    rebuild=moved(6.0), n_critic=4, lr=(5e-5, 2e-3))
add("vanishing_gradient", "ring-probability-far", "ring chances", gone, lost, steps=4000,
    loss="probability_minimax", rebuild=moved(6.0), n_critic=4, lr=(5e-5, 2e-3), batch=128)
add("vanishing_gradient", "waves-minimax-far", "waves conv1d", gone, lost, steps=2500,
    loss="minimax", rebuild=moved(2.0), n_critic=2, lr=(2e-5, 1e-3), batch=32)
add("vanishing_gradient", "digits-minimax", "digits dcgan", gone, lost, steps=1200, loss="minimax",
    n_critic=2, lr=(1e-4, 1e-3))
# fmt: on

# --- discriminator_dominates ---

follow = all_of(won, lambda t: t.mean("gradient") > 1e-2, steady("far"))
# fmt: off
add("discriminator_dominates", "orders-slow-generator", "orders relu", follow, "undertrained",
    steps=4000, loss="hinge", lr=(1e-6, 1e-3), n_critic=2)
add("discriminator_dominates", "digits-slow-generator", "digits dcgan", follow, "undertrained",
    steps=1200, lr=(1e-6, 4e-4), n_critic=2)
add("discriminator_dominates", "wages-stale-optimizer", "wages relu", follow,
    "undertrained underfitting", steps=4000, loss="least_squares", lr=(0.0, 1e-3))
add("discriminator_dominates", "waves-fast-critic", "waves conv1d",
    all_of(won, above("gradient", 0.01)), steps=2500, lr=(1e-5, 1e-3), n_critic=2,
    loss="relativistic")
# fmt: on

# --- generator_dominates ---

weak = all_of(below("ranked", 0.62), above("far", 0.4))

# fmt: off
add("generator_dominates", "annulus-drowned-critic", "annulus relu",
    all_of(below("ranked", 0.62), above("far", 0.25)), "mode_collapse underfitting", steps=4000,
    shown=lambda x: x + 6 * torch.randn_like(x))
add("generator_dominates", "waves-mean-critic", "waves conv1d", weak, "underfitting mode_collapse",
    steps=2500,
    rebuild=discriminator(lambda D: nn.Sequential(Apply(lambda x: x.mean(2)), mlp(1, 8, 1))))
add("generator_dominates", "orders-lazy-critic", "orders relu", weak, "mode_collapse oscillation",
    steps=1500, n_generator=15, lr=(1e-3, 2e-4))
add("generator_dominates", "digits-slow-critic", "digits dcgan", weak, "mode_collapse", steps=1200,
    lr=(1e-3, 1e-6))

# --- divergence ---

add("divergence", "ring-growing-rate", "ring relu", exploded(), steps=4000, optimizer="momentum",
    lr=(2e-3, 2e-3), decay=2000.0, loss="least_squares")
add("divergence", "wages-naive-logs", "wages chances", exploded(), steps=3000, loss="naive_logs",
    optimizer="rmsprop", lr=(1e-2, 3e-2))
add("divergence", "waves-wrong-sign", "waves conv1d", exploded(), "unsuitable_loss", steps=2000,
    penalty=gradient_penalty(-1.0), **wgan_gp)
add("divergence", "discs-growing-rate", "discs dcgan_sigmoid", exploded(), steps=1500, loss="hinge",
    lr=(4e-4, 4e-4), decay=3000.0)
add("divergence", "annulus-linear-critic", "annulus relu", exploded(),
    "oscillation unsuitable_loss mode_collapse generator_dominates", steps=3000, loss="wasserstein",
    step=simultaneous, optimizer="sgd", lr=(2e-2, 2e-2),
    rebuild=discriminator(lambda D: nn.Linear(2, 1)))

# --- oscillation ---

add("oscillation", "annulus-sgd", "annulus tanh", goes_round(), "mode_collapse", steps=5000,
    optimizer="momentum", lr=(1e-2, 1e-2), looks=80)
add("oscillation", "ring-hopping", "ring relu", goes_round(), "mode_collapse", steps=5000,
    optimizer="adam9", lr=(2e-3, 2e-4), looks=80)
add("oscillation", "wages-linear-critic", "wages relu", goes_round(),
    "generator_dominates mode_collapse", steps=4000, loss="wasserstein", optimizer="sgd",
    lr=(3e-3, 3e-3), clip=1.0, rebuild=discriminator(lambda D: nn.Linear(6, 1)), looks=80)
add("oscillation", "uneven-clip", "uneven tanh", goes_round(), "mode_collapse", steps=4000,
    loss="wasserstein", clip=0.1, optimizer="rmsprop", lr=(1e-3, 1e-3), looks=80)

# --- undertrained ---

add("undertrained", "nine-slow", "nine relu", stopped_short(), steps=700, beyond=5300,
    lr=(5e-5, 1e-4), penalty=r1(0.1))
add("undertrained", "orders-slow", "orders batch_norm", stopped_short(), "discriminator_dominates",
    steps=500, beyond=2500, lr=(2e-5, 6e-5), loss="hinge")
add("undertrained", "waves-short", "waves conv1d", stopped_short(), "discriminator_dominates",
    steps=1500, beyond=3000, lr=(5e-5, 1e-4), penalty=gradient_penalty(1.0), **wgan_gp)
add("undertrained", "digits-short", "digits dcgan", stopped_short(), "discriminator_dominates",
    steps=700, beyond=1200, lr=(2e-5, 2e-5))
# fmt: on

# --- underfitting ---

calm = all_of(steady("far", 1.6), above("far", 0.13))
# fmt: off
add("underfitting", "ring-linear", "ring relu", calm, "discriminator_dominates", steps=4000,
    rebuild=generator(lambda: nn.Linear(8, 2)), penalty=r1(1.0))
add("underfitting", "roll-two-units", "roll relu", calm, "discriminator_dominates", steps=5000,
    rebuild=generator(lambda: mlp(8, 2, 2)), penalty=r1(1.0))
add("underfitting", "waves-one-channel", "waves conv1d", calm, "discriminator_dominates",
    steps=3000, rebuild=generator(four_points), penalty=r1(1.0), lr=(1e-3, 5e-4))
add("underfitting", "digits-linear", "digits dcgan", calm, "discriminator_dominates artefacts",
    steps=1500, rebuild=generator(four_pictures), lr=(4e-3, 2e-4), penalty=r1(1.0))
# fmt: on

# --- discriminator_overfitting ---

fitted = above("fitted", 0.85)
scarce = "data_problem memorisation discriminator_dominates"
# fmt: off
add("discriminator_overfitting", "orders-few", "orders relu", fitted, scarce, steps=4000,
    change=few(60), hold=True)
add("discriminator_overfitting", "wages-few", "wages batch_norm", fitted, scarce, steps=4000,
    change=few(80), hold=True, loss="hinge")
add("discriminator_overfitting", "zeros-few", "zeros dcgan", fitted, scarce, steps=1500,
    change=few(60), hold=True, lr=(3e-4, 3e-4), loss="hinge")
add("discriminator_overfitting", "digits-few", "digits dcgan", fitted, scarce, steps=1500,
    change=few(150), hold=True, lr=(2e-4, 4e-4))
# fmt: on

# --- memorisation ---

copied = below("near", 0.35)
alike = "data_problem discriminator_overfitting"
# fmt: off
add("memorisation", "annulus-ten", "annulus batch_norm", copied, alike, steps=6000,
    change=few(10), hold=True, decay=0.1)
add("memorisation", "waves-retrieval", "waves retrieval1d", copied,
    alike + " discriminator_dominates", steps=3000, change=few(100), hold=True)
add("memorisation", "orders-retrieval", "orders retrieval", copied,
    alike + " discriminator_dominates", steps=4000, change=few(300), hold=True, loss="hinge")
add("memorisation", "digits-codes", "digits dcgan", copied, alike, steps=1500, change=few(64),
    hold=True, step=codes_step, latents=near_code, lr=(1e-3, 4e-4))

# --- unsuitable_loss ---

add("unsuitable_loss", "uneven-unbounded", "uneven relu",
    all_of(above("score", 50), above("far", 0.3)), "divergence oscillation mode_collapse",
    steps=4000, loss="wasserstein", lr=(1e-3, 1e-2))
add("unsuitable_loss", "orders-unbounded", "orders relu",
    all_of(above("score", 50), above("far", 0.3)), "divergence oscillation mode_collapse",
    steps=4000, loss="wasserstein", lr=(3e-4, 5e-3), n_critic=2)
add("unsuitable_loss", "annulus-minimax", "annulus batch_norm", gone,
    "vanishing_gradient discriminator_dominates", steps=3000, loss="minimax", n_critic=4,
    rebuild=moved(6.0), lr=(2e-5, 3e-3), optimizer="rmsprop")
add("unsuitable_loss", "orders-minimax", "orders relu", gone,
    "vanishing_gradient discriminator_dominates", steps=2500, loss="ascent_minimax", n_critic=3,
    lr=(2e-5, 2e-3))
# fmt: on

# --- artefacts ---


def coarse(G: Callable[[nn.Module], nn.Module] = lambda G: G) -> Rebuild:
    """D judges pictures at half their size, and cannot see what G does to single pixels."""

    def rebuild(net: nn.Module, D: nn.Module) -> tuple[nn.Module, nn.Module]:
        c = next(m for m in D.modules() if isinstance(m, nn.Conv2d)).in_channels
        judge = nn.Sequential(*downs([c, 24, 48]), nn.Flatten(), nn.Linear(192, 1))
        return G(net), nn.Sequential(nn.AvgPool2d(2), judge)

    return rebuild


def ends(*layers: nn.Module) -> Callable[[nn.Module], nn.Module]:
    return lambda G: nn.Sequential(G, *layers)


def kernel_three(G: nn.Module) -> nn.Module:
    return nn.Sequential(
        nn.Linear(32, 48 * 16), nn.ReLU(), nn.Unflatten(1, (48, 4, 4)),
        *ups([48, 24, 1], lambda a, b: transposed(a, b, 3), nn.BatchNorm2d), nn.Tanh(),
    )  # fmt: skip


def sub_pixels(G: nn.Module) -> nn.Module:
    return nn.Sequential(
        nn.Linear(32, 48 * 16), nn.ReLU(), nn.Unflatten(1, (48, 4, 4)),
        *ups([48, 24, 1], shuffled, nn.BatchNorm2d), nn.Tanh(),
    )  # fmt: skip


def grain_of(strength: float) -> nn.Module:
    return Apply(lambda x: x + strength * torch.randn_like(x))


def comb(x: Tensor) -> Tensor:
    """Every other column is darker."""
    return x - 0.1 * (torch.arange(x.shape[3]) % 2)


# fmt: off
add("artefacts", "digits-kernel-3", "digits dcgan", grainy(4), "generator_dominates", steps=1500,
    lr=(4e-4, 4e-4), rebuild=coarse(kernel_three))
add("artefacts", "discs-noise", "discs dcgan_sigmoid", grainy(4),
    "discriminator_dominates generator_dominates", steps=1500, lr=(4e-4, 4e-4),
    rebuild=coarse(ends(grain_of(0.1))), loss="hinge")
add("artefacts", "discs-stripes", "discs dcgan_sigmoid", grainy(4), "generator_dominates",
    steps=1500, lr=(4e-4, 4e-4), rebuild=coarse(ends(Apply(comb))), loss="least_squares")
add("artefacts", "zeros-chequers", "zeros dcgan", grainy(4), "generator_dominates", steps=1500,
    lr=(4e-4, 4e-4), rebuild=coarse(sub_pixels))

# --- data_problem ---

add("data_problem", "digits-sigmoid", "digits dcgan_sigmoid", reaches(0.55),
    "discriminator_dominates underfitting vanishing_gradient", steps=1200)
add("data_problem", "discs-bytes", "discs dcgan_sigmoid", reaches(0.1),
    "discriminator_dominates vanishing_gradient underfitting divergence", steps=1000,
    change=scaled(255.0))
add("data_problem", "orders-copies", "orders relu", copied_reals(0.5), "mode_collapse memorisation",
    steps=4000, change=copies(0.6, 1), penalty=r1(0.1))
add("data_problem", "waves-copies", "waves conv1d", copied_reals(0.5), "mode_collapse memorisation",
    steps=2500, change=copies(0.7, 8))
add("data_problem", "weave-thirty", "weave dcgan", lambda t: len(t.game.data.train) == 30,
    "memorisation discriminator_overfitting discriminator_dominates mode_collapse", steps=1200,
    change=few(30))

# --- loops with labels ---

add("", "ring-labelled", "ring labelled", all_of(converged(0.15), obeyed(nearest_mode, 0.9, 1)),
    steps=4000, labelled=True, batch=128, decay=0.2)
add("", "orders-labelled", "orders labelled", all_of(converged(0.2), obeyed(kind, 0.85, 1)),
    steps=4000, labelled=True, batch=128, decay=0.1, loss="hinge", penalty=r1(0.1))
add("", "digits-labelled", "digits labelled_dcgan", all_of(converged(0.2), obeyed(digit, 0.7, 1)),
    steps=2600, labelled=True, lr=(4e-4, 4e-4))
add("condition_ignored", "ring-unlabelled-generator", "ring labelled",
    all_of(below("far", 0.35), obeyed(lambda t, x: nearest_mode(t, x) % 2, 0.3, 0.7)),
    "discriminator_dominates", steps=4000, labelled=True, batch=128, decay=0.2, penalty=r1(0.3),
    change=odd_and_even, rebuild=blind("generator"))
add("condition_ignored", "ring-shuffled-labels", "ring labelled",
    all_of(converged(0.2), obeyed(nearest_mode, 0, 0.25)), steps=4000, labelled=True, batch=128,
    decay=0.2, reals=shuffled_labels)
add("condition_ignored", "orders-faint-label", "orders labelled",
    all_of(below("far", 0.6), obeyed(kind, 0, 0.5)), "discriminator_dominates underfitting",
    steps=4000, labelled=True, batch=128, decay=0.1, loss="hinge", penalty=r1(0.1), rebuild=faint)
add("condition_ignored", "digits-blind-critic", "digits labelled_dcgan",
    all_of(below("far", 0.35), obeyed(digit, 0, 0.3)), steps=2000, labelled=True, lr=(4e-4, 4e-4),
    rebuild=blind("discriminator"))
add("mode_collapse", "digits-labelled-no-noise", "digits labelled_dcgan", distinct(10), steps=1500,
    labelled=True, lr=(4e-4, 4e-4), latents=lambda n: torch.zeros(n, 16))
# fmt: on
