"""Several labels a sample at once: read beside the data, asked for by name, followed by G."""

import numpy as np
import pytest
import torch

import gansmith
from gansmith.conditions.conditioning import Setting
from gansmith.errors import GansmithError
from gansmith.registry import conditions
from gansmith.runs.reader import read_run

COLUMNS = ["right", "up"]


def built():
    return conditions.build("attributes", {"columns": ("hat", "smile")}, setting=Setting((2,), 4))


def test_attributes_are_asked_for_by_name_number_or_tensor_and_each_alone_in_turn():
    known = built()
    assert known.prompt(3).tolist() == [[1, 0], [0, 1], [1, 0]]
    assert known.prompt(1, "hat,smile").tolist() == [[1, 1]]
    assert known.prompt(1, "smile=-0.5").tolist() == known.prompt(1, {"smile": -0.5}).tolist()
    assert known.prompt(2, torch.zeros(2, 2)).tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("beard", "there is no attribute beard; there are: hat, smile"),
        ("hat=3", "attributes are from -1 to 1 but hat is 3"),
        ("hat=much", "attributes are numbers from -1 to 1"),
        (torch.zeros(2, 3), r"attributes are \[count, 2\], from -1 to 1"),
        (7, "attributes are asked for as"),
    ],
    ids=str,
)
def test_what_is_no_attribute_is_refused(given, says):
    with pytest.raises(ValueError, match=says):
        built().prompt(2, given)


def points(path, **columns):
    """Two numbers a sample, each near +1 or -1 as an attribute says."""
    draws = np.random.default_rng(0)
    held = draws.integers(0, 2, (2000, 2))
    samples = (2 * held - 1 + 0.1 * draws.normal(size=held.shape)).astype(np.float32)
    known = {"right": held[:, 0], "up": held[:, 1]} | columns
    np.savez(path, samples=samples, **known)
    return str(path)


def recipe(columns, kimg):
    return {
        "condition.name": "attributes",
        "condition.columns": columns,
        "length.kimg": kimg,
        "evaluation.samples": 128,
        "evaluation.every_kimg": 32,
        "runtime.device": "cpu",
    }


@pytest.mark.slow
def test_a_generator_learns_what_each_attribute_is(tmp_path):
    source = points(tmp_path / "points.npz")
    run = gansmith.train(data=source, set=recipe(COLUMNS, 32), run=tmp_path / "run", quiet=True)
    generator = gansmith.load(run)
    for asked, wanted in (("right", [1, -1]), ("up", [-1, 1]), ("right,up", [1, 1])):
        samples = generator.sample(64, seed=1, condition={"attributes": asked})
        assert (samples.sign() == torch.tensor(wanted)).float().mean() > 0.9
    exam = read_run(run).metrics[-1]["metrics"]
    assert exam["condition_consistency"] > 0.9
    assert exam["condition_chance"] == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        (["left"], "the data have no attribute left; there are: .*right"),
        (["age"], "age holds more than numbers from -1 to 1; scale it"),
    ],
)
def test_columns_that_are_no_attributes_are_refused_before_training(tmp_path, columns, says):
    source = points(tmp_path / "points.npz", age=np.arange(2000))
    with pytest.raises(GansmithError, match=says):
        gansmith.train(data=source, set=recipe(columns, 1), run=tmp_path / "run", quiet=True)
