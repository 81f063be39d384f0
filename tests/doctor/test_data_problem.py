"""Problems of the data: copies, few samples, ranges, labels."""

from typing import Any

from gansmith.doctor.history import History
from tests.doctor.conftest import make_history
from tests.doctor.histories import found


def with_data(**facts: Any) -> History:
    history = make_history()
    data = {"shape": [3, 32, 32], "train": facts.pop("train", 50_000), "facts": facts}
    return History(history.signals, history.metrics, facts.pop("recipe", {}), data)


def test_copies_are_a_data_problem() -> None:
    assert found(with_data(found=1000, split={"distinct": 500}))["data_problem"] > 0.9
    assert found(with_data(found=1000, split={"distinct": 990})) == {}


def test_few_pictures_are_a_suspicion_and_a_handful_a_problem() -> None:
    assert 0.2 <= found(with_data(train=800))["data_problem"] < 0.5
    assert found(with_data(train=30))["data_problem"] > 0.5


def test_a_handful_of_vectors_is_a_problem_and_a_few_hundred_are_none() -> None:
    for count, named in ((16, True), (300, False)):
        run = make_history()
        few = History(run.signals, run.metrics, {}, {"shape": [4], "train": count})
        assert ("data_problem" in found(few)) is named


def test_uneven_classes_matter_where_labels_are_asked_for() -> None:
    classes = {"cat": 5000, "dog": 50}
    assert found(with_data(classes=classes))["data_problem"] < 0.5
    conditional = with_data(classes=classes)
    asked = History(conditional.signals, conditional.metrics, {"condition": {}}, conditional.data)
    assert found(asked)["data_problem"] > 0.9


def test_ranges_that_do_not_meet_are_a_data_problem() -> None:
    history, data = make_history(), {"shape": [1, 28, 28], "train": 9000}
    ends = {"samples/real/low": 0.0, "samples/real/high": 1.0, "samples/fake/high": 1.0}
    metrics = [row | ends | {"samples/fake/low": -1.0} for row in history.metrics]
    assert found(History(history.signals, metrics, {}, data))["data_problem"] > 0.9
    same = [row | ends | {"samples/fake/low": 0.02} for row in history.metrics]
    assert found(History(history.signals, same, {}, data)) == {}


def test_vectors_beyond_the_bounds_of_a_last_layer_are_a_data_problem() -> None:
    history, data = make_history(), {"shape": [12], "train": 9000}
    ends = {"samples/real/low": -40.0, "samples/real/high": 65.0}
    for low, high, named in ((-0.999, 1.0, True), (0.001, 0.998, True), (-3.1, 2.9, False)):
        fakes = {"samples/fake/low": low, "samples/fake/high": high}
        rows = [row | ends | fakes for row in history.metrics]
        assert ("data_problem" in found(History(history.signals, rows, {}, data))) is named
