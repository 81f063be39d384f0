import numpy as np
import pytest

from gansmith.data import open_data


@pytest.mark.parametrize(
    ("name", "modes", "sigma", "extent"), [("ring", 8, 0.01, 1.0), ("grid", 25, 0.05, 4.0)]
)
def test_points_lie_around_their_centres(name, modes, sigma, extent):
    data = open_data(name, held_out=0)
    centres = np.array(data.facts["centres"])
    points = data.train.take(np.arange(len(data.train)))
    assert points.shape == (100_000, 2)
    assert points.dtype == np.float32
    assert len(centres) == modes
    assert np.abs(centres).max() == extent
    offsets = points - centres[data.train.labels]
    assert offsets.std(axis=0) == pytest.approx([sigma, sigma], rel=0.02)
    assert np.bincount(data.train.labels).min() > 0.9 * 100_000 / modes


def test_the_ring_has_radius_one():
    centres = np.array(open_data("ring").facts["centres"])
    assert np.hypot(*centres.T) == pytest.approx(np.ones(8))
    assert centres[2] == pytest.approx([0, 1])


def test_a_seed_fixes_the_points():
    def digest(seed: int) -> str:
        return open_data("ring", seed=seed).digest

    assert digest(3) == digest(3) != digest(4)
