"""What the doctor says of tables whose rows lack categories, do not vary, or are copies."""

import pytest

from gansmith.doctor.detectors.memorisation import memorisation
from gansmith.doctor.detectors.mode_collapse import mode_collapse
from gansmith.doctor.history import History

HEALTHY = {
    "diversity_ratio": 1.0,
    "spacing_ratio": 1.0,
    "duplicate_share": 0.0,
    "precision": 0.95,
    "recall": 0.95,
    "coverage": 0.95,
    "lost_categories": 0.0,
    "flat_columns": 0.0,
    "copied_rows": 0.0,
    "nearest_record_ratio": 1.0,
}


def history(**changed: float) -> History:
    """Return ten exams and ticks of a table, with these numbers at each."""
    floor = HEALTHY | {"copied_rows": changed.pop("copies_of_reals", 0.0)}
    exams = [{"kimg": 5.0 * n, "metrics": HEALTHY | changed, "floor": floor} for n in range(1, 11)]
    kind = {"name": "table", "compares_raw": True}
    ticks = [{"kimg": 2.5 * n, "loss/generator": 0.7} for n in range(1, 21)]
    return History(ticks, exams, data={"shape": [12], "kind": kind})


def test_a_healthy_table_has_neither() -> None:
    assert mode_collapse(history()) is None
    assert memorisation(history()) is None


@pytest.mark.parametrize("name", ["lost_categories", "flat_columns"])
def test_what_rows_never_vary_by_is_a_collapse(name: str) -> None:
    found = mode_collapse(history(**{name: 0.3}))
    assert found is not None
    assert found.confidence > 0.5
    assert found.evidence[0].signal == f"metrics/{name}"


@pytest.mark.parametrize(
    "changed", [{"copied_rows": 0.8}, {"nearest_record_ratio": 0.1}], ids=["equal", "near"]
)
def test_rows_that_copy_training_rows_are_memorised(changed: dict[str, float]) -> None:
    found = memorisation(history(**changed))
    assert found is not None
    assert found.confidence > 0.9


def test_rows_that_equal_others_as_often_as_reals_do_are_no_copies() -> None:
    assert memorisation(history(copied_rows=0.5, copies_of_reals=0.48)) is None
