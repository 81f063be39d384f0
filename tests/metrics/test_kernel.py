import math
import sys

import pytest
import torch

from gansmith.metrics import kernel_distance
from gansmith.metrics.kernel_distance import gaussian


def by_definition(real, fake, k):
    """The unbiased estimate written out as sums over pairs."""
    n, m = len(real), len(fake)
    within_real = sum(k(real[i], real[j]) for i in range(n) for j in range(n) if i != j)
    within_fake = sum(k(fake[i], fake[j]) for i in range(m) for j in range(m) if i != j)
    across = sum(k(x, y) for x in real for y in fake)
    return float(within_real / n / (n - 1) + within_fake / m / (m - 1) - 2 * across / n / m)


def test_two_points_a_side_by_hand():
    """k(0, 2) = 1, k(1, 3) = 4^3 = 64, across: k(0, .) = 1, k(2, 1) = 27, k(2, 3) = 343."""
    real, fake = torch.tensor([[0.0], [2.0]]), torch.tensor([[1.0], [3.0]])
    expected = 1 + 64 - 2 * (1 + 1 + 27 + 343) / 4
    assert kernel_distance(real, fake)["kernel_distance"] == pytest.approx(expected, 1e-14)


def test_both_kernels_equal_their_definition(draw):
    real, fake = draw(7, 3), draw(5, 3, seed=1)
    cubic = kernel_distance(real, fake)["kernel_distance"]
    assert cubic == pytest.approx(by_definition(real, fake, lambda x, y: (x @ y / 3 + 1) ** 3))
    width = 2 * float(real.var(0).sum())
    smooth = kernel_distance(real, fake, kernel="gaussian")["kernel_distance"]
    expected = by_definition(real, fake, lambda x, y: math.exp(-(x - y).square().sum() / width))
    assert smooth == pytest.approx(expected, 1e-12)


def test_the_gaussian_kernel_is_as_wide_as_the_reals_are_apart(draw):
    real = draw(40, 3)
    mean_square = torch.cdist(real, real).square().sum() / 40 / 39
    value = gaussian(real)(real[:1], real[1:2])
    distance = (real[0] - real[1]).square().sum()
    assert float(value) == pytest.approx(math.exp(-distance / mean_square), 1e-12)


@pytest.mark.parametrize("kernel", ["polynomial", "gaussian"])
def test_it_is_zero_on_average_for_one_distribution(draw, kernel):
    found = [
        kernel_distance(draw(60, 4, seed=2 * s), draw(40, 4, seed=2 * s + 1), kernel=kernel)
        for s in range(300)
    ]
    values = torch.tensor([f["kernel_distance"] for f in found])
    assert abs(values.mean()) < 3 * values.std() / len(values) ** 0.5


def test_the_error_bar_covers_the_spread_when_the_sides_differ(draw):
    found = [
        kernel_distance(draw(80, 4, seed=2 * s), 1 + draw(80, 4, seed=2 * s + 1))
        for s in range(200)
    ]
    values = torch.tensor([f["kernel_distance"] for f in found])
    errors = torch.tensor([f["kernel_distance_error"] for f in found])
    assert float(errors.square().mean().sqrt() / values.std()) == pytest.approx(1, abs=0.2)


def test_subsets_agree_with_all_pairs_within_the_error(draw):
    real, fake = draw(400, 8), draw(400, 8, seed=1) + 0.3
    whole, parts = (
        kernel_distance(real, fake),
        kernel_distance(real, fake, subsets=50, subset_size=100),
    )
    assert parts["kernel_distance"] == pytest.approx(
        whole["kernel_distance"], abs=4 * parts["kernel_distance_error"]
    )


def test_blocks_change_nothing(draw, monkeypatch):
    real, fake = draw(50, 3), draw(33, 3, seed=1)
    whole = kernel_distance(real, fake)
    monkeypatch.setattr(sys.modules["gansmith.metrics.kernel_distance"], "BLOCK", 7)
    assert kernel_distance(real, fake) == pytest.approx(whole, 1e-12)


def test_too_few_samples_name_the_way_out(draw):
    with pytest.raises(
        ValueError,
        match=r"at least 1000 .* 10 fake; .* lower kernel_distance.subset",
    ):
        kernel_distance(draw(10, 2), draw(10, 2), subsets=10)
    with pytest.raises(ValueError, match="all equal; use the polynomial kernel"):
        kernel_distance(torch.ones(5, 2), draw(5, 2), kernel="gaussian")
