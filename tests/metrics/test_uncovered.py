"""Reals that no fake is near are found, and only those."""

import torch

from gansmith.evaluation.uncovered import uncovered


def two_clouds(count: int, seed: int) -> torch.Tensor:
    """Half of the points around (-5, 0), half around (5, 0)."""
    noise = torch.randn(count, 2, generator=torch.Generator().manual_seed(seed))
    sides = torch.tensor([[-5.0, 0.0], [5.0, 0.0]]).repeat(count // 2, 1)
    return sides + noise


def test_a_missing_half_of_the_data_is_the_uncovered_half() -> None:
    real, fake = two_clouds(200, 0), two_clouds(400, 1)[::2]
    missing = real[uncovered(real, fake)]
    assert len(missing) > 90
    assert (missing[:80, 0] > 0).all()  # the loneliest first


def test_reals_leave_out_hardly_any_reals() -> None:
    assert len(uncovered(two_clouds(400, 0), two_clouds(400, 1))) < 40


def test_the_loneliest_real_comes_first() -> None:
    real = torch.cat([torch.zeros(10, 1) + torch.arange(10)[:, None] / 10, torch.full((6, 1), 9.0)])
    real[10:] += torch.arange(6)[:, None] / 10
    rows = uncovered(real, torch.zeros(10, 1), neighbours=5)
    assert int(rows[0]) >= 10
