"""The transparency of picture files: laid on white, or a fourth channel where it is requested."""

import numpy as np
import pytest
from PIL import Image

from gansmith.data import open_data
from gansmith.errors import DataError
from gansmith.evaluation.sources import load
from tests.data.pictures import colours

ALPHA = np.linspace(0, 255, 24).astype(np.uint8)[None].repeat(24, 0)
LAYERS = np.stack([np.concatenate([colours(n), ALPHA[..., None]], -1) for n in range(6)])


@pytest.fixture
def folder(tmp_path):
    for number, layer in enumerate(LAYERS):
        Image.fromarray(layer).save(tmp_path / f"{number}.png")
    return tmp_path


def taken(data, count=6):
    return data.train.take(np.arange(count))


def test_four_channels_of_a_folder_keep_colour_and_alpha(folder):
    data = open_data(folder, size=24, channels=4, held_out=0)
    assert data.shape == (4, 24, 24)
    assert (taken(data).transpose(0, 2, 3, 1) == LAYERS).all()
    assert open_data(folder, size=16, channels=4, held_out=0).shape == (4, 16, 16)
    assert open_data(folder, size=8, channels=4, crop="random").shape == (4, 8, 8)


def test_pictures_without_alpha_are_opaque(folder):
    Image.fromarray(colours(50)).save(folder / "9.jpg")
    Image.fromarray(colours(51)[..., 0]).save(folder / "9.png")
    data = open_data(folder, size=24, channels=4, held_out=0)
    assert (taken(data, 8)[6:, 3] == 255).all()


def test_the_usual_channels_lay_transparency_on_white(folder):
    data = open_data(folder, size=24, held_out=0)
    share = ALPHA / 255
    wanted = LAYERS[..., :3] * share[..., None] + 255 * (1 - share[..., None])
    assert np.abs(taken(data).transpose(0, 2, 3, 1) - wanted).max() <= 1


def test_the_split_is_the_same_with_alpha_and_without(folder):
    rows = [open_data(folder, channels=channels).held_out.rows for channels in (3, 4)]
    assert (rows[0] == rows[1]).all()


def test_four_channels_stand_on_both_sides_of_a_comparison(folder):
    fakes = load(np.ascontiguousarray(LAYERS.transpose(0, 3, 1, 2)))
    assert load(str(folder), fakes).shape == (4, 24, 24)


@pytest.mark.parametrize(("channels", "span"), [(2, None), (5, None), (4, [0, 9])])
def test_other_channels_are_refused(folder, channels, span):
    with pytest.raises(DataError, match=r"data\.channels"):
        open_data(folder, channels=channels, range=span)
