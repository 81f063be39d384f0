"""The command line as a user drives it, on real files, in processes of its own."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gansmith.cli import main
from gansmith.data import open_data
from gansmith.runs.reader import read_run

LEAN = (
    "length.kimg=1.6",
    "data.batch=16",
    "game.latent=8",
    "networks.generator.width=8",
    "networks.discriminator.width=8",
    "evaluation.samples=32",
    "evaluation.every_kimg=0.8",
    'evaluation.extractor="pixels"',
    "signals.tick=10",
)


def gansmith(*words: str, code: int = 0, where: Path | None = None) -> tuple[str, str]:
    """Run the command line; return (stdout, stderr)."""
    done = subprocess.run(
        [sys.executable, "-m", "gansmith", *words],
        capture_output=True,
        text=True,
        cwd=where,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        timeout=240,
        check=False,
    )
    assert done.returncode == code, done.stderr
    return done.stdout, done.stderr


def lean(*more: str) -> list[str]:
    return [word for change in (*LEAN, *more) for word in ("--set", change)]


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of 48 small colour pictures made from the embedded emoji, with one broken."""
    folder = tmp_path_factory.mktemp("my photos ✿")
    pixels = open_data("emoji", size=16).train.take(np.arange(48))
    for number, picture in enumerate(pixels):
        Image.fromarray(picture.transpose(1, 2, 0)).save(folder / f"{number:03d}.png")
    return folder


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a finished run with labels on the embedded digits."""
    path = tmp_path_factory.mktemp("runs") / "digits"
    words = lean('condition={name="labels"}', "data.size=16")
    out, _ = gansmith("train", "quickstart", *words, "--run", str(path))
    assert str(path / "report.html") in out
    return path


def test_help_answers_in_half_a_second_of_its_own_work() -> None:
    gansmith("--help")
    begun = os.times()
    out, _ = gansmith("--help")
    ended = os.times()
    own = ended.children_user + ended.children_system
    assert own - begun.children_user - begun.children_system < 0.5
    assert "train" in out


def test_every_verb_explains_itself() -> None:
    from gansmith.cli import VERBS

    for verb in VERBS:
        out, _ = gansmith(verb, "--help")
        assert f"gansmith {verb}" in out


def test_a_run_folder_holds_what_the_contract_names(run: Path) -> None:
    for name in (
        "recipe.toml",
        "environment.json",
        "signals.jsonl",
        "metrics.jsonl",
        "journal.jsonl",
        "samples/kimg-000000.png",
        "samples/kimg-000002.png",
        "checkpoints",
        "report.html",
    ):
        assert (run / name).exists(), name


def test_a_run_from_a_folder_alone_says_what_it_chose_and_why(photos: Path, tmp_path: Path) -> None:
    words = [
        "--data",
        str(photos),
        "--run",
        str(tmp_path / "run"),
        "--budget",
        "10m",
        "--kimg",
        "0.5",
    ]
    changes = ["evaluation.samples=16", 'evaluation.extractor="pixels"']
    _, err = gansmith("train", *words, *[w for c in changes for w in ("--set", c)])
    text = (tmp_path / "run" / "recipe.toml").read_text()
    assert "chose networks.generator" in err
    assert "# chosen: data.size" in text
    found = read_run(tmp_path / "run")
    assert any(record["event"] == "choice" for record in found.journal)
    assert found.journal[-1]["event"] == "finished"
    steps = [exam["step"] for exam in found.metrics]
    assert len(steps) == len(set(steps)) >= 2  # one exam before the first step, one after the last


def test_a_budget_ends_in_time_with_a_finished_run(tmp_path: Path) -> None:
    begun = time.monotonic()
    words = ["ring", "--budget", "8s", "--run", str(tmp_path / "run"), "--quiet"]
    gansmith("train", *words)
    spent = time.monotonic() - begun
    journal = read_run(tmp_path / "run").journal
    assert journal[-1]["event"] == "finished"
    assert spent < 60  # the budget, and what a busy machine needs to start Python and torch


def test_samples_go_where_they_are_sent(run: Path, tmp_path: Path) -> None:
    gansmith("sample", str(run), "-n", "5", "--out", str(tmp_path / "folder"))
    assert len(list((tmp_path / "folder").rglob("*.png"))) == 5
    gansmith("sample", str(run), "-n", "5", "--label", "3", "--out", str(tmp_path / "a.npz"))
    samples = np.load(tmp_path / "a.npz")["samples"]
    assert samples.shape == (5, 1, 16, 16)
    assert samples.dtype == np.float32
    assert np.abs(samples).max() <= 1
    gansmith("sample", str(run), "-n", "9", "--label", "3", "--out", str(tmp_path / "b.npz"))
    assert np.array_equal(np.load(tmp_path / "b.npz")["samples"][:5], samples)
    gansmith("sample", str(run), "-n", "9", "--out", str(tmp_path / "grid.png"))
    with Image.open(tmp_path / "grid.png") as grid:
        assert grid.size == (50, 50)


def test_a_label_that_does_not_exist_is_refused_with_those_that_do(run: Path) -> None:
    _, err = gansmith("sample", str(run), "--label", "12", "--out", "x.png", code=1)
    assert "there is no class 12; there are: 0, 1, 2" in err
    assert "Traceback" not in err


def test_diagnose_prints_one_json_document(run: Path) -> None:
    out, _ = gansmith("diagnose", str(run), "--json")
    verdict = json.loads(out)
    assert {"run", "kimg", "verdict", "diagnoses"} <= verdict.keys()


def test_evaluate_measures_a_run_against_data(run: Path) -> None:
    words = ["--real", "mnist", "--fake", str(run), "--features", "pixels", "--samples", "64"]
    out, _ = gansmith("evaluate", *words, "--json")
    found = json.loads(out)
    assert found["protocol"]["extractor"] == "pixels"
    assert found["metrics"]["frechet_distance"] > 0


@pytest.mark.parametrize("form", ["safetensors", "torchscript", "onnx"])
def test_an_exported_generator_gives_the_same_samples(run: Path, tmp_path: Path, form: str) -> None:
    out, _ = gansmith("export", str(run), "--format", form, "--out", str(tmp_path / "g"))
    assert "samples agree" in out
    assert (tmp_path / "g").stat().st_size > 1000


def test_check_says_that_a_sound_recipe_is_sound() -> None:
    out, _ = gansmith("check", "ring", "--json")
    assert json.loads(out)["sound"] is True


def test_check_audits_a_folder(photos: Path) -> None:
    out, _ = gansmith("check", str(photos))
    assert "48" in out


def test_check_of_data_speaks_as_check_of_a_recipe_and_fails_where_training_would(
    photos: Path, tmp_path: Path
) -> None:
    of_data = json.loads(gansmith("check", str(photos), "--json")[0])
    of_recipe = json.loads(gansmith("check", "ring", "--set", "length.kimg=1", "--json")[0])
    assert of_data["sound"] is of_recipe["sound"] is True
    assert of_recipe["findings"][0].keys() <= of_data["findings"][0].keys()
    (tmp_path / "broken.png").write_bytes(b"no picture")
    for data in (tmp_path, tmp_path / "nowhere"):
        out, _ = gansmith("check", str(data), "--json", code=1)
        assert json.loads(out)["sound"] is False
        assert json.loads(out)["findings"][0]["severity"] == "refuse"


BAD = [
    (["train", "rong"], 1, "did you mean 'ring'?"),
    (["train"], 2, "give --data with your images"),
    (["train", "ring", "--set", "loss.name=hing"], 1, "did you mean 'hinge'?"),
    (["train", "ring", "--set", "terms.r1.gamma=-1"], 1, "gamma must be above 0"),
    (["train", "ring", "--set", "lenght.kimg=1"], 1, "did you mean 'length'?"),
    (["train", "ring", "--set", "nonsense"], 2, "needs the form path=value"),
    (["train", "ring", "--set", "loss.name=wasserstein", "--set", "terms=[]"], 1, "weight_clip"),
    (["train", "ring", "--device", "cuda"], 1, "--device cpu"),
    (["train", "ring", "--budget", "soon"], 2, "90s, 10m"),
    (["train", "ring", "--set", "networks.generator.widths=[99999999999]"], 1, "not enough memory"),
    (["train", "--data", "/no/such/folder"], 1, "/no/such/folder"),
    (["train", "ring", "--resume"], 2, "--resume needs --run"),
    (["sample", "/no/such/run", "--out", "x.png"], 1, "there is no run folder"),
    (["diagnose", "/no/such/run"], 1, "there is no run folder"),
    (["report", "/no/such/run"], 1, "there is no run folder"),
    (["trian"], 2, "train"),
    (["train", "ring", "--bugdet", "3m"], 2, "budget"),
    (["sample"], 2, "RUN is missing: gansmith sample RUN --out OUT"),
]


@pytest.mark.parametrize(("words", "code", "says"), BAD, ids=[" ".join(b[0]) for b in BAD])
def test_bad_input_gets_one_sentence_and_the_right_code(
    words: list[str],
    code: int,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(words)
    err = capsys.readouterr().err
    assert ended.value.code == code
    assert says in err
    assert "Traceback" not in err
    assert not (tmp_path / "runs").exists()


def test_a_loss_that_blows_up_stops_the_run_with_a_diagnosis(tmp_path: Path) -> None:
    changes = ["optimizers.discriminator.lr=1e18", "optimizers.generator.lr=1e18"]
    words = [word for change in changes for word in ("--set", change)]
    _, err = gansmith("train", "ring", *words, "--run", str(tmp_path / "run"), code=1)
    assert "training stopped" in err
    verdict = json.loads(gansmith("diagnose", str(tmp_path / "run"), "--json")[0])
    assert verdict["diagnoses"][0]["failure"] == "divergence"


def test_tensorboard_events_on_request(tmp_path: Path) -> None:
    words = ["ring", "--kimg", "2", "--set", "runtime.tensorboard=true"]
    gansmith("train", *words, "--run", str(tmp_path / "run"))
    assert list((tmp_path / "run" / "tensorboard").glob("events.*"))


@pytest.mark.slow
def test_a_compiled_run_trains(tmp_path: Path) -> None:
    words = ["ring", "--kimg", "7", "--set", "runtime.compile=true", "--set", "terms=[]"]
    gansmith("train", *words, "--run", str(tmp_path / "run"))
    assert read_run(tmp_path / "run").signals[-1]["step"] == 55
