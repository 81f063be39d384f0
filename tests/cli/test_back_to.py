"""`train --resume --back-to`: on from untrained weights, or from a checkpoint that was left."""

from pathlib import Path
from typing import Any

import pytest
import torch

from gansmith.cli import main
from gansmith.runs.reader import read_run
from gansmith.training.session.checkpoint import checkpoints, read_state
from tests.training.helpers import run_small

RATE = ("--set", "optimizers.generator.lr=5e-4")


def weights(run: Path, step: int) -> dict[str, Any]:
    return dict(read_state(next(c for c in checkpoints(run) if c.step == step)).networks)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return run_small(tmp_path / "run", checkpoints__keep=9, checkpoints__every_kimg=0.16)


def back_to(run: Path, *words: str) -> None:
    main(["train", "--run", str(run), "--resume", "--quiet", "--back-to", *words])


def test_a_run_goes_back_to_untrained_weights(run: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        back_to(run, "untrained", *RATE)
    assert ended.value.code in (0, None)
    begun = next(row for row in read_run(run).journal if row["event"] == "segment")
    assert begun["step"] == 0
    assert "all weights are made anew" in begun["says"]
    assert "optimizers.generator.lr" in begun["says"]


def test_a_run_goes_back_to_a_checkpoint_of_a_segment_that_it_left(run: Path) -> None:
    steps = [one.step for one in checkpoints(run)]
    kept = weights(run, steps[-1])
    for place in (str(steps[0]), f"0/{steps[-1]}"):
        with pytest.raises(SystemExit) as ended:
            back_to(run, place, *RATE)
        assert ended.value.code in (0, None)
    begun = [row for row in read_run(run).journal if row["event"] == "segment"]
    assert [row["step"] for row in begun] == [steps[0], steps[-1]]
    again = weights(run, steps[-1])
    assert all(torch.equal(again[name], value) for name, value in kept.items())


def test_a_checkpoint_that_is_not_there_is_named_with_those_that_are(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        back_to(run, "7/3")
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert "7/3" in said
    assert str(checkpoints(run)[-1].step) in said
