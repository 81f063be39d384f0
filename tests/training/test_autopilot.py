"""The autopilot treats what the doctor finds, judges each treatment, and changes nothing else."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from gansmith.errors import RunError
from gansmith.listeners import Listener, Ticked
from gansmith.runs.reader import read_run
from gansmith.training.session.checkpoint import checkpoints, read_state
from gansmith.training.start import Order, train
from tests.training.helpers import recipe, run_small

NETS = {"name": "mlp", "widths": [16, 16]}
SICK: dict[str, Any] = {  # D stands still, and G goes where it likes
    "length__kimg": 3.2,
    "data__batch": 32,
    "loss": {"name": "non_saturating"},
    "terms": [],
    "controllers": [],
    "networks": {"generator": dict(NETS), "discriminator": dict(NETS)},
    "optimizers": {"generator": {"lr": 1e-3}, "discriminator": {"lr": 1e-6}},
    "evaluation__every_kimg": 0.2,
    "signals__tick": 1,
    "runtime__precision": "fp32",
    "checkpoints__every_kimg": 0.8,
    "doctor__autopilot": True,
}


def events(run: Path, name: str) -> list[dict[str, Any]]:
    return [row for row in read_run(run).journal if row["event"] == name]


def weights(run: Path) -> dict[str, Any]:
    return dict(read_state(checkpoints(run)[-1]).networks)


def told(run: Path) -> list[tuple[Any, ...]]:
    return [(row["step"], row["state"], row["says"]) for row in events(run, "treatment")]


@pytest.fixture(scope="module")
def treated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_small(tmp_path_factory.mktemp("autopilot") / "run", **SICK)


def test_a_treatment_is_begun_once_its_finding_stands_and_is_judged(treated: Path) -> None:
    begun = [row for row in events(treated, "treatment") if row["state"] == "begun"]
    judged = [row for row in events(treated, "treatment") if row["state"] in ("kept", "undone")]
    assert 1 <= len(begun) <= 3
    assert len(judged) in (len(begun), len(begun) - 1)
    for row in begun:
        expected = row["treatment"]["expectation"]
        assert {"signal", "direction", "to", "by", "within_kimg"} <= set(expected)
        assert "expected: " in row["says"]
    exams = [row for row in read_run(treated).segment(0).metrics if row["step"]]
    assert len(exams) >= 2  # patience: at two exams in a row


def test_two_treatments_are_never_under_way_at_once_and_none_is_tried_twice(treated: Path) -> None:
    states = [row["state"] for row in events(treated, "treatment")]
    assert all(one != "begun" or other != "begun" for one, other in pairwise(states))
    tried = [row["treatment"] for row in events(treated, "treatment") if row["state"] == "begun"]
    assert len({(str(one["changes"]), one["start"]) for one in tried}) == len(tried)


def test_what_was_undone_stands_off_the_current_line_and_its_samples_are_spent(
    treated: Path,
) -> None:
    record = read_run(treated)
    begun = {0: 0.0} | {one.number: one.kimg for one in record.lineage.segments}
    ends = {n: max(row["kimg"] for row in record.segment(n).signals) for n in begun}
    assert sum(ends[n] - begun[n] for n in begun) == pytest.approx(3.2, abs=0.2)
    undone = [row for row in events(treated, "treatment") if row["state"] == "undone"]
    assert undone
    assert record.state == "finished"


class Killer(Listener):
    """Ends the process, as far as a test can, at a tick of a segment."""

    def __init__(self, tick: int) -> None:
        self.left = tick

    def ticked(self, event: Ticked) -> None:
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt


def test_a_run_killed_in_the_middle_of_a_treatment_goes_on_to_the_bit(
    treated: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    with pytest.raises(KeyboardInterrupt):
        train(Order(recipe(**SICK), run=str(run), quiet=True, listeners=[Killer(52)]))
    assert [row["state"] for row in events(run, "treatment")][-1] == "begun"
    with pytest.raises(RunError, match="or its autopilot has changed it since"):
        run_small(run, resume=True, **SICK)
    train(Order(run=str(run), resume=True, quiet=True))
    assert told(run) == told(treated)
    ours, theirs = weights(run), weights(treated)
    assert ours.keys() == theirs.keys()
    assert all(ours[name].equal(theirs[name]) for name in ours)


def test_with_nothing_to_do_it_changes_no_bit(tmp_path: Path) -> None:
    without = run_small(tmp_path / "without")
    watched = run_small(tmp_path / "watched", doctor__autopilot=True)
    ours, theirs = weights(watched), weights(without)
    assert all(ours[name].equal(theirs[name]) for name in theirs)
    timed = ("seconds", "samples_per_second", "memory_mb")
    plain = [
        [{n: v for n, v in row.items() if n not in timed} for row in read_run(run).signals]
        for run in (watched, without)
    ]
    assert plain[0] == plain[1]


def test_a_run_whose_loss_is_no_number_goes_on_from_sound_weights(tmp_path: Path) -> None:
    wild = {"generator": {"name": "sgd", "lr": 1e9}, "discriminator": {"name": "sgd", "lr": 1e9}}
    run = run_small(tmp_path / "run", **{**SICK, "optimizers": wild, "length__kimg": 1.6})
    (first, *_) = (row for row in events(run, "treatment") if row["state"] == "begun")
    assert first["treatment"]["failure"] == "divergence"
    assert read_run(run).state == "finished"


@pytest.mark.slow
@pytest.mark.distributed
def test_two_processes_treat_alike(tmp_path: Path) -> None:
    exact = {**SICK, "runtime__precision": "fp64"}
    alone = run_small(tmp_path / "one", **exact)
    both = run_small(tmp_path / "two", **exact, runtime__processes=2)
    assert [row[:2] for row in told(both)] == [row[:2] for row in told(alone)]
    ours, theirs = weights(both), weights(alone)
    assert all(ours[name].allclose(theirs[name], rtol=1e-7) for name in theirs)
