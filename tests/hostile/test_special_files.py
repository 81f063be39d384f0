"""Only regular files are opened: a pipe waits for ever, a device has no end."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gansmith.data import open_data, read_samples
from gansmith.errors import DataError, GansmithError
from gansmith.reading import open_regular, read_text
from tests.data.pictures import fill
from tests.hostile.command import gansmith
from tests.training.helpers import run_small

pytestmark = pytest.mark.timeout(60)  # what opens a pipe hangs


def zeros(path: Path) -> None:
    path.symlink_to("/dev/zero")


def link_to_pipe(path: Path) -> None:
    os.mkfifo(path.with_name(f"{path.name}.pipe"))
    path.symlink_to(path.with_name(f"{path.name}.pipe"))


SPECIAL: dict[str, Callable[[Path], None]] = {
    "pipe": os.mkfifo,
    "device": zeros,
    "link to a pipe": link_to_pipe,
}


@pytest.fixture(params=SPECIAL)
def special(request: pytest.FixtureRequest) -> Callable[[Path], None]:
    return SPECIAL[request.param]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_small(tmp_path_factory.mktemp("runs") / "run", length__kimg=0.064)


def test_a_special_file_under_a_picture_s_name_is_skipped_by_name(
    special: Callable[[Path], None], tmp_path: Path
) -> None:
    fill(tmp_path / "data", 6)
    special(tmp_path / "data" / "odd.png")
    data = open_data(tmp_path / "data", allow_corrupt=0.3)
    assert len(data.train) + len(data.held_out) == 6
    reason = dict(data.facts["skipped"])["odd.png"]
    assert "and not a file" in reason


def test_check_names_it_and_counts_the_others(
    special: Callable[[Path], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(tmp_path / "data", 3)
    special(tmp_path / "data" / "odd.png")
    answer = gansmith(capsys, "check", str(tmp_path / "data"))
    assert answer.code == 1
    assert "1 of 4 files cannot be used" in answer.out
    assert "odd.png: it cannot be read (it is a" in answer.out


@pytest.mark.parametrize(
    "name", ["x.npz", "x.npy", "x.zip", "x.tar", "x.tar.gz", "x.csv", "x.jsonl", "x.parquet", "x"]
)
def test_data_that_is_no_regular_file_is_refused(
    name: str, special: Callable[[Path], None], tmp_path: Path
) -> None:
    special(tmp_path / name)
    with pytest.raises(DataError, match=r"is a (pipe|device) and not a file"):
        open_data(tmp_path / name)
    with pytest.raises(DataError, match=r"is a (pipe|device) and not a file"):
        read_samples(tmp_path / name)


def test_a_table_names_regular_files_only(special: Callable[[Path], None], tmp_path: Path) -> None:
    fill(tmp_path, 6)
    special(tmp_path / "odd.png")
    names = [*(f"{number:03}.png" for number in range(6)), "odd.png", "n" * 400, "gone.png"]
    (tmp_path / "t.csv").write_text("file\n" + "".join(f"{name}\n" for name in names))
    data = open_data(tmp_path / "t.csv", allow_corrupt=0.5)
    reasons = dict(data.facts["skipped"])
    assert "and not a file" in reasons["odd.png"]
    for name in ("gone.png", "n" * 400):
        assert reasons[name].startswith("there is no such file")


@pytest.mark.parametrize("verb", ["check", "train", "cite"])
def test_a_recipe_is_a_regular_file(
    verb: str, special: Callable[[Path], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    special(tmp_path / "x.toml")
    answer = gansmith(capsys, verb, str(tmp_path / "x.toml"))
    assert answer.code == 1
    assert "and not a file" in answer.err


def test_json_to_compare_is_a_regular_file(
    special: Callable[[Path], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    special(tmp_path / "x.json")
    assert gansmith(capsys, "compare", *[str(tmp_path / "x.json")] * 2).code == 1


@pytest.mark.parametrize(
    "name", ["recipe.toml", "environment.json", "signals.jsonl", "metrics.jsonl", "journal.jsonl"]
)
def test_the_files_of_a_run_are_regular_ones(
    name: str, trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = shutil.copytree(trained, tmp_path / "run")
    (run / name).unlink()
    os.mkfifo(run / name)
    for verb in ("diagnose", "report"):
        answer = gansmith(capsys, verb, str(run))
        assert answer.code == 1
        assert name in answer.err


def test_pictures_and_weights_of_a_run_are_regular_files(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = shutil.copytree(trained, tmp_path / "run")
    os.mkfifo(run / "samples" / "kimg-000099.png")
    (run / "uncovered.png").symlink_to("/dev/zero")
    assert gansmith(capsys, "report", str(run)).code == 0
    for weights in (run / "checkpoints").glob("*/weights.safetensors"):
        weights.unlink()
        os.mkfifo(weights)
    answer = gansmith(capsys, "sample", str(run), "--out", str(tmp_path / "x.csv"))
    assert answer.code == 1


def test_weights_of_an_extractor_are_a_regular_file(
    special: Callable[[Path], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    special(tmp_path / "w.pt")
    np.savez(tmp_path / "x.npz", samples=np.zeros((4, 8, 8, 3), np.uint8))
    both = [word for side in ("real", "fake") for word in (f"--{side}", str(tmp_path / "x.npz"))]
    features = f"inception:weights={tmp_path / 'w.pt'}"
    answer = gansmith(capsys, "evaluate", *both, "--features", features)
    assert answer.code == 1
    assert "no file of weights" in answer.err


def test_a_saved_set_and_a_table_without_end_are_refused(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "dataset_info.json").write_text("{}")
    os.mkfifo(tmp_path / "set" / "state.json")
    with pytest.raises(DataError, match=r"state\.json is a pipe"):
        open_data(tmp_path / "set")
    (tmp_path / "x.csv").write_text("file\n")
    for name in ("x.csv", "y.csv", "x", "x.tar", "x.tar.gz", "x.zip"):
        with (tmp_path / name).open("ab") as file:
            file.truncate(1 << 40)
        with pytest.raises(
            DataError, match=r"larger than [0-9,]+ MB|usable archive|is empty|no kind"
        ):
            open_data(tmp_path / name)


def test_a_file_beyond_the_limit_is_not_read_whole(tmp_path: Path) -> None:
    with (tmp_path / "x.toml").open("wb") as file:
        file.truncate(1 << 40)  # a terabyte without a block
    with pytest.raises(OSError, match="larger than 64 MB"):
        read_text(tmp_path / "x.toml")
    with open_regular(tmp_path / "x.toml") as file:
        assert file.read(1) == b"\0"


def test_a_picture_of_nothing_but_holes_is_not_read(tmp_path: Path) -> None:
    fill(tmp_path, 4)
    with (tmp_path / "sparse.png").open("ab") as file:
        file.truncate(1 << 40)
    with (tmp_path / "000.png").open("ab") as file:
        file.truncate(500 << 20)
    data = open_data(tmp_path, allow_corrupt=0.5)
    reasons = dict(data.facts["skipped"])
    assert "more than any image" in reasons["sparse.png"]
    assert "more than an image of 576 pixels can need" in reasons["000.png"]


def test_folders_inside_each_other_without_end_are_walked(tmp_path: Path) -> None:
    fill(tmp_path / "data", 3)
    here = os.open(tmp_path / "data", os.O_RDONLY)
    for _ in range(1_050):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    try:
        assert len(read_samples(tmp_path / "data")) == 3
    finally:  # shutil.rmtree, which pytest cleans up with, does not get so deep
        subprocess.run(["rm", "-r", str(tmp_path / "data" / "d")], check=True)


def test_a_home_of_nobody_is_a_path_that_does_not_exist(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for words in (["check"], ["train", "--data"], ["diagnose"], ["evaluate", "--fake=x", "--real"]):
        answer = gansmith(capsys, *words, "~nouser/x")
        assert answer.code == 1
        assert "there is no" in answer.err
    with pytest.raises(GansmithError, match="there is no file or folder"):
        open_data("~nouser/x")
