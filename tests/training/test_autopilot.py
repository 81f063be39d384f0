"""The autopilot treats what the doctor finds, judges each treatment, and changes nothing else."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from gansmith.doctor.evidence import Prescription
from gansmith.doctor.remedies.recipes import PLAYERS
from gansmith.doctor.remedies.usual import whole
from gansmith.errors import RunError
from gansmith.listeners import Listener, NewSegment, Started, Ticked
from gansmith.runs.reader import read_run
from gansmith.training.autopilot.choosing import (
    Shares,
    changed_tree,
    fresh_if_little_is_lost,
    treatable,
    untried,
)
from gansmith.training.autopilot.judging import judge
from gansmith.training.autopilot.memory import Memory
from gansmith.training.autopilot.treatment import Treatment, key_of
from gansmith.training.session.checkpoint import checkpoints, read_state
from gansmith.training.start import Order, train
from tests.doctor.conftest import make_history
from tests.doctor.histories import exams
from tests.training.helpers import recipe, run_small

UP = {"signal": "relative_recall", "direction": "up", "to": 0.25, "by": 0.06, "within_kimg": 9.0}
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
    "doctor__patience": 7,  # so that it has learned something by then
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


def test_a_treatment_is_kept_for_what_it_moved_unless_the_run_has_lost_by_it() -> None:
    def judged(after: float, distances: list[float]) -> tuple[bool, bool]:
        recall = ([0.05, *[after] * 5], 0.8)
        history = make_history(exams=exams([2000, *distances], recall=recall))
        begun = Treatment("mode_collapse", "", {}, expectation=UP, before=0.06, distance=300.0)
        found = judge(begun, history, True)
        return found.kept, found.worse

    falls, rests, rises = [290.0] * 4 + [200], [300.0] * 5, [340.0] * 5
    assert judged(0.3, rests) == (True, False)  # as expected
    assert judged(0.06, rests) == (False, False)
    assert judged(0.06, falls) == (False, False)  # by less than a fifth
    assert judged(0.06, [200.0] * 5) == (True, False)  # much nearer, whatever was expected
    assert judged(0.3, rises) == (False, True)  # as expected, and farther from the data


def test_the_length_is_shared_out_so_that_the_last_segment_can_pay_off() -> None:
    shares = Shares(treatments=3, patience=2, last=0.25)
    assert shares.window == pytest.approx(0.55 / 3)
    assert shares.allows(0.75, begun=2)
    assert not shares.allows(0.76, begun=2)
    assert not shares.allows(0.3, begun=3)


def test_what_a_segment_cannot_have_is_no_treatment() -> None:
    offered = [
        Prescription("", {"length.kimg": 9.0}),
        Prescription("", {"data.held_out": 0.2}),
        Prescription("mend the loop", {}),
        Prescription("", {"data.batch": 64}),
    ]
    assert list(treatable(offered)) == offered[-1:]
    assert list(untried(offered[-1:], {key_of({"data.batch": 64}, "here")})) == []


class Wider(Listener):
    """Asks once for a generator of other widths."""

    def __init__(self) -> None:
        self.asked = False

    def started(self, event: Started) -> None:
        self.recipe, self.ask = event.recipe, event.change

    def ticked(self, event: Ticked) -> None:
        if not self.asked and event.progress is not None and event.progress >= 0.5:
            self.asked = True
            tree = changed_tree(self.recipe, {"networks.generator.widths": [24, 24]})
            self.ask(NewSegment(tree, "to be wider"))


def test_a_generator_that_takes_nothing_over_starts_the_rest_of_the_run_untrained(
    tmp_path: Path,
) -> None:
    sound = {**SICK, "doctor__autopilot": False, "length__kimg": 1.6}
    order = Order(recipe(**sound), run=str(tmp_path / "run"), quiet=True, listeners=[Wider()])
    run = train(order)
    (begun,) = events(run, "segment")
    assert "next to nothing of the generator so far fits the new one" in begun["says"]
    assert "all weights are made anew" in begun["says"]
    record = read_run(run)
    assert record.state == "finished"
    assert record.segment(0).signals[-1]["kimg"] + record.segment(1).signals[-1]["kimg"] < 1.7


@pytest.mark.parametrize(
    ("start", "progress", "remaining", "wanted"),
    [
        ("here", 0.2, 0.9, "untrained"),
        ("here", 0.2, 0.3, "here"),  # it has learned something
        ("here", 0.6, 0.9, "here"),  # too late to begin anew
        ("here", 0.2, float("nan"), "here"),
        ("best", 0.2, 0.9, "best"),
    ],
)
def test_a_run_that_has_learned_next_to_nothing_is_treated_from_untrained_weights(
    start: str, progress: float, remaining: float, wanted: str
) -> None:
    one = Prescription("it may help", {"loss.name": "hinge"}, start=start)
    assert fresh_if_little_is_lost(one, progress, remaining).start == wanted


def test_a_run_that_has_learned_next_to_nothing_first_gets_all_that_is_usual_at_once(
    tmp_path: Path,
) -> None:
    short = {"doctor__patience": 2, "length__kimg": 1.6, "evaluation__every_kimg": 0.1}
    run = run_small(tmp_path / "run", **{**SICK, **short})
    first = events(run, "treatment")[0]["treatment"]
    changed = {path.partition(".")[0] for path in first["changes"]}
    assert first["start"] == "untrained"
    assert {"networks", "loss", "terms", "optimizers"} <= changed


def test_networks_of_the_users_own_stay_where_everything_else_becomes_usual() -> None:
    own = {"networks": {player: {"name": "mine.py:net"} for player in PLAYERS}}
    recipe = {**own, "loss": {"name": "hinge"}, "data": {"source": "ring", "batch": 128}}
    found = whole(recipe, make_history(exams=exams([10.0] * 4)))
    assert found.start == "untrained"
    assert found.changes["loss"] == {"name": "relativistic"}
    assert not [path for path in found.changes if path.startswith("networks")]


def test_what_was_tried_from_untrained_weights_is_not_tried_again_from_the_present_ones() -> None:
    changes = {"loss.name": "hinge"}
    memory = Memory(past=[Treatment("mode_collapse", "", changes, start="untrained")])
    assert list(untried([Prescription("it may help", changes)], memory.tried)) == []
