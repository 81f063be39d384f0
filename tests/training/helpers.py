"""Small runs for tests: points on a ring in float64, which is exact and quick."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from gansmith.recipe.recipe import Recipe, make_recipe
from gansmith.registry import KINDS, Part
from gansmith.training.session.checkpoint import WEIGHTS, checkpoints
from gansmith.training.start import Order, train

TREE: dict[str, Any] = {
    "seed": 3,
    "length": {"kimg": 0.8},  # 50 steps of 16
    "data": {"source": "ring", "batch": 16},
    "game": {"latent": 4},
    "networks": {
        "generator": {"name": "mlp", "widths": [16, 16], "batch_norm": False},
        "discriminator": {"name": "mlp", "widths": [16, 16]},
    },
    "loss": {"name": "relativistic"},
    "terms": [
        {"name": "r1", "gamma": 0.1},
        {"name": "gradient_penalty", "weight": 0.5, "every": 4},
    ],
    "ema": {"half_life_kimg": 0.1},
    "controllers": [{"name": "cosine", "knob": "optimizers.generator.lr"}],
    "evaluation": {
        "every_kimg": 0.32,
        "samples": 64,
        "extractor": "identity",
        "metrics": ["frechet_distance"],
    },
    "signals": {"tick": 10, "every": 1},
    "runtime": {"precision": "fp64", "device": "cpu", "threads": 1},
}


def recipe(**changes: Any) -> Recipe:
    """Return the small recipe, with changes by dotted path (__ for the dot)."""
    import copy

    dotted = {path.replace("__", "."): value for path, value in changes.items()}
    return make_recipe(copy.deepcopy(TREE), dotted)


def run_small(path: Path, resume: bool = False, **changes: Any) -> Path:
    """Train the small recipe into a folder."""
    return train(Order(recipe(**changes), run=str(path), resume=resume, quiet=True))


def assert_resumed_to_the_bit(folder: Path, **changes: Any) -> None:
    """Train in one go and in two halves, and compare all weights."""
    whole = run_small(folder / "whole", length__kimg=0.32, **changes)
    half = run_small(folder / "half", length__kimg=0.16, **changes)
    run_small(half, resume=True, length__kimg=0.32, **changes)
    one, two = (load_file(checkpoints(run)[-1].path / WEIGHTS) for run in (whole, half))
    assert all(torch.equal(one[name], two[name]) for name in one)


@contextmanager
def forgetting_own_parts() -> Iterator[None]:
    """Forget afterwards what parts a file of the user's own has registered meanwhile."""
    before = {kind: dict(registry._parts) for kind, registry in KINDS.items()}
    yield
    for kind, parts in before.items():
        KINDS[kind]._parts = {**parts, **library_parts(KINDS[kind]._parts)}


def library_parts(parts: dict[str, Part[Any]]) -> dict[str, Part[Any]]:
    """Return the parts that are not of a file of the user's own."""
    return {n: p for n, p in parts.items() if p.builder.__module__.startswith("gansmith.")}
