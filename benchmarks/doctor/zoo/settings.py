"""Data sets and architectures, each with a recipe that works there."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from gansmith.data import read_samples

Tree = dict[str, Any]


@dataclass(frozen=True)
class Setting:
    """A data set with an architecture.

    Args:
        name: of the setting.
        data: name of the data set.
        architecture: name of the pair of networks.
        source: an embedded name, or a file that ``prepare`` finds or makes.
        size: side of the images in pixels; 0 for vectors.
        kimg: length of a run.
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
        """Whether samples are images."""
        return self.size > 0

    @property
    def batch(self) -> int:
        """Real samples in a step."""
        if not self.images:
            return 128
        return 32 if self.architecture == "batchnorm" else 16

    @property
    def centres(self) -> bool:
        """Whether the data are a mixture whose modes are known."""
        return self.data in ("ring", "grid")

    def tree(self, seed: int) -> Tree:
        """Return a recipe that trains well here: non-saturating with R1."""
        toy = not self.images
        adam = {"name": "adam", "lr": self.lr, "betas": [0.0, 0.99]}
        metrics = ["frechet_distance", "prdc", "diversity"]
        metrics = ["modes", *metrics] if self.centres else metrics
        data: Tree = {"source": self.source, "batch": self.batch}
        return {
            "seed": seed,
            "length": {"kimg": self.kimg},
            "data": data | ({} if toy else {"size": self.size}),
            "game": {"latent": 8 if toy else 32},
            "networks": copy.deepcopy(dict(self.networks)),
            "loss": {"name": "non_saturating"},
            "terms": [{"name": "r1", "gamma": 0.1}],
            "optimizers": {"generator": dict(adam), "discriminator": dict(adam)},
            "ema": {"half_life_kimg": self.kimg / 20},
            "evaluation": {
                "every_kimg": self.kimg / (16 if toy else 13),
                "samples": 1000 if toy else 256,
                "extractor": "identity" if toy else "random_convolution",
                "metrics": metrics,
            },
            "signals": {"tick": max(1, round(self.kimg * 1000 / self.batch / 80)), "every": 1},
            "checkpoints": {"every_kimg": 1e6},
            "runtime": {"device": "cpu", "threads": 1},
        }


def nets(name: str, generator: Tree, discriminator: Tree) -> Tree:
    """The recipe's section for a pair of one name."""
    return {
        "generator": {"name": name, **generator},
        "discriminator": {"name": name, **discriminator},
    }


MLP = nets("mlp", {"widths": [128, 128]}, {"widths": [128, 128]})
WIDE = nets("mlp", {"widths": [256, 256]}, {"widths": [256, 256]})
MAXOUT = nets(
    "mlp",
    {"widths": [64, 64], "activation": "leaky_relu"},
    {"widths": [32, 32], "activation": "maxout"},
)
CONV = nets("lean", {"width": 12}, {"width": 12})
BATCH_NORM = nets("dcgan", {"width": 8}, {"width": 8, "batch_norm": False})
RESIDUAL = nets("modern", {"width": 8}, {"width": 8})

SETTINGS = {
    setting.name: setting
    for setting in (
        Setting("ring-mlp", "ring", "mlp", "ring", 0, 120, MLP),
        Setting("mnist-mlp", "mnist", "mlp", "mnist", 28, 16, WIDE),
        Setting("clothing-conv", "clothing", "conv", "clothing.npz", 32, 5, CONV),
        Setting("board-mlp", "checkerboard", "mlp", "checkerboard", 0, 120, MLP),
        Setting("emoji-residual", "emoji", "residual", "emoji", 32, 6, RESIDUAL),
        Setting("spiral-maxout", "spiral", "maxout", "spiral", 0, 100, MAXOUT),
        Setting("cifar-conv", "cifar", "conv", "cifar.npz", 32, 5, CONV),
        Setting("emoji-mlp", "emoji", "mlp", "emoji", 16, 16, WIDE),
        Setting("mnist-batchnorm", "mnist", "batchnorm", "mnist", 28, 10, BATCH_NORM),
        Setting("clothing-residual", "clothing", "residual", "clothing.npz", 32, 6, RESIDUAL),
        Setting("spiral-mlp", "spiral", "mlp", "spiral", 0, 100, MLP),
        Setting("mnist-conv", "mnist", "conv", "mnist", 28, 5, CONV),
        Setting("ring-maxout", "ring", "maxout", "ring", 0, 120, MAXOUT),
        Setting("cifar-batchnorm", "cifar", "batchnorm", "cifar.npz", 32, 10, BATCH_NORM),
        Setting("emoji-conv", "emoji", "conv", "emoji", 32, 5, CONV),
        Setting("clothing-batchnorm", "clothing", "batchnorm", "clothing.npz", 32, 10, BATCH_NORM),
    )
}


def prepare(setting: Setting, pack: Path | None) -> str | None:
    """Return the source of a setting, or None where its file is not in the pack.

    Args:
        setting: where.
        pack: a folder with ``clothing.npz`` and ``cifar.npz``: uint8 ``samples`` [N, H, W, 3] and
            int ``labels`` [N], for the sets that do not ship with the package.
    """
    if not setting.source.endswith(".npz"):
        return setting.source
    path = None if pack is None else pack / setting.source
    return str(path) if path is not None and path.is_file() else None


def altered(setting: Setting, source: str, change: str, folder: Path) -> str:
    """Return a data file made from a setting's data as a scenario needs them.

    Args:
        setting: one with images.
        source: its source.
        change: few (240 images), handful (64), copies (half of them the same ten), single (one
            class), stripes (fine stripes under each image), long_tail (classes of 100 to 1).
        folder: where to write it.
    """
    path = folder / f"{setting.name}-{change}.npz"
    if path.is_file():
        return str(path)
    images, labels = read_samples(source, size=setting.size, labels=True)
    marks = np.zeros(len(images), np.int64) if labels is None else labels
    rows = _rows(change, marks)
    chosen = images[rows]
    if change == "stripes":
        stripes = 40 * (np.arange(setting.size) % 2)[None, None, None, :]
        chosen = np.clip(chosen.astype(int) * 0.8 + stripes, 0, 255).astype(np.uint8)
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(path, samples=chosen.transpose(0, 2, 3, 1), labels=marks[rows])
    return str(path)


def _rows(change: str, labels: np.ndarray) -> np.ndarray:
    order = np.random.default_rng(0).permutation(len(labels))
    rows: np.ndarray = order
    if change in ("few", "handful"):
        rows = order[: 240 if change == "few" else 64]
    if change == "copies":
        rows = np.concatenate([order[: len(order) // 2], np.repeat(order[:10], len(order) // 20)])
    if change == "single":
        rows = order[labels[order] == np.bincount(labels).argmax()]
    if change == "long_tail":
        shares = 100.0 ** (-np.arange(labels.max() + 1) / max(1, labels.max()))
        kept = np.random.default_rng(1).random(len(order)) < shares[labels[order]]
        rows = order[kept]
    return rows
