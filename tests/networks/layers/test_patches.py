import pytest
import torch
import torch.nn.functional as F

from gansmith.networks.layers import patches
from gansmith.networks.layers.convolution import Conv2d, ConvTranspose2d
from gansmith.networks.layers.patches import (
    convolve_patches,
    convolve_patches_transposed,
    gradient_pays_off,
    pays_off,
    weight_gradient,
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


@pytest.fixture(params=[True, False], ids=["with AMX", "without AMX"])
def amx(request, monkeypatch):
    monkeypatch.setattr(patches, "HAS_AMX", request.param)
    return request.param


@pytest.mark.parametrize(("window", "stride", "padding", "height", "width"), CASES)
def test_the_gradient_of_a_weight_is_a_product_of_patches(window, stride, padding, height, width):
    x, weight = draw((2, 3, height, width), (4, 3, window, window))
    y = F.conv2d(x, weight, None, stride, padding)
    gradient = torch.randn_like(y)
    (expected,) = torch.autograd.grad(y, weight, gradient)
    found = weight_gradient(x, gradient, window, stride, padding)
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-12)


def test_heavy_layers_learn_the_same_on_either_kind_of_processor(amx):
    torch.manual_seed(0)
    layer, x = Conv2d(256, 256, 4, 2), torch.randn(8, 256, 8, 8, requires_grad=True)
    (slope,) = torch.autograd.grad(layer(x).square().sum(), x, create_graph=True)
    slope.square().sum().backward()
    found = layer.weight.grad.double()
    layer.zero_grad()
    exact = layer.double()(x.double())
    (slope,) = torch.autograd.grad(exact.square().sum(), x, create_graph=True)
    slope.square().sum().backward()
    difference = (found - layer.weight.grad).norm() / found.norm()
    assert difference < 1e-5


@pytest.mark.parametrize(
    ("layer", "side"), [(Conv2d(256, 256, 4, 2), 8), (ConvTranspose2d(256, 256, 4, 2), 4)]
)
def test_a_layer_that_switches_to_patches_gives_the_same_values(layer, side, amx):
    torch.manual_seed(0)
    x = torch.randn(8, 256, side, side)
    assert pays_off(x, layer.weight, 8 * 16) is amx
    exact = layer.double()(x.double())
    torch.testing.assert_close(layer.float()(x).double(), exact, rtol=1e-4, atol=1e-5)
    with torch.autocast("cpu", torch.bfloat16):
        narrow = layer(x)
    assert narrow.dtype == torch.bfloat16
    torch.testing.assert_close(narrow.double(), exact, rtol=0.1, atol=0.02)


def test_double_precision_and_light_layers_stay_with_torch(amx):
    heavy, light = torch.empty(512, 512, 3, 3), torch.empty(8, 8, 3, 3)
    assert pays_off(torch.empty(1), heavy, 16)
    assert not pays_off(torch.empty(1, dtype=torch.float64), heavy, 16)
    assert not pays_off(torch.empty(1), light, 16)
    assert not pays_off(torch.empty(1), heavy, 10_000)
    assert gradient_pays_off(torch.empty(1), heavy, 1024) is not amx
