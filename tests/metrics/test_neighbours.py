import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gansmith.metrics import prdc


def column(*values: float) -> torch.Tensor:
    return torch.tensor(values)[:, None]


def test_five_points_on_a_line_by_hand():
    """Real balls at k=1: 0:1, 1:1, 3:2, 7:4, 15:8. Fakes 0.5, 8, 100 have balls 7.5, 7.5, 92.

    0.5 lies in the balls of 0 and 1, 8 in those of 7 and 15, 100 in none. The reals 0 to 7 lie
    in the ball of 0.5, 15 in that of 8.
    """
    found = prdc(column(0, 1, 3, 7, 15), column(0.5, 8, 100), k=1)
    assert found == pytest.approx(
        {"precision": 2 / 3, "recall": 1.0, "density": 4 / 3, "coverage": 4 / 5}
    )


def test_collapsed_sample_has_high_precision_and_low_recall(draw):
    """Convention: precision and density count fakes, recall and coverage count reals."""
    reals = draw(500, 2)
    found = prdc(reals, 0.01 * draw(500, 2, seed=1))
    assert found["precision"] == 1
    assert found["density"] > 0.9
    assert found["recall"] < 0.05
    assert found["coverage"] < 0.05


def test_too_wide_a_sample_has_low_precision_and_high_recall(draw):
    found = prdc(draw(500, 2), 10 * draw(500, 2, seed=1))
    assert found["precision"] < 0.2
    assert found["recall"] > 0.95


def test_a_single_repeated_fake_recalls_nothing(draw):
    reals = draw(200, 8)
    found = prdc(reals, reals[:1].expand(200, -1))
    assert found["precision"] == 1
    assert found["recall"] == 0


def test_it_equals_the_definition_by_full_distance_matrices(draw):
    reals, fakes, k = draw(120, 3), draw(90, 3, seed=1) + 0.5, 4
    across = torch.cdist(reals, fakes)
    real_balls = torch.cdist(reals, reals).kthvalue(k + 1).values[:, None]
    fake_balls = torch.cdist(fakes, fakes).kthvalue(k + 1).values
    inside = across < real_balls
    assert prdc(reals, fakes, k) == pytest.approx(
        {
            "precision": float(inside.any(0).double().mean()),
            "recall": float((across < fake_balls).any(1).double().mean()),
            "density": float(inside.sum(0).double().mean()) / k,
            "coverage": float((across.min(1).values < real_balls[:, 0]).double().mean()),
        }
    )


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 999))
def test_order_of_samples_and_rotation_do_not_matter(seed):
    draws = torch.Generator().manual_seed(seed)
    reals, fakes, turn = (
        torch.randn(count, 5, generator=draws, dtype=torch.float64) for count in (40, 30, 5)
    )
    turn = torch.linalg.qr(turn).Q
    found = prdc(reals, fakes, k=3)
    assert prdc(reals.flip(0) @ turn + 100, fakes.flip(0) @ turn + 100, k=3) == pytest.approx(found)


@pytest.mark.parametrize("products", [0.0, 1e12], ids=["float32", "float64"])
def test_blocks_and_precision_change_nothing_here(draw, monkeypatch, products):
    reals, fakes = draw(150, 6), draw(130, 6, seed=1)
    whole = prdc(reals, fakes)
    monkeypatch.setattr("gansmith.metrics.maths.distances.TILE", 16)
    monkeypatch.setattr("gansmith.metrics.maths.distances.PRECISE_PRODUCTS", products)
    assert prdc(reals, fakes) == whole


def test_too_few_samples_for_k_name_the_way_out(draw):
    with pytest.raises(ValueError, match=r"at least 6 .* 10 real and 5 fake.* lower prdc.k"):
        prdc(draw(10, 2), draw(5, 2))
    with pytest.raises(ValueError, match="k must be at least 1"):
        prdc(draw(10, 2), draw(10, 2), k=0)
