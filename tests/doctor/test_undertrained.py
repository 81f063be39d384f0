"""The forecast of the distance, and runs that are undertrained."""

import numpy as np

from gansmith.doctor.diagnose import judge
from gansmith.doctor.history import History
from gansmith.doctor.outlook import outlook
from tests.doctor.conftest import healthy_exams, make_history
from tests.doctor.histories import exams, found, power_law


def test_the_forecast_of_a_power_law_is_right_and_says_how_sure_it_is() -> None:
    ahead = outlook(make_history(exams=exams(power_law(1.0, 100))))
    assert ahead is not None
    assert ahead.trend == "falling"
    assert ahead.low < 0.5 < ahead.high
    assert ahead.high - ahead.low < 0.25


def test_a_flat_distance_is_a_plateau_and_names_the_best_exam() -> None:
    distances = np.r_[power_law(1.0, 100, 6), 100 + 2 * np.random.default_rng(1).random(11)]
    distances[12] = 95
    ahead = outlook(make_history(exams=exams(distances)))
    assert ahead is not None
    assert ahead.trend == "plateau"
    assert ahead.best == 95
    assert "stop here; the best exam was at 150 kimg" in ahead.says


def test_few_exams_make_no_forecast() -> None:
    assert outlook(make_history(exams=healthy_exams(200, 6))) is None


def test_a_run_cut_short_far_from_done_is_undertrained() -> None:
    distances = power_law(1.2, 300)
    distances[0] = 2000
    assert found(make_history(exams=exams(distances)))["undertrained"] > 0.5


def test_a_run_that_still_gets_a_little_better_is_not_called_ill() -> None:
    distances = power_law(0.3, 60)
    distances[0] = 2000
    history = make_history(exams=exams(distances))
    assert found(history).get("undertrained", 0.0) < 0.5
    assert "still falling" in judge(history).outlook


def test_vectors_all_over_the_data_are_not_undertrained_though_moments_are_off() -> None:
    for shares, named in ((0.9, False), (0.4, True)):
        more = {name: ([shares] * 17, 0.97) for name in ("precision", "coverage")}
        run = make_history(exams=exams(power_law(0.8, 300), **more))
        seen = found(History(run.signals, run.metrics, {}, {"shape": [3]}))
        assert (seen.get("undertrained", 0.0) >= 0.5) is named


def test_vectors_that_cover_nothing_yet_are_judged_by_their_two_moments() -> None:
    distances = power_law(1.2, 300)
    distances[0] = 2000
    made = make_history(exams=exams(distances, coverage=(np.zeros(17), 1.0)))
    vectors = History(made.signals, made.metrics, {}, {"shape": [2]})
    ahead = outlook(vectors)
    assert ahead is not None
    assert ahead.trend == "falling"
    assert found(vectors)["undertrained"] > 0.5


def test_noise_is_no_trend() -> None:
    distances = 300 * np.exp(0.5 * np.random.default_rng(3).standard_normal(17))
    distances[0] = 2000
    assert "undertrained" not in found(make_history(exams=exams(distances)))
