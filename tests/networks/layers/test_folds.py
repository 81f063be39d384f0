import pytest
import torch
import torch.nn.functional as F

from gansmith.networks.layers.folds import DownConv, UpConv


def unfolded_up(layer, x):
    up = F.interpolate(x, scale_factor=2, mode="nearest")
    return F.conv2d(up, layer.weight, layer.bias, padding=1)


def unfolded_down(layer, x):
    return F.avg_pool2d(F.conv2d(x, layer.weight, layer.bias, padding=1), 2)


@pytest.mark.parametrize(("layer", "unfolded"), [(UpConv, unfolded_up), (DownConv, unfolded_down)])
def test_a_fold_equals_resampling_and_convolution_to_rounding(layer, unfolded):
    torch.manual_seed(0)
    layer = layer(3, 5).double()
    x = torch.randn(2, 3, 6, 8, dtype=torch.float64, requires_grad=True)
    folded, plain = layer(x), unfolded(layer, x)
    torch.testing.assert_close(folded, plain, rtol=0, atol=1e-14)
    weights = torch.randn_like(plain)
    inputs = (x, layer.weight, layer.bias)
    ours = torch.autograd.grad((folded * weights).sum(), inputs)
    theirs = torch.autograd.grad((plain * weights).sum(), inputs)
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=1e-12)
