import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gansmith.metrics import Moments, frechet_between, frechet_distance


def draw(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def whitened(count: int, width: int) -> torch.Tensor:
    """Samples whose mean is exactly 0 and whose covariance is exactly the identity."""
    centred = draw(count, width) - draw(count, width).mean(0)
    return torch.linalg.qr(centred).Q * (count - 1) ** 0.5


@pytest.mark.parametrize("count", [20, 500], ids=["fewer samples than features", "more"])
def test_a_shift_by_mu_is_at_the_squared_length_of_mu(count: int) -> None:
    reals, mu = draw(count, 32), draw(32, seed=1)
    assert frechet_distance(reals, reals + mu) == pytest.approx(float(mu.square().sum()), 1e-12)


@pytest.mark.parametrize("sigma", [0.0, 0.5, 3.0])
def test_a_gaussian_of_other_width_is_at_d_times_sigma_minus_one_squared(sigma: float) -> None:
    reals = whitened(200, 8)
    assert frechet_distance(reals, sigma * reals) == pytest.approx(8 * (sigma - 1) ** 2, 1e-12)


def test_equal_sets_are_at_zero_even_when_the_covariance_is_singular() -> None:
    low_rank = draw(300, 4) @ draw(4, 64)
    assert frechet_distance(low_rank, low_rank) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("count", [30, 400])
def test_rank_deficient_sets_get_the_analytic_value(count: int) -> None:
    """C and 4C along the same directions: tr(C + 4C - 2 * 2C) = tr C, to nearly all digits."""
    low_rank = draw(count, 4) @ draw(4, 64)
    low_rank = low_rank - low_rank.mean(0)
    expected = float(low_rank.var(0).sum())
    assert frechet_distance(low_rank, 2 * low_rank) == pytest.approx(expected, 1e-9)


def test_orthogonal_subspaces_share_nothing() -> None:
    reals, fakes = draw(400, 64), draw(400, 64, seed=1)
    reals[:, 32:], fakes[:, :32] = 0, 0
    expected = float(reals.var(0).sum() + fakes.var(0).sum())
    expected += float((reals.mean(0) - fakes.mean(0)).square().sum())
    assert frechet_distance(reals, fakes) == pytest.approx(expected, 1e-9)


def test_a_collapsed_generator_gets_a_finite_distance() -> None:
    reals = draw(500, 16)
    one = reals[:1].expand(500, -1)
    expected = float(reals.var(0).sum() + (reals.mean(0) - reals[0]).square().sum())
    assert frechet_distance(reals, one) == pytest.approx(expected, 1e-12)


def test_it_agrees_with_the_matrix_square_root_taken_by_eigenvalues_of_the_product() -> None:
    reals, fakes = draw(300, 12), draw(250, 12, seed=1) * 1.7 + 0.3
    product = np.cov(reals.numpy().T) @ np.cov(fakes.numpy().T)
    root_trace = np.sqrt(np.linalg.eigvals(product).real).sum()
    shift = (reals.mean(0) - fakes.mean(0)).square().sum()
    expected = float(shift + reals.var(0).sum() + fakes.var(0).sum()) - 2 * root_trace
    assert frechet_distance(reals, fakes) == pytest.approx(expected, 1e-10)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), count=st.integers(2, 60), width=st.integers(1, 20))
def test_it_is_symmetric_and_does_not_change_under_rotation(
    seed: int, count: int, width: int
) -> None:
    reals, fakes = draw(count, width, seed=seed), draw(count + 3, width, seed=seed + 1) + 1
    turn = torch.linalg.qr(draw(width, width, seed=seed + 2)).Q
    distance = frechet_distance(reals, fakes)
    assert distance >= 0
    assert frechet_distance(fakes, reals) == pytest.approx(distance, 1e-9, 1e-9)
    assert frechet_distance(reals @ turn, fakes @ turn) == pytest.approx(distance, 1e-9, 1e-9)


def test_streamed_and_merged_moments_equal_the_whole() -> None:
    rows = draw(1000, 16) * 3 + 100
    parts = [Moments.of(part) for part in torch.split(rows, [1, 9, 490, 500])]
    merged = parts[3] + (parts[1] + parts[0]) + Moments.none(16) + parts[2]
    torch.testing.assert_close(merged.mean, rows.mean(0), rtol=1e-13, atol=0)
    torch.testing.assert_close(merged.covariance, torch.cov(rows.mT), rtol=1e-11, atol=1e-11)
    other = draw(300, 16, seed=1)
    streamed = frechet_between(merged, Moments.of(other))
    assert streamed == pytest.approx(frechet_distance(rows, other), 1e-10)


def test_bad_input_is_one_sentence() -> None:
    good, broken = draw(10, 3), draw(10, 3)
    broken[4, 1] = torch.nan
    with pytest.raises(ValueError, match=r"1 of 10 fake samples .* NaN"):
        frechet_distance(good, broken)
    with pytest.raises(ValueError, match=r"at least 2 samples .* got 10 real and 1 fake"):
        frechet_distance(good, good[:1])
    with pytest.raises(ValueError, match="same features on both sides but got 3 real and 2 fake"):
        frechet_distance(good, good[:, :2])
    with pytest.raises(ValueError, match="at least 2 samples"):
        frechet_between(Moments.of(good), Moments.none(3))


def test_many_features_agree_with_eigenvalues_of_the_product(draw):
    mix = draw(300, 300, seed=2) / 17
    sides = draw(700, 300) @ mix, draw(600, 300, seed=1) @ (mix + 0.01) + 0.1
    covariances = [side.mT.cov() for side in sides]
    roots = torch.linalg.eigvals(covariances[0] @ covariances[1]).sqrt().real.sum()
    shift = (sides[0].mean(0) - sides[1].mean(0)).square().sum()
    expected = shift + covariances[0].trace() + covariances[1].trace() - 2 * roots
    assert frechet_distance(*sides) == pytest.approx(float(expected), rel=1e-8)
