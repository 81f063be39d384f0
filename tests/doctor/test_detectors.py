import math
from collections.abc import Callable

import numpy as np
import pytest

from gansmith.doctor.detectors.divergence import divergence
from gansmith.doctor.detectors.mode_collapse import mode_collapse
from gansmith.doctor.detectors.vanishing_gradient import vanishing_gradient
from gansmith.doctor.diagnose import ILL, assess
from gansmith.doctor.history import History
from tests.doctor.conftest import exam

Make = Callable[..., History]
T = np.linspace(0, 1, 100)
SIZES = {"loss": 5.0, "gradient": 20.0}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("ticks", [1, 5, 20, 100])
def test_a_healthy_run_has_no_diagnosis(history: Make, seed: int, ticks: int) -> None:
    assert assess(history(ticks=ticks, seed=seed)) == []


# divergence


def test_a_loss_that_is_not_finite_is_divergence_since_its_tick(history: Make) -> None:
    rows = [dict(row) for row in history().signals]
    for row in rows[90:]:
        row |= {"loss/generator": None, "nonfinite": ["loss/generator"]}
    found = divergence(History(rows))
    assert found is not None
    assert found.confidence > 0.95
    assert found.since_kimg == rows[90]["kimg"]
    assert "loss/generator stopped being a finite number" in found.evidence[0].says
    assert math.isnan(found.evidence[0].observed)
    assert found.evidence[0].as_dict()["observed"] is None


def test_infinite_gradients_that_fp16_scaling_skips_are_no_divergence(history: Make) -> None:
    rows = [dict(row) for row in history().signals]
    rows[3] |= {"gradient/generator": None, "nonfinite": ["gradient/generator"]}
    assert divergence(History(rows, recipe={"runtime": {"precision": "fp16"}})) is None
    assert divergence(History(rows)) is not None


def test_losses_and_gradients_that_explode_together_are_divergence(history: Make) -> None:
    growth = np.where(T < 0.5, 1.0, 10 ** (8 * (T - 0.5)))
    found = divergence(history(loss__discriminator=growth, gradient__discriminator=growth))
    assert found is not None
    assert found.confidence > 0.9
    assert 100 < found.since_kimg < 140
    assert "times the early level" in found.evidence[0].says


def test_what_explodes_at_once_is_held_against_its_first_ticks(history: Make) -> None:
    growth = 10 ** np.minimum(60 * T, 5) * (1 + 9 * T)
    found = divergence(history(loss__discriminator=growth, gradient__discriminator=growth))
    assert found is not None
    assert found.confidence > 0.9


def test_a_player_that_begins_at_nothing_and_meets_the_other_has_not_exploded(
    history: Make,
) -> None:
    """An untrained discriminator took fakes for real by chance: G's loss was next to nothing."""
    meets = {
        f"{what}__generator": level * np.where(T < 0.12, 1e-7, 1) for what, level in SIZES.items()
    }
    falls = {f"{what}__discriminator": 6 * level * (1 - 0.9 * T) for what, level in SIZES.items()}
    assert divergence(history(**meets, **falls)) is None


@pytest.mark.parametrize(("size", "ill"), [(4.0, True), (0.2, False)])
def test_a_step_larger_than_the_weights_that_ends_every_gradient_is_divergence(
    history: Make, size: float, ill: bool
) -> None:
    silence = np.where(T < 0.02, 1e5, 0.0)
    far, floor = {"frechet_distance": 90.0}, {"frechet_distance": 1.0}
    stuck = [exam(kimg, far, floor) for kimg in (0.0, 50.0, 100.0, 150.0, 200.0)]
    found = divergence(
        history(
            exams=stuck,
            update__discriminator=np.where(T < 0.02, size, 1e-9),
            gradient__generator=silence,
            gradient__samples=silence,
        )
    )
    assert (found is not None) is ill
    assert found is None or "as large as the weights" in found.evidence[0].says


@pytest.mark.parametrize(
    ("size", "late", "named"), [(0.9, 1e7, True), (0.1, 1e7, False), (0.9, 50.0, False)]
)
def test_a_step_after_which_scores_are_beyond_all_the_untrained_nets_gave_is_divergence(
    history: Make, size: float, late: float, named: bool
) -> None:
    """The first tick is as large as the last: the run has no early level to compare with."""
    rows = [
        {"step": i, "kimg": 20.0 * i, "scores/generated/mean": -s, "scores/trained/mean": s}
        | {"metrics": {"frechet_distance": 30.0}, "floor": {"frechet_distance": 0.1}}
        for i, s in enumerate([0.5, *[late] * 10])
    ]
    steps = np.r_[size, np.full(99, 0.01)]
    found = divergence(history(exams=rows, update__discriminator=steps))
    assert (found is not None and found.confidence >= 0.5) is named


def test_a_loss_that_comes_back_from_nothing_in_a_run_that_works_is_no_divergence(
    history: Make,
) -> None:
    """Both losses were next to nothing at first, and G learned all the same."""
    back = np.where(T < 0.1, 1e-4, 0.7)
    floor = {"frechet_distance": 1.0, "coverage": 1.0}
    rows = [
        exam(25.0 * n, {"frechet_distance": d, "coverage": 0.0}, floor)
        for n, d in enumerate([1000.0, 800.0, 400.0, 200.0, 100.0, 50.0, 20.0, 8.0, 6.0])
    ]
    for exams, named in ((rows, False), (None, True)):
        names = [f"{what}__{who}" for what in SIZES for who in ("discriminator", "generator")]
        found = divergence(history(exams=exams, **dict.fromkeys(names, back)))
        assert (found is not None and found.confidence >= ILL) is named


def test_one_spike_or_one_growing_group_is_no_divergence(history: Make) -> None:
    spike = np.ones(100)
    spike[50] = 1e6
    assert divergence(history(loss__discriminator=spike, gradient__discriminator=spike)) is None
    assert divergence(history(gradient__discriminator=10 ** (4 * T))) is None


def test_a_wasserstein_critic_with_large_drifting_scores_is_healthy(history: Make) -> None:
    loss = -30 * (1 - np.exp(-20 * T)) + 20 * T
    drift = {"scores__real__mean": 500 + 300 * T, "scores__fake__mean": 480 + 300 * T}
    assert (
        divergence(history(loss__discriminator=loss, loss__generator=-480 - 300 * T, **drift))
        is None
    )


# vanishing_gradient


def test_a_gradient_lost_to_a_winning_discriminator_is_found(history: Make) -> None:
    slope = 0.2 * 10 ** (-6 * np.clip(T - 0.3, 0, 1))
    found = vanishing_gradient(
        history(
            gradient__samples=slope,
            gradient__generator=5 * slope,
            scores__ranked_right=0.999 + 0 * T,
        )
    )
    assert found is not None
    assert found.confidence > 0.9
    assert 60 < found.since_kimg < 120
    assert [e.signal for e in found.evidence] == [
        "gradient/samples",
        "gradient/generator",
        "scores/ranked_right",
    ]


def test_a_gradient_that_never_was_there_is_held_against_the_discriminators(history: Make) -> None:
    won = {"scores__ranked_right": np.ones(100), "gradient__discriminator": np.ones(100)}
    silent, slow = 1e-8 * np.ones(100), 0.01 * np.ones(100)
    found = vanishing_gradient(history(gradient__generator=silent, **won))
    assert found is not None
    assert found.confidence > 0.9
    assert vanishing_gradient(history(gradient__generator=slow, **won)) is None


def test_a_gradient_that_fades_in_a_balanced_game_is_convergence(history: Make) -> None:
    slope = 10 ** (-6 * T)
    assert vanishing_gradient(history(gradient__samples=slope, gradient__generator=slope)) is None


def test_a_winning_discriminator_with_a_living_gradient_is_not_vanishing(history: Make) -> None:
    assert vanishing_gradient(history(scores__ranked_right=0.999 + 0 * T)) is None


def test_a_gradient_that_starts_at_zero_has_its_peak_as_early_level(history: Make) -> None:
    slope = np.where(T < 0.02, 1e-9, 0.2 * 10 ** (-5 * T))
    found = vanishing_gradient(history(gradient__samples=slope, scores__ranked_right=1.0 + 0 * T))
    assert found is not None


# mode_collapse


def exams(floor: dict[str, float], **curves: list[float]) -> list[dict[str, object]]:
    rows = zip(*curves.values(), strict=True)
    return [
        {
            "step": i,
            "kimg": 20.0 * (i + 1),
            "metrics": dict(zip(curves, row, strict=True)),
            "floor": floor,
        }
        for i, row in enumerate(rows)
    ]


def test_lost_diversity_is_collapse_since_it_fell(history: Make) -> None:
    floor = {"diversity_ratio": 1.0, "duplicate_share": 0.0}
    rows = exams(
        floor,
        diversity_ratio=[0.4, 0.9, 0.85, 0.3, 0.1, 0.1],
        duplicate_share=[0.1, 0.0, 0.0, 0.2, 0.7, 0.8],
    )
    found = mode_collapse(history(exams=rows))
    assert found is not None
    assert found.confidence > 0.9
    assert found.since_kimg == 80
    assert "10% as much as reals do" in found.evidence[0].says


def test_data_that_is_alike_by_nature_is_judged_by_its_own_floor(history: Make) -> None:
    floor = {"diversity_ratio": 1.0, "duplicate_share": 0.6}
    rows = exams(floor, diversity_ratio=[0.5, 0.9, 0.95], duplicate_share=[0.7, 0.6, 0.62])
    assert mode_collapse(history(exams=rows)) is None


def test_a_young_generator_that_still_spreads_is_not_ill(history: Make) -> None:
    rows = exams({"diversity_ratio": 1.0}, diversity_ratio=[0.05, 0.1, 0.2, 0.4])
    found = mode_collapse(history(exams=rows))
    assert found is None or found.confidence < ILL


@pytest.mark.parametrize(("precision", "sharp"), [(0.0, 0.5), (0.9, 0.01)])
def test_pictures_near_no_real_or_without_detail_are_alike_in_what_they_lack(
    history: Make, precision: float, sharp: float
) -> None:
    def judged(varied: float) -> float:
        lack = {"precision": [precision] * 5, "high_frequency_ratio": [sharp] * 5}
        rows = exams({"diversity_ratio": 1.0}, diversity_ratio=[varied] * 5, **lack)
        found = mode_collapse(history(exams=rows))
        return found.confidence if found else 0.0

    assert judged(0.45) < ILL < judged(0.1)


def test_one_exam_or_one_dip_proves_nothing(history: Make) -> None:
    floor = {"diversity_ratio": 1.0}
    assert mode_collapse(history(exams=exams(floor, diversity_ratio=[0.1]))) is None
    assert mode_collapse(history(exams=exams(floor, diversity_ratio=[0.9, 0.9, 0.2]))) is None


def test_a_ring_with_missing_modes_is_partial_collapse(history: Make) -> None:
    floor = {"modes": 8.0, "high_quality": 0.99}
    rows = exams(floor, modes=[1.0, 4.0, 5.0, 5.0], high_quality=[0.1, 0.6, 0.9, 0.9])
    found = mode_collapse(history(exams=rows))
    assert found is not None
    assert found.confidence > 0.9
    assert "5 of 8 modes" in found.evidence[0].says
    whole = exams(floor, modes=[1.0, 4.0, 8.0, 8.0], high_quality=[0.1, 0.6, 0.9, 0.9])
    assert mode_collapse(history(exams=whole)) is None


def test_a_collapsed_sample_has_high_precision_and_low_recall(history: Make) -> None:
    floor = {"precision": 0.8, "recall": 0.8}
    narrow = exams(floor, precision=[0.2, 0.7, 0.75, 0.8], recall=[0.1, 0.1, 0.02, 0.01])
    poor = exams(floor, precision=[0.0, 0.05, 0.1, 0.1], recall=[0.0, 0.02, 0.02, 0.01])
    suspected = mode_collapse(history(exams=narrow))
    assert suspected is not None
    assert suspected.confidence < ILL  # a suspicion: recall comes last in healthy runs too
    assert mode_collapse(history(exams=poor)) is None


def test_nets_that_start_at_zero_and_find_their_scale_do_not_diverge(history: Make) -> None:
    growth = 10 ** (4 * T)
    scale = {"scores__real__std": growth, "scores__fake__std": growth}
    assert divergence(history(gradient__generator=growth, **scale)) is None
