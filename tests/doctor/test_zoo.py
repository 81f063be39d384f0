"""The failure zoo: every specimen is a sound recipe, and its records stay small and whole."""

import json
from itertools import islice
from pathlib import Path

from gansmith.doctor.history import History
from gansmith.preflight.check import check_recipe
from gansmith.recipe.recipe import make_recipe
from gansmith.recipe.tree import change
from gansmith.runs.reader import read_run
from gansmith.testing.zoo import (
    PLACES,
    WAYS,
    Specimen,
    make,
    read_all,
    read_record,
    specimens,
    write_record,
)
from gansmith.testing.zoo.outcomes import confirmed
from gansmith.testing.zoo.store import archive_of, names_of, pack
from tests.doctor.conftest import exam

ZOO = Path(__file__).parents[2] / "benchmarks" / "zoo"


def test_the_zoo_has_a_dozen_ways_to_fail_and_a_dozen_to_stay_healthy() -> None:
    failing = {way.name for way in WAYS.values() if way.failure}
    assert len(failing) >= 12
    assert len(WAYS) - len(failing) >= 12
    assert len({way.failure for way in WAYS.values()}) == 15  # each failure, and none
    assert len({place.data for place in PLACES.values()}) >= 5
    assert len(specimens()) >= 200
    assert len({specimen.name for specimen in specimens()}) == len(specimens())


def test_every_specimen_is_a_recipe_that_no_rule_refuses() -> None:
    for specimen in specimens():
        tree = specimen.place.tree(0)
        for dotted, value in specimen.way.changes(specimen.place).items():
            change(tree, dotted, value)
        check_recipe(make_recipe(tree))


def test_what_was_looked_at_and_what_was_not_share_no_place_of_a_way() -> None:
    """Seed 0 is for development, seed 1 is held out: the same run never stands on both sides."""
    both = [{(s.way.name, s.place.name) for s in specimens(2) if s.seed == n} for n in (0, 1)]
    assert not both[0] & both[1]


def test_a_run_that_falls_with_significance_is_undertrained_and_no_plateau() -> None:
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


def test_a_generator_that_learned_to_hear_its_class_after_all_does_not_ignore_it() -> None:
    def run(heard: float, reals: float, moves: float) -> History:
        own = {"condition_consistency": heard, "condition_chance": 0.1}
        metrics = {"frechet_distance": 5.0, "condition_sensitivity": moves} | own
        return History([], [exam(1.0, metrics, {"condition_consistency": reals})] * 5)

    assert confirmed("condition_ignored", run(heard=0.2, reals=0.9, moves=1.0))
    assert not confirmed("condition_ignored", run(heard=0.8, reals=0.9, moves=1.0))
    assert confirmed("condition_ignored", run(heard=0.1, reals=0.15, moves=0.0))
    assert not confirmed("condition_ignored", run(heard=0.1, reals=0.15, moves=0.9))


def test_whoever_wrote_a_loop_says_what_came_of_it(tmp_path: Path) -> None:
    facts = {"data": "theirs", "architecture": "theirs", "way": "theirs", "also": [], "seconds": 1}
    rows = [{"kimg": 1.0, "loss/generator": 1.0}, {"kimg": 2.0, "loss/generator": None}]
    (tmp_path / "signals.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    (tmp_path / "recipe.toml").write_text("seed = 0\n")
    for truth in (True, False):
        sworn = facts | {"failure": "vanishing_gradient", "confirmed": truth}
        write_record(tmp_path / "a.json.xz", read_run(tmp_path), sworn)
        record = read_record(tmp_path / "a.json.xz")
        assert record.confirmed is truth
        assert record.failure == "vanishing_gradient"
        assert list(record.history.signals) == rows


def test_a_specimen_is_made_and_read_back(tmp_path: Path) -> None:
    from dataclasses import replace

    place = replace(PLACES["ring-mlp"], kimg=6.4)
    path = make(Specimen(place, WAYS["narrow"], 0), tmp_path)
    assert path is not None
    record = read_record(path)
    assert record.failure == "mode_collapse"
    assert record.data == "ring"
    assert record.history.exams >= 10
    assert record.history.ticks >= 10
    assert path.stat().st_size < 20_000


def test_the_zoo_that_is_kept_is_one_small_archive() -> None:
    assert archive_of(ZOO).stat().st_size < 10e6
    assert len(names_of(ZOO)) > 1000
    kept = list(islice(read_all(ZOO), 5))
    assert all(record.history.kimg > 0 for record in kept)


def test_records_that_are_packed_are_read_as_before_and_newer_ones_count(tmp_path: Path) -> None:
    run, place = tmp_path / "run", tmp_path / "kept"
    run.mkdir()
    (run / "recipe.toml").write_text("seed = 0\n")
    facts = {"data": "d", "architecture": "a", "way": "w", "also": [], "confirmed": True}
    facts |= {"failure": "divergence"}

    def write(name: str, seconds: int) -> None:
        write_record(place / f"{name}.json.xz", read_run(run), facts | {"seconds": seconds})

    write("b", 1)
    write("a", 2)
    before = list(read_all(place))
    packed = pack(place).read_bytes()
    assert not list(place.iterdir())
    assert [(r.name, r.seconds) for r in read_all(place)] == [(r.name, r.seconds) for r in before]
    write("b", 3)
    assert names_of(place) == {"a", "b"}
    assert [(r.name, r.seconds) for r in read_all(place)] == [("a", 2), ("b", 3)]
    write("b", 1)
    assert pack(place).read_bytes() == packed
