"""Hand-written histories: healthy unless a test says otherwise."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gansmith.doctor.history import History

RECIPE = """
seed = 0
[loss]
name = "non_saturating"
[optimizers.generator]
name = "adam"
lr = 2e-4
[optimizers.discriminator]
name = "adam"
lr = 2e-4
"""


def healthy_signals(ticks: int, seed: int = 0) -> dict[str, np.ndarray]:
    """The curves of a run in which the players stay in balance."""
    noise = np.random.default_rng(seed)
    share = np.linspace(0, 1, ticks)

    def curve(start: float, end: float, spread: float = 0.1) -> np.ndarray:
        level = start * (end / start) ** share
        return level * np.exp(spread * noise.standard_normal(ticks))

    return {
        "loss/discriminator": curve(1.38, 0.9),
        "loss/generator": curve(0.7, 1.4),
        "scores/real/mean": 0.8 + 0.1 * noise.standard_normal(ticks),
        "scores/real/std": curve(0.3, 1.0),
        "scores/fake/mean": -0.8 + 0.1 * noise.standard_normal(ticks),
        "scores/fake/std": curve(0.3, 1.0),
        "scores/ranked_right": 0.8 + 0.03 * noise.standard_normal(ticks),
        "scores/saturated": np.full(ticks, 0.01),
        "gradient/discriminator": curve(1.0, 2.0, 0.3),
        "gradient/generator": curve(1.0, 0.5, 0.3),
        "gradient/samples": curve(0.2, 0.1, 0.3),
        "update/discriminator": curve(2e-3, 6e-4),
        "update/generator": curve(2e-3, 6e-4),
    }


def exam(kimg: float, metrics: dict[str, float], floor: dict[str, float]) -> dict[str, Any]:
    """One line of metrics.jsonl."""
    return {"step": int(kimg * 10), "kimg": kimg, "metrics": metrics, "floor": floor}


def healthy_exams(kimg: float, count: int = 6) -> list[dict[str, Any]]:
    """Exams of a generator that gets better and keeps its variety."""
    floor = {
        "frechet_distance": 18.0,
        "diversity_ratio": 1.0,
        "duplicate_share": 0.01,
        "precision": 0.8,
        "recall": 0.8,
    }
    share = np.linspace(0, 1, count)
    return [
        exam(
            kimg * (0.02 + 0.98 * s),
            {
                "frechet_distance": 1400 * (200 / 1400) ** s,
                "diversity_ratio": 0.3 + 0.6 * min(1.0, 3 * s),
                "duplicate_share": 0.5 * max(0.0, 0.3 - s),
                "precision": 0.1 + 0.5 * s,
                "recall": 0.4 * s,
            },
            floor,
        )
        for s in share
    ]


def make_history(
    ticks: int = 100,
    kimg: float = 200.0,
    exams: list[dict[str, Any]] | None = None,
    recipe: dict[str, Any] | None = None,
    seed: int = 0,
    **changed: Any,
) -> History:
    """A healthy history; ``changed`` replaces columns (``gradient__samples=...``)."""
    columns = healthy_signals(ticks, seed)
    columns |= {name.replace("__", "/"): np.asarray(v) for name, v in changed.items()}
    times = np.linspace(kimg / ticks, kimg, ticks)
    rows = [
        {"step": 50 * (i + 1), "kimg": float(times[i])}
        | {n: float(v[i]) for n, v in columns.items()}
        for i in range(ticks)
    ]
    return History(rows, healthy_exams(kimg) if exams is None else exams, recipe or {})


@pytest.fixture
def history() -> Callable[..., History]:
    return make_history


@pytest.fixture
def run_folder(tmp_path: Path) -> Callable[..., Path]:
    """Write a history into a run folder and return its path."""

    def write(history: History, recipe: str = RECIPE) -> Path:
        (tmp_path / "recipe.toml").write_text(recipe)
        for name, rows in (("signals", history.signals), ("metrics", history.metrics)):
            text = "".join(json.dumps(row) + "\n" for row in rows)
            (tmp_path / f"{name}.jsonl").write_text(text)
        return tmp_path

    return write
