import pytest
import torch
import torch.nn.functional as F

from gansmith.networks.layers.convolution import Conv2d, ConvTranspose2d
from gansmith.networks.layers.patches import (
    convolve_patches,
    convolve_patches_transposed,
    pays_off,
)

CASES = [(4, 2, 1, 8, 6), (3, 1, 1, 7, 7), (3, 2, 1, 8, 9), (1, 1, 0, 4, 5)]


def draw(*shapes):
    torch.manual_seed(0)
    return [torch.randn(shape, dtype=torch.float64, requires_grad=True) for shape in shapes]


@pytest.mark.parametrize(("window", "stride", "padding", "height", "width"), CASES)
def test_a_product_of_patches_is_the_convolution_and_so_are_its_derivatives(
    window, stride, padding, height, width
):
    inputs = draw((2, 3, height, width), (4, 3, window, window), (4,))
    assert_same(
        inputs,
        convolve_patches(*inputs, stride, padding),
        F.conv2d(*inputs, stride, padding),
    )


@pytest.mark.parametrize(("window", "stride", "padding", "height", "width"), CASES)
def test_a_product_of_patches_is_the_transposed_convolution_too(
    window, stride, padding, height, width
):
    inputs = draw((2, 3, height, width), (3, 4, window, window))
    assert_same(
        inputs,
        convolve_patches_transposed(*inputs, stride, padding),
        F.conv_transpose2d(*inputs, None, stride, padding),
    )


def assert_same(inputs, ours, theirs):
    torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-12)
    found = []
    for y in (ours, theirs):
        (slope,) = torch.autograd.grad(y.sin().sum(), inputs[0], create_graph=True)
        found.append(torch.autograd.grad(slope.square().sum() + y.sum(), inputs[:2]))
    for a, b in zip(*found, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize(
    ("layer", "side"), [(Conv2d(256, 256, 4, 2), 8), (ConvTranspose2d(256, 256, 4, 2), 4)]
)
def test_a_layer_that_switches_to_patches_gives_the_same_values(layer, side):
    torch.manual_seed(0)
    x = torch.randn(2, 256, side, side)
    assert pays_off(x, layer.weight, 2 * 16)
    exact = layer.double()(x.double())
    torch.testing.assert_close(layer.float()(x).double(), exact, rtol=1e-4, atol=1e-5)
    with torch.autocast("cpu", torch.bfloat16):
        narrow = layer(x)
    assert narrow.dtype == torch.bfloat16
    torch.testing.assert_close(narrow.double(), exact, rtol=0.1, atol=0.02)


def test_double_precision_and_light_layers_stay_with_torch():
    heavy, light = torch.empty(512, 512, 3, 3), torch.empty(8, 8, 3, 3)
    assert pays_off(torch.empty(1), heavy, 16)
    assert not pays_off(torch.empty(1, dtype=torch.float64), heavy, 16)
    assert not pays_off(torch.empty(1), light, 16)
    assert not pays_off(torch.empty(1), heavy, 10_000)
