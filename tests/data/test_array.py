import zipfile

import numpy as np
import pytest

from gansmith.data import open_data, read_samples
from gansmith.errors import DataError

PICTURES = np.random.default_rng(0).integers(0, 256, (20, 3, 8, 10), dtype=np.uint8)
UNIT = PICTURES.astype(np.float32) / 127.5 - 1


def saved(path, **arrays):
    np.savez(path / "set.npz", **arrays)
    return path / "set.npz"


def test_every_layout_of_bytes_is_understood(tmp_path):
    assert (read_samples(saved(tmp_path, images=PICTURES)) == PICTURES).all()
    assert (read_samples(saved(tmp_path, x=PICTURES.transpose(0, 2, 3, 1))) == PICTURES).all()
    grey = read_samples(saved(tmp_path, whatever=PICTURES[:, 0]))
    assert (grey == PICTURES[:, :1]).all()


def test_samples_of_the_contract_come_back_bit_for_bit(tmp_path):
    values = read_samples(saved(tmp_path, samples=UNIT))
    assert values.dtype == np.float32
    assert (values == UNIT).all()


def test_vectors_come_back_bit_for_bit(tmp_path):
    vectors = np.random.default_rng(0).normal(size=(30, 5)).astype(np.float32)
    path = saved(tmp_path, samples=vectors)
    assert (read_samples(path) == vectors).all()
    assert open_data(path).shape == (5,)
    with pytest.raises(DataError, match="no size and no channels"):
        open_data(path, size=32)


def test_labels_become_class_indices(tmp_path):
    data = open_data(saved(tmp_path, samples=PICTURES, y=np.arange(20) % 4 * 10), held_out=0)
    assert data.classes == ("0", "10", "20", "30")
    assert (data.train.beside["labels"] == data.train.rows % 4).all()
    words = np.array(["dog", "cat"] * 10)
    assert open_data(saved(tmp_path, x=PICTURES, labels=words)).classes == ("cat", "dog")
    one_hot = np.eye(4)[np.arange(20) % 4]
    data = open_data(saved(tmp_path, x=PICTURES, labels=one_hot), held_out=0)
    assert (data.train.beside["labels"] == data.train.rows % 4).all()
    named = saved(tmp_path, x=PICTURES, labels=np.arange(20) % 2, classes=np.array(["a", "b", "c"]))
    assert open_data(named).classes == ("a", "b", "c")


def test_an_npy_is_mapped_and_not_read(tmp_path):
    np.save(tmp_path / "set.npy", PICTURES)
    data = open_data(tmp_path / "set.npy")
    assert isinstance(data.train.values, np.memmap)
    rows = data.train.rows
    assert (data.train.take(np.arange(len(rows))) == PICTURES[rows]).all()


def test_arrays_keep_their_size_unless_asked(tmp_path):
    path = saved(tmp_path, samples=UNIT)
    assert open_data(path).shape == (3, 8, 10)
    assert open_data(path, size=16, channels=1).shape == (1, 16, 16)


def test_copies_stay_on_one_side_and_the_split_is_of_content(tmp_path):
    data = open_data(saved(tmp_path, samples=np.concatenate([PICTURES] * 3)), held_out=0.2)
    assert len(data.held_out) == 12
    assert not set(data.train.rows % 20) & set(data.held_out.rows % 20)


@pytest.mark.parametrize(
    ("arrays", "says"),
    [
        ({"samples": UNIT * 127.5 + 127.5}, r"must lie in \[-1, 1\]"),
        ({"samples": UNIT / 2 + 0.5}, r"looks like \[0, 1\]"),
        ({"samples": np.full((4, 1, 8, 8), np.nan, np.float32)}, "not finite"),
        ({"samples": np.zeros((4, 9, 9, 9), np.uint8)}, "neither second nor last"),
        ({"samples": np.zeros(9, np.uint8)}, r"has shape \(9,\)"),
        ({"samples": np.full((4, 8, 8), 300)}, "holds int64 values"),
        ({"a": PICTURES, "b": PICTURES}, "none named 'samples'"),
        ({"samples": PICTURES, "labels": np.arange(3)}, "20 samples but 3 labels"),
        ({"samples": np.array([object()] * 3)}, "not a usable numpy file"),
        ({"samples": PICTURES[:1]}, "holds 1 sample"),
        ({"samples": PICTURES[:0]}, "holds no samples"),
    ],
)
def test_bad_arrays_are_refused_in_one_sentence(tmp_path, arrays, says):
    with pytest.raises(DataError, match=says):
        open_data(saved(tmp_path, **arrays))


def test_a_file_that_is_no_array_is_refused(tmp_path):
    (tmp_path / "set.npz").write_bytes(b"nothing of the sort")
    with pytest.raises(DataError, match="not a usable numpy file"):
        open_data(tmp_path / "set.npz")


def test_samples_that_fill_only_half_the_range_may_still_be_evaluated(tmp_path):
    assert len(read_samples(saved(tmp_path, samples=UNIT / 2 + 0.5))) == 20


def test_arrays_with_a_row_for_each_sample_are_captions_and_attributes(tmp_path):
    told = {
        "captions": np.array([f"no. {n}" for n in range(20)]),
        "angle": np.linspace(0, 1, 20),
        "place": np.arange(40).reshape(20, 2),
        "short": np.arange(19),
        "gaps": np.full(20, np.nan),
        "number": np.array(3.0),
    }
    data = open_data(saved(tmp_path, samples=PICTURES, **told), held_out=0.2)
    rows = data.train.rows
    assert set(data.train.beside) == {"captions", "angle", "place"}
    assert data.train.beside["captions"].tolist() == [f"no. {n}" for n in rows]
    np.testing.assert_array_equal(data.train.beside["place"], told["place"][rows])
    assert data.facts["attributes"] == ["angle", "place"]
    assert "short, gaps, number, not read as classes" in data.facts["choices"]["labels"]


def test_each_array_beside_the_samples_has_a_digest_and_the_set_keeps_its_own(tmp_path):
    angle, words = np.linspace(0, 1, 20), np.array(["a", "b"] * 10)
    plain = open_data(saved(tmp_path, samples=PICTURES))
    first = open_data(saved(tmp_path, samples=PICTURES, angle=angle, captions=words))
    other = open_data(saved(tmp_path, samples=PICTURES, angle=angle, captions=words[::-1]))
    assert plain.digest == first.digest == other.digest
    assert plain.beside == {}
    assert first.beside["angle"] == other.beside["angle"]
    assert first.beside["captions"] != other.beside["captions"]


def test_what_is_no_array_in_an_archive_does_not_keep_its_samples_from_being_read(tmp_path):
    path = saved(tmp_path, samples=PICTURES, angle=np.linspace(0, 1, 20))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("notes.txt", "by hand")
        archive.writestr("broken.npy", "no array")
    data = open_data(path, held_out=0)
    assert set(data.train.beside) == {"angle"}
