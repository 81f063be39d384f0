"""What a disk refuses is one sentence: what, why, what to do; and no file is left half written."""

import errno
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from gansmith import features
from gansmith.cli import main
from gansmith.errors import RunError
from gansmith.features import FixedExtractor
from gansmith.runs import folder
from gansmith.runs.disk import refusal, size_words, told
from gansmith.runs.writer import RunWriter
from tests.training.helpers import run_small


@contextmanager
def files_of_at_most(limit: int) -> Iterator[None]:
    """Let writes end at a size, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.ENOSPC, "the disk is full (No space left on device); make room on it"),
        (errno.EDQUOT, "the disk is full (Disk quota exceeded); make room on it"),
        (errno.EROFS, "the disk is read-only; choose a place that can be written"),
        (errno.EACCES, "is denied; change its permissions or choose another place"),
        (errno.EISDIR, "a folder of that name is there; choose another name or move it away"),
        (errno.EIO, "the disk failed to take it; see whether the disk is sound"),
        (errno.EMFILE, "Too many open files; choose another place"),
    ],
)
def test_each_reason_has_its_remedy(tmp_path: Path, number: int, says: str) -> None:
    text = refusal(tmp_path / "x", OSError(number, os.strerror(number), ".x.123.tmp"), "go on")
    assert text.startswith(f"{tmp_path / 'x'} could not be written: ")
    assert says in text
    assert text.endswith(", then go on")
    assert ".tmp" not in text


@pytest.mark.parametrize(
    ("place", "says"),
    [("gone/deep/x", "the folder .*gone is not there"), ("file/x", "file is a file, not a folder")],
)
def test_a_missing_folder_and_a_file_in_its_place_are_named(
    tmp_path: Path, place: str, says: str
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match=says), told(tmp_path / place, "go on"):
        folder.write_text(tmp_path / place, "x")


def test_sizes_are_said_as_a_person_says_them() -> None:
    sizes = (0, 900, 1_500, 40_000, 2_500_000, 3e9, 4e12)
    said = ["0 bytes", "900 bytes", "1.5 kB", "40 kB", "2.5 MB", "3.0 GB", "4000 GB"]
    assert [size_words(size) for size in sizes] == said


def test_a_line_that_does_not_fit_leaves_the_lines_before_it_whole(tmp_path: Path) -> None:
    writer = RunWriter(tmp_path)
    writer.signals({"step": 1})
    whole = (tmp_path / "signals.jsonl").read_bytes()
    with files_of_at_most(len(whole) + 7), pytest.raises(RunError, match=r"disk is full.*--resume"):
        writer.signals({"step": 2, "loss": 0.123456})
    assert (tmp_path / "signals.jsonl").read_bytes() == whole


def test_a_pipe_is_written_into_and_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    folder.write_text(tmp_path / "pipe", "hello")
    assert os.read(reader, 9) == b"hello"
    os.close(reader)
    assert (tmp_path / "pipe").is_fifo()


# --- verbs ---


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    wide = {f"networks__{side}__widths": [64, 64] for side in ("generator", "discriminator")}
    return run_small(tmp_path_factory.mktemp("run") / "run", length__kimg=0.16, **wide)


@pytest.fixture(scope="module")
def points(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("points") / "points.npy"
    np.save(path, np.random.default_rng(0).normal(size=(64, 2)).astype("float32"))
    return path


def gansmith(*words: str | Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return int(ended.value.code or 0)


WRITERS: dict[str, Callable[[Path], tuple[str | Path, ...]]] = {
    "x.csv": lambda run: ("sample", run, "-n", "512"),
    "x.npz": lambda run: ("sample", run, "-n", "512"),
    "x.png": lambda run: ("sample", run, "-n", "512"),
    "x.safetensors": lambda run: ("export", run, "--format", "safetensors"),
    "x.pt": lambda run: ("export", run, "--format", "torchscript"),
    "x.onnx": lambda run: ("export", run, "--format", "onnx"),
    "x.html": lambda run: ("report", run),
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_verb_on_a_full_disk_ends_in_one_sentence_and_leaves_no_file(
    run: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if name == "x.onnx":
        pytest.importorskip("onnxscript")
    words = WRITERS[name](run)
    with files_of_at_most(1000):
        assert gansmith(*words, "--out", tmp_path / name) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"gansmith: {tmp_path / name} could not be written: the disk is full")
    assert "make room" in line
    assert not list(tmp_path.iterdir())


@pytest.mark.filterwarnings("ignore:The given NumPy array is not writable")
@pytest.mark.parametrize("json", [True, False])
@pytest.mark.parametrize("place", ["file/x.html", "full.html"])
def test_numbers_that_were_measured_are_printed_also_if_their_page_cannot_be(
    points: Path, tmp_path: Path, json: bool, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    words = ["evaluate", "--real", points, "--fake", points, "--metrics", "frechet_distance"]
    words += ["--no-intervals", "--page", tmp_path / place, *(["--json"] if json else [])]
    with files_of_at_most(1000):
        assert gansmith(*words) == 1
    out, err = capsys.readouterr()
    assert "frechet_distance" in out
    assert "could not be written" in err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.filterwarnings("ignore:The given NumPy array is not writable")
@pytest.mark.parametrize("word", ["--page", "--quarantine"])
def test_what_a_check_found_is_printed_also_if_its_page_cannot_be_written(
    points: Path, tmp_path: Path, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with files_of_at_most(10):
        assert gansmith("check", points, word, tmp_path / "x") == 1
    out, err = capsys.readouterr()
    assert "points" in out
    assert "the disk is full" in err
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


# --- features that are kept ---


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GANSMITH_CACHE", str(tmp_path))
    return tmp_path / "features"


def looked_at() -> torch.Tensor:
    team = [FixedExtractor("double", 3, "none", lambda x: 2 * x, "a")]
    return features.kept_features(team, torch.ones(50, 3))


def test_a_full_disk_keeps_no_features_and_says_nothing(kept: Path) -> None:
    with files_of_at_most(100):
        torch.testing.assert_close(looked_at(), 2 * torch.ones(50, 3))
    assert not list(kept.iterdir())


def test_features_that_are_not_as_they_were_written_are_made_anew(kept: Path) -> None:
    looked_at()
    (place,) = kept.iterdir()
    content = bytearray(place.read_bytes())
    content[-100:] = bytes(100)  # as a power cut leaves them
    place.write_bytes(content)
    torch.testing.assert_close(looked_at(), 2 * torch.ones(50, 3))
    torch.testing.assert_close(load_file(place)["features"], 2 * torch.ones(50, 3))
