"""The Dirac-GAN: data at 0, G a point, D a line; the smallest game that can fail to converge.

Setting of Mescheder et al. 2018 (arXiv:1801.04406), through our own recipe, game, terms,
constraints, optimizer and trainer: (theta, psi) starts at (1, 1), plain gradient descent of step
0.2, 500 steps; G moves first, or both at once.
"""

import copy
import math
from pathlib import Path

import numpy as np
import torch
from torch import nn

from gansmith.data import Data, Rows
from gansmith.games.consensus import Consensus
from gansmith.games.two_player import TwoPlayer
from gansmith.games.unrolled import Unrolled
from gansmith.imports import permit
from gansmith.recipe.recipe import make_recipe
from gansmith.records import Critique, Knob, Turn
from gansmith.training.parts.build import build_parts
from gansmith.training.parts.setup import Setup
from gansmith.training.runtime import Runtime
from gansmith.training.trainer import Trainer

HERE = Path(__file__)
STEPS = 500
OURS = (
    "alternating",
    "simultaneous",
    "alternating_consensus",
    "simultaneous_consensus",
    "simultaneous_unrolled",
)


class Point(nn.Module):
    """G(z) = theta, whatever z."""

    couples_batch = False

    def __init__(self):
        super().__init__()
        self.theta = nn.Parameter(torch.ones(1))

    def forward(self, latent):
        return self.theta.expand(len(latent), 1)


class Line(nn.Module):
    """D(x) = psi x."""

    couples_batch = False

    def __init__(self, psi):
        super().__init__()
        self.psi = nn.Parameter(torch.tensor([psi]))

    def forward(self, samples):
        return Critique((self.psi * samples).squeeze(1))


def point(shape: tuple[int, ...], latent: int) -> nn.Module:
    """G of the Dirac-GAN."""
    return Point()


def line(shape: tuple[int, ...], psi: float = 1.0) -> nn.Module:
    """D of the Dirac-GAN."""
    return Line(psi)


class Alternating(TwoPlayer):
    """G moves first, then D against the G that has moved."""

    def turns(self, step):
        return [Turn("generator"), Turn("discriminator", fresh=False)]


class Simultaneous(Alternating):
    """Both move from the same place: D judges the fakes that G made before it moved."""

    def play(self, turn, batch, step):
        if turn.player == "generator":
            self.before = copy.deepcopy(self.generator)  # theta itself is about to move
            return super().play(turn, batch, step)
        moved, self.generator = self.generator, self.before
        try:
            return super().play(turn, batch, step)
        finally:
            self.generator = moved


class AlternatingConsensus(Alternating, Consensus):
    """G moves first; both also descend the size of both slopes."""


class SimultaneousConsensus(Simultaneous, Consensus):
    """Both move from the same place; both also descend the size of both slopes."""


class SimultaneousUnrolled(Simultaneous, Unrolled):
    """Both move from the same place; G sees through D's next steps."""


def alternating(
    players, loss, terms, latent, discriminator_turns: int = 1, augment=None
) -> Alternating:
    """The game in which G moves first."""
    return Alternating(players, loss, terms, latent, augment=augment)


def simultaneous(
    players, loss, terms, latent, discriminator_turns: int = 1, augment=None
) -> Simultaneous:
    """The game in which both move at once."""
    return Simultaneous(players, loss, terms, latent, augment=augment)


def alternating_consensus(
    players, loss, terms, latent, discriminator_turns: int = 1, gamma: float = 1.0
) -> AlternatingConsensus:
    """The game of consensus in which G moves first."""
    return agreed(AlternatingConsensus(players, loss, terms, latent), gamma)


def simultaneous_consensus(
    players, loss, terms, latent, discriminator_turns: int = 1, gamma: float = 1.0
) -> SimultaneousConsensus:
    """The game of consensus in which both move at once."""
    return agreed(SimultaneousConsensus(players, loss, terms, latent), gamma)


def simultaneous_unrolled(
    players, loss, terms, latent, optimizers, discriminator_turns: int = 1, steps: int = 1
) -> SimultaneousUnrolled:
    """The game of unrolled steps in which both move at once."""
    game = SimultaneousUnrolled(players, loss, terms, latent, optimizers["discriminator"])
    game.knobs["steps"] = Knob("steps", steps)
    return game


def agreed(game, gamma):
    game.knobs["gamma"] = Knob("gamma", gamma)
    return game


class Steps:
    """Watches for the last step."""

    def enough(self, trainer):
        return trainer.step >= STEPS

    def tick(self, trainer, signals):
        pass


def recipe_of(game, psi, batch, parts, options):
    optimizer = {"name": "sgd", "lr": 0.2}
    tree = {
        "data": {"source": "a point at 0", "batch": batch},
        "game": {"name": f"{HERE}:{game}" if game in OURS else game, "latent": 1, **options},
        "networks": {
            "generator": {"name": f"{HERE}:point"},
            "discriminator": {"name": f"{HERE}:line", "psi": psi},
        },
        "optimizers": {"generator": optimizer, "discriminator": optimizer},
        "signals": {"tick": STEPS},
        "runtime": {"precision": "fp64", "device": "cpu"},
    } | parts
    permit(tree)
    return make_recipe(tree)


def distance(game, psi=1.0, batch=1, options=(), **parts):
    """Return |(theta, psi)| after 500 steps; the options are of the game."""
    recipe = recipe_of(game, psi, batch, parts, dict(options))
    rows = Rows(np.zeros((4 * batch, 1), np.float32))
    data = Data(rows, rows, (1,), (), "a point at 0", "0")
    trainer = Trainer(build_parts(Setup(recipe, data, Runtime("cpu", "fp64", 0))))
    trainer.run(Steps())
    players = trainer.parts.game.players
    return math.hypot(players["generator"].theta.item(), players["discriminator"].psi.item())
