"""Generators that ignore the class that is asked for."""

from gansmith.doctor.history import History
from tests.doctor.conftest import make_history
from tests.doctor.histories import exams, found, power_law


def consistency(values: list[float], reals: float) -> History:
    more = {"condition_consistency": (values, reals)}
    history = make_history(exams=exams(power_law(1.0, 20, len(values)), **more))
    classes = {str(n): 100 for n in range(10)}
    return History(history.signals, history.metrics, {}, {"facts": {"classes": classes}})


def test_a_generator_that_does_not_listen_ignores_its_condition() -> None:
    assert found(consistency([0.1, 0.12, 0.09, 0.11, 0.1, 0.1], 0.85))["condition_ignored"] > 0.9


def test_chance_is_that_of_the_classes_that_were_made() -> None:
    """Four of five are of one class: a generator of it alone is right four times in five."""
    heard = consistency([0.8, 0.81, 0.79, 0.8, 0.82, 0.8], 0.98)
    assert "condition_ignored" not in found(heard)
    rows = [dict(row) | {"metrics": dict(row["metrics"])} for row in heard.metrics]
    for row in rows:
        row["metrics"]["condition_chance"] = 0.8
    deaf = History(heard.signals, rows, {}, heard.data)
    assert found(deaf)["condition_ignored"] > 0.9


def test_a_young_generator_is_only_under_suspicion() -> None:
    assert found(consistency([0.1, 0.12, 0.09, 0.11], 0.85))["condition_ignored"] < 0.5


def test_one_that_listens_or_still_learns_to_does_not() -> None:
    assert "condition_ignored" not in found(consistency([0.1, 0.5, 0.7, 0.75, 0.76], 0.85))
    assert "condition_ignored" not in found(consistency([0.1, 0.12, 0.16, 0.2, 0.26], 0.85))


def test_classes_that_cannot_be_told_prove_nothing() -> None:
    assert "condition_ignored" not in found(consistency([0.1] * 5, 0.15))


def test_samples_that_do_not_move_with_the_class_ignore_it_whether_features_tell_or_not() -> None:
    moves = ([0.001] * 6, [0.001] * 3, [0.4] * 6, [0.001, 0.01, 0.02, 0.04, 0.06, 0.09])
    for values, named in zip(moves, (True, False, False, False), strict=True):
        more = {"condition_consistency": ([0.1] * len(values), 0.12)}
        more |= {"condition_sensitivity": (values, 1.0)}
        run = make_history(exams=exams(power_law(1.0, 20, len(values)), **more))
        assert (found(run).get("condition_ignored", 0.0) >= 0.5) is named
