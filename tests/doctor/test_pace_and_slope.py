"""Who moves how far, how steep a critic is, and samples that come again and again."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from gansmith.doctor.detectors.artefacts import artefacts
from gansmith.doctor.detectors.discriminator_dominates import discriminator_dominates
from gansmith.doctor.detectors.generator_dominates import generator_dominates
from gansmith.doctor.detectors.memorisation import memorisation
from gansmith.doctor.detectors.mode_collapse import mode_collapse
from gansmith.doctor.detectors.underfitting import underfitting
from gansmith.doctor.detectors.unsuitable_loss import unsuitable_loss
from gansmith.doctor.detectors.vanishing_gradient import vanishing_gradient
from gansmith.doctor.diagnose import ILL, judge
from gansmith.doctor.history import History
from gansmith.doctor.measurements.balance import pace
from gansmith.doctor.measurements.progress import improves
from tests.doctor.test_balance_and_copies import exams

Make = Callable[..., History]
ONES = np.ones(100)
FALLING = [1000.0, 900.0, 800.0, 700.0, 600.0, 500.0]


def moving(history: Make, generator: float, discriminator: float, **more: object) -> History:
    steps = {"update__generator": generator * ONES, "update__discriminator": discriminator * ONES}
    return history(exams=exams(FALLING), **steps, **more)


def test_the_pace_is_that_of_the_second_half_and_has_no_unit(history: Make) -> None:
    early = np.where(np.arange(100) < 50, 100.0, 1.0)
    changed = {"update__generator": 2e-3 * early, "update__discriminator": 1e-3 * ONES}
    assert pace(history(**changed)) == pytest.approx(2.0)
    assert np.isnan(pace(History([])))


@pytest.mark.parametrize("scale", [1e-6, 1.0])
def test_a_generator_that_cannot_follow_is_dominated_though_it_comes_nearer(
    history: Make, scale: float
) -> None:
    found = discriminator_dominates(moving(history, 0.01 * scale, scale))
    assert found is not None
    assert found.confidence > 0.9
    assert "0.01 times the discriminator's" in found.evidence[0].says


def test_players_in_step_and_one_at_two_time_scales_are_not_dominated(history: Make) -> None:
    for generator in (1.0, 0.3):
        run = moving(history, generator, 1.0)
        assert discriminator_dominates(run) is None
        assert generator_dominates(run) is None


def test_a_discriminator_that_stands_still_is_outrun_though_it_ranks_some_right(
    history: Make,
) -> None:
    found = generator_dominates(moving(history, 1.0, 0.002, scores__ranked_right=0.75 * ONES))
    assert found is not None
    assert found.confidence > 0.5
    assert "500 times the discriminator's" in found.evidence[0].says
    winning = moving(history, 1.0, 0.002, scores__ranked_right=0.97 * ONES)
    assert generator_dominates(winning) is None


def critic(history: Make, slope: np.ndarray, distances: list[float]) -> History:
    """A run whose loss is the difference of mean scores, with a spread that stays."""
    gap = 1.0 + 0.1 * np.sin(np.arange(100.0))
    return history(
        exams=exams(distances),
        gradient__samples=slope,
        scores__real__mean=gap,
        scores__fake__mean=0.0 * ONES,
        scores__real__std=ONES,
        scores__fake__std=ONES,
        loss__discriminator=-gap,
    )


STUCK = [1000.0, 950.0, 930.0, 940.0, 935.0, 938.0]


def test_a_critic_that_grows_far_steeper_than_a_distance_allows_is_unsuitable(
    history: Make,
) -> None:
    found = unsuitable_loss(critic(history, np.geomspace(1.0, 300.0, 100), STUCK))
    assert found is not None
    assert found.confidence > 0.9
    assert found.evidence[0].signal == "gradient/samples"


def test_a_critic_of_slope_one_and_a_clipped_one_that_stays_are_suitable(history: Make) -> None:
    noise = np.exp(0.05 * np.random.default_rng(0).standard_normal(100))
    clipped = 20.0 * np.minimum(1.0, np.arange(100) / 20 + 0.05) * noise
    for slope in (1.2 * noise, clipped):
        assert unsuitable_loss(critic(history, slope, STUCK)) is None


def test_a_critic_at_chance_whose_slope_wanders_is_held_by_nothing(history: Make) -> None:
    wandering = 0.7 * np.exp(np.sin(np.arange(100) / 6))
    cases = ((wandering, 0.5, True), (wandering, 0.9, False), (0.7 * ONES, 0.5, False))
    for slope, ranked, named in cases:
        run = critic(history, slope, STUCK)
        rows = [{**row, "scores/ranked_right": ranked} for row in run.signals]
        found = unsuitable_loss(replace(run, signals=rows))
        assert (found is not None and found.confidence >= ILL) is named


def varied(spacing: float, diversity: float = 1.0) -> list[dict[str, object]]:
    rows = exams([1000.0, 400.0, 200.0, 150.0, 140.0, 140.0, 140.0, 140.0])
    for row in rows:
        row["metrics"] |= {"spacing_ratio": spacing, "diversity_ratio": diversity}  # type: ignore[operator]
        row["floor"] |= {"spacing_ratio": 1.0, "diversity_ratio": 1.0}  # type: ignore[operator]
    return rows


def test_a_few_samples_again_and_again_are_collapse_however_different_they_are(
    history: Make,
) -> None:
    found = mode_collapse(history(exams=varied(0.01)))
    assert found is not None
    assert found.confidence > ILL
    assert "near-duplicates of a few" in found.evidence[0].says
    assert mode_collapse(history(exams=varied(0.5))) is None
    assert mode_collapse(history(exams=varied(0.01, diversity=1e6))) is None  # outliers set it


def test_a_fall_back_to_where_a_run_had_been_is_no_improvement() -> None:
    assert not improves(History([], exams([1000.0, 500.0, 480.0, 900.0, 900.0, 700.0, 650.0])))


def test_a_rough_curve_that_ends_where_it_began_is_a_plateau(history: Make) -> None:
    rough = [1000.0, 300.0, 420.0, 350.0, 500.0, 330.0, 560.0, 300.0, 380.0, 480.0, 350.0]
    held = {"scores__ranked_right": 0.98 * ONES}
    found = underfitting(history(exams=exams(rough), **held))
    assert found is not None
    assert found.confidence > ILL
    falling = [1000.0, 700.0, 840.0, 600.0, 700.0, 430.0, 560.0, 330.0, 400.0, 250.0, 300.0]
    assert underfitting(history(exams=exams(falling), **held)) is None


def test_a_generator_in_step_that_changed_for_no_gain_is_too_small_and_one_that_lags_is_not(
    history: Make,
) -> None:
    astray = [1000.0, 700.0, 1300.0, 1200.0, 1500.0, 1100.0, 1400.0, 1250.0, 1350.0, 1300.0, 1300.0]
    held = {"scores__ranked_right": ONES, "update__discriminator": ONES}
    judged = underfitting(history(exams=exams(astray), update__generator=ONES, **held))
    assert judged is not None
    assert judged.confidence > ILL
    assert underfitting(history(exams=exams(astray), update__generator=0.1 * ONES, **held)) is None


def test_two_exams_are_enough_where_fakes_rank_above_reals(history: Make) -> None:
    two = exams([1000.0, 1100.0])
    found = generator_dominates(history(exams=two, scores__ranked_right=0.1 * ONES))
    assert found is not None
    assert found.confidence > ILL
    assert generator_dominates(history(exams=two, scores__ranked_right=0.5 * ONES)) is None


def test_a_young_run_that_comes_nearer_with_a_discriminator_at_chance_is_a_suspicion(
    history: Make,
) -> None:
    falling = exams([1000.0, 900.0, 800.0, 700.0, 600.0, 550.0])
    found = generator_dominates(history(exams=falling, scores__ranked_right=0.5 * ONES))
    assert found is None or found.confidence < ILL


def test_no_gradient_at_all_far_from_the_data_is_a_dead_game_whoever_wins(history: Make) -> None:
    dead = np.where(np.arange(100) < 40, 1.0, 0.0)
    run = history(exams=exams(STUCK), gradient__generator=dead, scores__ranked_right=0.5 * ONES)
    found = vanishing_gradient(run)
    assert found is not None
    assert found.confidence > 0.9
    near = exams([1000.0, 30.0, 12.0, 11.0, 12.0, 11.0])
    done = history(exams=near, gradient__generator=dead, scores__ranked_right=0.5 * ONES)
    assert vanishing_gradient(done) is None


def test_a_weakly_held_critic_that_comes_down_is_suitable(history: Make) -> None:
    coming = np.concatenate([np.geomspace(5.0, 50.0, 20), np.geomspace(50.0, 4.0, 80)])
    assert unsuitable_loss(critic(history, coming, STUCK)) is None


def test_the_slope_of_a_critic_is_told_by_its_scores_where_it_was_not_recorded(
    history: Make,
) -> None:
    run = critic(history, ONES, STUCK)
    spread = np.geomspace(1.0, 900.0, 100)
    rows = [
        {name: value for name, value in row.items() if name != "gradient/samples"}
        | {"scores/real/std": float(spread[n])}
        for n, row in enumerate(run.signals)
    ]
    ranges = {"samples/real/low": -1.0, "samples/real/high": 1.0}
    metrics = [dict(row) | ranges for row in run.metrics]
    found = unsuitable_loss(History(rows, metrics, {}, {"shape": [2]}))
    assert found is not None
    assert found.confidence > 0.9
    assert "by the spread of its scores" in found.evidence[0].says


def test_passable_fakes_at_chance_are_left_alone_and_bad_ones_are_not(history: Make) -> None:
    held = {"scores__ranked_right": 0.5 * ONES, "scores__real__mean": 0.0 * ONES}
    held |= {"scores__fake__mean": 0.0 * ONES}
    for precision, named in ((0.8, False), (0.05, True)):
        rows = exams([1000.0, 300.0, 200.0, 160.0, 165.0, 160.0], coverage=0.3)
        for row in rows:
            row["metrics"] |= {"precision": precision}  # type: ignore[operator]
            row["floor"] |= {"precision": 0.9}  # type: ignore[operator]
        found = generator_dominates(history(exams=rows, **held))
        assert (found is not None and found.confidence >= ILL) is named


@pytest.mark.parametrize("count", [2, 3])
def test_far_fakes_are_not_called_healthy_before_exams_show_that_they_come_nearer(
    history: Make, count: int
) -> None:
    verdict = judge(history(exams=exams([1000.0, *[900.0] * (count - 1)])))
    assert verdict.verdict == "unknown"
    assert "too early to say" in verdict.says
    assert judge(history(exams=exams([1000.0, 500.0, 250.0, 120.0, 60.0]))).verdict == "healthy"


def test_a_large_surplus_of_few_samples_must_last_to_be_memorisation() -> None:
    for share, chance, named in ((0.7, 0.004, True), (0.7, 0.03, False), (0.2, 0.004, False)):
        rows = exams([10.0] * 10)
        for row in rows:
            row["metrics"] = {"memorised_share": share, "memorisation_p": chance}
        assert (memorisation(History([], rows)) is not None) is named


def test_repetition_at_every_exam_is_no_youth_though_the_distance_falls(history: Make) -> None:
    rows = exams([1000.0, 800.0, 640.0, 500.0, 400.0, 320.0, 250.0, 200.0, 160.0, 130.0])
    for number, row in enumerate(rows):
        spread = {"diversity_ratio": 0.4 + 0.05 * number}
        row["metrics"] |= {"spacing_ratio": 0.004, **spread}  # type: ignore[operator]
        row["floor"] |= {"spacing_ratio": 1.0, "diversity_ratio": 1.0}  # type: ignore[operator]
    found = mode_collapse(history(exams=rows))
    assert found is not None
    assert found.confidence > ILL


def test_a_generator_that_stands_still_does_not_dominate(history: Make) -> None:
    run = history(
        exams=exams(STUCK),
        scores__ranked_right=0.5 * ONES,
        update__generator=1e-7 * ONES,
        update__discriminator=1e-4 * ONES,
    )
    found = generator_dominates(run)
    assert found is None or found.confidence < ILL


def test_a_part_of_the_data_that_good_vectors_leave_out_is_a_collapse(history: Make) -> None:
    cases = (  # share of the data without fakes at each exam, precision, named
        ([0.4] * 10, 0.6, True),
        ([0.4] * 10, 0.05, False),  # nowhere near the data: nothing is left out of it
        ([0.05] * 10, 0.6, False),
        ([0.9, 0.8, 0.7, 0.6, 0.6, 0.5, 0.4, 0.3, 0.25, 0.2], 0.6, False),  # it shrinks
    )
    for missing, precision, named in cases:
        rows = exams([1000.0, *[200.0] * 9], coverage=0.6)
        for row, share in zip(rows, missing, strict=True):
            row["metrics"] |= {"precision": precision, "missing_share": share}  # type: ignore[operator]
            row["floor"] |= {"precision": 0.95, "missing_share": 0.0}  # type: ignore[operator]
        found = mode_collapse(replace(history(exams=rows), data={"shape": [8]}))
        assert (found is not None and found.confidence >= ILL) is named


def test_a_pattern_that_training_made_is_an_artefact_whatever_else_was_learned(
    history: Make,
) -> None:
    """Begun weaker; or, as strong as ever, in a game where nothing kept G from unlearning it."""
    for begun, ranked, named in ((0.6, 0.95, True), (1.2, 0.2, False), (1.2, 0.6, True)):
        rows = exams([1000.0, *[1100.0 + 10 * n for n in range(9)]])
        for number, row in enumerate(rows):
            board = {"checkerboard": begun if number == 0 else 1.2, "checkerboard_excess": 28.0}
            row["metrics"] |= {"high_frequency_ratio": 9.0, **board}  # type: ignore[operator]
        run = history(exams=rows, scores__ranked_right=ranked * ONES)
        found = artefacts(run)
        assert (found is not None and found.confidence >= ILL) is named


def test_few_samples_again_and_again_are_collapse_though_nothing_else_was_learned(
    history: Make,
) -> None:
    for spacing, named in ((0.015, True), (0.9, False)):
        rows = exams([1000.0, 1200.0, 900.0, 800.0, 1100.0, 900.0, 1000.0, 950.0, 980.0, 960.0])
        for row in rows:
            row["metrics"] |= {"spacing_ratio": spacing, "diversity_ratio": 0.1}  # type: ignore[operator]
            row["floor"] |= {"spacing_ratio": 1.0, "diversity_ratio": 1.0}  # type: ignore[operator]
        found = mode_collapse(history(exams=rows))
        assert (found is not None and found.confidence >= ILL) is named
