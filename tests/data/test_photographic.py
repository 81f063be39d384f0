"""Only what looks like photographs is mirrored unasked: not digits, letters, emoji, or grey."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from gansmith.data import open_data
from gansmith.data.prepare.photographic import looks_photographic


def letters(folder):
    draws = np.random.default_rng(0)
    for number in range(40):
        picture = Image.new("RGB", (64, 64), tuple(int(v) for v in draws.integers(0, 255, 3)))
        for line in range(4):
            text = "".join(chr(65 + int(c)) for c in draws.integers(0, 26, 9))
            ImageDraw.Draw(picture).text((3, 3 + 15 * line), text, fill="white")
        picture.save(folder / f"{number}.png")
    return folder


def jpegs(folder, grey=False):
    """Write crops of the embedded photographs as JPEG files."""
    for number, crop in enumerate(open_data("photos", size=64).train.take(np.arange(0, 3072, 80))):
        picture = Image.fromarray(crop.transpose(1, 2, 0))
        (picture.convert("L") if grey else picture).save(folder / f"{number}.jpg", quality=90)
    return folder


@pytest.mark.parametrize("size", [32, 64])
def test_photographs_look_like_photographs(tmp_path, size):
    assert looks_photographic(open_data(jpegs(tmp_path), size=size))
    assert looks_photographic(open_data("photos", size=size))


@pytest.mark.parametrize("name", ["mnist", "emoji", "emoji:twemoji", "stacked_digits", "ring"])
def test_symbols_and_points_do_not(name):
    assert not looks_photographic(open_data(name))


def test_letters_and_grey_pictures_do_not(tmp_path):
    for name in ("letters", "grey"):
        (tmp_path / name).mkdir()
    assert not looks_photographic(open_data(letters(tmp_path / "letters")))
    assert not looks_photographic(open_data(jpegs(tmp_path / "grey", grey=True)))
