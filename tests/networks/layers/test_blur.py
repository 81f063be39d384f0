import torch

from gansmith.networks.layers.blur import Blur


def inside(x):
    return x[..., 1:-1, 1:-1]


def test_a_blur_leaves_nothing_of_one_pixel_on_one_pixel_off():
    rows, columns = torch.meshgrid(torch.arange(8), torch.arange(6), indexing="ij")
    for pattern in (rows, columns, rows + columns):
        stripes = (1.0 - 2.0 * (pattern % 2))[None, None]
        assert inside(Blur(1)(stripes)).abs().max() == 0


def test_a_blur_leaves_slopes_as_they_are_in_every_channel():
    rows, columns = torch.meshgrid(torch.arange(8.0), torch.arange(6.0), indexing="ij")
    slopes = torch.stack([rows, 3 * columns, rows - columns])[None]
    torch.testing.assert_close(inside(Blur(3)(slopes)), inside(slopes), rtol=0, atol=1e-6)


def test_the_kernel_of_a_blur_is_neither_learned_nor_stored():
    layer = Blur(2)
    assert not list(layer.parameters())
    assert not layer.state_dict()
