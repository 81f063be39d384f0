import numpy as np
import pytest

from gansmith.data import Rows, open_data
from gansmith.data.loading.flips import Flipped
from gansmith.errors import DataError
from tests.data.pictures import fill

VALUES = np.random.default_rng(0).integers(0, 256, (400, 1, 4, 6), dtype=np.uint8)


def test_half_are_mirrored_and_another_half_next_time():
    flipped = Flipped(Rows(VALUES), seed=1)
    every = np.arange(400)
    mirrored = [(flipped.take(every, draw) != VALUES).any(axis=(1, 2, 3)) for draw in (0, 1)]
    assert 160 < mirrored[0].sum() < 240
    assert (mirrored[0] != mirrored[1]).any()
    assert (flipped.take(every)[mirrored[0]] == VALUES[mirrored[0], ..., ::-1]).all()


def test_a_mirrored_sample_depends_on_its_index_and_draw_alone():
    flipped = Flipped(Rows(VALUES), seed=1)
    some = np.array([5, 300, 17])
    assert (flipped.take(some, 3) == flipped.take(np.arange(400), 3)[some]).all()


def test_the_stored_samples_are_not_changed():
    values = VALUES.copy()
    Flipped(Rows(values)).take(np.arange(400))
    assert (values == VALUES).all()


def test_training_pictures_are_flipped_on_request_and_held_out_ones_never(tmp_path):
    data = open_data(fill(tmp_path, 10), flip=True)
    assert isinstance(data.train, Flipped)
    assert isinstance(data.held_out, Rows)
    assert "flip" in data.facts
    with pytest.raises(DataError, match="cannot be flipped"):
        open_data("ring", flip=True)
