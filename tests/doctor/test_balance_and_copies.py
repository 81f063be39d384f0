"""Who wins the game: detectors of a dominating discriminator or generator, and their measures."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from gansmith.doctor.detectors.discriminator_dominates import discriminator_dominates
from gansmith.doctor.detectors.discriminator_overfitting import discriminator_overfitting
from gansmith.doctor.detectors.generator_dominates import generator_dominates
from gansmith.doctor.detectors.memorisation import memorisation
from gansmith.doctor.detectors.mode_collapse import mode_collapse
from gansmith.doctor.detectors.vanishing_gradient import vanishing_gradient
from gansmith.doctor.diagnose import ILL, signs
from gansmith.doctor.history import History
from gansmith.doctor.measurements.balance import separation_curve
from gansmith.doctor.measurements.progress import improves, remaining_distance
from gansmith.doctor.statistics import rises

Make = Callable[..., History]
ONES = np.ones(100)
SIDES = ("trained", "held_out", "generated")


def exams(
    distances: list[float], coverage: float = 0.0, floor: float = 10.0
) -> list[dict[str, object]]:
    return [
        {
            "step": i,
            "kimg": 200.0 * i / (len(distances) - 1),
            "metrics": {"frechet_distance": distance, "coverage": coverage},
            "floor": {"frechet_distance": floor, "coverage": 1.0},
        }
        for i, distance in enumerate(distances)
    ]


def scores(gap: float, spread: float = 1.0) -> dict[str, NDArray[np.float64]]:
    """Scores ``gap`` standard deviations apart, at a scale of ``spread``."""
    return {
        "scores__real__mean": 0.5 * gap * spread * ONES,
        "scores__fake__mean": -0.5 * gap * spread * ONES,
        "scores__real__std": spread * ONES,
        "scores__fake__std": spread * ONES,
    }


def test_the_way_left_is_logarithmic_between_untrained_and_floor() -> None:
    assert remaining_distance(History([], exams([1000.0, 100.0, 100.0]))) == pytest.approx(0.5)
    assert remaining_distance(History([], exams([1000.0, 10.0, 10.0]))) == 0.0
    assert remaining_distance(History([], exams([1000.0, 5000.0, 5000.0]))) == 1.0
    assert remaining_distance(
        History([], exams([1000.0, 900.0, 900.0], coverage=0.8))
    ) == pytest.approx(0.2)
    assert np.isnan(remaining_distance(History([])))


def test_the_separation_has_no_unit(history: Make) -> None:
    small, large = (separation_curve(history(**scores(3.0, s))).values for s in (0.01, 1000.0))
    assert np.allclose(small, 3.0)
    assert np.allclose(large, 3.0)


def test_constant_scores_have_no_separation(history: Make) -> None:
    assert len(separation_curve(history(**scores(3.0, 0.0))).known.values) == 0


@pytest.mark.parametrize(("step", "named"), [(1e-6, True), (1e-3, False)])
def test_a_generator_that_hardly_moves_is_dominated_though_the_distance_falls(
    history: Make, step: float, named: bool
) -> None:
    """Five thousand steps of a millionth come to half a hundredth of the weights."""
    found = discriminator_dominates(
        history(
            exams=exams([1000.0, 950.0, 900.0, 850.0, 800.0, 750.0, 700.0, 650.0]),
            scores__ranked_right=ONES,
            update__generator=step * ONES,
            update__discriminator=step * ONES,
            **scores(9.0),
        )
    )
    assert (found is not None and found.confidence >= 0.5) is named


def test_a_run_improves_while_its_distance_falls() -> None:
    assert improves(History([], exams([1000.0, 500.0, 250.0, 125.0, 60.0])))
    assert not improves(History([], exams([1000.0, 500.0, 250.0, 250.0, 250.0, 245.0])))


def test_rising_means_to_the_end() -> None:
    assert rises(np.array([0.1, 0.2, 0.3, 0.25, 0.4]))
    assert not rises(np.array([0.1, 0.9, 0.8, 0.3, 0.2]))
    assert not rises(np.array([0.1, 0.5, 0.5, 0.5, 0.5, 0.5]))
    assert not rises(np.array([0.1, 0.2]))


def winning(history: Make, distances: list[float], **more: object) -> History:
    return history(exams=exams(distances), scores__ranked_right=ONES, **scores(8.0), **more)


STUCK = [1000.0, 950.0, 930.0, 940.0, 935.0, 938.0]


def test_a_wide_margin_without_progress_is_a_dominating_discriminator(history: Make) -> None:
    found = discriminator_dominates(winning(history, STUCK))
    assert found is not None
    assert found.confidence > 0.9
    assert "8.0 standard deviations apart" in found.evidence[0].says


def test_a_critic_that_wins_every_pair_and_teaches_is_healthy(history: Make) -> None:
    found = discriminator_dominates(winning(history, [1000.0, 600.0, 400.0, 250.0, 160.0, 100.0]))
    assert found is None or found.confidence < ILL


def test_a_discriminator_that_wins_with_the_gradient_gone_is_the_other_failure(
    history: Make,
) -> None:
    fading = 10 ** (-5 * np.linspace(0, 1, 100))
    assert discriminator_dominates(winning(history, STUCK, gradient__samples=fading)) is None


def test_a_dead_generator_under_a_living_slope_is_the_other_failure_too(history: Make) -> None:
    dead = winning(history, STUCK, gradient__generator=np.where(np.arange(100) < 3, 1.0, 0.0))
    assert discriminator_dominates(dead) is None
    assert vanishing_gradient(dead) is not None


def test_vectors_whose_moments_are_far_are_dominated_though_a_cluster_covers_some(
    history: Make,
) -> None:
    covered = [0.04, 0.06, 0.08, 0.1, 0.12, 0.13]
    rows = [exams(STUCK, coverage)[n] for n, coverage in enumerate(covered)]
    near = {"scores__ranked_right": ONES, **scores(2.8)}
    vectors = replace(history(exams=rows, **near), data={"shape": [2]})
    judged = discriminator_dominates(vectors)
    assert judged is not None
    assert judged.confidence >= ILL


def test_a_good_generator_is_not_called_dominated(history: Make) -> None:
    assert discriminator_dominates(winning(history, [1000.0, 30.0, 12.0, 11.0, 12.0, 11.0])) is None


def test_a_blind_discriminator_far_from_real_is_a_dominating_generator(history: Make) -> None:
    ranked = 0.5 * ONES
    found = generator_dominates(
        history(exams=exams(STUCK), scores__ranked_right=ranked, **scores(0.1))
    )
    assert found is not None
    assert found.confidence > 0.9
    assert "50%" in found.evidence[2].says


def test_a_discriminator_at_chance_at_the_end_of_a_good_run_is_healthy(history: Make) -> None:
    good = exams([1000.0, 60.0, 15.0, 12.0, 12.0, 12.0])
    ranked = 0.5 * ONES
    assert (
        generator_dominates(history(exams=good, scores__ranked_right=ranked, **scores(0.1))) is None
    )


def test_ranks_tell_a_blind_discriminator_where_skewed_scores_part_the_means(
    history: Make,
) -> None:
    ranked = 0.52 * ONES
    assert generator_dominates(
        history(exams=exams(STUCK), scores__ranked_right=ranked, **scores(0.8))
    )


FALLING = [1000.0, 750.0, 600.0, 480.0, 400.0, 330.0, 280.0, 240.0, 190.0, 165.0]


@pytest.mark.parametrize(("ranked", "ill"), [(0.5, True), (0.6, False)])
def test_a_distance_that_falls_excuses_no_discriminator_at_chance_all_along(
    history: Make, ranked: float, ill: bool
) -> None:
    draws = 0.05 * np.random.default_rng(0).standard_normal(100)
    found = generator_dominates(
        history(exams=exams(FALLING), scores__ranked_right=ranked + draws, **scores(0.1))
    )
    assert found is not None
    assert (found.confidence >= ILL) is ill


def test_a_discriminator_at_chance_in_a_game_that_breaks_has_not_lost(history: Make) -> None:
    grown = 10 ** (5 * np.linspace(0, 1, 100))
    found = signs(
        history(
            exams=exams(STUCK),
            scores__ranked_right=0.5 * ONES,
            loss__discriminator=grown,
            loss__generator=grown,
            gradient__discriminator=grown,
            gradient__generator=grown,
            **scores(0.1),
        )
    )
    sure = {diagnosis.failure: diagnosis.confidence for diagnosis in found}
    assert sure["divergence"] >= ILL > sure["generator_dominates"]


def test_without_exams_nobody_knows_whether_the_generator_deserves_to_win(history: Make) -> None:
    assert (
        generator_dominates(history(exams=[], scores__ranked_right=0.5 * ONES, **scores(0.0)))
        is None
    )


def test_a_frozen_generator_is_not_called_collapsed(history: Make) -> None:
    rows = exams([1000.0, 995.0, 1002.0, 998.0])
    for row in rows:
        row["metrics"] = {**row["metrics"], "diversity_ratio": 0.1}  # type: ignore[dict-item]
    assert mode_collapse(history(exams=rows)) is None


def test_a_toy_generator_on_two_of_eight_modes_is_collapsed_whatever_its_quality(
    history: Make,
) -> None:
    rows = [
        {"kimg": 50.0 * i, "metrics": {"reverse_kl": kl, "high_quality": 0.0}}
        for i, kl in enumerate([0.7, 2.08, 1.4, 1.39, 1.4])
    ]
    found = mode_collapse(history(exams=rows))
    assert found is not None
    assert found.confidence > 0.9
    assert "25% of the modes" in found.evidence[0].says


def copies(shares: list[float], chance: float) -> list[dict[str, object]]:
    return [
        {"kimg": 20.0 * i, "metrics": {"memorised_share": share, "memorisation_p": chance}}
        for i, share in enumerate(shares)
    ]


def test_fakes_nearest_to_training_samples_beyond_chance_are_memorised(history: Make) -> None:
    found = memorisation(history(exams=copies([0.0, 0.02, 0.3, 0.6, 0.7], 1e-9)))
    assert found is not None
    assert found.confidence > 0.9
    assert found.since_kimg == 40


def test_a_surplus_that_chance_explains_or_no_such_exam_is_no_memorisation(history: Make) -> None:
    assert memorisation(history(exams=copies([0.0, 0.3, 0.3], 0.05))) is None
    assert memorisation(history()) is None


def held_out(history: Make, sunk: float, scatter: float, gap: float = 2.0) -> History:
    noise = np.random.default_rng(0).standard_normal(10)
    rows = [
        {"kimg": 20.0 * (i + 1), "scores/held_out/mean": 0.5 * gap - gap * (sunk + scatter * e)}
        for i, e in enumerate(noise)
    ]
    return history(exams=rows, **scores(gap))


def test_held_out_reals_that_score_like_fakes_mean_an_overfitted_discriminator(
    history: Make,
) -> None:
    found = discriminator_overfitting(held_out(history, sunk=1.0, scatter=0.2))
    assert found is not None
    assert found.confidence > 0.9
    assert "down to fakes" in found.evidence[0].says


@pytest.mark.parametrize(
    ("sunk", "scatter", "gap"), [(0.0, 0.1, 2.0), (0.3, 1.0, 2.0), (1.0, 0.1, 0.4)]
)
def test_a_little_scatter_or_no_gap_is_no_overfitting(
    history: Make, sunk: float, scatter: float, gap: float
) -> None:
    assert discriminator_overfitting(held_out(history, sunk, scatter, gap)) is None


def test_held_out_reals_far_below_training_reals_tell_it_where_fakes_are_anywhere(
    history: Make,
) -> None:
    """A D that wins by far leaves the fakes so low that no share of the way shows it."""
    rows = exams([500.0] * 10)
    for row in rows:
        row |= {f"scores/{s}/mean": v for s, v in zip(SIDES, (2.0, 1.0, -40.0), strict=True)}
    far = {"scores__real__mean": 2 * ONES, "scores__fake__mean": -40 * ONES}
    found = discriminator_overfitting(
        history(exams=rows, scores__real__std=ONES, scores__fake__std=ONES, **far)
    )
    assert found is not None
    assert found.confidence > 0.9
    assert "1.0 standard deviations below training reals" in found.evidence[0].says


@pytest.mark.parametrize(("below", "ill"), [(0.4, True), (0.1, False)])
def test_where_the_sides_overlap_the_means_of_the_exams_tell_an_overfitted_discriminator(
    history: Make, below: float, ill: bool
) -> None:
    """With 120 pictures a side the draw alone makes 0.13 standard deviations that last."""
    rows = exams([500.0] * 12)
    noise = 0.2 * np.random.default_rng(0).standard_normal(12)
    for row, n in zip(rows, noise, strict=True):
        row |= {"scores/trained/mean": 0.2, "scores/generated/mean": -0.2}
        row |= {"scores/held_out/mean": 0.2 - below + n}
    made = history(exams=rows, **scores(0.4))
    known = History(made.signals, made.metrics, {}, {"train": 120, "facts": {"held_out": 120}})
    assert (discriminator_overfitting(known) is not None) is ill
