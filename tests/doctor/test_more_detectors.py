"""Undertrained, underfitting, oscillation, unsuitable loss, data, condition, artefacts."""

from typing import Any

import numpy as np
import pytest

from gansmith.doctor.diagnose import assess, judge, signs
from gansmith.doctor.history import History
from gansmith.doctor.outlook import outlook
from gansmith.doctor.periodicity import periodicity, swings
from tests.doctor.conftest import exam, healthy_exams, make_history

FLOOR = {"frechet_distance": 5.0, "diversity_ratio": 1.0}


def found(history: History) -> dict[str, float]:
    return {d.failure: d.confidence for d in signs(history)}


def exams(distances: list[float] | np.ndarray, kimg: float = 200.0, **more: Any) -> list[Any]:
    """Exams of these distances, evenly spread; ``more`` are other metrics, (values, floor)."""
    times = np.linspace(0, kimg, len(distances))
    rows = []
    for n, (time, distance) in enumerate(zip(times, distances, strict=True)):
        metrics = {"frechet_distance": float(distance), "diversity_ratio": 0.9}
        metrics |= {name: float(values[n]) for name, (values, _) in more.items()}
        rows.append(exam(time, metrics, FLOOR | {name: f for name, (_, f) in more.items()}))
    return rows


def power_law(exponent: float, start: float, count: int = 17, noise: float = 0.03) -> np.ndarray:
    draws = np.random.default_rng(0)
    place = np.maximum(np.linspace(0, 1, count), 1 / count)
    return start * place**-exponent * np.exp(noise * draws.standard_normal(count))


# --- outlook, undertrained ---


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


# --- underfitting ---


def plateau(level: float) -> np.ndarray:
    draws = np.random.default_rng(2)
    falling = [2000, 900, 500]
    return np.r_[falling, level * np.exp(0.03 * draws.standard_normal(14))]


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


# --- oscillation ---


def waves(count: int, turns: float, share: float, seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).standard_normal(count)
    wave = np.sqrt(2) * np.sin(2 * np.pi * turns * np.arange(count) / count)
    return np.sqrt(share) * wave + np.sqrt(1 - share) * noise


def test_a_wave_in_noise_has_a_rhythm_and_its_period() -> None:
    seen = periodicity(waves(120, 10, 0.7))
    assert seen is not None
    assert seen.p_value < 1e-4
    assert seen.period == pytest.approx(12, rel=0.1)
    assert 0.5 < seen.share < 0.9


@pytest.mark.parametrize("persistence", [0.0, 0.5, 0.9, 1.0])
def test_red_noise_has_no_periodicity(persistence: float) -> None:
    false = 0
    for seed in range(40):
        noise = np.random.default_rng(seed).standard_normal(120)
        values = [0.0]
        for step in noise:
            values.append(persistence * values[-1] + step)
        seen = periodicity(np.array(values[1:]))
        false += seen is not None and seen.p_value < 0.001 and seen.share > 0.5
    assert false == 0


def test_swings_count_turns_by_a_factor_and_no_noise() -> None:
    assert swings(np.array([1, 4, 1, 4, 1.0]), 2) == pytest.approx([4, 4, 4])
    assert swings(100 * np.exp(0.05 * np.random.default_rng(0).standard_normal(50)), 1.5) == []


def test_scores_that_go_round_while_nothing_gets_better_are_an_oscillation() -> None:
    fake, real = -0.8 + 3 * waves(120, 10, 0.9), 0.8 + 3 * waves(120, 10, 0.9, 1)
    changed = {"scores__fake__mean": fake, "scores__real__mean": real}
    history = make_history(120, exams=exams(plateau(600)), **changed)
    diagnosis = next(d for d in assess(history) if d.failure == "oscillation")
    assert diagnosis.confidence > 0.5
    assert "oscillates with a period of" in diagnosis.evidence[0].says


def test_the_bilinear_game_goes_round_though_its_products_do_so_in_other_shapes() -> None:
    """Real scores turn at one period; those of fakes, a product of two that turn, at half of it."""
    angle = 2 * np.pi * np.arange(100) / 10.5
    fake = 1.2 * np.sin(2 * angle) + 0.9 * np.cos(angle)
    changed = {"scores__fake__mean": fake, "scores__real__mean": 1.6 * np.sin(angle)}
    changed |= {"scores__real__std": np.full(100, 0.3), "scores__fake__std": np.full(100, 0.7)}
    history = make_history(exams=exams(plateau(600)), loss__generator=-fake, **changed)
    assert found(history)["oscillation"] > 0.5


@pytest.mark.parametrize(("swing", "blind"), [(0.05, True), (0.4, False)])
def test_who_never_leads_is_blind_though_scores_go_round(swing: float, blind: bool) -> None:
    fake, real = 3 * waves(120, 10, 0.9), 3 * waves(120, 10, 0.9, 1)
    ranks = 0.5 + swing * np.sqrt(2) * np.sin(2 * np.pi * np.arange(120) / 12)
    changed = {"scores__fake__mean": fake, "scores__real__mean": real}
    run = make_history(120, exams=exams(plateau(600)), scores__ranked_right=ranks, **changed)
    assert found(run)["oscillation"] > 0.5
    assert (found(run)["generator_dominates"] >= 0.5) is blind


def test_a_run_that_blew_up_at_first_and_comes_down_since_does_not_go_round() -> None:
    distances = np.r_[500, 4000, 1500, 9000, 2000, np.geomspace(1700, 300, 12)]
    assert "oscillation" not in found(make_history(exams=exams(distances)))


def test_a_distance_that_swings_by_factors_is_an_oscillation() -> None:
    distances = np.r_[2000, np.tile([900, 150], 8)]
    assert found(make_history(exams=exams(distances)))["oscillation"] > 0.5


def test_a_game_that_goes_round_is_known_though_its_few_exams_lie_on_a_slope() -> None:
    fake, real = -0.8 + 3 * waves(120, 10, 0.9), 0.8 + 3 * waves(120, 10, 0.9, 1)
    shrinks = np.linspace(1.0, 0.05, 120)
    slope = exams([2000, 900, 800, 700, 450, 430])
    wide = {"scores__fake__mean": fake, "scores__real__mean": real}
    damped = {name: curve * shrinks for name, curve in wide.items()}
    assert found(make_history(120, exams=slope, **wide))["oscillation"] > 0.5
    assert "oscillation" not in found(make_history(120, exams=slope, **damped))


def test_a_distance_that_swings_while_most_of_the_data_stays_covered_is_none() -> None:
    distances = np.r_[2000, np.tile([900, 150], 8)]
    for covered, named in ((0.8, False), (0.3, True)):
        more = {"coverage": ([covered] * 17, 0.97)}
        seen = found(make_history(exams=exams(distances, **more)))
        assert ("oscillation" in seen) is named


def test_noise_around_a_good_plateau_is_no_oscillation() -> None:
    draws = np.random.default_rng(4)
    distances = np.r_[2000, 20 * np.exp(0.3 * draws.standard_normal(30))]
    assert "oscillation" not in found(make_history(exams=exams(distances)))


# --- unsuitable loss ---


@pytest.mark.parametrize("probabilities", [False, True])
def test_minimax_that_died_is_known_by_its_numbers(probabilities: bool) -> None:
    logits = np.linspace(-1, -12, 100)
    fade = np.geomspace(1, 1e-4, 100)
    history = make_history(
        scores__fake__mean=1 / (1 + np.exp(-logits)) if probabilities else logits,
        scores__real__mean=np.full(100, 0.99 if probabilities else 4.0),
        loss__generator=-np.logaddexp(0, logits),
        scores__ranked_right=np.full(100, 1.0),
        gradient__generator=fade,
        gradient__samples=fade,
    )
    verdict = found(history)
    assert verdict["unsuitable_loss"] > 0.9
    assert verdict["vanishing_gradient"] > 0.9


@pytest.mark.parametrize(("score", "named"), [(-5.0, True), (-1.0, False)])
def test_minimax_that_passes_hardly_a_gradient_on_is_unsuitable_however_steep_d_is(
    score: float, named: bool
) -> None:
    """D became steeper as it won: what is left of the loss's gradient is no less than it was."""
    scores = np.full(100, score)
    alive = np.full(100, 0.1)
    history = make_history(
        exams=exams(plateau(900)),
        scores__fake__mean=scores,
        scores__fake__std=np.full(100, 1.0),
        loss__generator=-np.logaddexp(0, scores) - 0.03,
        scores__ranked_right=np.full(100, 0.99),
        gradient__generator=alive,
        gradient__samples=alive,
    )
    assert (found(history).get("unsuitable_loss", 0.0) >= 0.5) is named


@pytest.mark.parametrize(("sign", "named"), [(1.0, True), (-1.0, False)])
def test_a_generator_that_learns_to_be_rejected_has_a_loss_of_the_wrong_sign(
    sign: float, named: bool
) -> None:
    scores = np.linspace(-0.5, -6, 100)
    history = make_history(
        exams=exams(plateau(1900)),
        scores__fake__mean=scores,
        scores__real__mean=np.full(100, 2.0),
        loss__generator=np.logaddexp(0, sign * scores),
        scores__ranked_right=np.full(100, 0.99),
    )
    assert (found(history).get("unsuitable_loss", 0.0) > 0.9) is named


def test_a_linear_loss_whose_scores_grow_for_ever_is_unsuitable() -> None:
    spread = np.geomspace(0.1, 500, 100)
    changed = {
        "scores__real__mean": spread,
        "scores__fake__mean": -spread,
        "scores__real__std": spread,
        "scores__fake__std": spread,
        "loss__discriminator": -2 * spread,
    }
    assert found(make_history(exams=exams(plateau(900)), **changed))["unsuitable_loss"] > 0.9


def test_a_bounded_critic_with_large_scores_is_healthy() -> None:
    draws = np.random.default_rng(0)
    gap = 40 + draws.standard_normal(100)
    changed = {
        "scores__real__mean": 900 + gap,
        "scores__fake__mean": np.full(100, 900.0),
        "scores__real__std": np.full(100, 30.0),
        "scores__fake__std": np.full(100, 30.0),
        "loss__discriminator": -gap,
    }
    assert found(make_history(**changed)) == {}


# --- data ---


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


# --- condition ---


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


# --- artefacts ---


def patterns(board: list[float], sharp: list[float], excess: float = 22.0) -> History:
    more = {
        "checkerboard": (board, 0.0),
        "checkerboard_excess": ([excess] * len(board), 0.2),
        "high_frequency_ratio": (sharp, 1.0),
    }
    return make_history(exams=exams([200, 40, 32, 30, 30], **more))


def test_a_checkerboard_that_stays_is_an_artefact() -> None:
    assert found(patterns([0.1, 0.3, 0.35, 0.32, 0.34], [1] * 5))["artefacts"] > 0.9


def test_a_pattern_among_others_as_strong_is_none() -> None:
    assert "artefacts" not in found(patterns([0.3] * 5, [1] * 5, excess=6.0))


def test_one_that_fades_or_blur_is_none() -> None:
    assert "artefacts" not in found(patterns([0.8, 0.6, 0.4, 0.1, 0.05], [1] * 5))
    assert "artefacts" not in found(patterns([0.0] * 5, [0.1] * 5))


def test_noise_far_above_the_reals_is_an_artefact() -> None:
    assert found(patterns([0] * 5, [15, 16, 15, 18, 17]))["artefacts"] > 0.5


def test_many_times_next_to_nothing_is_no_noise_that_anybody_sees() -> None:
    for grain, named in ((0.15, False), (0.5, True)):
        more = {"high_frequency_ratio": ([0.5, *[16.0] * 5], 1.0), "grain": ([grain] * 6, 0.0)}
        run = make_history(exams=exams([200, 40, 32, 30, 30, 30], **more))
        assert (found(run).get("artefacts", 0.0) >= 0.5) is named


def test_a_pattern_that_stays_while_a_generator_goes_astray_is_an_artefact() -> None:
    """One that never moved shows what any untrained net shows."""
    board = {
        "checkerboard": ([0.5] * 6, 0.0),
        "checkerboard_excess": ([22.0] * 6, 0.2),
        "high_frequency_ratio": ([1.0] * 6, 1.0),
    }
    told = {"scores__ranked_right": np.ones(100)}
    astray = make_history(exams=exams([200, 300, 280, 290, 300, 290], **board), **told)
    resting = told | {"update__generator": np.zeros(100)}
    still = make_history(exams=exams([200, 201, 199, 200, 201, 200], **board), **resting)
    assert found(astray)["artefacts"] > 0.5 > found(still)["artefacts"]


def test_a_pattern_that_outlives_a_generator_made_anew_is_built_in() -> None:
    board = {
        "checkerboard": ([0.5] * 6, 0.0),
        "checkerboard_excess": ([22.0] * 6, 0.2),
        "high_frequency_ratio": ([1.0] * 6, 1.0),
    }
    rows = exams([200, 205, 199, 202, 201, 200], **board)
    told = {"scores__ranked_right": np.ones(100)}
    pace = {"update__generator": np.full(100, 0.2), "update__discriminator": np.full(100, 0.2)}
    moved = make_history(exams=rows, **told, **pace)
    held_back = make_history(exams=rows, **told, **(pace | {"update__generator": np.zeros(100)}))
    assert found(moved)["artefacts"] > 0.5 > found(held_back)["artefacts"]


def test_noise_that_training_made_needs_less() -> None:
    assert found(patterns([0] * 5, [0.2, 2, 3, 3.1, 3.2]))["artefacts"] > 0.5
    assert "artefacts" not in {
        n for n, c in found(patterns([0] * 5, [8, 3, 3, 3, 3])).items() if c > 0.5
    }


# --- every diagnosis comes with something to try ---


def test_remedies_of_the_new_failures_are_settings_of_the_recipe() -> None:
    from gansmith.doctor.evidence import Diagnosis, Evidence
    from gansmith.doctor.remedies import prescribe
    from gansmith.recipe.recipe import make_recipe

    item = Evidence("x", 1.0, (None, 0.5), "so the generator looks too small; nothing bounds it")
    names = ("undertrained", "underfitting", "oscillation", "unsuitable_loss", "data_problem")
    for failure in (*names, "condition_ignored", "artefacts"):
        tree: dict[str, Any] = {
            "length": {"kimg": 100.0},
            "networks": {"generator": {"name": "mlp", "widths": [16, 16]}},
            "optimizers": {"generator": {"lr": 1e-3, "betas": [0.9, 0.99]}},
        }
        prescriptions = prescribe(Diagnosis(failure, 0.9, (item,), 0.0), tree)
        assert prescriptions, failure
        for prescription in prescriptions:
            if "networks.generator.name" not in prescription.changes:
                make_recipe({**tree}, prescription.changes)


def test_a_class_whose_fakes_are_all_alike_is_collapse_of_that_class() -> None:
    more = {"class_diversity_ratio": ([0.8, 0.3, 0.2, 0.15, 0.15], 1.0)}
    history = make_history(exams=exams([2000, 300, 250, 260, 300], **more))
    diagnosis = next(d for d in assess(history) if d.failure == "mode_collapse")
    assert diagnosis.confidence > 0.5
    assert "within one class" in diagnosis.evidence[0].says


def test_fakes_that_are_wide_and_at_no_mode_have_not_collapsed() -> None:
    toys = {"reverse_kl": ([1.9] * 6, 0.01), "high_quality": ([0.0] * 6, 0.99)}
    history = make_history(exams=exams([2, 900, 1800, 2700, 3500, 4400], **toys))
    assert "mode_collapse" not in found(history)


def test_a_part_that_was_found_in_the_newest_exam_is_left_out_no_more() -> None:
    for newest, named in ((0.1, False), (0.3, True)):
        missing = [*[0.5] * 9, newest]
        more = {"missing_share": (missing, 0.0), "precision": ([0.95] * 10, 0.97)}
        run = make_history(exams=exams([2000, *[200.0] * 9], **more))
        assert (found(run).get("mode_collapse", 0.0) >= 0.5) is named


def test_rims_of_narrow_modes_are_no_part_that_is_left_out() -> None:
    """Vectors whose distance is near that of reals; the same share of a far-off half is missed."""
    for distance, named in ((12.0, False), (200.0, True)):
        more = {"missing_share": ([0.3] * 8, 0.0), "precision": ([0.95] * 8, 0.97)}
        run = make_history(exams=exams([2000, *[distance] * 7], **more))
        seen = found(History(run.signals, run.metrics, {}, {"shape": [2]}))
        assert (seen.get("mode_collapse", 0.0) >= 0.5) is named
