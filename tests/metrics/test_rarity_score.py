import pytest
import torch

from gansmith.metrics import rarity


def test_four_points_by_hand():
    """Balls at k=1 of 0, 1, 3, 7: 1, 1, 2, 4.

    Fake 0.5 is in the ball of 0 (1), 4 in that of 3 (2), 50 in none: mean 1.5. Each real without
    itself: 0 is in the ball of 1, which then reaches 3 (2); 1 in those of 0 and 3 (3 each); 3 in
    that of 7, which then reaches 1 (6); 7 in none: mean 11/3.
    """
    reals = torch.tensor([[0.0], [1.0], [3.0], [7.0]])
    fakes = torch.tensor([[0.5], [4.0], [50.0]])
    assert rarity(reals, fakes[[0, 0, 1, 1, 2]], k=1) == pytest.approx(1.5 / (11 / 3))


def test_fakes_that_keep_to_the_common_are_below_one(draw):
    reals = draw(800, 2)
    assert rarity(reals, 0.3 * draw(800, 2, seed=1)) < 0.7
    fresh = [rarity(draw(800, 2, seed=s), draw(800, 2, seed=s + 50)) for s in range(8)]
    assert sum(fresh) / 8 == pytest.approx(1, abs=0.1)


def test_no_believable_fake_is_zero_and_equal_reals_are_refused(draw):
    assert rarity(draw(50, 2), draw(50, 2) + 100) == 0
    with pytest.raises(ValueError, match="all equal"):
        rarity(torch.ones(9, 2), draw(9, 2))
