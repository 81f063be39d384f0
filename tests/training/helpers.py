"""Small runs for tests: points on a ring in float64, which is exact and quick."""

from pathlib import Path
from typing import Any

from gansmith.recipe.recipe import Recipe, make_recipe
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
