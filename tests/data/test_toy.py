import numpy as np
import pytest

from gansmith.data import open_data
from gansmith.errors import GansmithError


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
    offsets = points - centres[data.train.beside["labels"]]
    assert offsets.std(axis=0) == pytest.approx([sigma, sigma], rel=0.02)
    assert np.bincount(data.train.beside["labels"]).min() > 0.9 * 100_000 / modes


def test_the_ring_has_radius_one():
    centres = np.array(open_data("ring").facts["centres"])
    assert np.hypot(*centres.T) == pytest.approx(np.ones(8))
    assert centres[2] == pytest.approx([0, 1])


def test_a_seed_fixes_the_points():
    def digest(seed: int) -> str:
        return open_data("ring", seed=seed).digest

    assert digest(3) == digest(3) != digest(4)


def test_the_checkerboard_leaves_its_white_squares_empty():
    points = open_data("checkerboard", held_out=0).train.take(np.arange(100_000))
    assert np.abs(points).max() <= 1
    squares = np.minimum((points + 1) * 2, 3.999).astype(int)
    assert (squares.sum(axis=1) % 2 == 0).all()
    assert len(np.unique(squares, axis=0)) == 8


def test_the_spiral_ends_at_radius_one():
    points = open_data("spiral", held_out=0).train.take(np.arange(100_000))
    assert np.hypot(*points.T).max() == pytest.approx(1, abs=0.12)


def test_a_mixture_of_many_dimensions_knows_its_centres():
    data = open_data("mixture", held_out=0)
    assert data.shape == (32,)
    assert np.array(data.facts["centres"]).shape == (10, 32)


def test_stacked_digits_spell_their_label():
    stacked = open_data("stacked_digits", size=28, held_out=0)
    digits = open_data("mnist", size=28, held_out=0)
    known = {
        sample.tobytes(): label
        for sample, label in zip(
            digits.train.take(np.arange(10_000)), digits.train.beside["labels"], strict=True
        )
    }
    labels = stacked.train.beside["labels"]
    for sample, label in zip(stacked.train.take(np.arange(50)), labels, strict=False):
        spelt = [known[channel.tobytes()] for channel in sample]
        assert 100 * spelt[0] + 10 * spelt[1] + spelt[2] == label


def test_a_toy_takes_options_and_refuses_unknown_ones():
    data = open_data("mixture:modes=3,dimensions=5,sigma=0.2")
    assert data.shape == (5,)
    assert len(data.classes) == 3
    assert data.facts["sigma"] == 0.2
    for options in ("modus=3", "modes=0", "modes=many"):
        with pytest.raises(GansmithError, match="mod"):
            open_data(f"mixture:{options}")
