"""Small runs that make images from images, in float64 on 8 pixels."""

from pathlib import Path
from typing import Any

import numpy as np

from gansmith.recipe.recipe import Recipe, make_recipe
from gansmith.training.start import Order, train


def write_sets(folder: Path, count: int = 40, size: int = 8) -> tuple[str, str]:
    """Write arrays of bright squares and of the same in grey and dark; return their paths."""
    draws = np.random.default_rng(0)
    inputs = draws.integers(0, 120, (count, 1, size, size), np.uint8)
    inputs[:, :, 2:5, 2:5] += 100
    targets = np.concatenate([255 - inputs, inputs, inputs], 1)
    for name, values in (("targets", targets), ("inputs", inputs)):
        np.savez(folder / f"{name}.npz", samples=values)
    return str(folder / "targets.npz"), str(folder / "inputs.npz")


def recipe(folder: Path, game: str = "paired", **changes: Any) -> Recipe:
    """Return a small recipe on those sets, with changes by dotted path (__ for the dot)."""
    targets, inputs = write_sets(folder)
    names = ("reconstruction", "total_variation") if game == "paired" else ("cycle", "r1")
    tree: dict[str, Any] = {
        "seed": 3,
        "length": {"kimg": 0.096},  # 12 steps of 8
        "data": {"source": targets, "size": 8, "batch": 8, "held_out": 0.4, "audit": False},
        "condition": {"name": "image", "source": inputs},
        "game": {"name": game},
        "networks": {
            "generator": {"name": "unet" if game == "paired" else "translator", "width": 2},
            "discriminator": {"name": "patch", "width": 2},
        },
        "loss": {"name": "least_squares"},
        "terms": [{"name": name} for name in names],
        "ema": {"half_life_kimg": 0.1},
        "evaluation": {
            "every_kimg": 0.032,
            "samples": 16,
            "extractor": "pixels",
            "metrics": ["kernel_distance"],
        },
        "signals": {"tick": 2},
        "runtime": {"precision": "fp64", "device": "cpu", "threads": 1},
    }
    dotted = {path.replace("__", "."): value for path, value in changes.items()}
    return make_recipe(tree, dotted)


def run_small(
    folder: Path, name: str, game: str = "paired", resume: bool = False, **changes: Any
) -> Path:
    """Train the small recipe, with changes, into a folder."""
    made = recipe(folder, game, **changes)
    order = Order(made, run=str(folder / name), resume=resume, quiet=True)
    return train(order)
