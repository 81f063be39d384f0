"""The convolutional pair for series: shapes, gradients, refusals."""

import pytest
import torch

from gansmith.networks.series.conv1d import lengths
from gansmith.registry import discriminators, generators


@pytest.mark.parametrize("shape", [(8, 1), (9, 3), (31, 2), (64, 2), (100, 1)])
def test_the_pair_makes_and_judges_series_of_any_length(shape):
    generator = generators.conv1d(shape=shape, latent=5, width=4)
    discriminator = discriminators.conv1d(shape=shape, width=4, kernel=5)
    samples = generator(torch.randn(6, 5))
    assert samples.shape == (6, *shape)
    critique = discriminator(samples)
    assert critique.scores.shape == (6,)
    assert critique.features.shape == (6, discriminator.feature_width)
    assert lengths(shape[0])[-1] == shape[0]
    assert 4 <= lengths(shape[0])[0] <= 7


def test_every_weight_of_the_pair_has_a_gradient_and_the_slope_can_be_penalised():
    generator = generators.conv1d(shape=(16, 2), latent=3, width=4)
    discriminator = discriminators.conv1d(shape=(16, 2), width=4)
    samples = generator(torch.randn(4, 3))
    (slope,) = torch.autograd.grad(discriminator(samples).scores.sum(), samples, create_graph=True)
    slope.square().sum().backward()
    weights = dict(generator.named_parameters()) | {
        f"d.{name}": weight for name, weight in discriminator.named_parameters()
    }
    without = {name for name, weight in weights.items() if weight.grad is None}
    assert without == {"d.score.bias"}  # it moves the score and not its slope


def test_untrained_samples_have_about_unit_variance_and_no_bounds():
    torch.manual_seed(0)
    samples = generators.conv1d(shape=(64, 2), latent=16)(torch.randn(256, 16))
    assert 0.3 < samples.std().item() < 3
    assert samples.abs().max() > 1


@pytest.mark.parametrize(
    ("shape", "options", "says"),
    [
        ((3, 32, 32), {}, r"conv1d is for series \[time, channels\]"),
        ((7, 2), {}, "8 to 65,536 times but the data have 7"),
        ((64, 2), {"kernel": 4}, "kernel must be odd.* take 5"),
        ((64, 2), {"kernel": 1}, "kernel must be at least 3"),
    ],
)
def test_what_the_pair_cannot_work_on_is_refused(shape, options, says):
    for build in (generators.conv1d, discriminators.conv1d):
        known = {"shape": shape} | ({"latent": 4} if build is generators.conv1d else {})
        with pytest.raises(ValueError, match=says):
            build(**known, **options)
