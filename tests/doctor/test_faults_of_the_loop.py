"""Samples that differ and faults of the loop, on histories written by hand."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gansmith.doctor.detectors.loop_fault import loop_fault
from gansmith.doctor.detectors.samples_differ import samples_differ
from gansmith.doctor.diagnose import judge, signs
from gansmith.doctor.history import History
from gansmith.doctor.measurements.loop_facts import never_moves
from tests.doctor.conftest import healthy_exams

Make = Callable[..., History]
ONES = np.ones(100)
SINCE = 3  # of the exams, from which what is shown is other


def exams(
    shown: float, real: float = 0.8, training: float | None = None, gap: float | None = None
) -> list[dict[str, Any]]:
    """Exams whose samples D scores so; the loop's fakes have -0.8 and spreads of 0.3 to 1."""
    rows = healthy_exams(200.0)
    for number, row in enumerate(rows):
        later = number >= SINCE
        row |= {"scores/shown/mean": shown if later else -0.8, "scores/shown/std": 0.7}
        row |= {"scores/shown_real/mean": real, "scores/shown_real/std": 0.7}
        if training is not None:
            row |= {"scores/shown_training/mean": training, "scores/shown_training/std": 0.7}
        if gap is not None:
            row |= {"samples/mode_gap": gap if later else 0.1}
    return rows


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (exams(-6.0), "draw its noise once"),
        (exams(-6.0, training=-6.2), "draw its noise once"),
        (exams(-6.0, training=-0.9), "the running statistics of its batch normalisation lag"),
        (exams(-0.8, gap=1.1), "running statistics lag behind"),
    ],
)
def test_samples_that_are_not_those_of_the_loop_are_found_with_their_reason(
    history: Make, rows: list[dict[str, Any]], says: str
) -> None:
    found = samples_differ(history(exams=rows))
    assert found is not None
    assert found.confidence > 0.8
    assert says in found.evidence[0].says
    assert found.since_kimg == pytest.approx(rows[SINCE]["kimg"])


@pytest.mark.parametrize(
    "rows",
    [
        exams(-0.8),
        exams(-1.9),  # as an averaged generator's
        exams(+6.0),  # better than what D is trained on
        exams(-6.0, real=-4.0),  # the reals of the exams are in another scale too
        exams(-0.8, training=-0.9, gap=0.3),
        exams(float("nan"), gap=float("nan")),
        healthy_exams(200.0),
    ],
)
def test_samples_that_are_the_loops_are_left_in_peace(
    history: Make, rows: list[dict[str, Any]]
) -> None:
    found = samples_differ(history(exams=rows))
    assert found is None or found.confidence < 0.5


def test_the_last_three_exams_must_all_tell(history: Make) -> None:
    rows = exams(-6.0)
    rows[-1] |= {"scores/shown/mean": -0.8}
    assert samples_differ(history(exams=rows)) is None


STILL = {"update__generator": 0 * ONES, "frozen__generator": 0 * ONES}


def test_a_network_that_never_moves_is_told_from_one_that_nobody_watched(history: Make) -> None:
    """Records of before have an update of one iteration, in which a player may have no turn."""
    assert never_moves(history(**STILL), "generator")
    assert not never_moves(history(update__generator=0 * ONES), "generator")
    assert not never_moves(history(**(STILL | {"update__generator": 1e-9 * ONES})), "generator")
    assert not never_moves(history(ticks=7, **{n: v[:7] for n, v in STILL.items()}), "generator")


def test_gradients_of_a_player_without_a_turn_are_not_taken_for_uncleared(history: Make) -> None:
    grows = np.linspace(1, 100, 100)
    added = {"gradient__generator": grows, "fresh__generator": 1 / (2 + np.arange(100))}
    assert loop_fault(history(**added)) is not None
    for fresh in (0 * ONES, 0.2 * ONES, 1 / (2 + np.arange(100)) ** 0.2):
        assert loop_fault(history(**(added | {"fresh__generator": fresh}))) is None
    assert loop_fault(history(**(added | {"gradient__generator": ONES}))) is None


def probabilities(loss: Callable[..., Any], share: float) -> dict[str, Any]:
    real, fake = np.linspace(0.5, 0.95, 100), np.linspace(0.5, 0.05, 100)
    return {
        "scores__real__mean": real,
        "scores__fake__mean": fake,
        "scores__lowest": 0.9 * fake,
        "scores__highest": 0.5 + 0.5 * real,
        "loss__discriminator": share * loss(real, fake),
    }


LOSSES: dict[str, tuple[Callable[..., Any], str]] = {
    "logits": (lambda r, f: np.logaddexp(0, -r) + np.logaddexp(0, f), "softplus(-real)"),
    "hinge": (lambda r, f: (1 - r) + (1 + f), "relu(1 - real)"),
    "probabilities": (lambda r, f: -np.log(r) - np.log1p(-f), ""),
    "squares": (lambda r, f: (r - 1) ** 2 + f**2, ""),
    "difference": (lambda r, f: f - r, ""),
}


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("share", [1.0, 0.5])
def test_only_losses_of_logits_are_at_fault_with_probabilities(
    history: Make, name: str, share: float
) -> None:
    loss, says = LOSSES[name]
    curves = probabilities(loss, share)
    found = loop_fault(history(**curves))
    assert (found is not None) is bool(says)
    if found is not None:
        assert says in found.evidence[0].says
    logits = loop_fault(history(**(curves | {"scores__lowest": -0.1 * ONES})))
    assert logits is None


def test_dominance_holds_back_where_a_network_never_moves(history: Make) -> None:
    wins = {"scores__ranked_right": ONES, "scores__real__mean": 8 * ONES}
    far = healthy_exams(200.0)
    for row in far:
        row["metrics"]["frechet_distance"] = 1400.0
    won = history(exams=far, **wins)
    assert "discriminator_dominates" in {d.failure for d in signs(won)}
    still = history(exams=far, **(wins | STILL))
    assert {d.failure for d in signs(still) if d.confidence >= 0.5} == {"loop_fault"}
    assert judge(still).says.startswith("loop fault, seen in")
