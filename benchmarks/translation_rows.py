"""The rows of benchmarks/translation.py: recipes, and judges of held-out images."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from gansmith.conditions.image import OnImages
from gansmith.data import open_data, to_bytes, to_unit
from gansmith.data.pairs import open_pairs
from gansmith.deploy.loaded import LoadedGenerator
from gansmith.features import extract
from gansmith.registry import extractors, metrics
from gansmith.sampling.draws import CounterDraws

ALONE = {  # D too small to matter, and a weight beside which it does not
    "networks.discriminator": {"name": "patch", "width": 2, "halvings": 1},
    "terms.reconstruction.weight": 1e5,
}
PAIRS = {
    "game.name": "paired",
    "loss.name": "non_saturating",
    "terms": [{"name": "reconstruction", "weight": 100.0}],
    "data.batch": 16,
    "data.flip": True,
}
MOST = 300  # held-out images that are judged


@dataclass(frozen=True)
class Judged:
    """Held-out images: inputs, what they were made from, and answers without a net, by name."""

    inputs: Tensor
    targets: Tensor
    plain: Mapping[str, Tensor]
    where: Tensor | None = None  # 1 where PSNR counts


@dataclass(frozen=True)
class Row:
    """A task: arms are changes of its recipe, by name; every arm is judged alike."""

    recipe: str
    about: str
    judged: Callable[[LoadedGenerator], Judged]
    arms: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def photographs(loaded: LoadedGenerator) -> tuple[Tensor, Tensor]:
    """Return held-out crops, and the inputs that the run's condition makes of them."""
    share = loaded.recipe.data.held_out
    data = open_data("photos", size=32, held_out=0.1 if share is None else share)
    chosen = np.linspace(0, len(data.held_out) - 1, min(MOST, len(data.held_out))).astype(int)
    targets = to_unit(data.held_out.take(chosen))
    (conditioning,) = loaded.conditionings
    assert isinstance(conditioning, OnImages)
    assert conditioning.corruption is not None
    draws = CounterDraws((11,), len(targets), slice(0, len(targets)), targets)
    return targets, conditioning.corruption(targets, draws)


def holes(loaded: LoadedGenerator) -> Judged:
    targets, inputs = photographs(loaded)
    hole = (inputs[:, -1:] > 0).float()
    return Judged(inputs, targets, {"border interpolation": membrane(inputs[:, :-1], hole)}, hole)


def membrane(images: Tensor, hole: Tensor, rounds: int = 3000) -> Tensor:
    """Return images whose holes are the harmonic functions of their borders."""
    known = 1 - hole
    filled = images * known
    for _ in range(rounds):
        around = F.avg_pool2d(F.pad(filled, [1] * 4, mode="replicate"), 3, 1)
        filled = torch.where(hole > 0, (9 * around - filled) / 8, images)
    return filled


def grey(loaded: LoadedGenerator) -> Judged:
    targets, inputs = photographs(loaded)
    return Judged(inputs, targets, {"untouched grey": inputs.expand(-1, 3, -1, -1)})


def small(loaded: LoadedGenerator) -> Judged:
    targets, inputs = photographs(loaded)
    shrunk = F.interpolate(targets, scale_factor=0.5, mode="bicubic", antialias=True).clamp(-1, 1)
    large = [
        np.stack(
            [
                np.asarray(Image.fromarray(plane).resize((32, 32), Image.Resampling.LANCZOS))
                for plane in image
            ]
        )
        for image in shrunk.numpy()
    ]
    lanczos = torch.from_numpy(np.stack(large)).clamp(-1, 1)
    return Judged(inputs, targets, {"Lanczos": lanczos, "bicubic": inputs})


def emoji(loaded: LoadedGenerator) -> Judged:
    data = open_pairs("emoji:noto", "emoji:twemoji", size=32, held_out=0.1)
    assert data.inputs is not None
    part = np.arange(len(data.held_out))
    targets, inputs = (to_unit(d.held_out.take(part)) for d in (data, data.inputs))
    return Judged(inputs, targets, {"untouched source": inputs})


@cache
def net() -> Any:
    return extractors.build("efficientnet_lite", {})


def found(images: Tensor, judged: Judged) -> dict[str, float]:
    """Return PSNR, L1, and two distances of features: to the own target, and of the sets."""
    images = to_unit(to_bytes(images))
    weight = torch.ones_like(judged.targets[:, :1]) if judged.where is None else judged.where
    off = (images - judged.targets) * weight
    squared = float(off.square().sum() / (weight.sum() * images.shape[1]))
    seen, wanted = (extract(net(), i).double() for i in (images, judged.targets))
    measure = metrics.get("kernel_distance").builder
    return {
        "psnr": 10 * math.log10(4 / squared),
        "l1": float(off.abs().sum() / (weight.sum() * images.shape[1])),
        "features": float((seen - wanted).square().sum(1).mean()),
        "kernel": measure(wanted, seen)["kernel_distance"],
    }


ROWS = {
    "inpainting": Row(
        "inpaint",
        "Boxes and strokes in photographs; PSNR and L1 in the holes alone, features of the whole.",
        holes,
        {"adversarial": {"length.kimg": 14}, "L1 alone": {"length.kimg": 18, **ALONE}},
    ),
    "colourisation": Row(
        "colourise",
        "Photographs from their lightness.",
        grey,
        {"adversarial": {"length.kimg": 12}, "L1 alone": {"length.kimg": 16, **ALONE}},
    ),
    "super-resolution x2": Row(
        "enlarge",
        "Photographs of half the side, made small by an antialiased bicubic kernel.",
        small,
        {"adversarial": {"length.kimg": 24}, "L1 alone": {"length.kimg": 30, **ALONE}},
    ),
    "style": Row(
        "restyle",
        "One vendor's emoji in the other's style, with pairs and without.",
        emoji,
        {
            "unpaired (cycle)": {},
            "paired": {**PAIRS, "length.kimg": 12},
            "paired, L1 alone": {**PAIRS, "length.kimg": 16, **ALONE},
        },
    ),
}
