"""G learns from the fakes that D scores highest, and from all of them where no share is said."""

import pytest
import torch

from gansmith.games.top_scored import top_scored
from gansmith.runs.reader import read_run
from tests.training.helpers import run_small

SCORES = torch.tensor([0.3, -2.0, 1.5, 0.1])


@pytest.mark.parametrize(
    ("share", "kept"), [(0.01, [2]), (0.25, [2]), (0.5, [2, 0]), (0.6, [2, 0, 3]), (1.0, range(4))]
)
def test_the_losses_of_the_highest_scored_share_are_kept(share, kept):
    losses = torch.arange(4.0)
    assert sorted(top_scored(losses, SCORES, share).tolist()) == sorted(map(float, kept))


def test_the_mean_of_its_patches_places_a_fake():
    scores = torch.tensor([[[9.0, -9.0]], [[1.0, 1.0]]])
    assert torch.equal(top_scored(scores, scores, 0.5), scores[1:])


def test_fakes_that_do_not_count_get_no_gradient():
    scores = SCORES.clone().requires_grad_()
    top_scored(-torch.nn.functional.logsigmoid(scores), scores, 0.5).mean().backward()
    assert (scores.grad != 0).tolist() == [True, False, True, False]
    one = -torch.sigmoid(-SCORES[2]) / 2
    assert scores.grad[2].item() == pytest.approx(one.item())


def test_a_share_of_one_changes_nothing_and_a_schedule_lowers_it(tmp_path):
    plain = read_run(run_small(tmp_path / "plain", length__kimg=0.32)).signals
    whole = read_run(run_small(tmp_path / "whole", length__kimg=0.32, game__top=1.0)).signals
    assert [s["loss/generator"] for s in plain] == [s["loss/generator"] for s in whole]
    assert "knob/game.top" not in plain[0]
    schedule = [{"name": "linear", "knob": "game.top", "final": 0.5}]
    lowered = run_small(tmp_path / "low", length__kimg=0.32, game__top=1.0, controllers=schedule)
    ends = [signals["knob/game.top"] for signals in read_run(lowered).signals]
    assert ends == [pytest.approx(0.75), pytest.approx(0.5)]
