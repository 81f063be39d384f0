import numpy as np
import pytest

from gansmith.data import Rows, open_data
from gansmith.data.loading.rotations import Turned
from gansmith.errors import DataError
from tests.data.pictures import fill

PICTURES = np.arange(400 * 2 * 3 * 3, dtype=np.uint32).astype(np.uint8).reshape(400, 2, 3, 3)
ROWS = np.arange(400)


def test_each_quarter_is_as_likely_and_another_next_time():
    turned = Turned(Rows(PICTURES), 1)
    first, next_time = turned.take(ROWS, 0), turned.take(ROWS, 1)
    counts = [
        (first == np.rot90(PICTURES, quarter, axes=(2, 3))).all(axis=(1, 2, 3)).sum()
        for quarter in range(4)
    ]
    assert sum(counts) == 400
    assert min(counts) > 70
    assert (first != next_time).any()


def test_a_turn_depends_on_index_and_draw_alone_and_leaves_the_stored_samples():
    turned, stored = Turned(Rows(PICTURES), 1), PICTURES.copy()
    whole = turned.take(ROWS, 5)
    assert (turned.take(ROWS[::-1], 5) == whole[::-1]).all()
    assert (turned.take(ROWS[7:9], 5) == whole[7:9]).all()
    assert (stored == PICTURES).all()


def test_training_pictures_are_turned_on_request_and_held_out_ones_never(tmp_path):
    fill(tmp_path, 20)
    plain, turned = open_data(tmp_path), open_data(tmp_path, turn=True, flip=True)
    rows = np.arange(len(plain.train))
    assert (plain.train.take(rows) != turned.train.take(rows)).any()
    assert (plain.held_out.take(rows[:2]) == turned.held_out.take(rows[:2])).all()
    assert "turn" in turned.facts


def test_what_has_no_quarters_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"needs square images .* 8 x 16"):
        open_data(fill(tmp_path, 5), size=(8, 16), turn=True)
    with pytest.raises(DataError, match="vectors"):
        open_data("ring", turn=True)
