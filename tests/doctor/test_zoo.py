"""The failure zoo: every specimen is a sound recipe, and its records stay small and whole."""

from pathlib import Path

from gansmith.doctor.history import History
from gansmith.recipe.load import change, make_recipe
from gansmith.testing.zoo import PLACES, WAYS, Specimen, make, read_record, specimens
from gansmith.testing.zoo.outcomes import confirmed
from gansmith.training.rules import check_recipe
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


def test_the_zoo_that_is_kept_is_small() -> None:
    kept = list(ZOO.glob("*.json.xz"))
    assert sum(path.stat().st_size for path in kept) < 10e6
    for path in kept[:5]:
        assert read_record(path).history.kimg > 0
