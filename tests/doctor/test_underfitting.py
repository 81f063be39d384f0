"""Underfitting: a plateau far from the data."""

import numpy as np

from gansmith.doctor.diagnose import assess, judge
from gansmith.doctor.history import History
from gansmith.doctor.outlook import outlook
from tests.doctor.conftest import make_history
from tests.doctor.histories import exams, found, plateau


def test_a_calm_plateau_far_from_the_data_is_underfitting_and_names_a_net() -> None:
    history = make_history(exams=exams(plateau(400)))
    diagnosis = next(d for d in assess(history) if d.failure == "underfitting")
    assert diagnosis.confidence > 0.5
    assert "the generator looks too small" in diagnosis.evidence[1].says
    assert diagnosis.since_kimg < 60


def in_order(ticks: int) -> np.ndarray:
    """Mean scores of reals of a loop that shows ten classes one after another."""
    return 0.8 + np.random.default_rng(4).uniform(-1, 1, 10)[np.arange(ticks) % 10]


def test_a_watched_loop_whose_scores_jump_with_the_classes_is_told_to_shuffle() -> None:
    far = exams(plateau(400))
    ticks = make_history().ticks
    jumping = make_history(exams=far, scores__real__mean=in_order(ticks))
    diagnosis = next(d for d in assess(jumping) if d.failure == "underfitting")
    assert diagnosis.confidence <= 0.5
    assert "too small" not in diagnosis.evidence[1].says
    assert "in order of class" in diagnosis.evidence[1].says
    assert "shuffle the data of the loop" in diagnosis.remedies[0].because


def test_a_watched_loop_that_underfits_may_show_its_data_in_order_and_a_run_of_ours_may_not() -> (
    None
):
    far = exams(plateau(400))
    calm = next(d for d in assess(make_history(exams=far)) if d.failure == "underfitting")
    assert calm.confidence > 0.5
    assert "in order of class: shuffle it" in calm.remedies[-1].because
    mean = in_order(make_history().ticks)
    ours = make_history(exams=far, scores__real__mean=mean, recipe={"data": {"source": "mnist"}})
    diagnosis = next(d for d in assess(ours) if d.failure == "underfitting")
    assert diagnosis.confidence > 0.5
    assert not any("shuffle" in remedy.because for remedy in diagnosis.remedies)


def test_a_rough_curve_that_at_best_closes_little_of_the_way_is_underfitting_too() -> None:
    draws = np.random.default_rng(5)
    rough = np.r_[2000, 900, 500, 400 * np.exp(0.15 * draws.standard_normal(14))]
    history = make_history(exams=exams(rough))
    ahead = outlook(history)
    assert ahead is not None
    assert ahead.trend == "unclear"
    assert found(history)["underfitting"] > 0.5


def test_a_distance_that_creeps_up_far_from_the_data_is_no_fall_either() -> None:
    creeping = np.r_[2000, 900, 500, plateau(400)[3:] * np.linspace(1.0, 1.4, 14)]
    history = make_history(exams=exams(creeping))
    ahead = outlook(history)
    assert ahead is not None
    assert ahead.trend == "rising"
    assert found(history)["underfitting"] > 0.5


def test_a_generator_of_pictures_that_learned_nothing_has_another_reason() -> None:
    stuck = make_history(exams=exams(np.r_[2000, plateau(1900)[3:]]))
    assert "underfitting" not in found(stuck)
    verdict = judge(stuck)
    assert verdict.verdict == "unknown"  # not healthy, though no detector can say why
    assert "of the distance to the data remains and does not shrink" in verdict.says


def test_a_plateau_near_the_data_is_a_finished_run() -> None:
    assert found(make_history(exams=exams(plateau(8)))) == {}


def test_vectors_that_rest_beside_the_data_are_underfitted_though_their_moments_are_right() -> None:
    """A cloud over a ring: little precision, a thin cover, and a D that tells nearly all."""
    for ranked, precision, named in ((0.92, 0.18, True), (0.6, 0.18, False), (0.92, 0.8, False)):
        count = 17
        more = {"precision": ([precision] * count, 1.0), "coverage": ([0.28] * count, 0.97)}
        rows = exams(np.r_[2000, plateau(15)[1:]], **more)
        run = make_history(exams=rows, scores__ranked_right=np.full(100, ranked))
        vectors = History(run.signals, run.metrics, {}, {"shape": [2]})
        assert (found(vectors).get("underfitting", 0.0) >= 0.5) is named


def test_vectors_beside_the_data_are_underfitted_though_they_lie_around_most_of_it() -> None:
    """A disc over a ring: nothing but precision tells, as long as it grows no more."""
    growing = np.linspace(0.2, 0.35, 17)
    for precision, named in (([0.35] * 17, True), (growing, False), ([0.8] * 17, False)):
        more = {"precision": (precision, 1.0), "coverage": ([0.7] * 17, 0.97)}
        run = make_history(exams=exams(np.r_[2000, plateau(15)[1:]], **more))
        vectors = History(run.signals, run.metrics, {}, {"shape": [2]})
        assert (found(vectors).get("underfitting", 0.0) >= 0.5) is named


def test_pictures_alike_for_want_of_detail_are_underfitted_and_not_only_collapsed() -> None:
    """Where D tells all of them by the detail that none has."""
    for fine, ranked, named in ((0.05, 0.99, True), (0.9, 0.99, False), (0.05, 0.8, False)):
        rows = exams(plateau(400), high_frequency_ratio=([fine] * 17, 1.0))
        for row in rows:
            row["metrics"]["diversity_ratio"] = 0.2
        run = make_history(exams=rows, scores__ranked_right=np.full(100, ranked))
        assert (found(run).get("underfitting", 0.0) >= 0.5) is named


def test_a_rough_curve_no_nearer_than_the_untrained_net_rests_far_away() -> None:
    draws = np.random.default_rng(4)
    for level, named in ((3000, True), (600, False)):
        rough = np.r_[
            2000, np.linspace(20, 1, 16) ** 0.3 * level * np.exp(draws.normal(0, 0.5, 16))
        ]
        history = make_history(exams=exams(rough, coverage=([0.0, *[0.25] * 16], 0.95)))
        assert outlook(history).trend == "unclear"  # type: ignore[union-attr]
        assert ("underfitting" in found(history)) is named


def test_a_plateau_that_a_schedule_made_is_not_underfitting() -> None:
    """One that was there before the rate came down was not made by that."""
    rate = np.where(np.arange(100) < 40, 1e-3, 1e-4)
    made = np.r_[np.linspace(2000, 500, 8), plateau(400)[8:]]
    for distances, named in ((plateau(400), True), (made, False)):
        history = make_history(exams=exams(distances), knob__optimizers_generator_lr=rate)
        rows = [
            {("knob/optimizers.generator.lr" if "knob" in k else k): v for k, v in row.items()}
            for row in history.signals
        ]
        ill = found(History(rows, history.metrics, history.recipe))
        assert (ill.get("underfitting", 0.0) >= 0.5) is named
