"""Classes met equally often, however many samples they have."""

import numpy as np

from gansmith.conditions.of_run import conditionings_for, trained_on
from gansmith.data import open_data
from gansmith.data.loading.stream import Stream
from gansmith.recipe.recipe import make_recipe


def stream(path, balanced):
    recipe = make_recipe(
        {"data": {"source": str(path)}, "condition": {"name": "labels", "balanced": balanced}}
    )
    data = open_data(str(path), held_out=0.0, seed=0)
    return Stream(trained_on(conditionings_for(recipe, data), data), seed=3)


def test_classes_are_met_equally_often_each_with_its_own_samples(tmp_path):
    labels = np.repeat([0, 1, 2], [900, 90, 10])
    draws = np.random.default_rng(0).normal(size=(1000, 2))
    samples = (draws * 0.1 + labels[:, None]).astype(np.float32)
    np.savez(tmp_path / "rare.npz", samples=samples, labels=labels)
    for balanced, wanted in ((False, [900, 90, 10]), (True, [1000 / 3] * 3)):
        values, beside = stream(tmp_path / "rare.npz", balanced).read(0, 1000)
        met = np.bincount(beside["labels"])
        assert np.abs(met - wanted).max() <= 1
        assert np.array_equal(values.numpy().mean(1).round().astype(int), beside["labels"])


def test_a_balanced_order_is_a_function_of_position(tmp_path):
    labels = np.repeat([0, 1], [70, 30])
    np.savez(tmp_path / "few.npz", samples=np.random.randn(100, 2).astype("f4"), labels=labels)
    whole, _ = stream(tmp_path / "few.npz", True).read(0, 250)
    parts = [stream(tmp_path / "few.npz", True).read(start, 50)[0] for start in range(0, 250, 50)]
    assert np.array_equal(whole, np.concatenate(parts))
