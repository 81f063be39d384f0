"""The way to the data begins where it is worst, and a run that is far from them is not healthy.

The records are of textbook loops on digits, watched by the Monitor: a DCGAN (Adam 2e-4, batch 32)
of 32 and of 16 pixels that nothing ails, one with two channels a layer, one that is trained on half
of the classes; and of two recipes: BEGAN that ends as one digit, three hidden units.
"""

from pathlib import Path
from typing import Any

import pytest

from benchmarks.doctor.zoo import read_all
from gansmith.doctor.diagnose import ILL, Verdict, judge
from gansmith.doctor.history import History
from gansmith.doctor.measurements.balance import loss_ranks_fakes_above
from gansmith.doctor.measurements.progress import (
    fell_from_peak,
    initial_distance,
    remaining_distance,
    remaining_since,
    untrained_value,
)
from tests.doctor.conftest import exam, healthy_signals

HISTORIES = {r.name: r.history for r in read_all(Path(__file__).parent / "records")}
YOUNG = ("young", "young-small-weights", "young-16")


def until(history: History, kimg: float) -> History:
    sides = ([r for r in rows if r["kimg"] <= kimg] for rows in (history.signals, history.metrics))
    return History(*sides, history.recipe, history.data)


def parts(name: str) -> list[History]:
    """The history as it was at each exam from the fourth on."""
    whole = HISTORIES[name]
    return [until(whole, row["kimg"]) for row in whole.metrics[3:]]


def named(verdict: Verdict) -> set[str]:
    return {d.failure for d in verdict.diagnoses if d.confidence >= ILL}


@pytest.mark.parametrize("name", YOUNG)
def test_a_young_net_of_convolutions_is_never_called_more_than_undertrained(name: str) -> None:
    for part in parts(name):
        assert named(judge(part)) <= {"undertrained"}, part.kimg


@pytest.mark.parametrize("name", YOUNG)
def test_a_young_net_is_not_told_that_it_comes_no_nearer_once_it_does(name: str) -> None:
    for part in parts(name):
        verdict = judge(part)
        if fell_from_peak(part, 0.65):
            assert "does not shrink" not in verdict.says, part.kimg
            assert "stopped falling" not in verdict.outlook, part.kimg


def test_the_way_begins_at_the_worst_of_the_early_exams_where_the_first_are_flat() -> None:
    young = HISTORIES["young"]
    start, worst = untrained_value(young, "frechet_distance"), 1823.0
    assert initial_distance(young) == pytest.approx(worst, rel=0.01)
    assert start < 0.7 * worst
    assert remaining_distance(young) < remaining_since(young, start=start) - 0.05


def test_the_way_of_a_varied_start_or_of_vectors_begins_at_the_untrained_net() -> None:
    def run(diversity: float, shape: list[int]) -> History:
        distances = (900.0, 1500.0, 1200.0, 700.0, 500.0)
        rows = [
            exam(10.0 * n, {"frechet_distance": d, "diversity_ratio": diversity}, {})
            for n, d in enumerate(distances)
        ]
        return History([], rows, {}, {"shape": shape})

    assert initial_distance(run(0.1, [1, 32, 32])) == 1500
    assert initial_distance(run(0.8, [1, 32, 32])) == 900
    assert initial_distance(run(0.1, [2])) == 900


def test_a_spike_is_no_beginning_and_a_late_peak_neither() -> None:
    def run(*distances: float) -> History:
        rows = [
            exam(10.0 * n, {"frechet_distance": d, "diversity_ratio": 0.1}, {})
            for n, d in enumerate(distances)
        ]
        return History([], rows, {}, {"shape": [1, 32, 32]})

    assert initial_distance(run(900, 1e6, 800, 700, 600)) == 2700
    assert initial_distance(run(900, 800, 800, 1500, 600)) == 900


def test_a_generator_far_too_small_is_underfitting_and_is_to_be_wider() -> None:
    for name in ("two-channels", "three-hidden-units"):
        first, *others = judge(HISTORIES[name]).diagnoses
        assert first.failure == "underfitting", name
        assert "generator looks too small" in first.evidence[-1].says
        assert any("networks.generator" in path for path in first.remedies[0].changes)
        assert not {"mode_collapse", "discriminator_dominates"} & {
            d.failure for d in others if d.confidence >= ILL
        }


def test_a_run_that_leaves_out_half_of_the_classes_is_not_healthy_while_it_covers_nothing() -> None:
    seen = [part for part in parts("half-of-the-classes") if _covers(part) < 0.1]
    assert len(seen) > 6
    assert all(judge(part).verdict != "healthy" for part in seen)


def _covers(history: History) -> float:
    return history.recent("metrics/coverage", 0.0, 2) / history.recent("floor/coverage")


def test_fakes_above_reals_are_no_sign_where_the_loss_holds_them_there() -> None:
    began = HISTORIES["began-one-digit"]
    assert loss_ranks_fakes_above(began)
    assert began.recent("scores/ranked_right") < 0.1
    assert named(judge(began)) == {"mode_collapse"}


def test_a_loss_without_a_balance_or_with_one_of_equals_holds_nothing_above() -> None:
    rows = [
        {"kimg": 1.0, "scores/real/mean": -0.4, "scores/fake/mean": -0.5, "equilibrium/balance": b}
        for b in (-0.1, -0.1)  # fake - 1.0 real
    ]
    assert not loss_ranks_fakes_above(History(rows))
    assert not loss_ranks_fakes_above(History([{"kimg": 1.0, "scores/real/mean": 1.0}]))


def calm(metrics: list[dict[str, float]], floor: dict[str, float], **data: Any) -> Verdict:
    """A run whose players are in balance, with these exams."""
    columns = healthy_signals(40)
    rows = [
        {"step": 50 * (n + 1), "kimg": 2.5 * (n + 1)} | {c: float(v[n]) for c, v in columns.items()}
        for n in range(40)
    ]
    times = [100.0 * n / (len(metrics) - 1) for n in range(len(metrics))]
    exams = [exam(kimg, row, floor) for kimg, row in zip(times, metrics, strict=True)]
    return judge(History(rows, exams, {}, data))


FLOOR = {"frechet_distance": 48.0, "coverage": 0.95, "recall": 0.9, "precision": 0.9}
NONE = {"coverage": 0.0, "recall": 0.0, "precision": 0.5}
FAR: dict[str, tuple[list[dict[str, float]], dict[str, float]]] = {
    "two exams": ([{"frechet_distance": 1400.0} | NONE, {"frechet_distance": 349.0} | NONE], FLOOR),
    "three exams": ([{"frechet_distance": d} | NONE for d in (2400.0, 1500, 400)], FLOOR),
    "no mode of eight": ([{"modes": 0.0}] * 8, {"modes": 8.0}),
    "hardly a sample at a mode": ([{"high_quality": 0.014}] * 8, {"high_quality": 0.99}),
    "no sample among the reals": ([{"precision": 0.0}] * 8, {"precision": 0.9}),
    "no class": ([{"classes_found": 1.0}] * 8, {"classes_found": 10.0}),
    "another distance, two exams": (
        [{"kernel_distance": 2.0}, {"kernel_distance": 1.6}],
        {"kernel_distance": 0.01},
    ),
    "another distance, at rest": ([{"kernel_distance": 2.0}] * 9, {"kernel_distance": 0.01}),
    "farther than the images it is made from": (
        [{"frechet_distance": d} for d in (4000.0, 900, 700, 500, 420, 400, 390)],
        FLOOR | {"inputs_frechet_distance": 300.0},
    ),
    "most of the way left, though nearer": (
        [{"frechet_distance": d} | NONE for d in (4000.0, 3500, 3000, 2600, 2500, 2400, 2300)],
        FLOOR,
    ),
}


@pytest.mark.parametrize("case", FAR)
def test_far_from_the_data_is_never_healthy_whatever_was_measured(case: str) -> None:
    exams, floor = FAR[case]
    verdict = calm(exams, floor, shape=[1, 16, 16])
    assert verdict.verdict != "healthy"
    assert verdict.verdict == "ill" or "nothing ails" not in verdict.says


@pytest.mark.parametrize("name", ["frechet_distance", "kernel_distance"])
def test_near_the_data_is_healthy_also_after_three_exams(name: str) -> None:
    exams = [{name: d} for d in (2.0, 0.3, 0.05)]
    assert calm(exams, {name: 0.04}, shape=[1, 16, 16]).verdict == "healthy"


def test_all_modes_found_is_healthy() -> None:
    good = {"modes": 8.0, "high_quality": 0.9}
    assert calm([good] * 8, {"modes": 8.0, "high_quality": 0.99}).verdict == "healthy"


def test_evidence_is_outside_its_healthy_range_where_any_is() -> None:
    facts = {"found": 402, "skipped": ["a", "b"], "split": {"distinct": 400}}
    rows = [{"kimg": float(n), "loss/generator": 1.0} for n in range(1, 20)]
    verdict = judge(History(rows, [], {}, {"train": 60, "shape": [3, 32, 32], "facts": facts}))
    (found,) = verdict.diagnoses
    assert [item.says for item in found.evidence if "could not be used" in item.says] == []
    assert not any(item.is_healthy for item in found.evidence)


@pytest.mark.parametrize("name", HISTORIES)
def test_no_diagnosis_lists_a_healthy_value_beside_one_that_is_not(name: str) -> None:
    for diagnosis in judge(HISTORIES[name]).diagnoses:
        healthy = {item.is_healthy for item in diagnosis.evidence}
        assert len(healthy) == 1, diagnosis


def test_a_run_that_never_made_a_step_is_unknown_whatever_its_data_are() -> None:
    facts = {"found": 1000, "skipped": [], "split": {"distinct": 200}}
    data = {"train": 20, "shape": [3, 32, 32], "facts": facts}
    verdict = judge(History([], [exam(0.0, {"frechet_distance": 900.0}, {})], {}, data))
    assert verdict.verdict == "unknown"
    assert "nothing was trained" in verdict.says
    assert verdict.diagnoses
    assert all(d.confidence < ILL for d in verdict.diagnoses)
