import pytest
import torch

from gansmith.metrics import two_sample


def test_one_distribution_cannot_be_told_apart_and_p_is_calibrated(draw):
    found = [
        two_sample(draw(80, 4, seed=2 * s), draw(80, 4, seed=2 * s + 1), hidden=8, steps=30)
        for s in range(30)
    ]
    assert sum(f["two_sample_accuracy"] for f in found) / 30 == pytest.approx(0.5, abs=0.05)
    assert sum(f["two_sample_p"] < 0.1 for f in found) <= 8


def test_shapes_of_equal_mean_and_covariance_are_told_apart(draw):
    found = two_sample(draw(600, 2), draw(600, 2, seed=1).sign() * 1.0)
    assert found["two_sample_accuracy"] > 0.9
    assert found["two_sample_p"] < 1e-6


def test_it_is_the_same_each_time_and_leaves_the_random_state_alone(draw):
    state = torch.random.get_rng_state()
    assert two_sample(draw(20, 2), draw(30, 2)) == two_sample(draw(20, 2), draw(30, 2))
    assert torch.equal(state, torch.random.get_rng_state())
