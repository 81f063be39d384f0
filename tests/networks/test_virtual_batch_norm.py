"""Virtual batch norm sees a fixed reference batch and the sample itself, and nothing else."""

import pytest
import torch
from torch import nn

from gansmith.networks.layers.virtual_batch_norm import VirtualBatchNorm
from gansmith.registry import generators

BASES = [
    ("dcgan", (1, 8, 8), {"width": 4}),
    ("sngan", (1, 8, 8), {"width": 4}),
    ("mlp", (3,), {"widths": (8, 8), "norm": "batch"}),
    ("conv1d", (16, 2), {"width": 4, "norm": "batch"}),
]


def build(base, shape, options, reference=5):
    torch.manual_seed(0)
    options = {"base": base, "reference": reference, **options}
    return generators.build("virtual_batch_norm", options, shape=shape, latent=4)


@pytest.mark.parametrize("shape", [(3,), (3, 4), (3, 4, 2)])
def test_a_sample_is_normalised_with_the_reference_batch_as_if_it_were_one_more_of_it(shape):
    norm = nn.BatchNorm2d(3).double()
    nn.init.uniform_(norm.weight)
    nn.init.uniform_(norm.bias)
    virtual, x = VirtualBatchNorm(norm, 5), 3 * torch.randn(7, *shape).double() + 1
    found = virtual(x)
    scale, shift = (p.view(1, 3, *[1] * (len(shape) - 1)) for p in (norm.weight, norm.bias))
    for row in (5, 6):
        joint = torch.cat([x[:5], x[row : row + 1]])
        axes = [0, *range(2, joint.dim())]
        mean, variance = joint.mean(axes, True), joint.var(axes, correction=0, keepdim=True)
        wanted = (x[row] - mean[0]) / (variance[0] + norm.eps).sqrt() * scale[0] + shift[0]
        assert torch.allclose(found[row], wanted, atol=1e-10)
    axes = [0, *range(2, x.dim())]
    own = (found[:5] - shift) / scale
    assert own.mean(axes).abs().max() < 1e-10


@pytest.mark.parametrize(("base", "shape", "options"), BASES)
def test_a_latent_gives_the_same_sample_in_any_batch_while_training_and_after(base, shape, options):
    net, latents = build(base, shape, options), torch.randn(6, 4)
    samples = net(latents)
    assert samples.shape == (6, *shape)
    assert torch.allclose(net(latents[:2]), samples[:2], atol=1e-5)
    assert torch.allclose(net.eval()(latents.flip(0)).flip(0), samples, atol=1e-5)
    assert not net.couples_batch
    assert "reference" in net.state_dict()
    samples.square().mean().backward()
    assert all(p.grad is not None for p in net.parameters())


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"base": "lean"}, "lean has no batch norm"),
        ({"base": "virtual_batch_norm"}, "base must be a generator from latents"),
        ({"base": "unet"}, "base must be a generator from latents"),
        ({"base": "dcgan", "reference": 1}, "reference must be at least 2"),
        ({"base": "dcgan", "wdth": 1}, "no option 'wdth'; did you mean 'width'"),
    ],
)
def test_a_wrong_option_is_named(options, says):
    with pytest.raises(ValueError, match=says):
        generators.build("virtual_batch_norm", options, shape=(1, 8, 8), latent=4)
