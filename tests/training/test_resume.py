"""A run that stops and goes on is the run that never stopped, to the last bit."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from gansmith.errors import RunError
from gansmith.recipe.write import recipe_text
from gansmith.runs.reader import read_run
from gansmith.training.session.checkpoint import checkpoints
from gansmith.training.session.session import Session
from tests.training.helpers import recipe, run_small

FAST = ("seconds", "samples_per_second", "memory_mb")


def weights(run: Path) -> dict[str, torch.Tensor]:
    return load_file(checkpoints(run)[-1].path / "weights.safetensors")


def signals(run: Path) -> list[dict[str, float]]:
    return [{k: v for k, v in r.items() if k not in FAST} for r in read_run(run).signals]


def exams(run: Path) -> list[dict[str, object]]:
    return [{"step": r["step"], "metrics": r["metrics"]} for r in read_run(run).metrics]


def assert_same_run(one: Path, other: Path) -> None:
    first, second = weights(one), weights(other)
    assert first.keys() == second.keys()
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert signals(one) == signals(other)
    assert exams(one) == exams(other)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_small(tmp_path_factory.mktemp("whole") / "run")


@pytest.mark.parametrize("stop", [1, 10, 23, 49])
def test_stopping_at_any_step_and_resuming_changes_no_bit(
    whole: Path, tmp_path: Path, stop: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    enough = Session.enough

    def enough_or_asked(self, trainer):  # type: ignore[no-untyped-def]
        if trainer.step == stop:
            self.interrupted = "SIGTERM"
        return enough(self, trainer)

    with monkeypatch.context() as patch:
        patch.setattr(Session, "enough", enough_or_asked)
        run = run_small(tmp_path / "run")
    assert checkpoints(run)[-1].step == stop
    assert read_run(run).journal[-1]["event"] == "stopped"
    run_small(run, resume=True)
    assert_same_run(whole, run)


def start(path: Path, *more: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "gansmith", "train", *more, "--run", str(path), "--quiet"]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)


def wait_for_checkpoint(path: Path, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 90
    while not checkpoints(path) and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)


def test_a_run_killed_without_warning_resumes_to_the_same_bits(tmp_path: Path) -> None:
    longer = recipe(length__kimg=6.4, evaluation__every_kimg=0.8)
    file = tmp_path / "recipe.toml"
    file.write_text(recipe_text(longer))
    run_small(tmp_path / "whole", length__kimg=6.4, evaluation__every_kimg=0.8)
    run = tmp_path / "killed"
    process = start(run, str(file))
    wait_for_checkpoint(run, process)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert checkpoints(run)[-1].step < 400
    assert start(run, "--resume").wait() == 0
    assert_same_run(tmp_path / "whole", run)


def test_sigterm_writes_a_checkpoint_and_ends_cleanly(tmp_path: Path) -> None:
    file = tmp_path / "recipe.toml"
    file.write_text(recipe_text(recipe(length__kimg=1000.0, evaluation__every_kimg=1.6)))
    run = tmp_path / "run"
    process = start(run, str(file))
    wait_for_checkpoint(run, process)
    process.terminate()
    assert process.wait(60) == 0
    assert read_run(run).journal[-1]["event"] == "stopped"
    assert (run / "report.html").is_file()


def test_a_run_may_be_lengthened(whole: Path, tmp_path: Path) -> None:
    run = run_small(tmp_path / "run")
    run_small(run, resume=True, length__kimg=1.6)
    assert checkpoints(run)[-1].step == 100
    assert read_run(run).recipe["length"]["kimg"] == 1.6


def test_a_run_may_not_be_shortened(whole: Path) -> None:
    with pytest.raises(RunError, match=r"length\.kimg: 0\.8 in the run, 0\.4 now"):
        run_small(whole, resume=True, length__kimg=0.4)


def test_resuming_with_another_recipe_names_each_difference(tmp_path: Path) -> None:
    run = run_small(tmp_path / "run")
    with pytest.raises(RunError, match=r"terms\.r1\.gamma: 0\.1 in the run, 9 now"):
        run_small(run, resume=True, terms__r1__gamma=9)


def test_a_taken_run_folder_is_refused(tmp_path: Path) -> None:
    run = run_small(tmp_path / "run")
    with pytest.raises(RunError, match="add --resume to go on with it"):
        run_small(run)


def test_a_taken_run_folder_is_refused_before_the_data_is_read(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(RunError, match="exists and is not empty; please choose another --run"):
        run_small(tmp_path, data__source="no such data")


def test_a_half_written_checkpoint_is_never_taken(tmp_path: Path) -> None:
    run = run_small(tmp_path / "run")
    last = checkpoints(run)[-1]
    (run / "checkpoints" / "step-00009999").mkdir()
    (run / "checkpoints" / ".step-00008888.tmp").mkdir()
    assert checkpoints(run)[-1] == last
