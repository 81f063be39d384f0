import pytest
import torch

from gansmith.metrics import vendi_score


def corners(copies: int) -> torch.Tensor:
    return 100 * torch.eye(5).repeat(copies, 1)


def test_unlike_samples_count_each_and_copies_count_once():
    found = vendi_score(corners(4), corners(4), scale=0.05)
    assert found == pytest.approx({"vendi_score": 5, "vendi_ratio": 1})
    one = torch.zeros(20, 5)
    assert vendi_score(corners(4), one)["vendi_score"] == pytest.approx(1)


def test_unequal_shares_count_as_the_exponential_of_their_entropy():
    """Shares 1/2, 1/4, 1/4: entropy 1.5 log 2."""
    rows = corners(1)[[0, 0, 1, 2]]
    found = vendi_score(corners(1), rows, scale=0.05)["vendi_score"]
    assert found == pytest.approx(2**1.5)


def test_a_narrower_sample_has_a_ratio_below_one(draw):
    assert vendi_score(draw(200, 3), draw(200, 3, seed=1) / 3)["vendi_ratio"] < 0.5
