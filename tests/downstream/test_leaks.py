"""Whether a test part was trained on, and whether samples give their training data away."""

import json
from pathlib import Path

import numpy as np
import pytest

import gansmith
from gansmith.cli import main
from gansmith.metrics.membership import membership
from gansmith.runs.trained_on import read_contents

SMALL = {
    "data.size": 8,
    "data.batch": 8,
    "data.held_out": 0.25,
    "condition.name": "labels",
    "networks.generator": {"name": "lean", "width": 4},
    "networks.discriminator": {"name": "lean", "width": 4},
    "evaluation.extractor": "pixels",
    "evaluation.metrics": ["diversity"],
    "evaluation.samples": 8,
    "runtime.threads": 1,
}
CLASSES = np.array(["dark", "light"])


def ran(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main(list(words))
    told = capsys.readouterr()
    return int(left.value.code or 0), told.out, told.err


def pictures(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    draws, labels = np.random.default_rng(seed), np.arange(count) % 2
    values = draws.integers(0, 128, (count, 1, 8, 8)) + 127 * labels[:, None, None, None]
    return values.astype(np.uint8), labels


def save(path: Path, samples: np.ndarray, labels: np.ndarray) -> Path:
    np.savez(path, samples=samples, labels=labels, classes=CLASSES)
    return path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny labelled run, its data, and test parts with and without samples of it."""
    path = tmp_path_factory.mktemp("study")
    samples, labels = pictures(48, 0)
    data = save(path / "data.npz", samples, labels)
    gansmith.train(data=data, run=path / "run", set=SMALL, kimg=0.05, quiet=True)
    others, marks = pictures(24, 1)
    save(path / "clean.npz", others, marks)
    save(path / "leaky.npz", np.concatenate([others, samples]), np.concatenate([marks, labels]))
    return path


def test_a_run_records_the_contents_of_its_training_samples_and_no_others(place: Path) -> None:
    known = read_contents(place / "run")
    opened = gansmith.open_data(place / "data.npz", held_out=0.25)
    assert known is not None
    assert set(known.tolist()) == set(opened.contents.tolist())
    assert not np.isin(opened.kept_contents, known).any()


def test_a_test_part_that_was_trained_on_is_refused(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("augment", str(place / "data.npz"), "--run", str(place / "run"))
    code, _, says = ran(capsys, *words, "--test", str(place / "leaky.npz"))
    assert code == 1
    assert "36 samples of the 72 images of the test part were trained on by the run run" in says
    assert says.count("\n") == 1


def test_a_run_that_does_not_say_what_it_was_trained_on_is_refused(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in (place / "run").rglob("*"):
        if file.is_file() and file.name != "trained_on.npy":
            target = tmp_path / "run" / file.relative_to(place / "run")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    words = ("augment", str(place / "data.npz"), "--run", str(tmp_path / "run"))
    code, _, says = ran(capsys, *words)
    assert code == 1
    assert "does not record which samples it was trained on" in says


@pytest.mark.slow
def test_networks_that_came_from_another_run_have_seen_its_samples(place: Path) -> None:
    data, first = place / "clean.npz", place / "run"
    changes = {**SMALL, "data.held_out": 0.25, "transfer.run": str(first)}
    gansmith.train(data=data, run=place / "second", set=changes, kimg=0.02, quiet=True)
    seen, both = read_contents(first), read_contents(place / "second")
    assert np.isin(seen, both).all()
    assert len(both) == len(seen) + 18


def test_the_verb_writes_numbers_a_page_and_an_image_and_prints_one_document(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = ("--seeds", "2", "--steps", "5", "--amounts", "12,all", "--features", "pixels")
    words = ("augment", str(place / "data.npz"), "--run", str(place / "run"), *more)
    out = place / "study"
    code, told, _ = ran(capsys, *words, "--out", str(out), "--json")
    found = json.loads(told)
    assert code == 0
    assert found == json.loads((out / "augment.json").read_text())
    assert found["protocol"]["test"] == {"dark": 5, "light": 7}
    assert [result["real"] for result in found["results"]] == [12, 36]
    assert (out / "nearest.png").is_file()
    page = (out / "augment.md").read_text()
    assert found["says"] in page
    assert "the generator saw more real samples than that" in page
    assert len([line for line in page.splitlines() if line.startswith("| real + synthetic")]) == 4


@pytest.mark.parametrize("wrong", [("--seeds", "1"), ("--amounts", "few"), ("--fill", "0.5")])
def test_wrong_numbers_are_wrong_usage(
    place: Path, wrong: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("augment", str(place / "data.npz"), "--run", str(place / "run"))
    code, _, says = ran(capsys, *words, *wrong)
    assert code == 2
    assert wrong[0] in says


def blobs(count: int, seed: int) -> np.ndarray:
    """Images of a bright spot at any place, in [-1, 1]."""
    draws = np.random.default_rng(seed)
    y, x, size = draws.random((3, count, 1, 1)) * np.array([12, 12, 2])[:, None, None, None] + 2
    down, right = np.mgrid[:16, :16]
    spots = np.exp(-((down - y) ** 2 + (right - x) ** 2) / (2 * size**2))
    return (2 * spots[:, None] - 1).astype(np.float32)


def test_a_generator_that_copies_forty_images_is_flagged() -> None:
    trained, kept = blobs(40, 0), blobs(40, 1)
    draws = np.random.default_rng(2)
    copies = trained[draws.integers(40, size=200)]
    fakes = (copies + 0.05 * draws.normal(size=copies.shape)).clip(-1, 1).astype(np.float32)
    found = gansmith.privacy_report(trained, fakes, kept, features="pixels")
    assert found["verdict"] == "memorised"
    assert found["metrics"]["memorised_share"] > 0.9
    assert found["metrics"]["memorisation_p"] < 1e-6
    assert found["metrics"]["membership_auc"] > 0.95
    assert found["nearest"][0]["distance"] < 0.5


def test_a_healthy_generator_is_cleared(tmp_path: Path) -> None:
    trained, kept, fakes = blobs(40, 0), blobs(40, 1), blobs(200, 2)
    image = tmp_path / "nearest.png"
    found = gansmith.privacy_report(trained, fakes, kept, features="pixels", picture=image)
    assert found["verdict"] == "clear"
    assert abs(found["metrics"]["membership_auc"] - 0.5) < 0.15
    assert "no proof of privacy" in found["says"][-1]
    assert image.is_file()


def test_membership_is_the_share_of_pairs_in_which_the_training_sample_is_nearer() -> None:
    fakes = np.zeros((2, 1))
    real, held_out = np.array([[1.0], [4.0], [-2.0]]), np.array([[3.0], [-5.0]])
    found = membership(real, fakes, held_out)
    assert found["membership_auc"] == pytest.approx(5 / 6)  # only 4 is farther than 3
    deviation = (6 / (12 * 3 * 2)) ** 0.5  # of Mann and Whitney's share without ties
    assert found["membership_p"] == pytest.approx(0.5 * (1 - _erf((1 / 3) / deviation)), rel=1e-6)


def _erf(score: float) -> float:
    from math import erf

    return erf(score / 2**0.5)


@pytest.mark.slow
def test_rows_are_known_again_where_a_table_numbers_its_categories_otherwise(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draws = np.random.default_rng(0)
    rows = [
        f"{draws.normal():.6f},{('red', 'blue')[draws.random() > 0.7]},{('no', 'yes')[n % 3 > 0]}"
        for n in range(90)
    ]
    head = "x,colour,answer"
    (tmp_path / "all.csv").write_text("\n".join([head, *rows]) + "\n")
    blues = [row for row in rows if "blue" in row]
    (tmp_path / "blue.csv").write_text("\n".join([head, *blues, "9.9,red,no"]) + "\n")
    (tmp_path / "new.csv").write_text("\n".join([head, *(f"7.{n},blue,yes" for n in range(9))]))
    changes = {"runtime.threads": 1, "evaluation.metrics": ["diversity"], "evaluation.samples": 16}
    run = tmp_path / "run"
    gansmith.train("table", data=tmp_path / "all.csv", run=run, set=changes, kimg=0.1, quiet=True)
    words = ("augment", str(tmp_path / "all.csv"), "--run", str(run), "--seeds", "2")
    code, _, says = ran(capsys, *words, "--test", str(tmp_path / "blue.csv"))
    assert code == 1
    assert "of the test part were trained on" in says
    words = (*words, "--amounts", "all")
    assert ran(capsys, *words, "--test", str(tmp_path / "new.csv"))[0] == 0
    code, page, _ = ran(capsys, *words)
    assert code == 0
    assert "| rows between rows (SMOTE) |" in page
