"""Unsuitable losses, known by their numbers."""

import numpy as np
import pytest

from tests.doctor.conftest import make_history
from tests.doctor.histories import exams, found, plateau


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
