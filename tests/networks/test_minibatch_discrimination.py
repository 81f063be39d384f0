"""Minibatch discrimination: what it counts, and that any discriminator takes it."""

import pytest
import torch

from gansmith.networks.layers.minibatch_discrimination import MinibatchDiscrimination
from gansmith.networks.wrapping import trial_samples
from gansmith.registry import discriminators

WIDTH, KERNELS = 6, 4
BASES = [
    ("mlp", (3,), {"widths": (8, 8)}),
    ("dcgan", (1, 16, 16), {"width": 4}),
    ("sngan", (1, 16, 16), {"width": 4}),
    ("lean", (1, 16, 16), {"width": 4}),
    ("modern", (1, 16, 16), {"width": 4}),
    ("patch", (1, 16, 16), {"width": 4}),
    ("autoencoder", (1, 16, 16), {"width": 4, "code": 3}),
    ("conv1d", (16, 2), {"width": 4}),
]


def layer(dtype=torch.float64):
    torch.manual_seed(0)
    return MinibatchDiscrimination(WIDTH, KERNELS).to(dtype)


def comparing(base, shape, options):
    torch.manual_seed(0)
    options = {"base": base, "kernels": KERNELS, **options}
    return discriminators.build("minibatch_discrimination", options, shape=shape)


@pytest.mark.parametrize("count", [1, 2, 7])
def test_alike_features_count_each_other_and_far_apart_ones_nobody(count):
    alike = torch.randn(1, WIDTH).double().expand(count, WIDTH)
    others = torch.full((count, KERNELS), count - 1.0).double()
    assert torch.allclose(layer().closeness(alike), others, atol=1e-9)
    apart = 1e6 * torch.randn(count, WIDTH).double()
    assert torch.equal(layer().closeness(apart), torch.zeros(count, KERNELS).double())


def test_it_is_the_sum_of_the_paper_with_columns_of_unit_length_and_a_bias_of_minus_one():
    compare, features = layer(), torch.randn(5, WIDTH).double()
    columns = compare.directions / compare.directions.norm(dim=0)
    seen = torch.einsum("na,abc->nbc", features, columns)
    wanted = torch.zeros(5, KERNELS).double()
    for i in range(5):
        for j in range(5):
            if i != j:
                wanted[i] += torch.exp(-(seen[i] - seen[j]).abs().sum(1))
    found = compare(features)
    assert torch.equal(found[:, :WIDTH], features)
    assert torch.allclose(found[:, WIDTH:], wanted - 1.0, atol=1e-12)


def test_the_order_of_a_batch_does_not_matter():
    compare, features = layer(), torch.randn(5, WIDTH).double()
    order = torch.tensor([3, 0, 4, 1, 2])
    assert torch.allclose(compare(features)[order], compare(features[order]), atol=1e-12)


def test_it_can_be_differentiated_twice():
    compare = layer()
    features = torch.randn(3, WIDTH).double().requires_grad_()
    assert torch.autograd.gradcheck(compare, (features,))
    assert torch.autograd.gradgradcheck(compare, (features,))


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_scaled_to_its_features_it_is_alive_whatever_their_scale(scale):
    compare, features = layer(), scale * torch.randn(32, WIDTH).double()
    compare.scale_to(features)
    counted = compare.closeness(features)
    assert 0.1 < counted.mean() < 2


@pytest.mark.parametrize(("base", "shape", "options"), BASES)
def test_every_discriminator_takes_it_and_it_is_alive_before_training(base, shape, options):
    net, samples = comparing(base, shape, options), trial_samples(shape, 32)
    critique = net(samples)
    alone = net.net(samples)
    assert critique.scores.shape == alone.scores.shape
    assert critique.features.shape == (32, net.feature_width)
    counted = net.compare.closeness(alone.features)
    assert 0.05 < counted.mean() < 16
    critique.scores.square().sum().backward()
    assert all(p.grad.abs().sum() > 0 for p in net.compare.parameters())


def test_a_collapsed_batch_is_judged_otherwise_than_a_varied_one_with_the_same_sample():
    net = comparing("mlp", (3,), {"widths": (8, 8)})
    varied = torch.randn(8, 3)
    collapsed = varied[:1].expand(8, 3)
    assert torch.allclose(net.net(varied).scores[0], net.net(collapsed).scores[0], atol=1e-6)
    assert (net(varied).scores[0] - net(collapsed).scores[0]).abs() > 0.1


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"base": "packed"}, "base is packed, which has a base itself"),
        ({"base": "mlp", "kernels": 0}, "kernels must be at least 1"),
        ({"base": "mlp", "kernel": 4}, "has no option 'kernel'; did you mean 'kernels'"),
    ],
)
def test_a_wrong_option_is_named(options, says):
    with pytest.raises(ValueError, match=says):
        discriminators.build("minibatch_discrimination", options, shape=(3,))
