"""Generators of images from images that change nothing, change for the worse, or hide a code."""

from gansmith.doctor.detectors.identity_mapping import identity_mapping
from gansmith.doctor.history import History
from gansmith.doctor.remedies import remedies
from tests.doctor.conftest import exam, make_history
from tests.doctor.histories import found


def translating(distances: list[float], change: float, hidden: float = 1.0) -> History:
    """Exams whose inputs lie at a kernel distance of 1, and reals at 0.05."""
    rows = []
    for n, distance in enumerate(distances):
        metrics = {"kernel_distance": distance, "translation_change": change}
        metrics |= {"hidden_signal": hidden, "cycle_distance": 0.05}
        rows.append(
            exam(10.0 * n, metrics, {"kernel_distance": 0.05, "inputs_kernel_distance": 1.0})
        )
    return make_history(exams=rows)


def test_a_generator_that_changes_nothing_is_an_identity() -> None:
    assert found(translating([1.0, 1.01, 1.0, 0.99, 1.0], change=0.01))["identity_mapping"] > 0.9


def test_small_changes_that_bring_outputs_nearer_are_none() -> None:
    assert "identity_mapping" not in found(translating([0.9, 0.7, 0.5, 0.4, 0.4], change=0.03))
    assert "identity_mapping" not in found(translating([1.0] * 5, change=0.5))


def test_outputs_farther_than_the_inputs_are_worse_unless_they_come_nearer() -> None:
    far = found(translating([3.0, 2.4, 2.5, 2.3, 2.4], change=0.6))
    assert far["worse_than_input"] > 0.9
    assert "worse_than_input" not in found(translating([9.0, 5.0, 3.0, 2.0, 1.5], change=0.6))
    assert "worse_than_input" not in found(translating([1.5, 0.8, 0.5, 0.4, 0.4], change=0.6))


def test_a_way_back_that_noise_destroys_has_read_a_code() -> None:
    assert found(translating([0.5] * 5, change=0.6, hidden=10.0))["hidden_signal"] > 0.9
    assert "hidden_signal" not in found(translating([0.5] * 5, change=0.6, hidden=1.1))


def test_three_exams_are_too_few_and_records_without_these_numbers_say_nothing() -> None:
    few = found(translating([3.0] * 3, change=0.01, hidden=10.0))
    assert not {"identity_mapping", "worse_than_input", "hidden_signal"} & set(few)
    old = [
        exam(10.0 * n, {"kernel_distance": 3.0}, {"inputs_kernel_distance": 1.0}) for n in range(6)
    ]
    assert not {"worse_than_input", "identity_mapping"} & set(found(make_history(exams=old)))


def test_what_is_tried_changes_the_recipe_where_the_failure_is_made() -> None:
    diagnosis = identity_mapping(translating([1.0] * 5, change=0.01))
    assert diagnosis is not None
    recipe = {"terms": [{"name": "cycle", "weight": 10.0}], "condition": {"name": "image"}}
    assert remedies.get("identity_mapping").builder(diagnosis, recipe)[0].changes == {
        "terms.cycle.weight": 2.5
    }
    assert remedies.get("worse_than_input").builder(diagnosis, recipe)[0].changes == {
        "condition.residual": True
    }
    assert remedies.get("hidden_signal").builder(diagnosis, recipe)[0].changes == {
        "terms.cycle.weight": 2.5
    }
