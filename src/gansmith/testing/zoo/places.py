"""Where specimens live: data sets and architectures, each with a recipe that works there."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from gansmith.data import read_samples

Tree = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """A data set with an architecture.

    Args:
        name: of the place.
        data: name of the data set; folds leave out all places of one.
        architecture: folds leave out all places of one.
        source: an embedded name, or a file that ``prepare`` finds or makes.
        size: side of the pictures; 0 for vectors.
        kimg: length of a run here.
        networks: the recipe's section.
        lr: learning rate of both players.
    """

    name: str
    data: str
    architecture: str
    source: str
    size: int
    kimg: float
    networks: Mapping[str, Any] = field(default_factory=dict)
    lr: float = 1e-3

    @property
    def images(self) -> bool:
        """Whether samples are pictures."""
        return self.size > 0

    def tree(self, seed: int) -> Tree:
        """Return a recipe that trains well here: non-saturating with R1."""
        toy = not self.images
        adam = {"name": "adam", "lr": self.lr, "betas": [0.0, 0.99]}
        metrics = ["frechet_distance", "prdc", "diversity"]
        data: Tree = {"source": self.source, "batch": 128 if toy else 32}
        return {
            "seed": seed,
            "length": {"kimg": self.kimg},
            "data": data | ({} if toy else {"size": self.size}),
            "game": {"latent": 8 if toy else 32},
            "networks": copy.deepcopy(dict(self.networks)),
            "loss": {"name": "non_saturating"},
            "terms": [{"name": "r1", "gamma": 0.1}],
            "optimizers": {"generator": dict(adam), "discriminator": dict(adam)},
            "ema": {"half_life_kimg": self.kimg / 50},
            "evaluation": {
                "every_kimg": self.kimg / 16,
                "samples": 1000 if toy else 300,
                "extractor": "identity" if toy else "random_convolution",
                "metrics": ["modes", *metrics] if toy else metrics,
            },
            "signals": {"tick": max(1, round(self.kimg * 1000 / (128 if toy else 32) / 80))},
            "checkpoints": {"every_kimg": 1e6},
            "runtime": {"device": "cpu", "threads": 1},
        }


def _nets(name: str, generator: Tree, discriminator: Tree) -> Tree:
    return {
        "generator": {"name": name, **generator},
        "discriminator": {"name": name, **discriminator},
    }


MLP = _nets("mlp", {"widths": [128, 128]}, {"widths": [128, 128]})
WIDE = _nets("mlp", {"widths": [256, 256]}, {"widths": [256, 256]})
CONV = _nets("dcgan", {"width": 8}, {"width": 8, "batch_norm": False})
RESIDUAL = _nets("sngan", {"width": 8}, {"width": 8})

PLACES = {
    place.name: place
    for place in (
        Place("ring-mlp", "ring", "mlp", "ring", 0, 130, MLP),
        Place("grid-mlp", "grid", "mlp", "grid", 0, 160, MLP),
        Place("mnist-mlp", "mnist", "mlp", "mnist", 28, 40, WIDE),
        Place("mnist-conv", "mnist", "conv", "mnist", 28, 26, CONV),
        Place("mnist-residual", "mnist", "residual", "mnist", 28, 14, RESIDUAL),
        Place("emoji-conv", "emoji", "conv", "emoji", 32, 20, CONV),
        Place("clothing-conv", "clothing", "conv", "clothing.npz", 32, 20, CONV),
        Place("clothing-residual", "clothing", "residual", "clothing.npz", 32, 10, RESIDUAL),
        Place("cifar-conv", "cifar", "conv", "cifar.npz", 32, 20, CONV),
        Place("cifar-residual", "cifar", "residual", "cifar.npz", 32, 10, RESIDUAL),
    )
}


def prepare(place: Place, pack: Path | None) -> str | None:
    """Return the source of a place, or None where its file is not in the pack.

    Args:
        place: where.
        pack: a folder with ``clothing.npz`` and ``cifar.npz``: uint8 ``samples`` [N, H, W, 3] and
            int ``labels`` [N], for the sets that do not ship with the package.
    """
    if not place.source.endswith(".npz"):
        return place.source
    path = None if pack is None else pack / place.source
    return str(path) if path is not None and path.is_file() else None


def altered(place: Place, source: str, change: str, folder: Path) -> str:
    """Return a data file made from a place's data in a way that a specimen needs.

    Args:
        place: a place with pictures.
        source: its source.
        change: few (200 pictures), handful (40), copies (half of them the same ten), single (one
            class), stripes (fine stripes under each picture), long_tail (classes of 100 to 1).
        folder: where to write it.
    """
    path = folder / f"{place.name}-{change}.npz"
    if path.is_file():
        return str(path)
    pictures, labels = read_samples(source, size=place.size, labels=True)
    marks = np.zeros(len(pictures), np.int64) if labels is None else labels
    rows = _rows(change, marks)
    chosen = pictures[rows]
    if change == "stripes":
        stripes = 40 * (np.arange(place.size) % 2)[None, None, None, :]
        chosen = np.clip(chosen.astype(int) * 0.8 + stripes, 0, 255).astype(np.uint8)
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(path, samples=chosen.transpose(0, 2, 3, 1), labels=marks[rows])
    return str(path)


def _rows(change: str, labels: np.ndarray) -> np.ndarray:
    order = np.random.default_rng(0).permutation(len(labels))
    rows: np.ndarray = order
    if change in ("few", "handful"):
        rows = order[: 200 if change == "few" else 40]
    if change == "copies":
        rows = np.concatenate([order[: len(order) // 2], np.repeat(order[:10], len(order) // 20)])
    if change == "single":
        rows = order[labels[order] == np.bincount(labels).argmax()]
    if change == "long_tail":
        shares = 100.0 ** (-np.arange(labels.max() + 1) / max(1, labels.max()))
        kept = np.random.default_rng(1).random(len(order)) < shares[labels[order]]
        rows = order[kept]
    return rows
