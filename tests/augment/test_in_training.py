"""Augmentation in whole runs: exact resume, two processes, the controller."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gansmith.errors import GansmithError
from gansmith.recipe.recipe import Recipe, make_recipe
from gansmith.runs.reader import read_run
from gansmith.training.start import Order, train
from tests.training.helpers import recipe as small


def recipe(source: Path, **changes: Any) -> Recipe:
    tree = {
        "length": {"kimg": 0.32},  # 20 steps of 16
        "data": {"source": str(source), "batch": 16},
        "game": {"latent": 8},
        "networks": {
            "generator": {"name": "modern", "width": 4},  # batch norm sees one process only
            "discriminator": {"name": "dcgan", "width": 4, "batch_norm": False},
        },
        "loss": {"name": "non_saturating"},
        "terms": [{"name": "r1", "gamma": 0.1}],
        "augment": {"name": "ada", "strength": 0.5},
        "controllers": [{"name": "ada", "knob": "augment.strength", "kimg": 1.0}],
        "evaluation": {"samples": 32, "extractor": "pixels", "metrics": ["frechet_distance"]},
        "signals": {"tick": 5},
        "runtime": {"precision": "fp64", "device": "cpu", "threads": 1},
    }
    return make_recipe(tree, {name.replace("__", "."): value for name, value in changes.items()})


@pytest.fixture(scope="module")
def stripes(tmp_path_factory) -> Path:
    """Pictures bright above and dark below, by different amounts: none is turned or flipped."""
    draws = np.random.default_rng(0)
    count, size = 1024, 16
    slope = np.linspace(1, -1, size)[None, :, None] * draws.uniform(0.4, 0.8, (count, 1, 1))
    wave = 0.15 * np.sin(np.arange(size) + draws.uniform(0, 6.3, (count, 1, 1)))
    place = tmp_path_factory.mktemp("data") / "stripes.npz"
    np.savez(place, samples=(slope + wave)[:, None].astype(np.float32))
    return place


def run(path: Path, wanted: Recipe, **order: Any) -> Path:
    return train(Order(wanted, run=str(path), quiet=True, **order))


def told(path: Path) -> list[list[float]]:
    names = ("loss/discriminator", "loss/generator", "knob/augment.strength", "scores/real/sign")
    return [[record[name] for name in names] for record in read_run(path).signals]


def test_a_resumed_run_goes_on_exactly(stripes, tmp_path):
    whole = run(tmp_path / "whole", recipe(stripes))
    half = run(tmp_path / "half", recipe(stripes, length__kimg=0.16))
    run(half, recipe(stripes), resume=True)
    assert told(half) == told(whole)
    assert len(told(whole)) == 4


@pytest.mark.slow
@pytest.mark.distributed
def test_two_processes_augment_as_one(stripes, tmp_path):
    one = run(tmp_path / "one", recipe(stripes))
    two = run(tmp_path / "two", recipe(stripes, runtime__processes=2))
    assert np.allclose(told(one), told(two), rtol=1e-9)


def test_the_controller_moves_the_strength_and_the_journal_says_why(stripes, tmp_path):
    path = run(tmp_path / "run", recipe(stripes, controllers__ada__target=-1.0))
    strengths = [record["knob/augment.strength"] for record in read_run(path).signals]
    assert strengths == pytest.approx([0.58, 0.66, 0.74, 0.8])  # 80 of 1,000 samples a tick
    moves = [event for event in read_run(path).journal if event["event"] == "move"]
    assert "mean sign of D's scores" in moves[0]["says"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            {
                "data__source": "ring",
                "networks__generator": {"name": "mlp"},
                "networks__discriminator": {"name": "mlp"},
            },
            "augment: ada is for images .*, but the data are vectors .* instance_noise",
        ),
        ({"augment__name": "adda"}, "did you mean 'ada'"),
        ({"augment__strength": 3}, "strength must be"),
        ({"loss__name": "relativistic"}, "scores/ranked_right"),
    ],
)
def test_what_cannot_work_is_refused_before_training(stripes, tmp_path, changes, says):
    with pytest.raises(GansmithError, match=says):
        run(tmp_path / "run", recipe(stripes, **changes))


def test_a_schedule_takes_instance_noise_off_a_ring_of_points(tmp_path):
    fading = {"name": "linear", "knob": "augment.strength"}
    changes = {"augment": {"name": "instance_noise", "deviation": 0.3}, "controllers": [fading]}
    path = train(Order(small(**changes), run=str(tmp_path / "run"), quiet=True))
    strengths = [record["knob/augment.strength"] for record in read_run(path).signals]
    assert strengths == pytest.approx([0.8, 0.6, 0.4, 0.2, 0.0])


def test_ada_alone_gets_its_controller(stripes, tmp_path):
    tree = recipe(stripes).model_dump(exclude_unset=True)
    del tree["controllers"]
    path = run(tmp_path / "run", make_recipe(tree, {"loss.name": "relativistic"}))
    (controller,) = read_run(path).recipe["controllers"]
    assert controller["knob"] == "augment.strength"
    assert controller["signal"] == "scores/ranked_right"
    json.dumps(read_run(path).recipe)
