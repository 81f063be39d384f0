"""Samples keep their classes and the range of the data, into every kind of file that has room."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gansmith import evaluate
from gansmith.cli import main
from gansmith.conditions.conditioning import Setting
from gansmith.conditions.labels import OnLabels
from gansmith.data import open_data
from gansmith.deploy import load
from gansmith.deploy.writers import folder_names
from gansmith.runs.reader import read_run

SIDE, COUNT = 16, 48
CLASSES = ("a/b", "..", "cat", "Cat")
SMALL = [
    *("--set", "data.size=16", "--set", "data.batch=8", "--set", "length.kimg=0.05"),
    *("--set", 'networks.generator={name="lean", width=4}', "--set", "evaluation.samples=8"),
    *("--set", 'networks.discriminator={name="lean", width=4}', "--set", "runtime.threads=1"),
    *("--set", 'evaluation.extractor="pixels"', "--set", 'evaluation.metrics=["diversity"]'),
    *("--device", "cpu", "--quiet"),
]


def ran(*words: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(list(words))
    return int(left.value.code or 0)


@pytest.fixture(scope="module")
def twelve_bits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A labelled array of 12-bit values, and a folder of the same as 16-bit PNG."""
    place = tmp_path_factory.mktemp("data")
    draws = np.random.default_rng(0)
    values = draws.integers(0, 4096, (COUNT, SIDE, SIDE)).astype(np.uint16)
    labels = np.arange(COUNT) % 4
    np.savez(place / "set.npz", samples=values, labels=labels, classes=np.array(CLASSES))
    (place / "files").mkdir()
    for number, picture in enumerate(values):
        Image.fromarray(picture).save(place / "files" / f"{number}.png")
    return place


@pytest.fixture(scope="module")
def run(twelve_bits: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("runs") / "run"
    words = ["train", "--data", str(twelve_bits / "set.npz"), "--run", str(path), *SMALL]
    more = ["--set", "data.range=[0, 4095]", "--set", 'condition.name="labels"']
    assert ran(*words, *more) == 0
    return path


def test_the_range_stands_in_the_recipe_and_the_record_of_a_run(run: Path) -> None:
    record = read_run(run)
    assert list(record.recipe["data"]["range"]) == [0, 4095]
    assert record.environment["data"]["facts"]["range"] == [0, 4095]
    assert load(run).range == (0, 4095)


def test_a_folder_of_samples_has_a_folder_for_each_class(run: Path, tmp_path: Path) -> None:
    assert ran("sample", str(run), "-n", "6", "--out", str(tmp_path / "out")) == 0
    files = sorted(str(file.relative_to(tmp_path / "out")) for file in tmp_path.rglob("*.png"))
    names = folder_names(CLASSES)
    assert files == sorted(f"{names[n % 4]}/sample-{n:05d}.png" for n in range(6))
    assert (
        ran("sample", str(run), "-n", "2", "--label", "cat", "--out", str(tmp_path / "cats")) == 0
    )
    assert [f.parent.name for f in (tmp_path / "cats").rglob("*.png")] == ["cat", "cat"]
    assert open_data(tmp_path / "out", held_out=0).classes == tuple(sorted(names))


def test_an_array_of_samples_holds_labels_names_and_range(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran("sample", str(run), "-n", "6", "--out", str(tmp_path / "x.npz")) == 0
    assert "white for 4,095" in capsys.readouterr().out
    with np.load(tmp_path / "x.npz") as archive:
        assert archive["samples"].shape == (6, 1, SIDE, SIDE)
        assert archive["labels"].tolist() == [0, 1, 2, 3, 0, 1]
        assert archive["classes"].tolist() == list(CLASSES)
        assert archive["range"].tolist() == [0, 4095]


def test_samples_of_a_run_without_classes_lie_side_by_side(tmp_path: Path) -> None:
    from tests.training.helpers import run_small

    path = run_small(tmp_path / "ring", length__kimg=0.1)
    assert ran("sample", str(path), "-n", "4", "--out", str(tmp_path / "x.npz")) == 0
    with np.load(tmp_path / "x.npz") as archive:
        assert archive.files == ["samples"]


def test_reals_are_read_in_the_range_of_the_run_they_are_compared_with(
    run: Path, twelve_bits: Path
) -> None:
    for reals in ("files", "set.npz"):
        found = evaluate(
            twelve_bits / reals,
            run,
            samples=20,
            metrics=["frechet_distance"],
            features="pixels",
            intervals=False,
        )
        said = json.dumps(found["protocol"])
        assert "reals are read from 0 to 4,095, the range of the run" in said
        assert "only, of [-1, 1]" not in said.partition("fakes run")[0]


def test_folder_names_are_safe_and_no_two_alike() -> None:
    names = folder_names(["a/b", "a\\b", "..", "", "x", "X", "con:1", "ü" * 300, ".hidden"])
    assert len({name.lower() for name in names}) == 9
    assert not any(set(name) & set('/\\:*?"<>|') or name in ("", ".", "..") for name in names)
    assert all(len(name) < 120 and not name.startswith(".") for name in names)


def test_a_label_is_first_a_name_and_then_a_number() -> None:
    numbered = OnLabels(Setting((1,), classes=("0", "1", "10", "2")), projected=True)
    for label, wanted in (("10", 2), (10, 2), ("2", 3), ("3", 3)):
        assert numbered.prompt(1, label).item() == wanted
    with pytest.raises(ValueError, match="there is no class 7; there are: 0, 1, 10, 2"):
        numbered.prompt(1, "7")
