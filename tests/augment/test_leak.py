"""Generated samples must not show the augmentation, up to a strength of 0.8.

A small net learns 16 x 16 pictures that are bright above and dark below, while the strength rises
from 0 to its limit, as ADA's controller raises it, and stays there. Six numbers of each picture
show every change: upper half against lower, left against right, mean, contrast, roughness, and
the share of mid-grey. A picture stands out if one of them is beyond all that reals have, by more
than the net errs. The leak is the share of fakes that stand out, on the scale from reals (0) to
augmented reals (1).
"""

from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from gansmith.augment.augmentation import Numbers
from gansmith.data import open_data
from gansmith.deploy import load
from gansmith.recipe.recipe import make_recipe
from gansmith.registry import augmentations
from gansmith.sampling.draws import CounterDraws
from gansmith.training.start import Order, train

FAKES = 1024
RISING = {  # a target that is always missed: up to the limit within 6.4 kimg
    "name": "ada",
    "knob": "augment.strength",
    "kimg": 8.0,
    "target": -1.0,
}
SPARE = np.array(
    [0.15, 0.2, 0.25, 0.1, 0.1, 0.1]
)  # twice what the net errs by without augmentation


@pytest.fixture(scope="module")
def stripes(tmp_path_factory) -> Path:
    draws = np.random.default_rng(0)
    count, size = 1024, 16
    slope = np.linspace(1, -1, size)[None, :, None] * draws.uniform(0.4, 0.8, (count, 1, 1))
    wave = 0.15 * np.sin(np.arange(size) + draws.uniform(0, 6.3, (count, 1, 1)))
    place = tmp_path_factory.mktemp("data") / "stripes.npz"
    np.savez(place, samples=(slope + wave)[:, None].astype(np.float32))
    return place


def trained(source: Path, run: Path, augment: dict[str, Any], width: int, kimg: float) -> Path:
    player = {"name": "lean", "width": width}
    tree = {
        "length": {"kimg": kimg},
        "data": {"source": str(source), "batch": 32, "audit": False},
        "game": {"latent": 8},
        "networks": {"generator": player, "discriminator": player},
        "loss": {"name": "non_saturating"},
        "terms": [{"name": "r1", "gamma": 0.1, "every": 4}],
        "optimizers": {p: {"lr": 1e-3, "betas": [0, 0.99]} for p in ("generator", "discriminator")},
        "ema": {"half_life_kimg": 1},
        "augment": {"strength": 0.0, **augment},
        "controllers": [RISING] if "strength" not in augment else [],
        "evaluation": {
            "every_kimg": 1000,
            "samples": 32,
            "extractor": "pixels",
            "metrics": ["frechet_distance"],
        },
        "runtime": {"device": "cpu", "threads": 1},
    }
    return train(Order(make_recipe(tree), run=str(run), quiet=True))


def seen(images: np.ndarray) -> np.ndarray:
    """The six numbers of each picture, [N, 6]."""
    half = images.shape[2] // 2
    upper, lower = images[:, :, :half], images[:, :, half:]
    left, right = images[..., :half], images[..., half:]
    axes = (1, 2, 3)
    return np.stack(
        [
            upper.mean(axes) - lower.mean(axes),
            left.mean(axes) - right.mean(axes),
            images.mean(axes),
            images.std(axes),
            np.abs(np.diff(images, 2, axis=3)).mean(axes),
            (np.abs(images) < 0.02).mean(axes),
        ],
        axis=1,
    )


def standing_out(images: np.ndarray, reals: np.ndarray) -> float:
    """The share beyond all reals, by more than a small net errs, in any of the numbers."""
    low, high = seen(reals).min(0), seen(reals).max(0)
    beyond = (seen(images) < low - SPARE) | (seen(images) > high + SPARE)
    return float(beyond.any(axis=1).mean())


def leak(run: Path, source: Path, augment: dict[str, Any], strength: float) -> tuple[float, float]:
    """The estimate of the leak and its standard error."""
    reals = open_data(source, held_out=0).train.take(np.arange(1024))
    fakes = load(run).sample(FAKES, seed=1).numpy()
    options = {name: value for name, value in augment.items() if name != "name"}
    change = augmentations.build(augment["name"], options).apply
    draws = CounterDraws((0, 0), len(reals), slice(0, len(reals)), torch.empty(0))
    augmented = change(torch.from_numpy(reals), Numbers(draws, 1, len(reals)), strength).numpy()
    whole = standing_out(augmented, reals)
    share = standing_out(fakes, reals)
    error = sqrt(max(share * (1 - share), 1 / FAKES) / FAKES)
    return share / whole, error / whole


CASES: list[tuple[dict[str, Any], int, float]] = [
    ({"name": "diffaugment"}, 8, 24),
    ({"name": "ada", "groups": ["pixels"]}, 8, 24),
    ({"name": "ada", "groups": ["geometry"]}, 8, 24),
    ({"name": "ada", "groups": ["colour"]}, 8, 24),
    ({"name": "ada", "groups": ["filter", "corruption"]}, 8, 24),
    ({"name": "ada"}, 16, 48),  # all of them together are harder to see through
]


@pytest.mark.slow
@pytest.mark.parametrize(("augment", "width", "kimg"), CASES)
def test_samples_show_less_than_a_tenth_of_the_augmentation(
    stripes, tmp_path, augment, width, kimg
):
    run = trained(stripes, tmp_path / "run", augment, width, kimg)
    estimate, error = leak(run, stripes, augment, 0.8)
    assert estimate + 3 * error < 0.1, f"leak {estimate:.3f}, standard error {error:.3f}"


@pytest.mark.slow
def test_turns_of_every_picture_leak_so_that_the_test_would_see_it(stripes, tmp_path):
    augment = {"name": "ada", "groups": ["pixels"], "most": 1.0, "strength": 1.0}
    run = trained(stripes, tmp_path / "run", augment, 8, 16)
    estimate, error = leak(run, stripes, augment, 1.0)
    assert estimate - 3 * error > 0.3, f"leak {estimate:.3f}, standard error {error:.3f}"
