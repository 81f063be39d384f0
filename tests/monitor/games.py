"""Short loops over small digits as vectors, watched by the monitor."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import gansmith
from gansmith.data import open_data, to_unit
from gansmith.doctor.diagnose import Verdict

LATENT = 16


@cache
def digits() -> Tensor:
    """Digits of 8 x 8 pixels as 64 numbers, of several kinds."""
    return to_unit(open_data("mnist", size=8).train.take(np.arange(1000))).flatten(1)


def generator(norm: float | None = None) -> nn.Module:
    """A small net, with batch statistics of this momentum if one is given."""
    middle = [nn.BatchNorm1d(48, momentum=norm)] if norm else []
    return nn.Sequential(nn.Linear(LATENT, 48), *middle, nn.ReLU(), nn.Linear(48, 64), nn.Tanh())


def discriminator(end: nn.Module | None = None) -> nn.Module:
    last = [end] if end else []
    return nn.Sequential(nn.Linear(64, 48), nn.LeakyReLU(0.2), nn.Linear(48, 1), *last)


def adam(network: nn.Module, lr: float = 2e-3) -> torch.optim.Optimizer:
    return torch.optim.Adam(network.parameters(), lr, betas=(0.5, 0.99))


class Game:
    """A loop as everybody writes it; a test breaks one line of it.

    Args:
        G: the generator.
        D: the discriminator.
    """

    def __init__(self, G: nn.Module | None = None, D: nn.Module | None = None) -> None:
        torch.manual_seed(0)
        self.G, self.D, self.data = G or generator(), D or discriminator(), digits()
        self.of_g, self.of_d = adam(self.G), adam(self.D)
        self.clear, self.turns, self.order = True, 1, False
        self.noise: Tensor | None = None

    def latents(self, count: int) -> Tensor:
        return torch.randn(count, LATENT)

    def play(self, run: Path, steps: int = 80, **given: Any) -> Verdict:
        known = {"sample": lambda n: self.G(self.latents(n)), "real": self.data, "samples": 64}
        known |= {"tick": 5, "every_kimg": steps * 32 / 5000, "quiet": True} | given
        monitor = gansmith.Monitor(self.G, self.D, run=run, **known)
        for step in range(steps):
            monitor.step(*self.step(step))
        return monitor.finish()

    def step(self, number: int) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
        real = self.data[torch.randint(len(self.data), (32,))]
        fake = self.G(self.latents(32) if self.noise is None else self.noise)
        r, f = self.D(real), self.D(fake.detach())
        loss_d = F.softplus(-r).mean() + F.softplus(f).mean()
        self._descend(self.of_d, loss_d)
        loss_g = F.softplus(-self.D(fake)).mean()
        if number % self.turns == 0:
            self._descend(self.of_g, loss_g)
        return r, f, {"discriminator": loss_d, "generator": loss_g}

    def _descend(self, optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
        if self.clear:
            optimizer.zero_grad()
        if loss.requires_grad:
            loss.backward()
        optimizer.step()


def named(verdict: Verdict) -> set[str]:
    return {d.failure for d in verdict.diagnoses if d.confidence >= 0.5}


def says(verdict: Verdict, failure: str) -> str:
    """All sentences about a failure."""
    return " ".join(e.says for d in verdict.diagnoses if d.failure == failure for e in d.evidence)
