"""What is taken from an image is exactly that."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from gansmith.conditions.conditioning import Setting
from gansmith.conditions.corruption import Corruption
from gansmith.data.loading.degradations import enlarged, grey, low_resolution, mask
from gansmith.data.loading.holes import interpolated, strokes
from gansmith.data.loading.kernels import blurred, noisy, through_camera
from gansmith.errors import GansmithError
from gansmith.registry import conditions
from gansmith.sampling.draws import CounterDraws


def draws(start: int = 0, stop: int = 64) -> CounterDraws:
    return CounterDraws((5,), 64, slice(start, stop), torch.empty(0))


def test_grey_is_the_weighted_sum_of_the_colours() -> None:
    image = torch.tensor([1.0, 0.0, -1.0]).view(1, 3, 1, 1).expand(2, 3, 4, 4)
    assert torch.allclose(grey(image), torch.full((2, 1, 4, 4), 0.299 - 0.114))


def test_low_resolution_keeps_the_mean_of_each_block() -> None:
    image = torch.arange(16.0).view(1, 1, 4, 4)
    blocks = low_resolution(image, 2)
    assert blocks[0, 0].tolist() == [
        [2.5, 2.5, 4.5, 4.5],
        [2.5, 2.5, 4.5, 4.5],
        [10.5, 10.5, 12.5, 12.5],
        [10.5, 10.5, 12.5, 12.5],
    ]
    assert torch.equal(enlarged(blocks[:, :, ::2, ::2], 2, (4, 4)), blocks)


def test_low_resolution_keeps_sides_that_are_not_divided_evenly() -> None:
    assert low_resolution(torch.randn(1, 3, 10, 14), 4).shape == (1, 3, 10, 14)


def test_a_mask_blanks_one_box_of_a_quarter_to_half_of_each_side() -> None:
    images = torch.ones(64, 3, 32, 40)
    found = mask(images, draws())
    blank = found[:, 0] == 0
    assert (found == torch.where(blank[:, None], 0.0, 1.0)).all()
    rows, columns = blank.any(2).sum(1), blank.any(1).sum(1)
    assert torch.equal(blank.sum((1, 2)), rows * columns)
    assert (rows.min(), rows.max()) >= (8, 8)
    assert rows.max() <= 16
    assert 10 <= columns.min() <= columns.max() <= 20
    places = {tuple(place.nonzero()[0].tolist()) for place in blank}
    assert len(places) > 50


def test_masks_do_not_depend_on_how_a_batch_is_shared() -> None:
    images = torch.ones(64, 1, 16, 16)
    halves = [mask(images[:32], draws(0, 32)), mask(images[32:], draws(32, 64))]
    assert torch.equal(torch.cat(halves), mask(images, draws()))


def test_strokes_are_as_broad_as_they_say_and_leave_most_of_an_image() -> None:
    found = strokes(torch.ones(64, 3, 64, 64), draws())
    assert found.shape == (64, 1, 64, 64)
    assert set(found.unique().tolist()) == {0.0, 1.0}
    shares = found.mean((1, 2, 3))
    assert 0.0 < shares.mean() < 0.35
    assert found.amax((1, 2, 3)).mean() > 0.9
    assert torch.equal(strokes(torch.ones(32, 3, 64, 64), draws(0, 32)), found[:32])


def test_a_blur_of_a_point_is_a_gaussian_of_that_deviation() -> None:
    point = torch.zeros(1, 1, 41, 41)
    point[0, 0, 20, 20] = 1.0
    made = blurred(point, torch.tensor([[3.0, 1.0]]), torch.zeros(1), 3.0)[0, 0]
    places = torch.arange(41.0) - 20
    assert made.sum().item() == pytest.approx(1.0, abs=1e-4)
    assert (made.sum(0) * places**2).sum().sqrt().item() == pytest.approx(3.0, abs=0.1)
    assert (made.sum(1) * places**2).sum().sqrt().item() == pytest.approx(1.0, abs=0.1)


def test_a_camera_keeps_the_mean_and_makes_images_smaller() -> None:
    images = torch.full((64, 3, 32, 24), 0.4)
    made = through_camera(images, 4, draws())
    assert made.shape == (64, 3, 8, 6)
    assert made.mean().item() == pytest.approx(0.4, abs=0.005)


def test_noise_is_as_strong_as_asked_at_most_and_differs_between_images() -> None:
    off = noisy(torch.zeros(64, 3, 16, 16), 0.2, draws()).flatten(1).std(1)
    assert 0.03 < off.min() < 0.08
    assert 0.16 < off.max() < 0.21


@pytest.mark.parametrize("name", ["grey", "lightness", "holes", "low_resolution", "noise", "blur"])
def test_inputs_have_the_shape_that_is_said(name: str) -> None:
    taken = Corruption(name, 2 if name == "low_resolution" else 1, "camera", 1.0)
    images = torch.rand(64, 3, 12, 10) * 2 - 1
    assert taken(images, draws()).shape[1:] == taken.shape((3, 12, 10))
    read = torch.rand(2, taken.channels(taken.shape((3, 12, 10))), 30, 20)
    times = 2 if name == "low_resolution" else 1
    wanted = (taken.shape((3, 1, 1))[0], 30 * times, 20 * times)
    assert taken.given(read).shape[1:] == wanted


def test_masks_of_ones_own_are_where_holes_are(tmp_path: Path) -> None:
    mask = np.zeros((8, 8), np.uint8)
    mask[2:4, 5] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    made = Corruption("holes", masks=str(tmp_path))(torch.ones(64, 1, 8, 8), draws())
    assert ((made[:, 1] > 0) == torch.from_numpy(mask > 0)).all()


def test_holes_are_interpolated_from_their_borders_whatever_lay_in_them() -> None:
    ramp = torch.linspace(-1, 1, 33).expand(1, 1, 30, 33)
    hole = torch.zeros(1, 1, 30, 33)
    hole[:, :, 8:20, 10:22] = 1
    made = interpolated(ramp, hole)
    assert torch.equal(made * (1 - hole), ramp * (1 - hole))
    assert (made - ramp).abs().max() < 0.1
    assert torch.equal(interpolated(ramp + 5 * hole, hole), made)
    assert torch.equal(interpolated(ramp, torch.ones_like(hole)), torch.zeros_like(ramp))


@pytest.mark.parametrize(("options", "said"), [
    ({"corruption": "grey", "kernel": "camera"}, "kernel is for the corruption low_resolution"),
    ({"corruption": "grey", "form": "strokes"}, "form is for the corruption holes"),
    ({"corruption": "grey", "strength": 1.0}, "strength is for the corruption noise and blur"),
    ({"corruption": "grey", "residual": True}, "residual is not for grey"),
    ({"corruption": "holes", "form": "both", "masks": "x"}, "either a form or masks"),
])  # fmt: skip
def test_options_of_another_corruption_are_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises((GansmithError, ValueError), match=said):
        conditions.build("image", options, setting=Setting((3, 8, 8), directions=1))
