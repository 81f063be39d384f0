import math

import pytest
import torch

from gansmith.metrics import modes

CENTRES = [[0.0, 0.0], [10.0, 0.0], [0.0, 10.0], [10.0, 10.0]]


def test_six_points_by_hand():
    """Three near centre 0, two near 1, one 4 sigma from 2: shares 1/2, 1/3, 1/6, 0."""
    fakes = torch.tensor([[0.0, 0], [0, 1], [0, 3], [10, 0], [11, 0], [0, 14]])
    found = modes(fakes, fakes, CENTRES, sigma=1.0)
    assert found["modes"] == 2
    assert found["high_quality"] == pytest.approx(5 / 6)
    kl = sum(p * math.log(4 * p) for p in (1 / 2, 1 / 3, 1 / 6))
    assert found["reverse_kl"] == pytest.approx(kl, 1e-12)


@pytest.mark.parametrize("dimensions", [1, 2, 8, 32, 128])
def test_99_percent_of_a_gaussian_are_of_high_quality_in_any_number_of_dimensions(dimensions, draw):
    reals = draw(20_000, dimensions)
    found = modes(reals, reals, [[0.0] * dimensions], sigma=1.0)
    assert found["high_quality"] == pytest.approx(0.99, abs=0.004)


def test_one_mode_of_m_has_a_reverse_kl_of_log_m():
    fakes = torch.zeros(7, 2)
    assert modes(fakes, fakes, CENTRES, sigma=0.1)["reverse_kl"] == pytest.approx(math.log(4))


def test_an_even_sample_has_no_reverse_kl():
    fakes = torch.tensor(CENTRES)
    found = modes(fakes, fakes, CENTRES, sigma=0.1)
    assert found == {"modes": 4.0, "high_quality": 1.0, "reverse_kl": 0.0}


def test_centres_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"centres \[modes, 3\]"):
        modes(torch.ones(2, 3), torch.ones(2, 3), CENTRES, 1.0)
    with pytest.raises(ValueError, match="sigma must be above 0"):
        modes(torch.ones(2, 2), torch.ones(2, 2), CENTRES, 0.0)
