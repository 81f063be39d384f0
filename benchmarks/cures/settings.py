"""Data sets and networks on which no rule was tuned, each with a recipe that works there.

The sets are made by formula, and are none of those of the failure zoo.
"""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

Tree = dict[str, Any]
Values = np.ndarray
COUNT = {"vector": 20_000, "image": 4_000}
SIDE = 16


def moons(random: np.random.Generator, count: int) -> Values:
    """Two half circles that reach into each other."""
    angle, upper = random.uniform(0, np.pi, count), random.random(count) < 0.5
    x = np.where(upper, np.cos(angle), 1 - np.cos(angle)) - 0.5
    y = np.where(upper, np.sin(angle), 0.5 - np.sin(angle)) - 0.25
    return np.stack([x, y], 1) + random.normal(0, 0.05, (count, 2))


def pinwheel(random: np.random.Generator, count: int) -> Values:
    """Five bent arms."""
    arm = random.integers(0, 5, count)
    radius = 0.4 + 0.25 * np.abs(random.normal(0, 1, count)) + 0.2
    angle = arm * 2 * np.pi / 5 + 0.9 * radius + random.normal(0, 0.06, count)
    return radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1)


def shells(random: np.random.Generator, count: int) -> Values:
    """Two spheres, one inside the other, in three dimensions."""
    direction = random.normal(0, 1, (count, 3))
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    radius = np.where(random.random(count) < 0.3, 0.4, 1.0) + random.normal(0, 0.03, count)
    return radius[:, None] * direction


def crosses(random: np.random.Generator, count: int) -> Values:
    """Eight clusters on the axes of four dimensions."""
    axis, sign = random.integers(0, 4, count), random.choice([-1.0, 1.0], count)
    points = random.normal(0, 0.06, (count, 4))
    points[np.arange(count), axis] += sign
    return points


def crescents(random: np.random.Generator, count: int) -> Values:
    """A bright disc with another cut out of it, grey."""
    x, y = _grid()
    centre, turn = random.uniform(6, 9, (2, count, 1, 1)), random.uniform(0, 6.3, (count, 1, 1))
    size = random.uniform(3.5, 5.5, (count, 1, 1))
    own = _disc(x, y, centre[0], centre[1], size)
    bite = _disc(x, y, centre[0] + 3 * np.cos(turn), centre[1] + 3 * np.sin(turn), size)
    return (own * (1 - bite))[..., None]


def gratings(random: np.random.Generator, count: int) -> Values:
    """Waves of one direction and length, fading outwards, grey."""
    x, y = _grid()
    turn, length = random.uniform(0, np.pi, (count, 1, 1)), random.uniform(4, 8, (count, 1, 1))
    phase = random.uniform(0, 6.3, (count, 1, 1))
    wave = np.sin(2 * np.pi * (x * np.cos(turn) + y * np.sin(turn)) / length + phase)
    fade = np.exp(-((x - 7.5) ** 2 + (y - 7.5) ** 2) / 40)
    return (0.5 + 0.5 * wave * fade)[..., None]


def tiles(random: np.random.Generator, count: int) -> Values:
    """Four tiles of two colours, in one of the six orders."""
    orders = np.array([[0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 0], [1, 0, 0, 1], [1, 0, 1, 0],
                       [1, 1, 0, 0]])  # fmt: skip
    order, colours = orders[random.integers(0, 6, count)], random.random((count, 2, 3))
    plan = np.take_along_axis(colours, order[..., None], 1).reshape(count, 2, 2, 3)
    return plan.repeat(SIDE // 2, 1).repeat(SIDE // 2, 2)


def discs(random: np.random.Generator, count: int) -> Values:
    """One to three coloured discs on a dark ground."""
    x, y = _grid()
    picture = np.full((count, SIDE, SIDE, 3), 0.1)
    for number in range(3):
        centre = random.uniform(3, 13, (2, count, 1, 1))
        shape = _disc(x, y, centre[0], centre[1], random.uniform(1.5, 3.5, (count, 1, 1)))
        there = (random.integers(1, 4, (count, 1, 1)) > number)[..., None]
        cover = shape[..., None] * there
        picture = picture * (1 - cover) + cover * random.random((count, 1, 1, 3))
    return picture


def _grid() -> tuple[Values, Values]:
    y, x = np.mgrid[:SIDE, :SIDE].astype(float)
    return x[None], y[None]


def _disc(x: Values, y: Values, across: Values, down: Values, radius: Values) -> Values:
    apart = np.sqrt((x - across) ** 2 + (y - down) ** 2)
    return np.clip(radius - apart + 0.5, 0, 1)


def nets(generator: Tree, discriminator: Tree) -> Mapping[str, Tree]:
    """The recipe's section for a pair of networks."""
    return {"generator": generator, "discriminator": discriminator}


TALL = nets({"name": "mlp", "widths": [80] * 3}, {"name": "mlp", "widths": [80] * 3})
UNEVEN = nets(
    {"name": "mlp", "widths": [120, 60], "activation": "leaky_relu"},
    {"name": "mlp", "widths": [100, 50]},
)
LEAN = nets({"name": "lean", "width": 10}, {"name": "lean", "width": 10})
MIXED = nets({"name": "lean", "width": 12}, {"name": "sngan", "width": 6})


@dataclass(frozen=True)
class Setting:
    """A data set with networks.

    Args:
        name: of the setting.
        make: makes the data, [N, values] or [N, height, width, channels] in 0 to 1.
        networks: the recipe's section.
        kimg: length of a run.
        batch: real samples in a step.
    """

    name: str
    make: Callable[[np.random.Generator, int], Values]
    networks: Mapping[str, Tree]
    kimg: float
    batch: int

    @property
    def images(self) -> bool:
        """Whether samples are images."""
        return self.batch < 64

    @property
    def metric(self) -> str:
        """The number by which a run is judged."""
        return "frechet_distance" if self.images else "coverage"

    def source(self, folder: Path, share: float = 1.0) -> str:
        """Return the data file, with all samples or a share of them; it is made if need be."""
        path = folder / "data" / f"{self.name}-{share:g}.npz"
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            kind = "image" if self.images else "vector"
            values = self.make(np.random.default_rng(18), COUNT[kind])[: int(COUNT[kind] * share)]
            stored = np.round(255 * values).astype(np.uint8) if self.images else values
            np.savez(path, samples=stored if self.images else stored.astype(np.float32))
        return str(path)

    def healthy(self, source: str, seed: int) -> Tree:
        """Return a recipe written by hand that trains well here."""
        adam = {"name": "adam", "lr": 1e-3, "betas": [0.0, 0.99]}
        steps = 1000 * self.kimg / self.batch
        return {
            "seed": seed,
            "length": {"kimg": self.kimg},
            "data": {"source": source, "batch": self.batch, "audit": False},
            "game": {"latent": 24 if self.images else 6},
            "networks": copy.deepcopy(dict(self.networks)),
            "loss": {"name": "non_saturating"},
            "terms": [{"name": "r1", "gamma": 0.3 if self.images else 0.1}],
            "optimizers": {"generator": dict(adam), "discriminator": dict(adam)},
            "ema": {"half_life_kimg": self.kimg / 25},
            "evaluation": {
                "every_kimg": self.kimg / 20,
                "samples": 384 if self.images else 1000,
                "extractor": "random_convolution" if self.images else "identity",
                "metrics": ["frechet_distance", "prdc", "diversity"],
            },
            "signals": {"tick": max(1, round(steps / 128)), "every": 1},
            "checkpoints": {"every_kimg": self.kimg / 4},
            "runtime": {"device": "cpu", "threads": 1},
        }


SETTINGS = {
    setting.name: setting
    for setting in (
        Setting("moons", moons, TALL, 400, 128),
        Setting("crescents", crescents, LEAN, 32, 16),
        Setting("pinwheel", pinwheel, UNEVEN, 400, 128),
        Setting("gratings", gratings, MIXED, 32, 16),
        Setting("shells", shells, TALL, 400, 128),
        Setting("tiles", tiles, LEAN, 32, 16),
        Setting("crosses", crosses, UNEVEN, 400, 128),
        Setting("discs", discs, MIXED, 32, 16),
    )
}
