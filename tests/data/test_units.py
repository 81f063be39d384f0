import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from gansmith.data import to_bytes, to_unit


def test_black_is_minus_one_and_white_is_one():
    raw = np.array([0, 255], np.uint8).reshape(2, 1, 1, 1)
    assert to_unit(raw).flatten().tolist() == [-1.0, 1.0]


def test_all_bytes_survive_the_round_trip():
    raw = np.arange(256, dtype=np.uint8).reshape(1, 1, 16, 16)
    assert (to_bytes(to_unit(raw)) == raw).all()


def test_a_tensor_of_bytes_becomes_the_same_numbers_as_an_array():
    raw = np.arange(256, dtype=np.uint8).reshape(1, 1, 16, 16)
    assert torch.equal(to_unit(torch.from_numpy(raw)), to_unit(raw))


def test_vectors_and_floating_point_pictures_pass_through():
    for shape in ((3, 2), (3, 1, 4, 4)):
        raw = np.random.default_rng(0).normal(size=shape).astype(np.float32)
        assert torch.equal(to_unit(raw), torch.from_numpy(raw))


@given(st.floats(-3, 3, width=32))
def test_bytes_are_the_nearest_and_clipped(value):
    byte = int(to_bytes(torch.tensor([value]))[0])
    assert (
        byte == min(max(round((value + 1) * 127.5), 0), 255)
        or abs((value + 1) * 127.5 % 1 - 0.5) < 1e-3
    )
