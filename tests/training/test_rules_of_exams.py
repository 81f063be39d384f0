"""What an exam will lack is said before training, and no run folder is left behind."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gansmith.data import open_data
from gansmith.errors import GansmithError
from gansmith.preflight.check import inspect, look
from gansmith.recipe.recipe import make_recipe
from gansmith.runs.reader import read_run
from gansmith.training.start import Order, train, try_recipe

TREE: dict[str, Any] = {
    "length": {"kimg": 0.032},
    "data": {"size": 8, "batch": 8, "audit": False},
    "game": {"latent": 4},
    "networks": {
        "generator": {"name": "mlp", "widths": [8]},
        "discriminator": {"name": "mlp", "widths": [8]},
    },
    "loss": {"name": "non_saturating"},
    "evaluation": {"samples": 64, "extractor": "pixels", "metrics": ["memorisation"]},
}


def samples(tmp_path: Path, count: int) -> str:
    draws = np.random.default_rng(0)
    values = draws.integers(0, 256, (count, 1, 8, 8), dtype=np.uint8)
    np.savez(tmp_path / "a.npz", samples=values)
    return str(tmp_path / "a.npz")


def ordered(tmp_path: Path, count: int, **changes: Any) -> Order:
    dotted = {path.replace("__", "."): value for path, value in changes.items()}
    tree = {**TREE, "data": {**TREE["data"], "source": samples(tmp_path, count)}}
    return Order(make_recipe(tree, dotted), run=str(tmp_path / "run"), quiet=True)


def test_memorisation_is_measured_with_what_is_held_out(tmp_path: Path) -> None:
    run = train(ordered(tmp_path, 100))
    (first, *_) = read_run(run).metrics
    assert "memorised_share" in first["metrics"]
    assert 0 < first["protocol"]["held_out"] < first["protocol"]["real"]


@pytest.mark.parametrize(
    ("count", "held_out", "change"), [(100, 0.0, "data.held_out"), (30, 0.1, "data.held_out")]
)
def test_too_few_held_out_are_refused_with_the_way_out_and_no_folder(
    tmp_path: Path, count: int, held_out: float, change: str
) -> None:
    order = ordered(tmp_path, count, data__held_out=held_out)
    with pytest.raises(GansmithError, match=r"needs 8 of them or more, but there are \d+ beside"):
        train(order)
    assert not (tmp_path / "run").exists()
    data = open_data(samples(tmp_path, count), held_out=held_out)
    found = [f for f in look(inspect(order.recipe, data)) if f.rule == "few_held_out"]
    assert found[0].severity == "refuse"
    mended = ordered(
        tmp_path, count, **{p.replace(".", "__"): v for p, v in found[0].changes.items()}
    )
    assert change in found[0].changes
    train(mended)


@pytest.mark.parametrize("metric", ["modes", "inception_score"])
def test_no_metric_that_cannot_be_computed_leaves_a_run_folder(tmp_path: Path, metric: str) -> None:
    with pytest.raises((GansmithError, ValueError), match=metric):
        train(ordered(tmp_path, 60, evaluation__metrics=[metric]))
    assert not (tmp_path / "run").exists()


def test_check_says_the_same_before_training(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[evaluation]\nmetrics = ["modes"]\n[data]\nsize = 8\n')
    trial = try_recipe(str(file), samples(tmp_path, 60), {})
    (found,) = [finding for finding in trial.findings if finding.rule == "unknown_truth"]
    assert found.changes == {"evaluation.metrics": []}
    assert not trial.sound
