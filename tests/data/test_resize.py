import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gansmith.data.prepare.resize import (
    add_border,
    centre_box,
    detail_box,
    fit,
    fit_array,
    to_channels,
)
from tests.data.pictures import colours


@given(st.tuples(*[st.integers(1, 400)] * 2), st.tuples(*[st.integers(4, 64)] * 2))
def test_the_crop_is_central_inside_and_touches_two_borders(size, target):
    width, height = size
    left, top, right, bottom = centre_box(width, height, target)
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    assert abs(left - (width - right)) <= 1
    assert abs(top - (height - bottom)) <= 1
    assert right - left == width or bottom - top == height


def test_a_wide_picture_loses_its_sides_and_nothing_else():
    wide = np.zeros((8, 24, 3), np.uint8)
    wide[:, 8:16] = 255
    assert (np.asarray(fit(Image.fromarray(wide), (8, 8))) == 255).all()


def test_a_picture_of_the_right_size_is_not_touched():
    assert (np.asarray(fit(Image.fromarray(colours(0)), (24, 24))) == colours(0)).all()


def test_shrinking_averages_instead_of_dropping_pixels():
    stripes = np.tile(np.array([[0, 255]], np.uint8), (64, 32))
    small = np.asarray(fit(Image.fromarray(stripes), (8, 8)))
    assert np.abs(small.astype(int) - 127).max() <= 6


def test_arrays_are_resized_as_pictures_are():
    picture = colours(3, 40, 56)
    by_picture = np.asarray(fit(Image.fromarray(picture), (16, 12)))
    by_array = fit_array(np.ascontiguousarray(picture.transpose(2, 0, 1)), (16, 12))
    assert (by_array.transpose(1, 2, 0) == by_picture).all()


def test_floating_point_samples_keep_their_precision():
    sample = np.full((1, 8, 8), 0.123456, np.float32)
    assert np.abs(fit_array(sample, (4, 4)) - 0.123456).max() < 1e-6


def test_grey_becomes_colour_and_colour_grey_as_pillow_does():
    picture = colours(4)
    planes = np.ascontiguousarray(picture.transpose(2, 0, 1))
    grey = np.asarray(Image.fromarray(picture).convert("L"))
    assert np.abs(to_channels(planes, 1)[0].astype(int) - grey).max() <= 1
    assert (to_channels(grey[None], 3) == grey).all()


def test_transparency_in_an_array_is_laid_on_white():
    sample = np.array([200, 0, 0, 51], np.uint8).reshape(4, 1, 1)
    assert to_channels(sample, 3).flatten().tolist() == [244, 204, 204]
    as_floats = np.array([1.0, -1.0, -1.0, -1.0], np.float32).reshape(4, 1, 1)
    assert to_channels(as_floats, 3).flatten().tolist() == [1.0, 1.0, 1.0]


def test_a_border_leaves_the_pixels_alone():
    digits = np.random.default_rng(0).integers(0, 256, (2, 1, 28, 28), dtype=np.uint8)
    framed = add_border(digits, (32, 32))
    assert (framed[:, :, 2:-2, 2:-2] == digits).all()
    assert framed.sum(dtype=int) == digits.sum(dtype=int)


def test_a_letterbox_shows_the_whole_picture_between_black_bars():
    wide = np.full((8, 32), 200, np.uint8)
    boxed = np.asarray(fit(Image.fromarray(wide), (16, 16), "letterbox"))
    assert boxed.shape == (16, 16)
    assert (boxed[6:10] == 200).all()
    assert (boxed[:6] == 0).all()
    assert (boxed[10:] == 0).all()


def test_a_smart_crop_moves_to_where_the_detail_is():
    wide = np.full((16, 64), 100, np.uint8)
    wide[:, 44:60] = np.random.default_rng(0).integers(0, 256, (16, 16))
    left, top, right, bottom = detail_box(Image.fromarray(wide), (16, 16))
    assert (top, bottom) == (0, 16)
    assert abs(left - 44) <= 1
    assert right - left == 16


def test_a_smart_crop_of_a_plain_picture_is_the_central_one():
    plain = Image.fromarray(np.full((16, 64), 100, np.uint8))
    assert detail_box(plain, (16, 16)) == centre_box(64, 16, (16, 16))
