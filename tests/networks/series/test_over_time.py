"""Recurrent, causal and attentive pairs for series: shapes, what sees what, second derivatives."""

import copy

import pytest
import torch

from gansmith.networks.series.tcn import levels
from gansmith.registry import discriminators, generators

FAMILIES = [
    ("series_rnn", {"cell": "gru"}),
    ("series_rnn", {"cell": "lstm", "layers": 2}),
    ("tcn", {"kernel": 2}),
    ("series_transformer", {"heads": 2, "layers": 1}),
]


def pair(name, shape, options, latent=3):
    torch.manual_seed(0)
    generator = getattr(generators, name)(shape=shape, latent=latent, width=4, **options)
    return generator, getattr(discriminators, name)(shape=shape, width=4, **options)


@pytest.mark.parametrize(("name", "options"), FAMILIES)
@pytest.mark.parametrize("shape", [(2, 1), (24, 6)])
def test_the_pair_makes_and_judges_series(name, options, shape):
    generator, discriminator = pair(name, shape, options)
    samples = generator(torch.randn(5, 3))
    assert samples.shape == (5, *shape)
    critique = discriminator(samples)
    assert critique.scores.shape == (5,)
    assert critique.features.shape == (5, discriminator.feature_width)


def slope_gradients(discriminator, samples):
    """Return the derivative of the squared slope of the scores by each weight."""
    samples = samples.clone().requires_grad_()
    scores = discriminator(samples).scores.sum()
    (slope,) = torch.autograd.grad(scores, samples, create_graph=True)
    return torch.autograd.grad(
        slope.square().sum(), list(discriminator.parameters()), allow_unused=True
    )


def stepped(discriminator, samples, number, step):
    """Return the squared slope of the scores with one weight of the last layer changed."""
    changed = copy.deepcopy(discriminator)
    with torch.no_grad():
        changed.score.weight[0, number] += step
    given = samples.double().requires_grad_()
    (slope,) = torch.autograd.grad(changed(given).scores.sum(), given)
    return slope.square().sum().item()


@pytest.mark.parametrize(("name", "options"), FAMILIES)
def test_slope_penalties_have_the_gradient_that_finite_differences_give(name, options):
    _, discriminator = pair(name, (6, 2), options)
    samples = torch.randn(3, 6, 2)
    single = slope_gradients(discriminator, samples)
    exact = discriminator.double()
    double = slope_gradients(exact, samples.double())
    for one, two in zip(single, double, strict=True):
        if one is not None:
            torch.testing.assert_close(one.double(), two, rtol=1e-3, atol=1e-5)
    names = [name for name, _ in exact.named_parameters()]
    by_rule = double[names.index("score.weight")][0]
    number = int(by_rule.abs().argmax())
    by_steps = (
        stepped(exact, samples, number, 1e-5) - stepped(exact, samples, number, -1e-5)
    ) / 2e-5
    assert by_steps == pytest.approx(by_rule[number].item(), rel=1e-5)


@pytest.mark.parametrize(("name", "options"), FAMILIES)
def test_every_weight_of_the_generator_has_a_gradient(name, options):
    generator, discriminator = pair(name, (12, 2), options)
    discriminator(generator(torch.randn(4, 3))).scores.sum().backward()
    assert all(weight.grad is not None for weight in generator.parameters())


def reach(net, inputs, time):
    """Return at which times the output depends on the inputs at one time."""
    changed = inputs.clone()
    changed[:, time] += 1.0
    return (net(changed) - net(inputs)).abs().amax((0, 2)) > 1e-9


def test_causal_blocks_see_no_later_time_and_the_last_sees_the_first():
    generator, _ = pair("tcn", (24, 2), {"kernel": 3})
    blocks = generator.blocks.double()

    def net(inputs):
        return blocks(inputs.transpose(1, 2)).transpose(1, 2)

    inputs = torch.randn(2, 24, 4, dtype=torch.float64)
    assert reach(net, inputs, 10).tolist() == [time >= 10 for time in range(24)]
    assert reach(net, inputs, 0)[-1]


@pytest.mark.parametrize(("time", "kernel", "count"), [(2, 2, 1), (3, 2, 1), (4, 2, 2), (24, 3, 3)])
def test_as_many_blocks_are_made_as_see_the_whole_series(time, kernel, count):
    assert levels(time, kernel) == count


def test_the_recurrent_discriminator_reads_both_ways():
    _, discriminator = pair("series_rnn", (6, 2), {"cell": "gru"})
    assert discriminator.cells.bidirectional


@pytest.mark.parametrize(
    ("name", "shape", "options", "says"),
    [
        ("series_rnn", (3, 32, 32), {}, r"series_rnn is for series \[time, channels\]"),
        ("tcn", (4097, 1), {}, "2 to 4,096 times but the data have 4,097"),
        ("tcn", (24, 1), {"kernel": 1}, "kernel must be at least 2"),
        ("series_transformer", (24, 1), {"width": 6}, "width must be a multiple of heads, 4"),
    ],
)
def test_what_the_pairs_cannot_work_on_is_refused(name, shape, options, says):
    with pytest.raises(ValueError, match=says):
        getattr(generators, name)(shape=shape, latent=4, **options)
    with pytest.raises(ValueError, match=says):
        getattr(discriminators, name)(shape=shape, **options)
