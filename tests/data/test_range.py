"""Stored values of any range: a small part of it is named, ``data.range`` says what is meant."""

import json

import numpy as np
import pytest
from PIL import Image

from gansmith.data import audit, open_data, read_samples
from gansmith.data.pairs import open_pairs
from gansmith.data.stored_range import Span, check_span
from gansmith.data.used_range import Levels, likely_range
from gansmith.errors import DataError
from tests.data.pictures import fill

GREY = np.random.default_rng(0).integers(0, 4096, (30, 16, 16)).astype(np.uint16)
GREY[0, 0, :2] = 0, 4095


def deep(folder, pixels=GREY, ending="png"):
    folder.mkdir(parents=True, exist_ok=True)
    for number, picture in enumerate(pixels):
        Image.fromarray(picture).save(folder / f"{number:02}.{ending}")
    return folder


def saved(path, values):
    np.savez(path / "set.npz", samples=values)
    return path / "set.npz"


def found(source, rule="data_range"):
    return next((f for f in audit(source).findings if f.rule == rule), None)


def shades(source, **options):
    data = open_data(source, **options)
    return len(np.unique(data.train.take(np.arange(len(data.train)))))


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        (GREY, [0, 4095]),
        (GREY[:, None].repeat(3, 1), [0, 4095]),
        ((GREY // 273).astype(np.uint8), [0, 15]),
        ((GREY > 2000).astype(np.uint8), [0, 1]),
        ((GREY > 2000).astype(np.int64), [0, 1]),
        (GREY.astype(np.int16) - 1024, [-1024, 3071]),
        (GREY.astype(np.float32), [0, 4095]),
        ((GREY / 4095).astype(np.float32), [0, 1]),
        ((GREY / 4095 - 0.5).astype(np.float32), [-0.5, 0.5]),
        ((GREY / 4095 * 255).astype(np.float64), [0, 255]),
    ],
)
def test_an_array_that_leaves_its_range_unused_is_named_with_the_option(tmp_path, values, wanted):
    path = saved(tmp_path, values)
    try:
        finding = found(path)
        changes = finding.changes
    except DataError as error:
        changes = error.changes
    assert changes == {"data.range": pytest.approx(wanted)}
    low, high = wanted
    data = open_data(path, range=(low, high), held_out=0)
    taken = data.train.take(np.arange(30))
    assert (taken.min(), taken.max()) == (-1, 1)
    exact = (values.astype(np.float64) - low) / (high - low) * 2 - 1
    assert np.allclose(taken.reshape(values.shape), exact, atol=1e-6)
    assert data.facts["range"] == [low, high]


def test_truth_values_become_black_and_white(tmp_path):
    data = open_data(saved(tmp_path, GREY > 2000))
    assert set(np.unique(data.train.take(np.arange(9)))) == {0, 255}


@pytest.mark.parametrize("ending", ["png", "tiff"])
def test_twelve_bits_in_files_of_sixteen_are_named_and_the_option_mends_it(tmp_path, ending):
    folder = deep(tmp_path / "a", ending=ending)
    finding = found(folder)
    assert finding.severity == "warn"
    assert "from 0 to 4,095" in finding.says
    assert "17 of 256 shades" in finding.says
    assert finding.changes == {"data.range": [0, 4095]}
    assert audit(folder).facts["values"] == [0, 4095]
    assert shades(folder) == 17
    assert shades(folder, range=[0, 4095]) == 256
    data = open_data(folder, range=(0, 4095), held_out=0)
    assert data.train.values.dtype == np.uint8
    assert np.abs(data.train.take(np.arange(30))[:, 0] / 255 - GREY / 4095).max() < 0.002
    assert "0 to 4,095: as requested" in data.facts["choices"]["range"]
    json.dumps(data.facts)


def test_full_ranges_have_no_finding(tmp_path):
    full = (GREY.astype(np.uint32) * 16).astype(np.uint16)
    assert found(deep(tmp_path / "a", full)) is None
    assert found(saved(tmp_path, (GREY // 16).astype(np.uint8))) is None
    assert found(saved(tmp_path, (GREY / 2048 - 1).astype(np.float32))) is None
    assert found("mnist") is None


def test_float_and_signed_pictures_are_read_within_a_range(tmp_path):
    for number, kind in enumerate((np.float32, np.int32)):
        folder = deep(tmp_path / str(number), GREY.astype(kind) - 1000, "tiff")
        with pytest.raises(DataError, match=r"set data\.range to the values of black and white"):
            open_data(folder)
        taken = open_data(folder, range=[-1000, 3095], held_out=0).train.take(np.arange(30))
        assert np.abs(taken[:, 0] / 255 - GREY / 4095).max() < 0.002


def test_auto_is_the_range_of_the_training_part_alone(tmp_path):
    for source in (deep(tmp_path / "a"), saved(tmp_path, GREY)):
        plain = open_data(source, range=[0, 4095], held_out=0.2)
        rows = GREY[plain.train.rows]
        data = open_data(source, range="auto", held_out=0.2)
        assert (data.train.rows == plain.train.rows).all()
        assert data.facts["range"] == [rows.min(), rows.max()]
        assert "of the training part" in data.facts["choices"]["range"]


def test_what_lies_outside_is_clipped_and_said(tmp_path):
    data = open_data(deep(tmp_path / "a"), range=[1000, 2000])
    assert "stored values run from 0 to 4,095, and are clipped" in data.facts["choices"]["range"]


def test_the_split_is_the_same_at_every_range_and_the_cache_keeps_them_apart(tmp_path, monkeypatch):
    monkeypatch.setenv("GANSMITH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("gansmith.data.prepare.store.FEW", 0)
    folder = deep(tmp_path / "a")
    ranges = (None, [0, 4095], [0, 9000], "auto", [0, 4095])
    opened = [open_data(folder, range=wanted) for wanted in ranges]
    assert len({tuple(data.held_out.rows) for data in opened}) == 1
    most = [int(data.train.take(np.arange(9)).max()) for data in opened]
    assert most[0] < 20 < most[2] < 120 < most[1]
    assert most[1] == most[4]


def test_bytes_have_a_range_too_but_not_beyond_their_own(tmp_path):
    fill(tmp_path / "bytes", 6)
    assert shades(tmp_path / "bytes", size=24, range=[100, 110]) < 13
    with pytest.raises(DataError, match=r"has 8 bits, but data\.range runs to 4,095"):
        open_data(tmp_path / "bytes", range=[0, 4095])


def test_inputs_of_pairs_keep_their_bytes(tmp_path):
    deep(tmp_path / "a")
    deep(tmp_path / "b", (GREY // 16).astype(np.uint8))
    data = open_pairs(str(tmp_path / "a"), str(tmp_path / "b"), range=[0, 4095])
    rows = np.arange(9)
    assert np.abs(data.train.take(rows).astype(int) - data.inputs.train.take(rows)).max() <= 1
    with pytest.raises(DataError, match="is not for data with inputs"):
        open_pairs(str(tmp_path / "a"), str(tmp_path / "b"), range="auto")


@pytest.mark.parametrize("wanted", [[5, 5], [9, 1], [0, float("nan")], [0, float("inf")], [1]])
def test_impossible_ranges_are_refused(tmp_path, wanted):
    with pytest.raises(DataError, match=r"data\.range must be two numbers"):
        open_data(saved(tmp_path, GREY), range=wanted)
    for word in ("full", 7):
        with pytest.raises(DataError, match=r"data\.range must be two numbers"):
            check_span(word)


def test_where_there_is_no_black_and_white_a_range_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"leave data\.range out"):
        open_data(saved(tmp_path, np.zeros((9, 2), np.float32)), range=[0, 1])
    for name in ("ring", "photos:"):
        with pytest.raises(DataError, match=r"leave data\.range out"):
            open_data(name, range=[0, 1])
    with pytest.raises(DataError, match="finds no range"):
        open_data(saved(tmp_path, np.full((9, 8, 8), 7, np.uint16)), range="auto")


def test_samples_are_read_within_a_span(tmp_path):
    values = read_samples(deep(tmp_path / "a"), span=Span(0, 4095))
    assert values.max() == 255


@pytest.mark.parametrize(
    ("ends", "wanted"),
    [((0, 3900), [0, 4095]), ((0, 1), [0, 1]), ((0, 15), [0, 15]), ((0, 255), [0, 255]),
     ((0, 0.3), [0, 1]), ((-1024, 3071), [-1024, 3071]), ((30_000, 34_000), [30_000, 34_000]),
     ((-0.5, 0.5), [-0.5, 0.5]), ((300, 300), [0, 511]), ((0, 65_535), [0, 65_535])],
)  # fmt: skip
def test_the_likely_range_is_that_of_so_many_bits(ends, wanted):
    assert likely_range(*ends) == wanted


def test_a_little_contrast_is_a_note_and_nearly_one_shade_a_warning():
    assert Levels(0, 100, 0, 255).severity == "note"
    assert Levels(0, 30, 0, 255).severity == "warn"
    assert not Levels(0, 200, 0, 255).narrow
    assert not Levels(7, 7, 0, 255).narrow
