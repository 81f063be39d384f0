import numpy as np
import pytest

from gansmith.doctor.history import Series
from gansmith.facts import Value
from gansmith.reporting.downsample import running_mean, thin
from gansmith.reporting.wording import as_sentence, duration, flat, metric_names, number
from gansmith.values import BESIDE, known_values, value_of


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


def test_every_number_of_a_metric_has_a_title_a_meaning_and_a_good_direction() -> None:
    for name, value in {**known_values(), **BESIDE}.items():
        assert value.title, name
        assert value.meaning, name
        assert value.good, name
        assert value.about, name


def test_the_best_value_is_the_one_nearest_to_what_is_good() -> None:
    values = [0.2, 0.6, 1.3]
    assert value_of("frechet_distance").best(values) == 0
    assert value_of("coverage").best(values) == 2
    assert value_of("two_sample_accuracy").best(values) == 1
    assert value_of("somebody's own").best(values) is None
    assert value_of("somebody's own").title == "Somebody's own"


def test_what_the_run_folder_says_of_a_number_goes_before_the_metric() -> None:
    told = Value.read({"title": "My FID", "meaning": "a distance", "good": "high"})
    assert told is not None
    assert value_of("frechet_distance", {"frechet_distance": told}).best([1.0, 2.0]) == 1


@pytest.mark.parametrize("told", [3, {}, {"title": 1}, {"title": "A", "good": "best"}, None])
def test_damaged_words_in_a_run_folder_are_none(told: object) -> None:
    assert Value.read(told) is None


def test_an_error_bar_is_no_metric_of_its_own() -> None:
    measured = ["kernel_distance", "kernel_distance_error", "loose_error"]
    assert metric_names(measured) == ["kernel_distance", "loose_error"]


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
