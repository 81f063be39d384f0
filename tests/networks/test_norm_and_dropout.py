"""Norms by name, and dropout in every discriminator."""

import itertools

import pytest
import torch

from gansmith.networks.layers.dropout import drop
from gansmith.networks.layers.norm import norm_of_images
from gansmith.networks.plain import judging
from gansmith.registry import discriminators, generators

IMAGE, SERIES, VECTOR = (1, 16, 16), (16, 2), (3,)
SHAPES = {"mlp": VECTOR, "residual_mlp": VECTOR, "conv1d": SERIES, "wavegan": (1, 256)}
SHAPES |= {"text_cnn": (6, 5), "text_rnn": (6, 5)}  # places, tokens
SHAPES |= dict.fromkeys(("series_rnn", "tcn", "series_transformer"), SERIES)
LATENT = 4
ALL, VECTORS = ("none", "batch", "layer", "instance"), ("none", "batch", "layer")
NORMED_D = {"mlp": VECTORS, "dcgan": ALL, "patch": ALL, "conv1d": ALL}
NORMED_G = {"mlp": VECTORS, "dcgan": ALL, "sngan": ALL, "conv1d": ALL}
FAMILIES = [part.name for part in discriminators if "dropout" in part.options]


def pairs(table):
    return [pair for name, norms in table.items() for pair in itertools.product([name], norms)]


def build(registry, name, **options):
    torch.manual_seed(0)
    shape = SHAPES.get(name, IMAGE)
    small = {} if name == "mlp" else {"width": 4}
    return registry.build(name, {**small, **options}, shape=shape, latent=LATENT), shape


def with_other_neighbours(net, inputs):
    """Return the first output twice: among its batch, and among other samples."""
    others = torch.cat([inputs[:1], inputs[1:].flip(-1) * 3 + 1])
    return [net(x) for x in (inputs, others)]


def first(found):
    return (found[0] if isinstance(found, tuple) else found)[0]


@pytest.mark.parametrize(("name", "norm"), pairs(NORMED_D))
def test_only_batch_norm_lets_a_discriminator_see_the_others_of_a_batch(name, norm):
    net, shape = build(discriminators, name, norm=norm)
    one, two = map(first, with_other_neighbours(net, torch.randn(6, *shape)))
    assert torch.allclose(one, two, atol=1e-5) == (norm != "batch")
    assert net.couples_batch == (norm == "batch")


@pytest.mark.parametrize(("name", "norm"), pairs(NORMED_G))
def test_only_batch_norm_lets_a_generator_see_the_others_of_a_batch(name, norm):
    net, shape = build(generators, name, norm=norm)
    one, two = map(first, with_other_neighbours(net, torch.randn(6, LATENT)))
    assert one.shape == shape
    assert torch.allclose(one, two, atol=1e-5) == (norm != "batch")
    assert net.couples_batch == (norm == "batch")


@pytest.mark.parametrize(
    ("norm", "axes"), [("batch", (0, 2, 3)), ("layer", (1, 2, 3)), ("instance", (2, 3))]
)
def test_a_norm_makes_mean_0_and_variance_1_over_its_axes(norm, axes):
    x = 3 * torch.randn(4, 5, 6, 7) + 2
    found = norm_of_images(norm, 5)(x)
    assert found.mean(axes).abs().max() < 1e-5
    assert (found.var(axes, correction=0) - 1).abs().max() < 1e-3


def test_batch_norm_is_what_its_old_option_says_where_no_norm_is_named():
    for old, new in ((True, "batch"), (False, "none")):
        one, shape = build(discriminators, "dcgan", batch_norm=old)
        two, _ = build(discriminators, "dcgan", norm=new)
        samples = torch.randn(4, *shape)
        assert torch.equal(one(samples).scores, two(samples).scores)
    true, _ = build(discriminators, "patch", norm=True)
    assert type(true.norms[0]).__name__ == "InstanceNorm"


@pytest.mark.parametrize("name", FAMILIES)
def test_every_discriminator_drops_hidden_values_while_training_and_not_after(name):
    net, shape = build(discriminators, name, dropout=0.5)
    whole, _ = build(discriminators, name)
    net, whole, samples = judging(net), judging(whole), torch.randn(4, *shape)
    for plain in (net, whole):
        for layer in plain.modules():  # some nets end in layers that begin at 0
            if hasattr(layer, "weight"):
                spread = torch.linspace(-0.2, 0.4, layer.weight.numel())
                layer.weight.data = spread.view_as(layer.weight)
    assert torch.equal(net.eval()(samples).scores, whole.eval()(samples).scores)
    one, two = net.train()(samples).scores, net(samples).scores
    assert not torch.allclose(one, two)


def test_dropout_keeps_the_mean():
    torch.manual_seed(0)
    found = drop(torch.ones(100_000), 0.3, training=True)
    assert found.unique().tolist() == pytest.approx([0.0, 1 / 0.7])
    assert found.mean().item() == pytest.approx(1.0, abs=0.01)
    assert drop(found, 0.0, training=True) is found


def test_an_instance_of_one_number_has_no_norm():
    with pytest.raises(ValueError, match="norm"):
        build(discriminators, "mlp", norm="instance")
