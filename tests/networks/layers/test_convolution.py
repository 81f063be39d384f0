import pytest
import torch
import torch.nn.functional as F

from gansmith.networks.layers.convolution import Conv2d, convolve

CASES = [(3, 1, 1, 7), (4, 2, 1, 8), (4, 2, 1, 9), (3, 2, 1, 8), (1, 1, 0, 5), (8, 4, 2, 16)]


def inputs(window, side):
    torch.manual_seed(0)
    shapes = [(2, 2, side, side + 2), (3, 2, window, window), (3,)]
    return [torch.randn(s, dtype=torch.float64, requires_grad=True) for s in shapes]


@pytest.mark.parametrize(("window", "stride", "padding", "side"), CASES)
def test_values_slopes_and_their_derivatives_equal_those_of_torch(window, stride, padding, side):
    x, weight, bias = inputs(window, side)
    found = []
    for convolution in (convolve, F.conv2d):
        y = convolution(x, weight, bias, stride, padding).sin()
        (slope,) = torch.autograd.grad(y.sum(), x, create_graph=True)
        gradients = torch.autograd.grad(y.sum() + slope.square().sum(), (x, weight, bias))
        found.append((y, slope, *gradients))
    for ours, theirs in zip(*found, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-12)


def test_slopes_by_a_functional_transform_equal_those_of_torch():
    x, weight, _ = (t.detach() for t in inputs(3, 6))

    def penalty(convolution):
        slope = torch.func.grad(lambda x, w: convolution(x, w, None, 1, 1).sin().sum())
        return lambda w: slope(x, w).square().sum()

    ours, theirs = (torch.func.grad(penalty(c))(weight) for c in (convolve, F.conv2d))
    torch.testing.assert_close(ours, theirs)


def test_weight_gradients_are_left_out_where_only_the_slope_is_asked_for(monkeypatch):
    from gansmith.networks.layers import convolution

    asked = []
    torch_gradients = convolution._gradients

    def spy(ctx, gradient, x, weight, wanted):
        asked.append(wanted)
        return torch_gradients(ctx, gradient, x, weight, wanted)

    monkeypatch.setattr(convolution, "_gradients", spy)
    x, weight, bias = inputs(3, 6)
    y = convolve(x, weight, bias, 1, 1).sin().sum()
    torch.autograd.grad(y, x, create_graph=True)
    assert asked == [[False, False, False]]


def test_a_gradient_with_respect_to_the_weight_alone_is_found():
    x, weight, bias = inputs(3, 6)
    loss = convolve(x, weight, bias, 1, 1).square().sum()
    (ours,) = torch.autograd.grad(loss, weight, create_graph=True)
    (theirs,) = torch.autograd.grad(F.conv2d(x, weight, bias, 1, 1).square().sum(), weight)
    torch.testing.assert_close(ours, theirs)


@pytest.mark.parametrize(("window", "stride"), [(1, 1), (3, 1), (4, 2), (8, 4)])
def test_the_layer_keeps_the_grid_or_divides_it_by_its_stride(window, stride):
    assert Conv2d(2, 3, window, stride)(torch.randn(1, 2, 16, 8)).shape[2:] == (
        16 // stride,
        8 // stride,
    )
