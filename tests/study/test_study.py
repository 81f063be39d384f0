"""Recipes x seeds from a queue: each run once, whatever happens to the processes that train."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from gansmith.cli import main
from gansmith.errors import GansmithError, RecipeError, UsageError
from gansmith.study.plan import Job, read_plan
from gansmith.study.queue import FAILURE, Queue, open_queue, reopened
from gansmith.study.studying import study
from gansmith.study.worker import work

pytest.importorskip("optuna", reason="a study needs Optuna")

SMALL = """
length = { kimg = 0.32 }
data = { source = "ring", batch = 32, audit = false }
game = { latent = 2 }
networks.generator = { name = "mlp", widths = [16] }
networks.discriminator = { name = "mlp", widths = [16] }
evaluation = { samples = 64, extractor = "identity", metrics = ["frechet_distance"] }
runtime = { device = "cpu", threads = 1 }
"""
STUDY = """
seeds = 2
[recipes.hinge]
recipe = "small.toml"
set.loss.name = "hinge"
[recipes.plain]
recipe = "small.toml"
set = { "loss.name" = "non_saturating" }
"""
Write = Callable[[str], Path]
Said = list[str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    (tmp_path / "small.toml").write_text(SMALL)

    def written(text: str) -> Path:
        path = tmp_path / "losses.toml"
        path.write_text(text)
        return path

    return written


def queue_of(file: Path, storage: str = "") -> Queue:
    folder = file.parent / "out"
    folder.mkdir(exist_ok=True)
    return open_queue(folder, read_plan(file), storage, beat=1, grace=1)


# --- the file ---


def test_every_recipe_has_one_run_before_any_has_a_second(write: Write) -> None:
    jobs = read_plan(write(STUDY)).jobs
    assert jobs == [Job("hinge", 0), Job("plain", 0), Job("hinge", 1), Job("plain", 1)]


def test_changes_may_be_quoted_paths_or_tables_and_a_named_part_stays_whole(write: Write) -> None:
    text = STUDY + '[recipes.part]\nrecipe = "small.toml"\nset.loss = {name = "least_squares"}\n'
    plan = read_plan(write(text))
    losses = [plan.recipes[name]["loss"] for name in ("hinge", "plain", "part")]
    assert losses == [{"name": "hinge"}, {"name": "non_saturating"}, {"name": "least_squares"}]
    assert plan.tree(Job("hinge", 1))["seed"] == 1
    assert plan.recipes["hinge"]["length"] == {"kimg": 0.32}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("seeds = 2", "names no recipes"),
        (STUDY.replace("seeds = 2", "seeds = 0"), "seeds is 0, but should be how many"),
        (STUDY.replace("seeds", "seed"), "seed is unknown; did you mean 'seeds'"),
        (STUDY.replace('"hinge"', '"hing"'), "recipes.hinge.*hing"),
        (STUDY.replace('"hinge"', '"non_saturating"'), "recipes.hinge and recipes.plain are the"),
        (STUDY.replace('"loss.name"', '"seed"'), "recipes.plain.set has a seed"),
        ("[recipes.a]\nrecipe = 3", 'recipes.a needs a recipe, as recipe = "ring"'),
    ],
)
def test_what_is_wrong_with_a_file_is_said(write: Write, text: str, says: str) -> None:
    with pytest.raises((GansmithError, RecipeError), match=says):
        read_plan(write(text))


# --- the queue ---


def test_a_study_trains_each_run_once_and_goes_on_where_it_was_left(
    write: Write, capsys: Any
) -> None:
    file = write(STUDY)
    out = file.parent / "out"
    with pytest.raises(SystemExit, match="0"):
        main(["study", str(file), "--out", str(out), "--json"])
    found = json.loads(capsys.readouterr().out)
    assert [recipe["seeds"] for recipe in found["recipes"]] == [[0, 1], [0, 1]]
    assert {recipe["name"] for recipe in found["recipes"]} == {"hinge", "plain"}
    assert found["failed"] == {}
    before = (out / "runs" / "hinge-seed0" / "signals.jsonl").read_bytes()
    said = Said()
    again = study(write(STUDY.replace("seeds = 2", "seeds = [0, 1, 5]")), out, say=said.append)
    assert [recipe["seeds"] for recipe in again["recipes"]] == [[0, 1, 5], [0, 1, 5]]
    assert (out / "runs" / "hinge-seed0" / "signals.jsonl").read_bytes() == before
    assert "resumed  4 are done" in said
    with pytest.raises(SystemExit, match="0"):
        main(["report", str(out)])
    page = (out / "report.html").read_text()
    assert "6 of 6 runs are done" in page
    assert "hinge with seed 5" in page
    with pytest.raises(UsageError, match="another recipe called hinge"):
        study(write(STUDY.replace('"hinge"', '"least_squares"')), out)


def test_a_run_that_fails_is_told_kept_and_tried_again_when_asked(write: Write) -> None:
    wild = STUDY.replace("seeds = 2", "").replace(
        'set.loss.name = "hinge"', 'set = { "optimizers.generator.lr" = 1e30 }'
    )
    said = Said()
    file = write(wild)
    found = study(file, file.parent / "out", say=said.append)
    assert list(found["failed"]) == ["hinge-seed0"]
    assert any("hinge with seed 0: failed: " in line for line in said)
    queue = queue_of(file)
    assert queue.states() == {Job("hinge", 0): "failed", Job("plain", 0): "done"}
    queue.fill()
    assert "waiting" not in queue.states().values()
    queue.fill(retry=True)
    assert queue.states()[Job("hinge", 0)] == "waiting"


def test_the_run_of_a_process_that_died_is_queued_again_and_counted_once(write: Write) -> None:
    queue = queue_of(write(STUDY.replace("seeds = 2", "")))
    queue.fill()
    queue.fill()
    queue.add(Job("hinge", 0))  # as if two processes had filled the queue at once
    with pytest.warns(UserWarning, match="Heartbeat"):
        dead = queue.optuna.ask()
    queue.optuna._storage.record_heartbeat(dead._trial_id)
    time.sleep(2.1)
    said = Said()
    work(queue, said.append)
    assert list(queue.states().values()) == ["done", "done"]
    assert len(said) == 2
    states = [trial.state.name for trial in queue.optuna.get_trials()]
    assert sorted(states) == ["COMPLETE", "COMPLETE", "FAIL", "WAITING"]
    assert FAILURE not in queue.optuna.get_trials()[dead.number].user_attrs


def test_a_storage_that_cannot_be_reached_is_one_sentence(write: Write) -> None:
    with pytest.raises(GansmithError, match=r"sqlite:////no/such.*cannot be reached.*same command"):
        queue_of(write(STUDY), "sqlite:////no/such/folder/study.db")
    with pytest.raises(GansmithError, match=r"such://user:\*\*\*@host/x cannot be reached"):
        queue_of(write(STUDY), "such://user:secret@host/x")


def test_a_study_that_was_moved_is_read_where_it_is_now(write: Write, tmp_path: Path) -> None:
    with closing(queue_of(write(STUDY))) as queue:
        queue.keep()
        queue.fill()
    moved = (tmp_path / "out").rename(tmp_path / "moved")
    with closing(reopened(moved)) as queue:
        assert str(moved / "study.db") in queue.url
        assert len(queue.states()) == len(queue.plan.jobs)


# --- several processes ---

WORKER = """
import sys
from pathlib import Path
from gansmith.study.plan import read_plan
from gansmith.study.queue import open_queue
from gansmith.study.worker import work
file, storage = Path(sys.argv[1]), sys.argv[2]
work(open_queue(file.parent / "out", read_plan(file), storage, "losses", beat=1, grace=3), print)
"""
LONGER = STUDY.replace(
    "seeds = 2", 'seeds = 4\nset = { "length.kimg" = 32, "checkpoints.every_kimg" = 2 }'
)


def four_workers_of_whom_one_is_killed(file: Path, storage: str) -> list[str]:
    """Return what four workers said of runs, one of whom was killed; all runs are done, once."""
    queue = open_queue(file.parent / "out", read_plan(file), storage, "losses", 1, 3)
    queue.fill()
    command = [sys.executable, "-c", WORKER, str(file), storage]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    killed = workers[0]
    for _ in _running(queue):
        if any((queue.folder / "runs").glob("*/checkpoints/step-*")):
            break
    os.kill(killed.pid, signal.SIGKILL)
    said = [line for worker in workers for line in worker.communicate(timeout=240)[0].splitlines()]
    assert [worker.returncode for worker in workers[1:]] == [0, 0, 0]
    assert set(queue.states().values()) == {"done"}
    trials = queue.optuna.get_trials()
    assert sum(trial.state.name == "COMPLETE" for trial in trials) == len(queue.plan.jobs)
    again = [trial for trial in trials if "failed_trial" in trial.system_attrs]
    assert [trial.state.name for trial in again] == ["COMPLETE"]
    return [line.split(":")[0].split("  ")[1] for line in said]


def _running(queue: Queue) -> Iterator[int]:
    """Yield while any run is being trained, at most a minute."""
    for _ in range(600):
        time.sleep(0.1)
        yield list(queue.states().values()).count("running")


@pytest.mark.slow
@pytest.mark.distributed
def test_of_four_workers_on_one_file_one_is_killed_and_each_run_counts_once(write: Write) -> None:
    file = write(LONGER)
    told = four_workers_of_whom_one_is_killed(file, f"sqlite:///{file.parent / 'study.db'}")
    assert len(told) == len(set(told))  # none was trained by two
