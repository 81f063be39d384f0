import pytest
import torch

from gansmith.metrics import sliced_wasserstein


def test_a_shift_in_one_dimension_is_its_length(draw):
    rows = draw(30, 1)
    assert sliced_wasserstein(rows, rows + 2.5) == pytest.approx(2.5, 1e-12)


def test_a_shift_by_mu_is_its_length_over_the_root_of_the_width(draw):
    rows, mu = draw(50, 6), draw(6, seed=1)
    found = sliced_wasserstein(rows, rows + mu, projections=20_000)
    assert found == pytest.approx(float(mu.norm()) / 6**0.5, rel=0.02)


def test_unequal_counts_by_hand():
    """Quantiles 0, 1 against 0, 0, 3: squares 0 on [0, 1/2), 1 on [1/2, 2/3), 4 on [2/3, 1]."""
    x, y = torch.tensor([[0.0], [1.0]]), torch.tensor([[0.0], [0.0], [3.0]])
    assert sliced_wasserstein(x, y) ** 2 == pytest.approx(1 / 6 + 4 / 3, 1e-12)


def test_repeating_all_samples_changes_nothing(draw):
    x, y = draw(20, 3), draw(15, 3, seed=1)
    assert sliced_wasserstein(x.repeat(3, 1), y) == pytest.approx(sliced_wasserstein(x, y), 1e-10)


def test_it_sees_a_shape_that_mean_and_covariance_do_not(draw):
    gaussian, coins = draw(2000, 2), draw(2000, 2, seed=1).sign()
    assert sliced_wasserstein(gaussian, coins) > 4 * sliced_wasserstein(
        gaussian, draw(2000, 2, seed=2)
    )
