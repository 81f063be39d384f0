"""A run that translates: asked in Python and on the command line."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import gansmith
from gansmith.cli.sample import sample
from gansmith.cli.translate import translate
from gansmith.deploy import export, load, read_inputs
from gansmith.errors import GansmithError, RunError
from gansmith.training.start import Order, train
from tests.training.helpers import run_small as run_points
from tests.training.translating import recipe, run_small


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("runs")
    colour = recipe(folder, terms=[{"name": "reconstruction"}], length__kimg=0.016)
    changed = colour.model_dump(exclude_unset=True) | {
        "condition": {"name": "image", "corruption": "low_resolution", "factor": 2}
    }
    larger = gansmith.Recipe(**changed)
    return {
        "paired": run_small(folder, "paired"),
        "cycle": run_small(folder, "cycle", "cycle"),
        "larger": train(Order(larger, run=str(folder / "larger"), quiet=True)),
        "points": run_points(folder / "points", length__kimg=0.032),
    }


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "more").mkdir()
    pixels = np.random.default_rng(0).integers(0, 255, (3, 24, 24, 3), np.uint8)
    for name, picture in zip(("one", "two", "more/three"), pixels, strict=True):
        Image.fromarray(picture).save(folder / f"{name}.png")
    return folder


def seen(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture)


def test_images_come_out_as_the_network_makes_them(runs: dict[str, Path]) -> None:
    loaded = gansmith.load(runs["paired"])
    images = torch.rand(3, 1, 8, 8) * 2 - 1
    made = loaded.translate(images)
    assert made.shape == (3, 3, 8, 8)
    assert torch.allclose(made, loaded.network(images), atol=1e-6)


def test_a_cycle_goes_both_ways(runs: dict[str, Path]) -> None:
    loaded = gansmith.load(runs["cycle"])
    there = loaded.translate(torch.zeros(2, 1, 8, 8))
    assert there.shape == (2, 3, 8, 8)
    assert loaded.translate(there, back=True).shape == (2, 1, 8, 8)


def test_what_cannot_be_asked_is_said(runs: dict[str, Path]) -> None:
    loaded = gansmith.load(runs["paired"])
    with pytest.raises(RunError, match="one way only"):
        loaded.translate(torch.zeros(1, 3, 8, 8), back=True)
    with pytest.raises(ValueError, match=r"shape \[1, 8, 8\] but got \[1, 3, 8, 8\]"):
        loaded.translate(torch.zeros(1, 3, 8, 8))
    with pytest.raises(RunError, match="use sample, not translate"):
        gansmith.load(runs["points"]).translate(torch.zeros(1, 3, 8, 8))


def test_sample_and_evaluate_point_to_translate(runs: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(RunError, match="gansmith translate RUN INPUT"):
        sample(str(runs["paired"]), out=str(tmp_path / "x.png"))
    with pytest.raises(GansmithError, match="gansmith translate RUN INPUT"):
        gansmith.evaluate("emoji", runs["paired"])
    with pytest.raises(RunError, match="gansmith sample"):
        translate(str(runs["points"]), "emoji", out=str(tmp_path))


def test_a_folder_is_translated_to_files_of_the_same_names(
    runs: dict[str, Path], pictures: Path, tmp_path: Path
) -> None:
    translate(str(runs["paired"]), str(pictures), out=str(tmp_path))
    names = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.png"))
    assert names == ["more/three.png", "one.png", "two.png"]
    assert seen(tmp_path / "one.png").shape == (8, 8, 3)


def test_one_picture_is_translated_as_it_is_among_others(
    runs: dict[str, Path], pictures: Path, tmp_path: Path
) -> None:
    for source, out in ((pictures, "all"), (pictures / "two.png", "alone")):
        translate(str(runs["cycle"]), str(source), out=str(tmp_path / out))
    alone, among = (seen(tmp_path / p / "two.png") for p in ("alone", "all"))
    assert np.array_equal(alone, among)
    translate(str(runs["cycle"]), str(tmp_path / "all"), out=str(tmp_path / "back"), back=True)
    assert seen(tmp_path / "back" / "two.png").shape == (8, 8)


def test_pictures_to_enlarge_are_read_small(runs: dict[str, Path], pictures: Path) -> None:
    inputs = read_inputs(load(runs["larger"]), str(pictures)).images
    assert inputs.shape == (3, 3, 8, 8)
    assert torch.equal(inputs[:, :, ::2, ::2], inputs[:, :, 1::2, 1::2])


@pytest.mark.parametrize("game", ["paired", "cycle"])
def test_exports_translate_as_the_run_does(
    runs: dict[str, Path], game: str, tmp_path: Path
) -> None:
    loaded = load(runs[game], device="cpu")
    assert export(loaded, "safetensors", tmp_path / "x.safetensors").difference == 0.0
