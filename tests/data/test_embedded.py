import json
from importlib.resources import files

import numpy as np
import pytest

from gansmith.data import Stream, open_data, read_samples
from gansmith.data.prepare.photograph_crops import Crops, cut_away, pyramid
from gansmith.data.sources.emoji import emoji_table
from gansmith.errors import DataError


def test_mnist_is_exact():
    digits, labels = read_samples("mnist", size=28, labels=True)
    assert digits.shape == (10_000, 1, 28, 28)
    assert int(digits.sum(dtype=np.int64)) == 262_146_600
    counts = [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]
    assert np.bincount(labels).tolist() == counts


def test_mnist_gets_a_border_and_is_not_blurred():
    digits, framed = read_samples("mnist", size=28), read_samples("mnist")
    assert (framed[:, :, 2:-2, 2:-2] == digits).all()
    data = open_data("mnist")
    assert data.shape == (1, 32, 32)
    assert (len(data.train), len(data.held_out)) == (9_000, 1_000)
    assert "border" in data.facts["choices"]["size"]


def test_mnist_is_divided_alike_at_every_size():
    def held_out(size: int) -> list[int]:
        return open_data("mnist", size=size).held_out.rows.tolist()

    assert held_out(28) == held_out(32)


def test_emoji_are_762_pairs_on_white_with_captions():
    sides = [open_data("emoji", side=side, held_out=0) for side in ("noto", "twemoji")]
    for data in sides:
        assert data.shape == (3, 64, 64)
        assert len(data.train) == 762
        assert len(data.classes) == 5
        corners = data.train.take(np.arange(762))[:, :, 0, 0]
        assert np.median(corners) == 255
    captions = [side.train.beside["captions"].tolist() for side in sides]
    assert captions[0] == captions[1]
    assert captions[0][0] == "grinning face"
    assert sides[0].digest != sides[1].digest == open_data("emoji:twemoji", held_out=0).digest
    assert len(emoji_table()["items"]) == 762


def test_an_unknown_side_is_refused():
    with pytest.raises(DataError, match="did you mean 'twemoji'"):
        open_data("emoji:twemoj")
    with pytest.raises(DataError, match="mnist has no sides"):
        open_data("mnist", side="noto")


def test_the_embedded_files_are_small_and_credited():
    folder = files("gansmith.data") / "embedded"
    sizes = [len(file.read_bytes()) for file in folder.iterdir() if "__" not in file.name]
    assert sum(sizes) < 8_000_000
    for photo in json.loads((folder / "photos.json").read_text(encoding="utf8")):
        assert photo["terms"] in ("CC0", "public domain")


def test_every_draw_of_the_photos_is_new_and_fixed():
    samples = open_data("photos", size=32).train
    slots = np.arange(12)
    first, second = samples.take(slots, draw=0), samples.take(slots, draw=1)
    assert (first != second).any(axis=(1, 2, 3)).all()
    assert (samples.take(slots[3:6], draw=1) == second[3:6]).all()
    assert (open_data("photos", size=32).train.take(slots) == first).all()
    assert (open_data("photos", size=32, seed=1).train.take(slots) != first).any()


def test_a_second_epoch_of_the_photos_shows_new_crops():
    stream = Stream(open_data("photos", size=16).train, shuffle=False)
    length = len(stream.samples)
    assert (stream.raw(0, 6)[0] != stream.raw(length, 6)[0]).any()


def test_held_out_crops_come_from_pixels_that_training_never_sees():
    picture = np.zeros((40, 60, 3), np.uint8)
    picture[:, 42:] = 255
    rest, strip = cut_away(picture, 0.3)
    for part, value in ((rest, 0), (strip, 255)):
        crops = Crops([pyramid(part, (8, 8), 3)], (8, 8))
        assert (crops.take(np.arange(64)) == value).all()


@pytest.mark.parametrize(("size", "channels"), [(256, 3), (24, 1), ((16, 48), 3)])
def test_photos_come_in_any_size(size, channels):
    data = open_data("photos", size=size, channels=channels)
    for part in (data.train, data.held_out):
        assert part.take(np.arange(7)).shape == (7, *data.shape)


def test_facts_are_json():
    for name in ("mnist", "emoji", "photos", "ring"):
        facts = open_data(name).facts
        assert json.loads(json.dumps(facts)) == facts
