"""What holds for every convolutional pair, at every size."""

import pytest
import torch

from gansmith.registry import discriminators, generators

NETS = ["dcgan", "sngan", "modern", "stylegan2"]
SHAPES = [(1, 8, 8), (3, 48, 64), (1, 24, 40), (4, 28, 28), (2, 36, 50), (3, 64, 32)]


def pair(name, shape, **options):
    torch.manual_seed(0)
    generator = generators.build(name, {"width": 8}, shape=shape, latent=6)
    return generator, discriminators.build(name, {"width": 8} | options, shape=shape)


def wake(net):
    """Fill the branches that start at zero, so that every parameter has a gradient."""
    with torch.no_grad():
        for parameter in net.parameters():
            if not parameter.any() and parameter.dim() > 1:
                parameter.normal_(0.0, 0.1)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", NETS)
def test_samples_and_scores_have_the_promised_shapes_and_ranges(name, shape):
    generator, discriminator = pair(name, shape)
    samples = generator(torch.randn(4, 6))
    assert samples.shape == (4, *shape)
    assert samples.abs().max() <= 1
    critique = discriminator(samples)
    assert critique.scores.shape == (4,)
    assert critique.features.shape == (4, discriminator.feature_width)


@pytest.mark.parametrize("name", NETS)
def test_the_largest_sizes_work(name):
    generator, discriminator = pair(name, (1, 256, 240))
    assert discriminator(generator(torch.randn(2, 6))).scores.isfinite().all()


@pytest.mark.parametrize("name", NETS)
def test_every_parameter_of_both_players_gets_a_gradient(name):
    generator, discriminator = pair(name, (3, 16, 20), minibatch_stddev=True)
    wake(generator), wake(discriminator)
    discriminator(generator(torch.randn(4, 6))).scores.square().sum().backward()
    for net in (generator, discriminator):
        for key, parameter in net.named_parameters():
            assert parameter.grad is not None, key
            assert parameter.grad.abs().sum() > 0, key


@pytest.mark.parametrize("name", NETS)
def test_the_slope_of_the_scores_can_be_differentiated(name):
    """R1's gradient against central differences, float64."""
    options = {"batch_norm": False} if name == "dcgan" else {}
    _, discriminator = pair(name, (1, 12, 8), **options)
    wake(discriminator.double())
    samples = torch.randn(3, 1, 12, 8, dtype=torch.float64, requires_grad=True)

    def penalty():
        (slope,) = torch.autograd.grad(
            discriminator(samples).scores.sum(), samples, create_graph=True
        )
        return slope.square().sum()

    weight = next(p for p in discriminator.parameters() if p.dim() == 4)
    (gradient,) = torch.autograd.grad(penalty(), weight)
    direction = torch.randn_like(weight)
    step = 1e-6
    with torch.no_grad():
        weight += step * direction
    above = penalty().item()
    with torch.no_grad():
        weight -= 2 * step * direction
    below = penalty().item()
    expected = (above - below) / (2 * step)
    assert (gradient * direction).sum().item() == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("name", NETS)
def test_bfloat16_agrees_with_float32_to_its_precision(name):
    generator, discriminator = pair(name, (3, 32, 32))
    latent = torch.randn(8, 6)
    exact = generator(latent)
    with torch.autocast("cpu", torch.bfloat16):
        samples = generator(latent).float()
        scores = discriminator(samples.requires_grad_()).scores.float()
        (slope,) = torch.autograd.grad(scores.sum(), samples, create_graph=True)
    (scores.mean() + slope.square().mean()).backward()
    assert (samples - exact).abs().max() < 0.1
    assert all(p.grad.isfinite().all() for p in discriminator.parameters() if p.grad is not None)


@pytest.mark.parametrize("name", NETS)
def test_memory_formats_give_the_same_values(name):
    generator, discriminator = pair(name, (3, 16, 16))
    wake(generator.double()), wake(discriminator.double())
    latent = torch.randn(4, 6, dtype=torch.float64)
    plain = discriminator(generator(latent)).scores
    generator.to(memory_format=torch.channels_last)
    discriminator.to(memory_format=torch.channels_last)
    torch.testing.assert_close(discriminator(generator(latent)).scores, plain)


@pytest.mark.parametrize("name", NETS)
def test_real_and_fake_may_be_judged_together_unless_the_net_couples_them(name):
    options = {"minibatch_stddev": False} if name == "stylegan2" else {}
    _, discriminator = pair(name, (1, 16, 16), **options)
    x, y = torch.randn(2, 4, 1, 16, 16)
    apart = torch.cat([discriminator(x).scores, discriminator(y).scores])
    together = discriminator(torch.cat([x, y])).scores
    assert torch.allclose(apart, together, atol=1e-5) is not discriminator.couples_batch


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize(
    ("shape", "says"),
    [
        ((3, 37, 64), "nearest good sizes are 32 and 40"),
        ((3, 131, 131), "nearest good sizes are 128 and 160"),
        ((1, 4, 4), "data.size = 8"),
        ((1, 512, 64), "data.size = 256"),
        ((33, 32, 32), "1 to"),
        ((2,), "'mlp' takes any shape"),
    ],
)
def test_hostile_shapes_are_refused_with_a_way_out(name, shape, says):
    with pytest.raises(ValueError, match=says):
        generators.build(name, {}, shape=shape, latent=6)
    with pytest.raises(ValueError, match=says):
        discriminators.build(name, {}, shape=shape)
