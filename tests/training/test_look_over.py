"""A look at the data before training: in the journal, once, unless it is off."""

from pathlib import Path

import numpy as np
import pytest

from gansmith.recipe.recipe import make_recipe
from gansmith.runs.reader import read_run
from gansmith.training.start import Order, train


@pytest.fixture
def run(tmp_path) -> Path:
    pictures = np.random.default_rng(0).integers(0, 256, (40, 1, 16, 16), dtype=np.uint8)
    pictures[:3] = 7 * np.arange(3, dtype=np.uint8).reshape(3, 1, 1, 1)
    np.savez(tmp_path / "a.npz", samples=pictures)
    return tmp_path / "run"


def audited(run: Path, steps: int = 2, order: dict | None = None, **data) -> list[dict]:
    """Train a few steps and return the journal's lines about the data."""
    player = {"name": "dcgan", "width": 4}
    tree = {
        "length": {"kimg": 0.008 * steps},
        "data": {"source": str(run.parent / "a.npz"), "batch": 8, **data},
        "game": {"latent": 4},
        "networks": {"generator": player, "discriminator": player},
        "loss": {"name": "non_saturating"},
        "evaluation": {"samples": 8, "extractor": "pixels", "metrics": ["frechet_distance"]},
        "signals": {"tick": 1},
        "runtime": {"device": "cpu", "threads": 1},
    }
    train(Order(make_recipe(tree), run=str(run), **{"quiet": True, **(order or {})}))
    return [event for event in read_run(run).journal if event["event"] == "audit"]


def test_what_is_found_stands_in_the_journal_once(run):
    told = audited(run)
    (blank,) = (event for event in told if event["finding"]["rule"] == "blank")
    assert "3 blank pictures" in blank["says"]
    assert blank["step"] == 0
    assert audited(run, steps=3, order={"resume": True}) == told


def test_it_can_be_switched_off(run):
    assert audited(run, audit=False) == []


def test_a_person_sees_it_before_training(run, capsys):
    audited(run, order={"quiet": False})
    before, _, _ = capsys.readouterr().err.partition("exam at 0.0")
    assert "warn: data.source: 3 blank pictures" in before
