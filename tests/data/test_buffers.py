import gc
import pickle

import numpy as np
import pytest
import torch

from gansmith.data import Rows, Stream
from gansmith.data.loading.batch_buffers import SPARE, Buffers

PICTURES = np.arange(8 * 3 * 4 * 4, dtype=np.uint8).reshape(8, 3, 4, 4)


def place(tensor: torch.Tensor) -> int:
    return tensor.untyped_storage().data_ptr()


def test_memory_is_lent_again_once_nobody_holds_it():
    buffers = Buffers()
    first = buffers.lend((2, 3))
    used = place(first)
    assert place(buffers.lend((2, 3))) != used
    del first
    gc.collect()
    assert place(buffers.lend((3, 2))) == used


def test_a_view_or_a_graph_keeps_what_was_read():
    buffers = Buffers()
    batch = buffers.lend((4,)).fill_(3.0)
    view, array = batch[1:], batch.numpy()
    weight = torch.ones((), requires_grad=True)
    loss = (weight * batch).sum()
    del batch
    for _ in range(3):
        buffers.lend((4,)).fill_(9.0)
    assert view.tolist() == [3.0] * 3
    del view
    buffers.lend((4,)).fill_(9.0)
    assert array.tolist() == [3.0] * 4
    del array
    buffers.lend((4,)).fill_(9.0)
    loss.backward()
    assert weight.grad == 12.0


def test_no_more_than_a_few_blocks_are_kept():
    buffers = Buffers()
    lent = [buffers.lend((5,)) for _ in range(10)]
    del lent
    assert len(buffers._spare) == SPARE
    buffers.lend((6,))
    assert {block.size for block in buffers._spare} == {6}


@pytest.mark.parametrize("large", [0, 1 << 17])
def test_batches_of_a_stream_do_not_overwrite_each_other(large, monkeypatch):
    monkeypatch.setattr("gansmith.data.loading.stream.LARGE", large)
    stream = Stream(Rows(PICTURES), 0)
    kept = [stream.read(4 * turn, 4)[0] for turn in range(4)]
    again = [stream.read(4 * turn, 4)[0] for turn in range(4)]
    assert all(torch.equal(a, b) for a, b in zip(kept, again, strict=True))
    assert torch.equal(pickle.loads(pickle.dumps(stream)).read(0, 4)[0], kept[0])
