"""GAN loops in plain torch: data, losses and one loop in the manner of a tutorial."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import gansmith.data

sp = F.softplus


@dataclass
class Data:
    """Samples to train on, held-out ones, and what their author knows of them."""

    train: Tensor
    held: Tensor
    labels: Tensor | None = None  # of train
    held_labels: Tensor | None = None
    centres: Tensor | None = None  # of the modes
    radius: float = 0.0  # of a mode
    weights: Tensor | None = None  # of the modes


def split(samples: Tensor, held: int, labels: Tensor | None = None, **known: Any) -> Data:
    """Shuffle the samples and hold the last ones out."""
    order = torch.randperm(len(samples))
    samples = samples[order].float()
    if labels is not None:
        labels = labels[order].long()
        known |= {"labels": labels[:-held], "held_labels": labels[-held:]}
    return Data(samples[:-held], samples[-held:], **known)


def mixture(
    centres: Tensor, sigma: float, count: int = 12000, weights: Tensor | None = None, **known: Any
) -> Data:
    """Gaussians of one width around the centres."""
    shares = torch.ones(len(centres)) if weights is None else weights
    which = torch.multinomial(shares, count, replacement=True)
    samples = centres[which] + sigma * torch.randn(count, centres.shape[1])
    radius = sigma * (3.0 + 0.3 * centres.shape[1])
    known = {"centres": centres, "radius": radius, "weights": shares / shares.sum()} | known
    return split(samples, 4000, which, **known)


# --- losses: what D and what G minimises, of the scores of reals and of fakes ---

LOSSES: dict[str, tuple[Callable[..., Tensor], Callable[..., Tensor]]] = {
    "bce": (lambda r, f: sp(-r).mean() + sp(f).mean(), lambda r, f: sp(-f).mean()),
    "minimax": (lambda r, f: sp(-r).mean() + sp(f).mean(), lambda r, f: -sp(f).mean()),
    "ascent": (  # both players maximise, and the loop hands over what it maximises, negated
        lambda r, f: -(F.logsigmoid(r).mean() + F.logsigmoid(-f).mean()) / 2,
        lambda r, f: -F.logsigmoid(f).mean() / 2,
    ),
    "ascent_minimax": (
        lambda r, f: -(F.logsigmoid(r).mean() + F.logsigmoid(-f).mean()) / 2,
        lambda r, f: F.logsigmoid(-f).mean() / 2,
    ),
    "least_squares": (
        lambda r, f: ((r - 1) ** 2).mean() + (f**2).mean(),
        lambda r, f: ((f - 1) ** 2).mean(),
    ),
    "hinge": (lambda r, f: F.relu(1 - r).mean() + F.relu(1 + f).mean(), lambda r, f: -f.mean()),
    "wasserstein": (lambda r, f: f.mean() - r.mean(), lambda r, f: -f.mean()),
    "relativistic": (lambda r, f: sp(f - r).mean(), lambda r, f: sp(r - f).mean()),
    "relativistic_average": (
        lambda r, f: sp(f.mean() - r).mean() + sp(f - r.mean()).mean(),
        lambda r, f: sp(r - f.mean()).mean() + sp(r.mean() - f).mean(),
    ),
    "favoured": (  # G learns from the best quarter of its fakes only
        lambda r, f: sp(-r).mean() + sp(f).mean(),
        lambda r, f: sp(-f.flatten().topk(f.numel() // 4).values).mean(),
    ),
    "flipped": (lambda r, f: sp(r).mean() + sp(-f).mean(), lambda r, f: sp(f).mean()),
    "flipped_wasserstein": (lambda r, f: r.mean() - f.mean(), lambda r, f: f.mean()),
    "probability": (
        lambda r, f: F.binary_cross_entropy(torch.cat([r, f]), _targets(r, f)),
        lambda r, f: F.binary_cross_entropy(f, torch.ones_like(f)),
    ),
    "probability_minimax": (
        lambda r, f: F.binary_cross_entropy(torch.cat([r, f]), _targets(r, f)),
        lambda r, f: -F.binary_cross_entropy(f, torch.zeros_like(f)),
    ),
    "naive_logs": (
        lambda r, f: -(torch.log(r) + torch.log(1 - f)).mean(),
        lambda r, f: -torch.log(f).mean(),
    ),
    "margin": (lambda r, f: r.mean() + F.relu(0.5 - f).mean(), lambda r, f: f.mean()),
    "exponential": (lambda r, f: ((-r).exp() + f.exp()).mean(), lambda r, f: (-f).exp().mean()),
    "wrong_way": (lambda r, f: -sp(-r).mean() - sp(f).mean(), lambda r, f: sp(-f).mean()),
    "coin": (  # D gets the true labels half of the time
        lambda r, f: (sp(-r) + sp(f)).mean() if torch.rand(()) < 0.5 else (sp(r) + sp(-f)).mean(),
        lambda r, f: sp(-f).mean(),
    ),
    "guarded_logs": (
        lambda r, f: sp(-r).mean() + sp(f).mean(),
        lambda r, f: -torch.log(torch.sigmoid(f) + 1e-8).mean(),
    ),
}


def _targets(r: Tensor, f: Tensor) -> Tensor:
    return torch.cat([torch.ones_like(r), torch.zeros_like(f)])


def gradient_penalty(weight: float = 10.0, target: float = 1.0) -> Callable[..., Tensor]:
    """Keep the slope of D between reals and fakes at ``target``."""

    def penalty(score: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor) -> Tensor:
        e = torch.rand(len(real), *[1] * (real.ndim - 1))
        x = (e * real + (1 - e) * fake[: len(real)]).requires_grad_()
        (slope,) = torch.autograd.grad(score(x).sum(), x, create_graph=True)
        return weight * ((slope.flatten(1).norm(dim=1) - target) ** 2).mean()

    return penalty


def r1(gamma: float) -> Callable[..., Tensor]:
    """Keep the slope of D at reals small."""

    def penalty(score: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor) -> Tensor:
        x = real.clone().requires_grad_()
        (slope,) = torch.autograd.grad(score(x).sum(), x, create_graph=True)
        return gamma / 2 * slope.flatten(1).square().sum(1).mean()

    return penalty


# --- what suites share ---

Outcome = dict[str, Any]  # of a step, as the monitor receives it
Rates = dict[str, torch.optim.Optimizer]
Step = Callable[["Game", Rates], Outcome]
Change = Callable[[Data], Data]


def few(count: int) -> Change:
    """Nothing but the first samples to train on."""

    def change(data: Data) -> Data:
        data.train = data.train[:count].clone()
        data.labels = None if data.labels is None else data.labels[:count]
        return data

    return change


def scaled(factor: float, offset: float = 0.0) -> Change:
    def change(data: Data) -> Data:
        data.train, data.held = factor * data.train + offset, factor * data.held + offset
        return data

    return change


def bounded(most: float, offset: float = 0.0) -> Callable[[Tensor], Tensor]:
    return lambda x: most * torch.tanh(x / most + offset)


def angle(x: Tensor) -> Tensor:
    return torch.atan2(x[:, 1], x[:, 0])


def mislabelled(data: Data) -> Data:
    """Labels in an order that is not that of the samples."""
    data.labels = data.labels[torch.randperm(len(data.labels))]
    return data


class Held:
    """An optimizer whose gradients are cut to a length."""

    def __init__(self, optimizer: torch.optim.Optimizer, length: float) -> None:
        self.optimizer, self.length = optimizer, length

    def zero_grad(self) -> None:
        self.optimizer.zero_grad()

    def step(self) -> None:
        for group in self.optimizer.param_groups:
            nn.utils.clip_grad_norm_(group["params"], self.length)
        self.optimizer.step()


def descend(optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


# --- the loop ---

OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "adam": lambda p, lr: torch.optim.Adam(p, lr, betas=(0.5, 0.99)),
    "adam0": lambda p, lr: torch.optim.Adam(p, lr, betas=(0.0, 0.9)),
    "adam9": torch.optim.Adam,
    "rmsprop": torch.optim.RMSprop,
    "sgd": torch.optim.SGD,
    "momentum": lambda p, lr: torch.optim.SGD(p, lr, momentum=0.9),
}


@dataclass
class Game:
    """Everything a loop needs to know."""

    data: Data
    G: nn.Module
    D: nn.Module
    steps: int
    loss: str = "bce"
    batch: int = 64
    latent: tuple[int, ...] = (8,)
    lr: tuple[float, float] = (1e-3, 1e-3)  # of G and of D
    optimizer: str = "adam"
    n_critic: int = 1
    n_generator: int = 1
    penalty: Callable[..., Tensor] | None = None
    clip: float | None = None
    decay: float = 1.0  # of the learning rates, over the whole loop
    step: Callable[..., dict[str, Any]] | None = None  # another step than the tutorial's
    reals: Callable[[Data, int], Any] | None = None  # another way to draw a batch
    latents: Callable[..., Tensor] | None = None
    extra: Callable[..., Tensor] | None = None  # added to G's loss: of fakes and reals
    shown: Callable[[Tensor], Tensor] = lambda x: x  # what D is shown of any sample
    labelled: bool = False
    beyond: int = 0  # steps after the watched ones, to see how it goes on
    looks: int = 24  # how often its author measures
    psi: float = 1.0  # of the latents' size that is sampled with
    turn: int = 0  # iterations played
    memory: dict[str, Any] = field(default_factory=dict)  # of a step
    tell: dict[str, Any] = field(default_factory=dict)  # further arguments of the monitor
    rates: bool = True  # give the monitor the optimizers

    def noise(self, n: int) -> Tensor:
        return self.latents(n) if self.latents else torch.randn(n, *self.latent)

    def draw(self, n: int) -> tuple[Tensor, tuple[Tensor, ...]]:
        """A real batch, and its labels if there are any to know."""
        if self.reals:
            return self.reals(self.data, n)
        i = torch.randint(len(self.data.train), (n,))
        return self.data.train[i], (self.data.labels[i],) if self.labelled else ()

    def sample(self, n: int) -> Tensor:
        if not self.labelled:
            return self.G(self.psi * self.noise(n))
        return self.sample_as(self.data.labels[torch.randint(len(self.data.labels), (n,))])

    def sample_as(self, labels: Tensor) -> Tensor:
        return self.G(self.noise(len(labels)), labels)


def seen(
    game: Game, real: Any, fake: Any, loss_d: Tensor, loss_g: Tensor, d_turns: int | None = None
) -> Outcome:
    """Return what an iteration hands to the monitor; of D's turns each has a batch of its own."""
    losses = {"discriminator": loss_d, "generator": loss_g}
    size = (game.n_critic if d_turns is None else d_turns) * game.batch
    return {"real_scores": real, "fake_scores": fake, "losses": losses, "batch_size": size}


def tutorial(game: Game, optimizers: dict[str, torch.optim.Optimizer]) -> dict[str, Any]:
    """One iteration: D some times, then G."""
    G, D, shown = game.G, game.D, game.shown
    of_d, of_g = LOSSES[game.loss]
    for _ in range(game.n_critic):
        real, labels = game.draw(game.batch)
        fake = G(game.noise(game.batch), *labels).detach()
        real_scores, fake_scores = D(shown(real), *labels), D(shown(fake), *labels)
        loss_d = of_d(real_scores, fake_scores)
        if game.penalty:
            loss_d = loss_d + game.penalty(lambda x, y=labels: D(x, *y), shown(real), shown(fake))
        descend(optimizers["discriminator"], loss_d)
        for p in D.parameters() if game.clip else ():
            p.data.clamp_(-game.clip, game.clip)
    for _ in range(game.n_generator):
        fake = G(game.noise(game.batch), *labels)
        loss_g = of_g(D(shown(real), *labels).detach(), D(shown(fake), *labels))
        if game.extra:
            loss_g = loss_g + game.extra(fake, real)
        descend(optimizers["generator"], loss_g)
    return seen(game, real_scores, fake_scores, loss_d, loss_g)


def simultaneous(game: Game, optimizers: dict[str, torch.optim.Optimizer]) -> dict[str, Any]:
    """One iteration in which both losses are computed before either player moves."""
    of_d, of_g = LOSSES[game.loss]
    real, labels = game.draw(game.batch)
    fake = game.G(game.noise(game.batch), *labels)
    real_scores, fake_scores = game.D(real, *labels), game.D(fake, *labels)
    loss_d, loss_g = of_d(real_scores, fake_scores), of_g(real_scores, fake_scores)
    weights = list(game.D.parameters()), list(game.G.parameters())
    grads = (
        torch.autograd.grad(loss_d, weights[0], retain_graph=True),
        torch.autograd.grad(loss_g, weights[1]),
    )
    for player, own, found in zip(("discriminator", "generator"), weights, grads, strict=True):
        for p, g in zip(own, found, strict=True):
            p.grad = g
        optimizers[player].step()
    return seen(game, real_scores, fake_scores, loss_d, loss_g, d_turns=1)


def play(game: Game, watch: Callable[..., Any], look: Callable[[int], None]) -> None:
    """Play a game under a monitor; its author measures it now and then."""
    optimizers = {
        "generator": OPTIMIZERS[game.optimizer](game.G.parameters(), game.lr[0]),
        "discriminator": OPTIMIZERS[game.optimizer](game.D.parameters(), game.lr[1]),
    }
    step = game.step or tutorial
    rates = {"optimizers": optimizers} if game.rates else {}
    monitor = watch(game.G, game.D, game.sample, game.data.train, **rates, **game.tell)
    for i in range(game.steps + game.beyond):
        for optimizer in optimizers.values():
            for group in optimizer.param_groups:
                group["lr"] *= game.decay ** (1 / game.steps)
        game.turn = i
        outcome = step(game, optimizers)
        if i < game.steps:
            monitor.step(**outcome)
        if (i + 1) % max(1, game.steps // game.looks) == 0:
            look(i + 1)
        if i + 1 == game.steps:
            monitor.finish()


def fixed(seed: int) -> torch.Generator:
    """Random numbers that are the same each time."""
    return torch.Generator().manual_seed(seed)


@cache
def stored(name: str, size: int, count: int) -> tuple[Tensor, np.ndarray | None]:
    """Images that ship with the library, and their labels."""
    samples, labels = gansmith.data.read_samples(name, size=size, limit=count, labels=True)
    return torch.from_numpy(samples).float() / 127.5 - 1, labels


def by_file(by: Callable[[Tensor], Tensor], rows: float, width: int = 512) -> Step:
    """A file in order, read from its front again and again through a small shuffle buffer."""

    def step(game: Game, optimizers: Rates) -> Outcome:
        if "file" not in game.memory:
            game.memory["file"] = game.data.train[by(game.data.train).argsort()]
        file, at = game.memory["file"], int(game.turn * rows)
        game.reals = lambda data, n: (file[(at + torch.randint(width, (n,))) % len(file)], ())
        return tutorial(game, optimizers)

    return step


def repeated(count: int) -> Change:
    """A file that holds the same few samples again and again."""

    def change(data: Data) -> Data:
        data.train = data.train[torch.arange(len(data.train)) % count]
        return data

    return change
