import numpy as np
import pytest

from gansmith.doctor.history import Series
from gansmith.metrics.maths.values import known_values
from gansmith.reporting.downsample import running_mean, thin
from gansmith.reporting.wording import (
    as_sentence,
    duration,
    flat,
    metric_names,
    metric_words,
    number,
)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "–"),
        (float("nan"), "–"),
        (0, "0"),
        (1404.0, "1,404"),
        (1404.4, "1,404"),
        (184.25, "184.2"),
        (0.0123456, "0.01235"),
        (0.00002, "2.00e-05"),
        ("soon", "soon"),
    ],
)
def test_numbers_have_four_digits(value: object, said: str) -> None:
    assert number(value) == said


def test_the_page_agrees_with_the_metrics_on_what_is_good() -> None:
    for name, value in known_values().items():
        if value.about != "error bar":
            assert metric_words(name).good == value.good, name
            assert metric_words(name).says, name


def test_the_best_value_is_the_one_nearest_to_what_is_good() -> None:
    values = [0.2, 0.6, 1.3]
    assert metric_words("frechet_distance").best(values) == 0
    assert metric_words("coverage").best(values) == 2
    assert metric_words("two_sample_accuracy").best(values) == 1
    assert metric_words("somebody's own").best(values) is None


def test_an_error_bar_is_no_metric_of_its_own() -> None:
    columns = ["metrics/kernel_distance", "metrics/kernel_distance_error", "loss/generator"]
    assert metric_names(columns) == ["kernel_distance"]


def test_durations_are_said_as_people_say_them() -> None:
    assert [duration(s) for s in (48.0, 200.0, 7500.0)] == ["48 s", "3 min 20 s", "2 h 05 min"]


def test_sentences_keep_the_case_of_names() -> None:
    assert as_sentence("fakes differ") == "Fakes differ."
    assert as_sentence("gradient/samples fell") == "gradient/samples fell."


def test_tables_become_dotted_rows_without_what_is_empty() -> None:
    table = {"a": {"b": [1, 2.5], "c": True}, "d": {}}
    assert flat(table) == [("a.b", "1, 2.5"), ("a.c", "yes")]


def test_thinning_keeps_every_peak_both_ends_and_holes() -> None:
    values = np.sin(np.arange(100_000) / 500.0)
    values[43_210], values[70_000:71_000] = 99.0, np.nan
    thinned = thin(Series(np.arange(100_000.0), values), points=1500)
    assert len(thinned.kimg) <= 1502
    assert 99.0 in thinned.values
    assert np.isnan(thinned.values).any()
    assert (thinned.kimg[0], thinned.kimg[-1]) == (0, 99_999)
    assert (np.diff(thinned.kimg) > 0).all()


def test_the_running_mean_keeps_a_level_to_the_ends_and_a_hole_stays_a_hole() -> None:
    values = np.full(200, 3.0)
    values[50] = np.nan
    mean = running_mean(Series(np.arange(200.0), values)).values
    assert np.isnan(mean[50])
    assert np.allclose(np.delete(mean, 50), 3.0)
