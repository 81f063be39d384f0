"""Oscillation: periods of the scores and swings of the distance."""

import numpy as np
import pytest

from gansmith.doctor.diagnose import assess
from gansmith.doctor.periodicity import periodicity, swings
from tests.doctor.conftest import make_history
from tests.doctor.histories import exams, found, plateau


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
