"""The lean pair: grids doubled by transposed convolutions or by nearest neighbours."""

import pytest
import torch

from gansmith.registry import discriminators, generators

WAYS = ["transposed", "nearest"]
SHAPES = [(1, 8, 8), (3, 48, 64), (4, 28, 28), (2, 36, 50), (3, 256, 240)]


def generator(shape, **options):
    torch.manual_seed(0)
    return generators.build("lean", {"width": 8} | options, shape=shape, latent=6)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("upsampling", WAYS)
def test_samples_have_the_promised_shape_and_range(shape, upsampling):
    samples = generator(shape, upsampling=upsampling)(torch.randn(2, 6))
    assert samples.shape == (2, *shape)
    assert samples.abs().max() <= 1
    critique = discriminators.build("lean", {"width": 8}, shape=shape)(samples)
    assert critique.scores.shape == (2,)


def test_every_parameter_behind_nearest_neighbours_gets_a_gradient():
    net = generator((3, 16, 20), upsampling="nearest")
    net(torch.randn(4, 6)).square().sum().backward()
    for name, parameter in net.named_parameters():
        assert parameter.grad.abs().sum() > 0, name


def test_both_generators_begin_with_images_of_a_like_contrast():
    """Variance is kept by the first weights: the last layer's input has about unit variance."""
    contrasts = [
        generator((3, 32, 32), upsampling=way, width=32)(torch.randn(64, 6)).std() for way in WAYS
    ]
    assert all(0.3 < contrast < 0.8 for contrast in contrasts), contrasts


def test_the_former_name_of_an_option_says_what_to_write_now():
    with pytest.raises(ValueError, match=r'no option \'fine\' any more; upsampling = "nearest"'):
        generator((3, 8, 8), fine=True)
