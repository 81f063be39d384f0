"""Checkerboards and grain, against the reals' spectrum."""

import numpy as np

from gansmith.doctor.history import History
from tests.doctor.conftest import make_history
from tests.doctor.histories import exams, found


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
