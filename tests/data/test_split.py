import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gansmith.data.held_out import content_hash, content_hashes, divide


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 20), min_size=2, max_size=60), st.floats(0, 0.5), st.integers(0, 9))
def test_copies_never_stand_on_both_sides(contents, share, seed):
    hashes = np.array(contents, np.uint64)
    train, held = divide(hashes, share, seed)
    assert sorted([*train, *held]) == list(range(len(contents)))
    assert not set(hashes[train]) & set(hashes[held])
    assert len(train)


def test_the_share_is_met_and_at_least_one_is_held_out():
    hashes = np.arange(1000, dtype=np.uint64)
    assert len(divide(hashes, 0.1)[1]) == 100
    assert len(divide(hashes[:3], 0.1)[1]) == 1
    assert len(divide(hashes, 0.0)[1]) == 0


def test_the_split_follows_the_content_and_not_the_order():
    values = np.random.default_rng(0).integers(0, 256, (50, 1, 4, 4), dtype=np.uint8)
    order = np.random.default_rng(1).permutation(50)
    held = divide(content_hashes(values), 0.2)[1]
    held_after = divide(content_hashes(values[order]), 0.2)[1]
    assert {values[i].tobytes() for i in held} == {values[order][i].tobytes() for i in held_after}


def test_another_seed_gives_another_split():
    hashes = np.arange(100, dtype=np.uint64)
    assert set(divide(hashes, 0.2, 0)[1]) != set(divide(hashes, 0.2, 1)[1])


def test_a_share_above_half_is_refused():
    with pytest.raises(ValueError, match=r"held_out must be at least 0 and at most 0\.5"):
        divide(np.arange(4, dtype=np.uint64), 0.9)


def test_equal_bytes_of_another_shape_are_another_content():
    row = np.zeros((1, 1, 2, 8), np.uint8)
    assert content_hashes(row) != content_hashes(row.reshape(1, 1, 4, 4))


def test_one_sample_and_many_have_the_same_hash():
    values = np.random.default_rng(0).integers(0, 256, (3, 1, 4, 4), dtype=np.uint8)
    assert content_hashes(values).tolist() == [content_hash(row, row.shape) for row in values]
