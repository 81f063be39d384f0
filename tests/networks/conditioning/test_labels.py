import copy

import pytest
import torch

from gansmith.networks.conditioning.labels import (
    ClassNormedGenerator,
    condition_discriminator,
    condition_generator,
)
from gansmith.networks.layers.class_table import ClassTable
from gansmith.records import Condition
from gansmith.registry import discriminators, generators

NETS = ["dcgan", "sngan", "modern", "stylegan2", "mlp"]
SHAPE = (1, 16, 16)


def options(name):
    return {"widths": (16, 16)} if name == "mlp" else {"width": 8}


def build(name):
    torch.manual_seed(0)
    generator = condition_generator(
        lambda latent: generators.build(name, options(name), shape=SHAPE, latent=latent),
        classes=3,
        latent=5,
        embedding=4,
    )
    net = discriminators.build(name, options(name), shape=SHAPE)
    return generator, condition_discriminator(net, 3, net.feature_width)


@pytest.mark.parametrize("name", NETS)
def test_the_class_changes_the_sample_and_its_score(name):
    generator, discriminator = (net.eval() for net in build(name))
    latent = torch.randn(1, 5).expand(3, 5)
    samples = generator(latent, Condition(labels=torch.tensor([0, 1, 1])))
    assert not torch.allclose(samples[0], samples[1])
    torch.testing.assert_close(samples[1], samples[2])
    same = torch.randn(1, *SHAPE).expand(3, *SHAPE)
    scores = discriminator(same, Condition(labels=torch.tensor([0, 1, 1]))).scores
    assert scores[0] != scores[1]
    torch.testing.assert_close(scores[1], scores[2])


@pytest.mark.parametrize("name", NETS)
def test_wrappers_declare_what_their_net_declares(name):
    for wrapper in build(name):
        assert wrapper.couples_batch == wrapper.net.couples_batch
        assert wrapper.channels_last == wrapper.net.channels_last


def test_projection_adds_the_product_of_embedding_and_features():
    _, discriminator = build("modern")
    samples, labels = torch.randn(4, *SHAPE), torch.tensor([2, 0, 1, 2])
    scores, features = discriminator.net(samples)
    expected = scores + (discriminator.embedding.weight[labels] * features).sum(1)
    torch.testing.assert_close(discriminator(samples, Condition(labels=labels)).scores, expected)


def test_the_embeddings_learn():
    generator, discriminator = build("modern")
    condition = Condition(labels=torch.tensor([0, 1, 2, 0]))
    discriminator(generator(torch.randn(4, 5), condition), condition).scores.sum().backward()
    assert generator.embedding.weight.grad.abs().sum() > 0
    assert discriminator.embedding.weight.grad.abs().sum() > 0


def test_a_missing_condition_is_named():
    generator, discriminator = build("mlp")
    with pytest.raises(ValueError, match="--label"):
        generator(torch.randn(2, 5))
    with pytest.raises(ValueError, match="discriminator was trained with class labels"):
        discriminator(torch.randn(2, *SHAPE))


NORMED = {
    "dcgan": {"width": 8},
    "sngan": {"width": 8},
    "mlp": {"widths": (16, 16), "norm": "batch"},
}


def normed(name):
    torch.manual_seed(0)
    net = generators.build(name, NORMED[name], shape=SHAPE, latent=5)
    plain = copy.deepcopy(net)
    return plain, ClassNormedGenerator(net, 3)


@pytest.mark.parametrize("name", NORMED)
def test_norms_of_classes_start_as_the_norm_and_then_tell_classes_apart(name):
    plain, generator = normed(name)
    latent = torch.randn(4, 5)
    condition = Condition(labels=torch.tensor([0, 1, 2, 0]))
    torch.testing.assert_close(generator(latent, condition), plain(latent))
    generator(latent, condition).square().sum().backward()
    tables = [m for m in generator.modules() if isinstance(m, ClassTable)]
    assert tables
    assert all(t.weight.grad.abs().sum() > 0 for t in tables)
    with torch.no_grad():
        for table in tables:
            table.weight += torch.randn_like(table.weight)
    same = generator.eval()(latent[:1].expand(3, 5), Condition(labels=torch.tensor([0, 1, 1])))
    assert not torch.allclose(same[0], same[1])
    torch.testing.assert_close(same[1], same[2])


@pytest.mark.parametrize("name", ["embedding", "norm"])
def test_shares_of_one_class_are_the_class_and_others_lie_between(name):
    generator = build("dcgan")[0] if name == "embedding" else normed("dcgan")[1]
    for table in [m for m in generator.modules() if isinstance(m, ClassTable)]:
        torch.nn.init.normal_(table.weight)
    generator.eval()
    latent = torch.randn(1, 5).expand(2, 5)
    whole = generator(latent, Condition(labels=torch.tensor([0, 2])))
    shares = torch.tensor([[1.0, 0.0, 0.0], [0.5, 0.0, 0.5]])
    between = generator(latent, Condition(labels=shares))
    torch.testing.assert_close(between[0], whole[0])
    assert not torch.allclose(between[1], whole[0])
    assert not torch.allclose(between[1], whole[1])


def test_a_generator_without_norms_has_none_for_classes():
    with pytest.raises(ValueError, match="no norm that classes could scale"):
        ClassNormedGenerator(generators.build("modern", {"width": 8}, shape=SHAPE, latent=5), 3)
