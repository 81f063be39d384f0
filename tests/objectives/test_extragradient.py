"""A look ahead turns the circling of a game into convergence, at the rate that theory says."""

import math

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from gansmith.errors import RecipeError
from gansmith.registry import optimizers
from gansmith.training.session.checkpoint import WEIGHTS, checkpoints
from tests.objectives.dirac import STEPS, distance
from tests.objectives.test_dirac import PUBLISHED
from tests.training.helpers import run_small

H = 0.2
EXTRA = {"name": "extra_sgd", "lr": H}
AHEAD = {"optimizers": {"generator": EXTRA, "discriminator": EXTRA}}
FREE = {"constraints": [{"name": "weight_clip", "limit": 1e6}]}  # bounds nothing here


def one_step():
    """Return the map of (theta, psi) by a step of the bilinear game: D and G ahead, then both."""
    start = np.eye(2)
    theta, psi = start
    ahead = theta + H * (psi - H * theta)
    psi = psi - H * ahead
    return np.stack([theta + H * psi, psi])


def test_the_bilinear_game_shrinks_by_the_rate_of_theory():
    rates = np.abs(np.linalg.eigvals(one_step()))
    assert rates == pytest.approx(math.sqrt(1 - H**2), rel=1e-12)


def test_the_trainer_plays_the_bilinear_game_as_on_paper():
    reached = distance("extragradient", loss={"name": "wasserstein"}, **FREE, **AHEAD)
    on_paper = np.linalg.norm(np.linalg.matrix_power(one_step(), STEPS) @ np.ones(2))
    assert reached == pytest.approx(on_paper, rel=1e-9)
    assert reached < 1e-4
    circling = distance("alternating", loss={"name": "wasserstein"}, **FREE)
    assert circling > 0.5


# minimax has half the slope at the balance, hence the rate sqrt(1 - (H / 2)^2): 0.08 in 500 steps
@pytest.mark.parametrize(
    ("loss", "psi", "near"),
    [("minimax", -1.0, 0.15), ("hinge", 1.0, 1e-4)],
)
def test_the_dirac_gan_that_circles_converges_with_a_look_ahead(loss, psi, near):
    circling = PUBLISHED[loss][4]  # where the alternating game of test_dirac.py ends
    assert distance("extragradient", psi, loss={"name": loss}, **AHEAD) < near < 0.2 * circling


def test_extra_sgd_steps_from_where_it_began_by_the_slope_found_ahead():
    weight = torch.nn.Parameter(torch.tensor([1.0], dtype=torch.float64))
    optimizer = optimizers.build("extra_sgd", parameters=[weight], lr=0.1)
    seen = []
    for _ in range(4):
        weight.grad = weight.detach().clone()
        optimizer.step()
        seen.append(weight.item())
    assert seen == pytest.approx([0.9, 0.91, 0.91 * 0.9, 0.91 * 0.91], rel=1e-12)


def extra(name="extra_adam", **more):
    return {
        "game__name": "extragradient",
        "optimizers": {p: {"name": name, "lr": 1e-3} for p in ("generator", "discriminator")},
        "controllers": (),
    } | more


def test_a_resumed_run_with_a_look_ahead_is_the_same_run(tmp_path):
    whole = run_small(tmp_path / "whole", length__kimg=0.64, **extra())
    half = run_small(tmp_path / "half", length__kimg=0.32, **extra())
    run_small(half, resume=True, length__kimg=0.64, **extra())
    one, two = (load_file(checkpoints(run)[-1].path / WEIGHTS) for run in (whole, half))
    assert all(torch.equal(one[name], two[name]) for name in one)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (extra("adam"), "adam does not extrapolate, but the game extragradient asks it to"),
        (extra(game__name="two_player"), "extra_adam steps in twos, but the game two_player"),
        (extra(runtime__precision="fp16"), "fp16 skips a step now and then"),
        (
            extra(game__discriminator_turns=5),
            "discriminator_turns must be at least 1 and at most 1",
        ),
    ],
)
def test_half_of_an_extragradient_is_refused_with_the_other_half(tmp_path, changes, says):
    with pytest.raises((RecipeError, ValueError), match=says):
        run_small(tmp_path / "run", **changes)


def test_the_game_alone_chooses_its_optimizers(tmp_path):
    run = run_small(tmp_path / "run", game__name="extragradient", length__kimg=0.1)
    assert 'name = "extra_adam"' in (run / "recipe.toml").read_text()
