import numpy as np
import pytest

from gansmith.data import Stream, open_data
from gansmith.errors import DataError
from tests.data.pictures import fill


def test_random_crops_move_with_the_epoch_and_are_fixed_by_the_seed(tmp_path):
    fill(tmp_path, 10, 32, 40)
    data = open_data(tmp_path, size=16, crop="random", held_out=0)
    again = open_data(tmp_path, size=16, crop="random", held_out=0)
    other = open_data(tmp_path, size=16, crop="random", held_out=0, seed=1)
    rows = np.arange(10)
    assert data.shape == (3, 16, 16) == data.train.take(rows).shape[1:]
    assert (data.train.take(rows, 3) == again.train.take(rows, 3)).all()
    assert (data.train.take(rows, 3) != data.train.take(rows, 4)).any()
    assert (data.train.take(rows, 3) != other.train.take(rows, 3)).any()
    assert (data.train.take(rows[::-1], 3) == data.train.take(rows, 3)[::-1]).all()


def test_held_out_pictures_are_cut_at_the_centre(tmp_path):
    data = open_data(fill(tmp_path, 10, 18, 18), size=16, crop="random", held_out=0.5)
    rows = np.arange(len(data.held_out))
    assert (data.held_out.take(rows, 0) == data.held_out.take(rows, 9)).all()
    stored = data.held_out.samples.take(rows)
    assert (data.held_out.take(rows) == stored[:, :, 1:17, 1:17]).all()


def test_two_readers_of_half_a_batch_see_what_one_reader_sees(tmp_path):
    train = open_data(fill(tmp_path, 10, 32, 32), size=16, crop="random", flip=True).train
    stream = Stream(train, 7)
    both = [Stream(train, 7).raw(start, 8)[0] for start in (4, 12)]
    assert (stream.raw(4, 16)[0] == np.concatenate(both)).all()


def test_arrays_are_not_cropped_at_random():
    with pytest.raises(DataError, match="is for image files"):
        open_data("mnist", crop="random")
