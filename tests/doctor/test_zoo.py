"""The failure zoo: every planned run is a sound recipe, and its records stay small and whole."""

import json
from itertools import islice
from pathlib import Path

import pytest

from benchmarks.doctor.third_party_loops import SUITES
from benchmarks.doctor.zoo import (
    RECORDS,
    SCENARIOS,
    SETTINGS,
    SPLITS,
    PlannedRun,
    make,
    names_of,
    pack,
    planned_runs,
    read_all,
    read_record,
    split_of,
    write_record,
)
from benchmarks.doctor.zoo.outcomes import confirmed
from benchmarks.doctor.zoo.parts import defective
from benchmarks.doctor.zoo.store import archive_of
from gansmith.doctor.history import History
from gansmith.preflight.check import check_recipe
from gansmith.recipe.recipe import make_recipe
from gansmith.recipe.tree import change
from gansmith.registry import generators
from gansmith.runs.reader import read_run
from tests.doctor.conftest import exam

kept_records = pytest.mark.skipif(
    not archive_of(RECORDS / "zoo").is_file(), reason="a source distribution has no records"
)


def test_the_zoo_has_a_dozen_scenarios_that_fail_and_a_dozen_that_stay_healthy() -> None:
    failing = {scenario.name for scenario in SCENARIOS.values() if scenario.failure}
    assert len(failing) >= 12
    assert len(SCENARIOS) - len(failing) >= 12
    assert len({scenario.failure for scenario in SCENARIOS.values()}) == 15  # and none
    assert len({setting.data for setting in SETTINGS.values()}) >= 5
    assert len(planned_runs()) >= 200
    assert len({planned.name for planned in planned_runs()}) == len(planned_runs())


def test_every_planned_run_is_a_recipe_that_no_rule_refuses() -> None:
    for planned in planned_runs():
        tree = planned.setting.tree(0)
        for dotted, value in planned.scenario.changes(planned.setting).items():
            change(tree, dotted, value)
        check_recipe(make_recipe(tree))


def test_seeds_0_and_1_share_no_scenario_in_a_setting() -> None:
    both = [
        {(p.scenario.name, p.setting.name) for p in planned_runs(2) if p.seed == seed}
        for seed in (0, 1)
    ]
    assert not both[0] & both[1]


def test_splits_share_no_data_set_and_no_architecture() -> None:
    for of in ("data", "architecture"):
        found = {
            split: {getattr(p.setting, of) for p in planned_runs() if split_of(p.name) == split}
            for split in SPLITS
        }
        assert all(found.values())
        assert not found["development"] & found["validation"]
        assert not found["test"] & (found["development"] | found["validation"])


def test_a_run_whose_distance_falls_significantly_is_undertrained_and_no_plateau() -> None:
    levels = (1000, 900, 700, 650, 600, 560, 530, 500, 480), (1000, *[500, 520] * 4)
    for distances, falls in zip(levels, (True, False), strict=True):
        rows = [
            exam(25.0 * n, {"frechet_distance": float(d)}, {"frechet_distance": 5.0})
            for n, d in enumerate(distances)
        ]
        assert confirmed("undertrained", History([], rows)) is falls
        assert confirmed("underfitting", History([], rows)) is not falls


def test_a_fall_that_hardly_matters_is_a_plateau_however_sure_it_is() -> None:
    creeping = (1000, *[500 - n for n in range(12)])
    rows = [
        exam(25.0 * n, {"frechet_distance": float(d)}, {"frechet_distance": 5.0})
        for n, d in enumerate(creeping)
    ]
    assert confirmed("underfitting", History([], rows))
    assert not confirmed("undertrained", History([], rows))


def test_what_is_rough_is_made_to_be_so_and_never_healthy() -> None:
    """Fine detail of thrice the reals' power, unless it hardly shows; or a pattern that does."""
    cases = [(1.0, 1.0, 0.0, False), (4.0, 0.5, 0.0, True), (4.0, 0.1, 0.0, False)]
    for fine, grain, pattern, rough in [*cases, (1.0, 0.1, 0.2, True)]:
        metrics = {"frechet_distance": 5.0, "high_frequency_ratio": fine, "grain": grain}
        metrics["checkerboard"] = pattern
        seen = [{"frechet_distance": 1000.0}, *[metrics] * 5]
        rows = [exam(float(n), row, {"frechet_distance": 4.0}) for n, row in enumerate(seen)]
        history = History([], rows)
        assert confirmed("artefacts", history) is rough
        assert confirmed("", history) is not rough


def test_a_generator_that_learned_its_class_after_all_does_not_ignore_it() -> None:
    def run(follows: float, reals: float, moves: float) -> History:
        own = {"condition_consistency": follows, "condition_chance": 0.1}
        metrics = {"frechet_distance": 5.0, "condition_sensitivity": moves} | own
        return History([], [exam(1.0, metrics, {"condition_consistency": reals})] * 5)

    assert confirmed("condition_ignored", run(follows=0.2, reals=0.9, moves=1.0))
    assert not confirmed("condition_ignored", run(follows=0.8, reals=0.9, moves=1.0))
    assert confirmed("condition_ignored", run(follows=0.1, reals=0.15, moves=0.0))
    assert not confirmed("condition_ignored", run(follows=0.1, reals=0.15, moves=0.9))


def test_the_author_of_a_loop_states_its_outcome(tmp_path: Path) -> None:
    facts = {"data": "theirs", "architecture": "theirs", "way": "theirs", "also": [], "seconds": 1}
    rows = [{"kimg": 1.0, "loss/generator": 1.0}, {"kimg": 2.0, "loss/generator": None}]
    (tmp_path / "signals.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    (tmp_path / "recipe.toml").write_text("seed = 0\n")
    for truth in (True, False):
        stated = facts | {"failure": "vanishing_gradient", "confirmed": truth}
        write_record(tmp_path / "a.json.xz", read_run(tmp_path), stated)
        record = read_record(tmp_path / "a.json.xz")
        assert record.confirmed is truth
        assert record.failure == "vanishing_gradient"
        assert list(record.history.signals) == rows


def test_a_run_of_the_zoo_is_made_and_read_back(tmp_path: Path) -> None:
    from dataclasses import replace

    setting = replace(SETTINGS["ring-mlp"], kimg=6.4)
    path = make(PlannedRun(setting, SCENARIOS["narrow"], 0), tmp_path)
    assert path is not None
    record = read_record(path)
    assert record.failure == "mode_collapse"
    assert record.data == "ring"
    assert record.history.exams >= 10
    assert record.history.ticks >= 10
    assert path.stat().st_size < 20_000


@kept_records
def test_the_records_that_are_kept_are_two_small_archives() -> None:
    zoo, loops = RECORDS / "zoo", RECORDS / "third_party_loops"
    assert archive_of(zoo).stat().st_size + archive_of(loops).stat().st_size < 10e6
    assert len(names_of(zoo)) > 1000
    assert {name.partition("--")[0] for name in names_of(loops)} == set(SUITES)
    kept = list(islice(read_all(zoo), 5))
    assert all(record.history.kimg > 0 for record in kept)


@kept_records
def test_networks_of_older_records_are_found_where_they_are_now() -> None:
    deaf = next(record for record in read_all(RECORDS / "zoo") if record.scenario == "deaf")
    name = deaf.history.recipe["networks"]["generator"]["name"]
    assert name == "benchmarks.doctor.zoo.parts:defective"
    assert generators.get(name).builder is defective


def test_packed_records_are_read_as_before_and_newer_ones_replace_them(tmp_path: Path) -> None:
    run, folder = tmp_path / "run", tmp_path / "kept"
    run.mkdir()
    (run / "recipe.toml").write_text("seed = 0\n")
    facts = {"data": "d", "architecture": "a", "way": "w", "also": [], "confirmed": True}
    facts |= {"failure": "divergence"}

    def write(name: str, seconds: int) -> None:
        write_record(folder / f"{name}.json.xz", read_run(run), facts | {"seconds": seconds})

    write("b", 1)
    write("a", 2)
    before = list(read_all(folder))
    packed = pack(folder).read_bytes()
    assert not list(folder.iterdir())
    assert [(r.name, r.seconds) for r in read_all(folder)] == [(r.name, r.seconds) for r in before]
    write("b", 3)
    assert names_of(folder) == {"a", "b"}
    assert [(r.name, r.seconds) for r in read_all(folder)] == [("a", 2), ("b", 3)]
    write("b", 1)
    assert pack(folder).read_bytes() == packed
