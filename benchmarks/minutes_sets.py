"""The sets that benchmarks/minutes.py trains on: two that ship, the others from a folder of sheets.

A sheet is one picture file of equal cells, row by row. The folder holds clothing64/ (sheets by
split and class, counts.json) and cifar10/ (sheets by split and class).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from gansmith.data import open_data

Array = np.ndarray
SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Images:
    """Bytes [N, channels, side, side] to train on and to judge by; the first ones' classes."""

    train: Array
    judges: Array
    classes: Array | None = None


@dataclass(frozen=True)
class Set:
    """A set of images, and how many CPU seconds of one thread it gets."""

    read: Callable[[Path | None], Images]
    seconds: float
    outside: bool = True


def cells(path: Path, side: int, count: int) -> Array:
    """Cut a sheet into its first ``count`` cells, [count, side, side, 3]."""
    sheet = np.asarray(Image.open(path).convert("RGB"))
    rows, columns = sheet.shape[0] // side, sheet.shape[1] // side
    cut = sheet.reshape(rows, side, columns, side, 3).swapaxes(1, 2)
    return cut.reshape(-1, side, side, 3)[:count]


def resized(images: Array, side: int) -> Array:
    """Return images [N, channels, side, side] of images [N, height, width, 3]."""
    if images.shape[1] != side:
        small = [Image.fromarray(x).resize((side, side), Image.Resampling.LANCZOS) for x in images]
        images = np.stack([np.asarray(x) for x in small])
    return np.ascontiguousarray(images.transpose(0, 3, 1, 2))


def clothing(side: int, count: int | None = None) -> Callable[[Path | None], Images]:
    """Return the reader of photographs of clothes; ``count`` of them, drawn once, to train on."""

    def read(pack: Path | None) -> Images:
        assert pack is not None
        folder = pack / "clothing64"
        counts = json.loads((folder / "counts.json").read_text())
        parts = {split: by_class(folder, split, counts) for split in SPLITS}
        train, classes = parts["train"]
        chosen = np.random.default_rng(0).permutation(len(train))[:count]
        judges = np.concatenate([parts[split][0] for split in SPLITS[1:]])
        return Images(resized(train[chosen], side), resized(judges, side), classes[chosen])

    return read


def by_class(folder: Path, split: str, counts: dict[str, int]) -> tuple[Array, Array]:
    files = sorted((folder / split).glob("*.jpg"))
    parts = [cells(file, 64, counts[f"{split}/{file.stem}"]) for file in files]
    return np.concatenate(parts), np.repeat(np.arange(len(parts)), [len(part) for part in parts])


def horses(pack: Path | None) -> Images:
    """Read CIFAR-10's horses: 5,000 to train on, 1,000 to judge by."""
    assert pack is not None
    folder = pack / "cifar10"
    train, test = (
        cells(folder / split / "horse.jpg", 32, n) for split, n in (("train", 5000), ("test", 1000))
    )
    return Images(resized(train, 32), resized(test, 32))


def shipped(name: str, side: int) -> Callable[[Path | None], Images]:
    """Return the reader of a set that ships, a tenth of it held out to judge by."""

    def read(pack: Path | None) -> Images:
        data = open_data(name, size=side, held_out=0.1)
        parts = (part.take(np.arange(len(part))) for part in (data.train, data.held_out))
        return Images(*parts)

    return read


SETS = {
    "clothing 32 px": Set(clothing(32), 200),
    "horses 32 px": Set(horses, 200),
    "digits 32 px": Set(shipped("mnist", 32), 200, outside=False),
    "clothing 64 px": Set(clothing(64), 600),
    "emoji 64 px": Set(shipped("emoji", 64), 300, outside=False),
    "400 of clothing 32 px": Set(clothing(32, 400), 200),
    "100 of clothing 32 px": Set(clothing(32, 100), 200),
}
WHOLE_SETS, SHORT = tuple(SETS), 60  # CPU seconds, for a first look
SETS |= {f"{name} for {SHORT} s": replace(known, seconds=SHORT) for name, known in SETS.items()}
