"""Rows of docs/precision.md that begin with images: the same files in, numbers out."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import peers_images
import torch

from gansmith import metrics
from gansmith.data import read_samples
from gansmith.features import build_extractor
from gansmith.features.inception_shapes import random_weights

COUNT = 128
BRIGHT = 0.8  # of the fakes, which are other crops of the same photographs


class Row(NamedTuple):
    metric: str
    case: str
    ours: float
    tool: str
    theirs: float

    def __str__(self) -> str:
        difference = abs(self.ours - self.theirs) / max(abs(self.theirs), 1e-300)
        numbers = f"{self.ours:.10g} | {self.tool} | {self.theirs:.10g} | {difference:.1e}"
        return f"| {self.metric} | {self.case} | {numbers} |"


def rows() -> Iterator[Row]:
    torch.manual_seed(0)
    with tempfile.TemporaryDirectory() as folder, torch.no_grad():
        weights = Path(folder) / "weights.pth"
        torch.save(dict(random_weights()), weights)
        reals = read_samples("photos", 64, 3, COUNT)
        others = read_samples("photos", 64, 3, 2 * COUNT, seed=1)[COUNT:]
        fakes = (BRIGHT * others).astype(np.uint8)
        sides = [
            peers_images.write_folder(images, Path(folder) / name)
            for name, images in (("real", reals), ("fake", fakes))
        ]
        yield from _distances(sides[0], sides[1], weights)
        yield from _towers(Path(folder))


def _distances(real: Path, fake: Path, weights: Path) -> Iterator[Row]:
    case = f"{COUNT} + {COUNT} PNG files of 64 px, inception"
    names = ["frechet_distance", ("kernel_distance", {}), ("prdc", {"k": 3})]
    score = ("inception_score", {"splits": 1})
    found = {}
    for resize in ("tensorflow", "clean", "pytorch"):
        named = f"inception:resize={resize},weights={weights}"
        chosen = [*names, score] if resize == "tensorflow" else names[:1]
        found[resize] = metrics.evaluate(real, fake, chosen, named, keep=False)["metrics"]
    theirs = peers_images.torch_fidelity(real, fake, weights, COUNT)
    for name, value in theirs.items():
        yield Row(name, case, found["tensorflow"][name], "torch-fidelity", value)
    others = {"clean": peers_images.clean_fid, "pytorch": peers_images.pytorch_fid}
    for resize, tool in others.items():
        value = tool(real, fake, weights)
        ours = found[resize]["frechet_distance"]
        label = f"{case}, resize={resize}"
        yield Row(
            "frechet_distance",
            label,
            ours,
            {"clean": "clean-fid"}.get(resize, "pytorch-fid"),
            value,
        )


def _towers(folder: Path) -> Iterator[Row]:
    """Size of the features of one batch: the root mean square over samples and features."""
    draws = torch.Generator().manual_seed(0)
    images = torch.rand(2, 3, 224, 224, generator=draws) * 2 - 1
    scales = {
        "dinov2": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
        "clip": ((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)),
    }
    for name, make in (("dinov2", peers_images.dinov2), ("clip", peers_images.clip)):
        state, net = make()
        torch.save(state, folder / f"{name}.pth")
        ours = build_extractor(f"{name}:weights={folder / f'{name}.pth'}")(images)
        mean, deviation = (torch.tensor(v)[:, None, None] for v in scales[name])
        theirs = net(((images + 1) / 2 - mean) / deviation)
        error = float((ours - theirs).norm() / theirs.norm())
        size = float(theirs.square().mean().sqrt())
        yield Row(
            f"features of {name}",
            "root mean square, random weights",
            size * (1 + error),
            "transformers",
            size,
        )
