import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gansmith.data import Rows, Stream, open_data
from gansmith.data.source import Values
from gansmith.errors import DataError

POINTS = np.arange(10, dtype=np.float32)[:, None]


def stream(seed: int = 0, **options) -> Stream:
    return Stream(Rows(POINTS, labels=np.arange(10)), seed, **options)


def test_each_epoch_holds_every_sample_once():
    for epoch in range(5):
        assert sorted(stream().indices(10 * epoch, 10)) == list(range(10))


def test_epochs_and_seeds_have_different_orders():
    orders = {tuple(stream(seed).indices(10 * epoch, 10)) for seed in (0, 1) for epoch in (0, 1)}
    assert len(orders) == 4


@settings(max_examples=40, deadline=None)
@given(start=st.integers(0, 200), count=st.integers(0, 50), cut=st.integers(0, 50))
def test_any_division_of_a_range_reads_the_same(start, count, cut):
    cut = min(cut, count)
    whole = stream().indices(start, count)
    parts = [stream().indices(start, cut), stream().indices(start + cut, count - cut)]
    assert (np.concatenate(parts) == whole).all()


def test_two_processes_together_read_what_one_reads():
    whole, beside = stream().read(24, 8)
    halves = [stream().read(24, 4), stream().read(28, 4)]
    assert torch.equal(torch.cat([half[0] for half in halves]), whole)
    labels = np.concatenate([half[1]["labels"] for half in halves])
    assert labels.tolist() == beside["labels"].tolist()


def test_samples_and_labels_belong_together():
    samples, beside = stream().read(3, 25)
    assert samples[:, 0].tolist() == beside["labels"].tolist()
    assert samples.dtype == torch.float32
    assert beside["labels"].dtype == np.int64


def test_whatever_a_source_has_beside_its_samples_comes_with_them_across_epochs():
    captions, angles = tuple(f"no. {n}" for n in range(10)), np.linspace(0, 1, 10)
    source = Values("points", POINTS, captions=captions, attributes={"angle": angles})
    data = open_data(source, held_out=0.2)
    samples, beside = Stream(data.train).read(3, 25)
    assert set(beside) == {"captions", "angle"}
    assert beside["captions"].tolist() == [f"no. {n:.0f}" for n in samples[:, 0]]
    assert np.allclose(9 * beside["angle"], samples[:, 0])


def test_an_attribute_needs_a_row_for_each_sample():
    source = Values("points", POINTS, attributes={"angle": np.zeros(9)})
    with pytest.raises(DataError, match="10 samples but 9 angle"):
        open_data(source)
    with pytest.raises(DataError, match="an attribute 'labels'; give it another name"):
        open_data(Values("points", POINTS, attributes={"labels": np.zeros(10)}))


def test_unshuffled_keeps_the_order():
    assert stream(shuffle=False).indices(8, 4).tolist() == [8, 9, 0, 1]


def test_a_position_far_away_needs_no_reading_up_to_it():
    assert len(stream().indices(10**15, 3)) == 3


def test_an_empty_part_is_refused():
    with pytest.raises(DataError, match="no samples to read"):
        Stream(Rows(POINTS, np.empty(0, np.int64)), 0)
