"""What makes a recipe sick, and the cases that are drawn once from all of it."""

import copy
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.cures.settings import SETTINGS, Setting, Tree
from gansmith.recipe.tree import change

DRAWN = 20261201  # the seed of the draw
SICK_OF_EACH = 6  # sick recipes of each setting
CONTROLS = 16  # healthy ones
LEFT_OUT = ("gratings",)  # no recipe tried for it was healthy at such a length

Changes = Mapping[str, Any]


@dataclass(frozen=True)
class Ailment:
    """A way to spoil a recipe.

    Args:
        name: of the ailment.
        changes: what it changes, by dotted path.
        share: of the data that is left.
        where: which settings it applies to.
    """

    name: str
    changes: Callable[[Setting], Changes]
    share: float = 1.0
    where: Callable[[Setting], bool] = lambda setting: True


def rates(generator: float, discriminator: float) -> Changes:
    """Learning rates as multiples of the healthy 1e-3."""
    return {
        "optimizers.generator.lr": 1e-3 * generator,
        "optimizers.discriminator.lr": 1e-3 * discriminator,
    }


def sized(player: str, factor: float) -> Callable[[Setting], Changes]:
    """A network whose width is multiplied."""

    def changes(setting: Setting) -> Changes:
        net = setting.networks[player]
        if "widths" in net:
            widths = [max(2, int(width * factor)) for width in net["widths"]]
            return {f"networks.{player}.widths": widths}
        return {f"networks.{player}.width": max(1, int(net["width"] * factor))}

    return changes


PLAIN: Changes = {"terms": []}
MOMENTUM: Changes = {
    "optimizers.generator.betas": [0.9, 0.999],
    "optimizers.discriminator.betas": [0.9, 0.999],
}
CRITIC: Changes = {"loss": {"name": "wasserstein"}, "terms": []}

AILMENTS = (
    Ailment("crawling generator", lambda s: PLAIN | rates(0.003, 4.0)),
    Ailment("crawling discriminator", lambda s: rates(1.0, 1e-3)),
    Ailment("saturating loss", lambda s: PLAIN | rates(0.05, 6.0) | {"loss": {"name": "minimax"}}),
    Ailment("rates far too high", lambda s: PLAIN | rates(40.0, 40.0)),
    Ailment(
        "critic without a bound",
        lambda s: (
            CRITIC
            | {
                "game.discriminator_turns": 3,
                "constraints": [{"name": "weight_clip", "limit": 1000.0}],
            }
        ),
    ),
    Ailment(
        "critic clipped to nothing",
        lambda s: CRITIC | {"constraints": [{"name": "weight_clip", "limit": 1e-3}]},
    ),
    Ailment("starved discriminator", lambda s: sized("discriminator", 0.03)(s)),
    Ailment(
        "oversized discriminator",
        lambda s: (
            PLAIN
            | rates(0.1, 2.0)
            | {"game.discriminator_turns": 3}
            | sized("discriminator", 3.0)(s)
        ),
    ),
    Ailment("a hundredth of the data", lambda s: PLAIN, 0.01, lambda s: s.images),
    Ailment("momentum", lambda s: PLAIN | MOMENTUM | rates(8.0, 8.0)),
    Ailment("wrong batch", lambda s: {"data.batch": 32 * s.batch}),
    Ailment(
        "crushing penalty",
        lambda s: {"terms": [{"name": "r1", "gamma": 3000.0 if s.images else 300.0}]},
    ),
    Ailment("too small a generator", lambda s: sized("generator", 0.03)(s)),
    Ailment("both crawl", lambda s: rates(0.01, 0.01)),
    Ailment("generator rushes ahead", lambda s: PLAIN | rates(30.0, 1.0)),
    Ailment("hinge without a penalty", lambda s: PLAIN | rates(0.2, 8.0) | {"loss.name": "hinge"}),
)


@dataclass(frozen=True)
class Case:
    """A recipe to be tried.

    Args:
        setting: name of its data and networks.
        ailment: name of what is wrong; empty: nothing.
        seed: of the run.
    """

    setting: str
    ailment: str
    seed: int

    @property
    def name(self) -> str:
        """What results call it."""
        return f"{self.setting}: {self.ailment or 'healthy'} ({self.seed})"

    @property
    def share(self) -> float:
        """How much of the data it has."""
        return next((one.share for one in AILMENTS if one.name == self.ailment), 1.0)

    def tree(self, source: str) -> Tree:
        """Return its recipe."""
        setting = SETTINGS[self.setting]
        tree = setting.healthy(source, self.seed)
        for one in AILMENTS:
            for path, value in one.changes(setting).items() if one.name == self.ailment else ():
                change(tree, path, copy.deepcopy(value))
        return tree


def sick_cases() -> list[Case]:
    """Return the sick recipes: of each setting some ailments, drawn once."""
    dice, found = random.Random(DRAWN), []
    for name, setting in SETTINGS.items():
        fitting = [one.name for one in AILMENTS if one.where(setting)]
        found += [Case(name, one, 1) for one in sorted(dice.sample(fitting, SICK_OF_EACH))]
    found = [case for case in found if case.setting not in LEFT_OUT]
    dice.shuffle(found)  # so that any part of them is a fair sample
    return found


def healthy_cases() -> list[Case]:
    """Return the healthy recipes."""
    names = [name for name in SETTINGS if name not in LEFT_OUT]
    return [Case(name, "", seed) for seed in range(1, 4) for name in names][:CONTROLS]
