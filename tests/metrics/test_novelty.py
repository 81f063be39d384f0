import pytest
import torch

from gansmith.metrics import authenticity, memorisation


def test_copies_are_not_authentic_and_far_samples_are(draw):
    train = draw(200, 4)
    assert authenticity(train, train + 1e-6) == 0
    assert authenticity(train, draw(50, 4, seed=1) + 100) == 1


def test_authenticity_by_hand():
    """Train 0, 1, 5 with neighbours at 1, 1, 4. Fakes 0.4 (0.4 < 1) and 10 (5 > 4)."""
    train, fakes = torch.tensor([[0.0], [1.0], [5.0]]), torch.tensor([[0.4], [10.0]])
    assert authenticity(train, fakes) == 0.5


def test_memorisation_by_hand():
    """Fakes 0.1 and 9.9 are nearest to train 0 and 10, fake 5 to held-out 5: t = 2/3, q = 2/3."""
    train, held_out = torch.tensor([[0.0], [10.0]]), torch.tensor([[5.0]])
    with pytest.raises(ValueError, match="at least 2 samples"):
        memorisation(train, train, held_out)
    held_out = torch.tensor([[5.0], [100.0]])
    found = memorisation(train, torch.tensor([[0.1], [9.9], [5.0]]), held_out)
    assert found["memorised_share"] == pytest.approx((2 / 3 - 1 / 2) / (1 / 2))


def test_copies_of_training_samples_are_found_in_their_share(draw):
    train, held_out = draw(400, 4), draw(200, 4, seed=1)
    fakes = torch.cat([train[:90] + 0.001, draw(210, 4, seed=2)])
    found = memorisation(train, fakes, held_out)
    assert found["memorised_share"] == pytest.approx(0.3, abs=0.12)
    assert found["memorisation_p"] < 0.001


def test_fresh_samples_are_innocent_and_the_p_value_is_calibrated(draw):
    """Also for fakes that share few neighbours: here all lie near one point."""
    chances = []
    for seed in range(120):
        reals, fakes = draw(150, 3, seed=seed), 0.3 * draw(100, 3, seed=seed + 500)
        chances.append(memorisation(reals[:100], fakes, reals[100:])["memorisation_p"])
    below = sum(p < 0.1 for p in chances) / 120
    assert 0.02 < below < 0.2
    assert sum(chances) / 120 == pytest.approx(0.5, abs=0.1)


def test_the_held_out_side_is_named_in_errors(draw):
    with pytest.raises(ValueError, match="held-out samples with a feature that is NaN"):
        memorisation(draw(9, 2), draw(9, 2), draw(9, 2) * torch.nan)
