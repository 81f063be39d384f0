"""Runs that have hardly begun, generators that no gradient reaches, samples and labels at odds."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gansmith.doctor.diagnose import assess, signs
from gansmith.doctor.history import History
from gansmith.doctor.measurements.maturity import has_just_begun, is_barely_trained
from tests.doctor.conftest import exam, make_history

ONES = np.ones(100)
STEPS = 5000  # of the histories below


def named(history: History) -> set[str]:
    return {d.failure for d in signs(history) if d.confidence >= 0.5}


def collapsed(**changed: Any) -> History:
    """Fakes that are all alike and far from real, at every exam of a run."""
    floor = {"frechet_distance": 5.0, "diversity_ratio": 1.0, "precision": 0.9, "coverage": 0.9}
    own = {"diversity_ratio": 0.1, "precision": 0.5, "coverage": 0.1}
    far = [2000.0, *[700.0 * (1 + 0.01 * (n % 2)) for n in range(15)]]
    rows = [exam(12.0 * n, {"frechet_distance": d, **own}, floor) for n, d in enumerate(far)]
    return make_history(exams=rows, **changed)


def moved(generator: float, discriminator: float) -> dict[str, Any]:
    """Steps that add up to these shares of the players' weights over the run."""
    steps = {"generator": generator, "discriminator": discriminator}
    return {f"update__{player}": way / STEPS * ONES for player, way in steps.items()}


def test_a_generator_whose_weights_have_hardly_moved_is_what_it_was_at_first() -> None:
    assert is_barely_trained(make_history(**moved(0.5, 0.5)))
    assert not is_barely_trained(make_history(**moved(0.9, 0.9)))
    assert not is_barely_trained(History([]))  # a record that does not tell


@pytest.mark.parametrize(
    ("generator", "discriminator", "young"),
    [(0.5, 0.5, True), (0.5, 8.0, False), (0.02, 0.02, False), (3.0, 3.0, False)],
)
def test_training_has_begun_where_both_players_moved_a_little_and_in_pace(
    generator: float, discriminator: float, young: bool
) -> None:
    assert has_just_begun(make_history(**moved(generator, discriminator))) is young


def test_a_run_that_has_just_begun_is_undertrained_and_nothing_else() -> None:
    leads = {"scores__ranked_right": 0.9 * ONES}
    assert named(collapsed(**moved(0.4, 0.4), **leads)) == {"undertrained"}
    assert "mode_collapse" in named(collapsed(**moved(4.0, 4.0), **leads))


def test_what_has_just_begun_is_to_last_many_times_as_long_once_it_has_ended() -> None:
    run = collapsed(**moved(0.3, 0.3), scores__ranked_right=0.9 * ONES)
    run = replace(run, recipe={"length": {"kimg": 50}})
    found = next(d for d in assess(run) if d.failure == "undertrained")
    assert found.remedies[0].changes == {"length.kimg": 500}
    assert "undertrained" not in named(replace(run, ended=False))


def test_a_begun_run_whose_discriminator_teaches_nothing_is_not_helped_by_time() -> None:
    blind = collapsed(**moved(0.4, 0.4), scores__ranked_right=0.5 * ONES)
    assert "undertrained" not in named(blind)


def test_a_generator_that_no_gradient_ever_reached_is_cut_off() -> None:
    """Detached samples leave it without gradients, and no optimizer moves it."""
    run = collapsed(**moved(0.0, 2.0))
    assert "vanishing_gradient" not in named(run)
    rows = [{k: v for k, v in row.items() if k != "gradient/generator"} for row in run.signals]
    cut = History(rows, run.metrics)
    says = [e.says for d in signs(cut) if d.failure == "vanishing_gradient" for e in d.evidence]
    assert len(says) == 1
    assert "are the samples detached from the generator" in says[0]
    remedies = next(d for d in assess(cut) if d.failure == "vanishing_gradient").remedies
    assert [remedy.changes for remedy in remedies] == [{}]
    assert "score its samples as it made them" in remedies[0].because


def test_a_collapse_within_eight_ticks_is_a_suspicion() -> None:
    assert "mode_collapse" in named(collapsed(**moved(4.0, 4.0)))
    few = {name: np.asarray(steps)[:6] * 100 / 6 for name, steps in moved(4.0, 4.0).items()}
    assert "mode_collapse" not in named(collapsed(ticks=6, **few))


def with_samples(reals: float, fakes: list[float], high: float = 0.9) -> History:
    rows = [
        exam(20.0 * n, {"frechet_distance": 900.0 / (n + 1)}, {"frechet_distance": 5.0})
        | {"samples/real/low": reals, "samples/real/high": 1.0}
        | {"samples/fake/low": low, "samples/fake/high": high}
        for n, low in enumerate(fakes)
    ]
    return make_history(exams=rows)


def test_samples_that_come_down_to_zero_and_never_below_end_in_a_sigmoid() -> None:
    assert "data_problem" in named(with_samples(-1.0, [0.4, 0.2, 0.1, 0.02, 1e-3, 1e-4, 1e-5]))
    assert "data_problem" not in named(with_samples(0.0, [0.4, 0.1, 0.02, 1e-3, 1e-4, 0, 0]))
    assert "data_problem" not in named(with_samples(-1.0, [-0.1, -0.3, -0.6, *[-0.9] * 4]))


@pytest.mark.parametrize(
    ("told", "shape", "wrong"),
    [(0.21, [2], True), (0.6, [2], False), (0.21, [3, 32, 32], False)],
)
def test_labels_of_vectors_that_say_no_more_than_chance_belong_to_others(
    told: float, shape: list[int], wrong: bool
) -> None:
    """Features of pictures may not tell the classes of good labels."""
    own = {"frechet_distance": 6.0, "condition_consistency": 0.2, "condition_chance": 0.2}
    floor = {"frechet_distance": 5.0, "condition_consistency": told}
    rows = [exam(20.0 * n, own, floor) for n in range(9)]
    run = replace(make_history(exams=rows), data={"shape": shape})
    assert ("data_problem" in named(run)) is wrong
