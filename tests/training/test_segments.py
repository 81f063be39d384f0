"""A run can change and says so: a new segment, and nothing of what came before is lost."""

from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest
import torch

import gansmith
from gansmith.data import open_data
from gansmith.doctor.history import History
from gansmith.errors import RunError, UsageError
from gansmith.runs.follower import Follower
from gansmith.runs.reader import read_run
from gansmith.training.parts.build import build_parts
from gansmith.training.parts.setup import Setup
from gansmith.training.parts.state import state_of
from gansmith.training.runtime import Runtime
from gansmith.training.session.checkpoint import checkpoints, read_state
from gansmith.training.session.session import Session
from gansmith.training.trainer import Trainer
from tests.training.helpers import recipe, run_small

EVERY = {"checkpoints__keep": 9, "checkpoints__every_kimg": 0.16}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return run_small(tmp_path / "run", **EVERY)


def changed(run: Path, back_to: str | int | None = None, **changes: Any) -> Path:
    dotted = {path.replace("__", "."): value for path, value in changes.items()}
    wish = {"resume": True, "quiet": True, "segment": True, "back_to": back_to}
    return gansmith.train(run=run, set=dotted, **wish)


def test_a_changed_recipe_goes_on_in_a_new_segment_that_says_what_changed(run: Path) -> None:
    before = {name: (run / name).read_bytes() for name in ("signals.jsonl", "metrics.jsonl")}
    changed(run, terms__r1__gamma=0.3, length__kimg=1.6)
    record = read_run(run)
    (segment,) = record.lineage.segments
    assert (segment.number, segment.follows, segment.step) == (1, 0, 50)
    assert "terms.r1.gamma: 0.1 in the run, 0.3 now" in segment.says
    assert record.recipe["terms"][0]["gamma"] == 0.3
    assert record.segment(0).recipe["terms"][0]["gamma"] == 0.1
    assert all((run / name).read_bytes().startswith(kept) for name, kept in before.items())
    assert [row["segment"] for row in record.signals if row["step"] > 50] == [1] * 5
    assert record.state == "finished"


def test_going_back_keeps_what_came_after_but_off_the_current_line(run: Path) -> None:
    changed(run, back_to=20)
    record, follower = read_run(run), Follower(run)
    assert [row["step"] for row in record.signals] == [10, 20, 30, 40, 50]
    assert [row.get("segment", 0) for row in record.signals] == [0, 0, 1, 1, 1]
    assert [row["step"] for row in record.segment(0).signals] == [10, 20, 30, 40, 50]
    follower.look()
    assert list(follower.record.signals) == list(record.signals)
    aside = run / "segments" / "0" / "checkpoints"
    assert sorted(path.name for path in aside.iterdir())[-1] == "step-00000050"
    assert {one.segment for one in checkpoints(run) if one.step >= 20} == {1}


def test_going_back_without_a_change_repeats_the_same_steps_to_the_bit(run: Path) -> None:
    before = read_state(checkpoints(run)[-1]).networks
    changed(run, back_to=20)
    after = read_state(checkpoints(run)[-1]).networks
    assert all(before[name].equal(after[name]) for name in before)


def test_a_changed_run_is_resumed_in_its_segment(run: Path) -> None:
    changed(run, back_to=20, terms__r1__gamma=0.3)
    line = [(row["step"], row.get("segment", 0)) for row in read_run(run).signals]
    abandoned = list(read_run(run).segment(0).signals)
    gansmith.train(run=run, resume=True, quiet=True, kimg=1.2)
    record = read_run(run)
    assert [(row["step"], row.get("segment", 0)) for row in record.signals][: len(line)] == line
    assert list(record.segment(0).signals) == abandoned
    assert record.signals[-1]["segment"] == 1
    assert record.signals[-1]["kimg"] == 1.2


@pytest.mark.slow
@pytest.mark.distributed
@pytest.mark.parametrize("before", [1, 2])
def test_two_processes_change_a_run_as_one_does(run: Path, tmp_path: Path, before: int) -> None:
    two = run_small(tmp_path / "two", **EVERY, runtime__processes=before)
    changed(run, back_to=20, terms__r1__gamma=0.3)
    more = {} if before == 2 else {"runtime__processes": 2}
    changed(two, back_to=20, terms__r1__gamma=0.3, **more)
    one, other = read_run(run), read_run(two)
    (segment,) = other.lineage.segments
    assert (segment.number, segment.step) == (1, 20)
    assert "terms.r1.gamma: 0.1 in the run, 0.3 now" in segment.says
    assert ("runtime.processes: 1 in the run, 2 now" in segment.says) == (before == 1)
    assert [row.get("segment", 0) for row in other.signals] == [0, 0, 1, 1, 1]
    assert [row["step"] for row in other.segment(0).signals] == [10, 20, 30, 40, 50]
    for name in ("loss/generator", "loss/discriminator", "gradient/generator"):
        expected = [row[name] for row in one.signals]
        assert [row[name] for row in other.signals] == pytest.approx(expected, rel=1e-12), name


def test_what_does_not_fit_is_made_anew_and_said(run: Path) -> None:
    changed(run, networks__discriminator__widths=[16, 24], ema=None, length__kimg=1.0)
    says = read_run(run).lineage.segments[0].says
    assert "discriminator takes" in says
    assert "made anew: optimizers.discriminator" in says
    assert "left behind: ema.generator" in says
    assert "generator takes 100%" not in says


def test_detectors_look_at_the_newest_segment_alone(run: Path) -> None:
    changed(run, terms__r1__gamma=0.3, length__kimg=1.6)
    whole = History.of(read_run(run))
    assert whole.ticks == 10
    assert whole.current.ticks == 5
    assert whole.segment(0).ticks == 5
    assert whole.since(0).ticks == 10
    assert min(whole.current.column("loss/generator").kimg) > 0.8
    assert gansmith.diagnose(run).says.startswith("too short a history to judge: 5 ticks")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"seed": 4}, "seed would change; start a new run with --from"),
        ({"data__held_out": 0.2}, "data.held_out would change"),
        ({}, "nothing would differ in a new segment"),
    ],
)
def test_what_no_segment_can_have_is_refused(run: Path, changes: Any, says: str) -> None:
    before = (run / "journal.jsonl").read_bytes()
    with pytest.raises(RunError, match=says):
        changed(run, **changes)
    assert (run / "journal.jsonl").read_bytes() == before


def test_a_new_segment_must_be_wished_for(run: Path) -> None:
    with pytest.raises(RunError, match="or add --segment to go on with the changed recipe"):
        run_small(run, resume=True, loss__name="hinge", **EVERY)
    with pytest.raises(RunError, match=r"no checkpoint of step 33 .* of the steps 10, 20"):
        changed(run, back_to=33)
    with pytest.raises(UsageError, match="add --resume and --run"):
        gansmith.train(recipe(), run=run, segment=True)


@pytest.mark.parametrize("cut", ["announced", "saved"])
def test_a_run_that_is_killed_while_it_goes_back_loses_no_record(
    run: Path, cut: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = list(read_run(run).signals)
    kept = {one.path.name for one in checkpoints(run)}
    save = Session.save

    def killed(session: Session, trainer: Trainer) -> None:
        if cut == "saved":
            save(session, trainer)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Session, "save", killed)
        with pytest.raises(KeyboardInterrupt):
            changed(run, back_to=20, terms__r1__gamma=0.3)
    if cut == "announced":
        assert {one.path.name for one in checkpoints(run)} == kept
    gansmith.train(run=run, resume=True, quiet=True, kimg=1.2)
    record = read_run(run)
    assert list(record.segment(0).signals)[: len(before)] == before
    assert record.recipe["terms"][0]["gamma"] == (0.3 if cut == "saved" else 0.1)
    assert record.signals[-1]["kimg"] == 1.2


def test_a_setup_does_not_change_and_builds_the_same_parts_each_time() -> None:
    setup = Setup(recipe(), open_data("ring", seed=0), Runtime("cpu", "fp64", 0))
    with pytest.raises(FrozenInstanceError):
        setup.recipe = recipe(seed=1)  # type: ignore[misc]
    one, other = (state_of(build_parts(setup), {}).networks for _ in range(2))
    assert all(torch.equal(one[name], other[name]) for name in one)
