"""A run that cannot go on stops in one sentence, and what it leaves can be used."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from safetensors.torch import load_file

from gansmith.errors import GansmithError, RunError, TrainingStoppedError
from gansmith.imports import permit
from gansmith.recipe.write import recipe_text
from gansmith.records import AdversarialLoss, Scores
from gansmith.runs.reader import read_run
from gansmith.runs.writer import RunWriter
from gansmith.training.session.checkpoint import checkpoints
from tests.training.helpers import recipe, run_small
from tests.training.test_resume import start, wait_for_checkpoint

HERE = "tests.training.test_stops"
turns = {"generator": 0, "discriminator": 0}


def loss(breaks: str) -> AdversarialLoss:
    """The non-saturating loss, until one player's turn of step 30."""
    turns.update(generator=0, discriminator=0)

    def spoil(player: str, value: Scores) -> Scores:
        turns[player] += 1
        if (player, turns[player]) != (breaks, 30):
            return value
        # D: not a number at once; G: a finite loss with a slope that is none
        return value / 0 - value / 0 if player == "discriminator" else value + (value * 0).sqrt()

    return AdversarialLoss(
        lambda real, fake: spoil("discriminator", F.softplus(-real) + F.softplus(fake)),
        lambda real, fake: spoil("generator", F.softplus(-fake)),
    )


def nan_loss() -> AdversarialLoss:
    """Not a number in step 30."""
    return loss("discriminator")


def nan_weights() -> AdversarialLoss:
    """Finite, but the last step of the third tick spoils G's weights."""
    return loss("generator")


@pytest.mark.parametrize("name", ["nan_loss", "nan_weights"])
def test_a_run_that_breaks_stops_with_a_diagnosis_and_a_good_checkpoint(
    tmp_path: Path, name: str
) -> None:
    changes = {"loss__name": f"{HERE}:{name}", "checkpoints__keep": 1}
    permit(changes)
    with pytest.raises(TrainingStoppedError, match=r"last good checkpoint is .*step-00000020"):
        run_small(tmp_path / "run", **changes, checkpoints__every_kimg=0.16)
    (kept,) = checkpoints(tmp_path / "run")
    weights = load_file(kept.path / "weights.safetensors")
    assert all(bool(torch.isfinite(value).all()) for value in weights.values())
    *_, diagnosis, stopped = read_run(tmp_path / "run").journal
    assert diagnosis["diagnosis"]["failure"] == "divergence" or name == "nan_weights"
    assert stopped["event"] == "stopped"
    assert "not a number by step 30" in stopped["says"]


@contextmanager
def files_of_at_most(limit: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_checkpoint_that_does_not_fit_leaves_the_earlier_ones_and_no_rubbish(
    tmp_path: Path,
) -> None:
    wide = {f"networks__{side}__widths": [128, 128] for side in ("generator", "discriminator")}
    run = run_small(tmp_path / "run", **wide)
    before = [checkpoint.path for checkpoint in checkpoints(run)]
    size = (before[-1] / "weights.safetensors").stat().st_size
    with (
        files_of_at_most(size // 2),
        pytest.raises(RunError, match=r"could not be written.*--resume"),
    ):
        run_small(run, resume=True, length__kimg=0.96, **wide)
    assert [checkpoint.path for checkpoint in checkpoints(run)] == before
    assert not list((run / "checkpoints").glob(".*"))
    run_small(run, resume=True, length__kimg=0.96, **wide)
    assert checkpoints(run)[-1].step == 60


def test_a_record_that_does_not_fit_is_refused_in_one_sentence(tmp_path: Path) -> None:
    writer = RunWriter(tmp_path)
    writer.signals({"step": 1})
    with files_of_at_most(20), pytest.raises(RunError, match=r"signals\.jsonl could not be writ"):
        writer.signals({"step": 2})


@pytest.mark.slow
@pytest.mark.distributed
def test_what_one_of_several_processes_says_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(GansmithError, match=r"^training stopped: loss/disc"):
        run_small(tmp_path / "run", runtime__processes=2, optimizers__generator__lr=1e300)


@pytest.mark.slow
@pytest.mark.distributed
def test_sigterm_ends_a_run_of_two_processes_cleanly(tmp_path: Path) -> None:
    file = tmp_path / "recipe.toml"
    changes = {"length__kimg": 1000.0, "evaluation__every_kimg": 1.6, "runtime__processes": 2}
    file.write_text(recipe_text(recipe(**changes)))
    process = start(tmp_path / "run", str(file))
    wait_for_checkpoint(tmp_path / "run", process)
    process.terminate()
    assert process.wait(60) == 0
    assert read_run(tmp_path / "run").journal[-1]["says"] == "stopped by SIGTERM"
