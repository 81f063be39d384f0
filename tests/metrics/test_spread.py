import pytest
import torch

from gansmith.metrics import diversity
from gansmith.metrics.maths.empty_regions import missing_share
from gansmith.metrics.shortfall import shortfall


def test_half_the_spread_is_a_ratio_of_a_half(draw):
    reals = draw(300, 4)
    assert diversity(reals, reals / 2)["diversity_ratio"] == pytest.approx(0.5, 1e-12)


def test_the_ratio_is_of_mean_distances_between_different_samples():
    """Reals 0, 1, 3: mean of 1, 3, 2 is 2. Fakes 0, 1: 1."""
    reals, fakes = torch.tensor([[0.0], [1.0], [3.0]]), torch.tensor([[0.0], [1.0]])
    assert diversity(reals, fakes)["diversity_ratio"] == pytest.approx(0.5, 1e-12)


def test_a_collapsed_sample_has_no_spread_and_only_duplicates(draw):
    reals = draw(200, 4)
    found = diversity(reals, reals[:1].expand(200, -1))
    assert found.pop("missing_share") > 0.5
    assert found.pop("shortfall") > 0.5
    assert found == {"diversity_ratio": 0.0, "duplicate_share": 1.0, "spacing_ratio": 0.0}


def test_spacing_is_of_nearest_over_mean_distances():
    """Reals 0, 1, 3, 6: nearest 1, 1, 2, 3, mean of all 10/3. Fakes 0, 2, 4, 8: 2, 2, 2, 4 of 13/3.

    The median of an even count is its lower middle: 1 and 2.
    """
    reals, fakes = (torch.tensor(x)[:, None] for x in ([0.0, 1, 3, 6], [0.0, 2, 4, 8]))
    expected = (2 / (13 / 3)) / (1 / (10 / 3))
    assert diversity(reals, fakes)["spacing_ratio"] == pytest.approx(expected, 1e-9)


def test_sixteen_samples_again_and_again_have_no_spacing_and_smooth_ones_have(draw):
    reals, words = draw(256, 20), draw(16, 20, seed=1).repeat(16, 1)
    repeated = diversity(reals, words + 1e-3 * draw(256, 20, seed=2))
    assert repeated["diversity_ratio"] > 0.9
    assert repeated["spacing_ratio"] < 0.01
    assert diversity(reals, draw(256, 20, seed=3) / 5)["spacing_ratio"] > 0.9


def test_reals_have_about_one_percent_of_near_duplicates(draw):
    shares = [
        diversity(draw(500, 3, seed=2 * s), draw(500, 3, seed=2 * s + 1))["duplicate_share"]
        for s in range(10)
    ]
    assert sum(shares) / len(shares) == pytest.approx(0.01, abs=0.008)


def test_a_fifth_of_repeated_fakes_is_seen(draw):
    fakes = draw(500, 3, seed=1)
    fakes[:100] = fakes[0]
    assert diversity(draw(500, 3), fakes)["duplicate_share"] == pytest.approx(0.2, abs=0.03)


def test_equal_reals_are_refused(draw):
    with pytest.raises(ValueError, match="all reals have equal features"):
        diversity(torch.ones(5, 2), draw(5, 2))


@pytest.mark.parametrize("shape", [(64, 1), (256, 2), (1000, 8), (512, 100)])
def test_nothing_is_missing_of_reals_by_chance(draw, shape):
    for seed in range(4):
        assert missing_share(draw(*shape, seed=seed), draw(*shape, seed=seed + 9)) == 0


def test_a_mode_that_is_never_made_is_missing_and_rough_fakes_are_not(draw):
    """Eight modes on a ring: one of them is an eighth of the data."""
    angle = torch.arange(1600) % 8 * torch.pi / 4
    reals = torch.stack([angle.cos(), angle.sin()], 1) + 0.01 * draw(1600, 2)
    others = torch.stack([angle.cos(), angle.sin()], 1) + 0.01 * draw(1600, 2, seed=1)
    kept = others[torch.arange(1600) % 8 != 3]
    assert missing_share(reals, kept) == pytest.approx(1 / 8, abs=0.02)
    assert missing_share(reals, others + 0.2 * draw(1600, 2, seed=2)) == 0


def test_a_half_is_missed_along_any_axis_and_in_any_unit(draw):
    reals, fakes = draw(1000, 6), draw(4000, 6, seed=1)
    for axis in (torch.eye(6)[2], torch.ones(6)):
        half = fakes[fakes @ axis.to(fakes) > 0]
        assert 0.4 < missing_share(reals, half) <= 0.55
    units = torch.tensor([1e-3, 1, 1, 1, 1e3, 1], dtype=reals.dtype)
    half = fakes[fakes[:, 0] > 0]
    assert missing_share(reals * units, half * units) == missing_share(reals, half)


def test_what_is_missing_does_not_depend_on_the_order(draw):
    reals, fakes = draw(300, 3), draw(300, 3, seed=1).abs()
    turned = torch.randperm(300, generator=torch.Generator().manual_seed(0))
    assert missing_share(reals, fakes) > 0.3
    assert missing_share(reals[turned], fakes[turned]) == missing_share(reals, fakes)


def test_a_region_that_is_never_made_counts_near_its_share_and_roughness_alone_does_not(draw):
    """Eight clusters, three of them left out: 0.375 of the data."""
    where = 4 * draw(8, 16, seed=5)
    reals, others = (where[torch.arange(800) % 8] + draw(800, 16, seed=s) for s in (0, 1))
    kept = others[~torch.isin(torch.arange(800) % 8, torch.tensor([2, 5, 7]))]
    floor = shortfall(reals, others)
    assert floor < 0.08
    assert shortfall(reals, kept) == pytest.approx(3 / 8, abs=0.05)
    assert shortfall(reals, others + 0.5 * draw(800, 16, seed=3)) < floor + 0.08


def test_a_region_of_which_too_little_is_made_counts_for_what_is_wanting(draw):
    where = torch.tensor([[0.0], [100.0]]).double()
    reals = where[torch.arange(400) % 2] + draw(400, 1)
    fakes = torch.cat([where[0] + draw(300, 1, seed=1), where[1] + draw(100, 1, seed=2)])
    assert shortfall(reals, fakes) == pytest.approx(0.25, abs=0.08)
