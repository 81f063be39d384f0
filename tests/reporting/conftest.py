"""Hand-written run folders."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

RECIPE = """# a run written by hand
seed = 0
[data]
source = "mnist"
size = 32
channels = 1
[networks.generator]
name = "dcgan"
[networks.discriminator]
name = "dcgan"
[loss]
name = "relativistic"
[[terms]]
name = "r1"
gamma = 1.0    # grows with resolution
"""


def signal_rows(ticks: int, **changed: Any) -> list[dict[str, Any]]:
    """Ticks with two losses, scores, gradients and a knob that moves."""
    noise = np.random.default_rng(0).standard_normal((ticks, 4))
    rows = []
    for i in range(ticks):
        a, b, c, d = (0.1 * noise[i]).tolist()
        row = {
            "step": 10 * (i + 1),
            "kimg": 0.64 * (i + 1),
            "seconds": 0.5 * (i + 1),
            "samples_per_second": 1280.0,
            "memory_mb": 512.5,
            "loss/discriminator": 1.0 + a,
            "loss/generator": 1.2 + b,
            "term/r1": 0.05 + 0.01 * a,
            "scores/real/mean": 1 + c,
            "scores/real/std": 0.5,
            "scores/fake/mean": -1 + d,
            "scores/fake/std": 0.5,
            "scores/ranked_right": 0.8,
            "gradient/discriminator": 2.0 + a,
            "gradient/generator": 0.5 + b / 10,
            "knob/optimizers.generator.lr": 1e-3 * (1 - i / ticks),
            "knob/terms.r1.gamma": 1.0,
        }
        rows.append(row | {name: value for name, value in changed.items() if i == ticks // 2})
    return rows


VALUES = {  # as the first exam of a run has them
    "frechet_distance": {"title": "Frechet distance", "good": "low", "about": "distance"}
    | {"meaning": "distance between Gaussians fitted to real and fake features"},
    "diversity_ratio": {"title": "Diversity", "good": "one", "about": "diversity"}
    | {"meaning": "mean distance between fakes over that between reals"},
}


def exam_rows(kimg: float, count: int = 3) -> list[dict[str, Any]]:
    """Exams from 1404 down to 184.25, with a floor of 18.3."""
    distances = np.geomspace(1404.0, 184.25, count)
    floor = {"frechet_distance": 18.3, "diversity_ratio": 1.0}
    protocol = {"extractor": "efficientnet_lite", "digest": "9b1c77aa", "real": 2048, "fake": 2048}
    return [
        {
            "step": i,
            "kimg": kimg * i / max(1, count - 1),
            "metrics": {"frechet_distance": float(distance), "diversity_ratio": 0.9},
            "floor": floor,
            "protocol": protocol,
            **({} if i else {"values": VALUES}),
        }
        for i, distance in enumerate(distances)
    ]


@pytest.fixture
def signals() -> Callable[..., list[dict[str, Any]]]:
    return signal_rows


@pytest.fixture
def exams() -> Callable[..., list[dict[str, Any]]]:
    return exam_rows


@pytest.fixture
def write_run(tmp_path: Path) -> Callable[..., Path]:
    """Write a run folder; what is None or empty is left out."""

    def write(
        signals: list[dict[str, Any]] | None = None,
        metrics: list[dict[str, Any]] | None = None,
        journal: list[dict[str, Any]] | None = None,
        samples: tuple[int, ...] = (),
        recipe: str = RECIPE,
        environment: dict[str, Any] | None = None,
        side: int = 65,
    ) -> Path:
        path = tmp_path / "a-run"
        (path / "samples").mkdir(parents=True)
        (path / "recipe.toml").write_text(recipe)
        for name, rows in (("signals", signals), ("metrics", metrics), ("journal", journal)):
            if rows:
                text = "".join(json.dumps(row) + "\n" for row in rows)
                (path / f"{name}.jsonl").write_text(text)
        if environment:
            (path / "environment.json").write_text(json.dumps(environment))
        for kimg in samples:
            pixels = np.random.default_rng(kimg).integers(0, 255, (side, side, 3), np.uint8)
            Image.fromarray(pixels).save(path / "samples" / f"kimg-{kimg:06d}.png")
        return path

    return write


@pytest.fixture
def full_run(write_run: Callable[..., Path]) -> Path:
    """A finished run with everything that a page can show."""
    journal = [
        {"at": "2026-11-12T10:00:00+00:00", "step": 0, "kimg": 0, "event": "started", "says": "go"},
        {
            "at": "2026-11-12T10:03:20+00:00",
            "step": 9,
            "kimg": 64,
            "event": "finished",
            "says": "done",
        },
    ]
    environment = {
        "torch": "2.13.0",
        "device": "cpu",
        "data": {"name": "mnist", "digest": "ab12", "train": 9000},
        "networks": {"generator": {"class": "Dcgan", "parameters": 1_240_000}},
    }
    return write_run(
        signal_rows(100), exam_rows(64.0), journal, (0, 32, 64), environment=environment
    )
