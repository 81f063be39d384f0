import pytest
import torch

from gansmith.networks.vector.mlp import Maxout
from gansmith.registry import discriminators, generators


@pytest.mark.parametrize("shape", [(2,), (7,), (3, 8, 12)], ids=str)
@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "tanh", "maxout"])
@pytest.mark.parametrize("batch_norm", [False, True])
def test_any_shape_and_activation_works_and_all_parameters_learn(shape, activation, batch_norm):
    torch.manual_seed(0)
    options = {"widths": (16, 12), "activation": activation, "batch_norm": batch_norm}
    generator = generators.build("mlp", options, shape=shape, latent=4)
    discriminator = discriminators.build("mlp", options, shape=shape)
    samples = generator(torch.randn(8, 4))
    assert samples.shape == (8, *shape)
    critique = discriminator(samples)
    assert critique.scores.shape == (8,)
    assert critique.features.shape == (8, 12)
    assert discriminator.couples_batch is batch_norm
    critique.scores.square().sum().backward()
    for net in (generator, discriminator):
        assert all(p.grad is not None for p in net.parameters())


@pytest.mark.parametrize(("shape", "bounded"), [((2,), False), ((1, 8, 8), True)])
def test_images_are_bounded_and_vectors_are_not(shape, bounded):
    generator = generators.build("mlp", {}, shape=shape, latent=4)
    extreme = generator(1e4 * torch.randn(64, 4)).abs().max()
    assert (extreme.item() <= 1) is bounded


def test_maxout_takes_the_largest_of_its_pieces():
    layer = Maxout(1, 1, pieces=2)
    with torch.no_grad():
        layer.linear.weight.copy_(torch.tensor([[1.0], [-1.0]]))
        layer.linear.bias.zero_()
    x = torch.tensor([[-3.0], [2.0]])
    assert layer(x).flatten().tolist() == [3.0, 2.0]  # |x|


def test_the_slope_of_the_scores_can_be_differentiated():
    discriminator = discriminators.build("mlp", {"activation": "maxout"}, shape=(2,))
    x = torch.randn(4, 2, requires_grad=True)
    (slope,) = torch.autograd.grad(discriminator(x).scores.sum(), x, create_graph=True)
    slope.square().sum().backward()
    assert next(discriminator.parameters()).grad.abs().sum() > 0


@pytest.mark.parametrize("widths", [(), (16, 0)])
def test_a_net_without_units_is_refused(widths):
    with pytest.raises(ValueError, match="widths"):
        generators.build("mlp", {"widths": widths}, shape=(2,), latent=4)
