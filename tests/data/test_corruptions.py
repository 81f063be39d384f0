"""What is taken from an image is exactly that."""

import torch

from gansmith.data.loading.degradations import enlarged, grey, low_resolution, mask
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
