"""The same noise and another class: whether a sample moves."""

import pytest
import torch

from gansmith.evaluation.condition_sensitivity import condition_sensitivity

NOISE = torch.randn(100, 4, generator=torch.Generator().manual_seed(0))


def test_a_deaf_generator_does_not_move() -> None:
    assert condition_sensitivity(NOISE, NOISE) == 0
    assert condition_sensitivity(NOISE[:1].expand(9, -1), NOISE[:9]) == 0


def test_a_move_is_measured_by_the_mean_distance_of_two_samples() -> None:
    """Samples 0 and 2 are 2 apart and move by 1: a half."""
    samples = torch.tensor([[[0.0]], [[2.0]]])
    assert condition_sensitivity(samples, samples + 1) == pytest.approx(0.5)
