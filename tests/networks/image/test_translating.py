"""Networks from image to image, and the judge of patches."""

import pytest
import torch

from gansmith.networks.layers.instance_norm import InstanceNorm
from gansmith.registry import discriminators, generators

NETS = ("unet", "translator", "edsr")
SHAPES = [(1, 8, 8), (3, 48, 64), (1, 24, 40), (4, 28, 28), (2, 36, 50), (3, 64, 32)]


def build(name, shape, inputs=3, **options):
    torch.manual_seed(0)
    size = shape[1:]
    return generators.build(name, {"width": 4} | options, shape=shape, inputs=(inputs, *size))


@pytest.mark.parametrize("shape", [*SHAPES, (1, 256, 240)], ids=str)
@pytest.mark.parametrize("name", NETS)
def test_images_of_any_even_size_and_colours_come_out_in_others(name, shape):
    images = build(name, shape, inputs=2)(torch.rand(2, 2, *shape[1:]) * 2 - 1)
    assert images.shape == (2, *shape)
    assert images.abs().max() <= 1


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_each_patch_has_its_score(shape):
    net = discriminators.build("patch", {"width": 4}, shape=(shape[0] + 4, *shape[1:]))
    critique = net(torch.randn(3, shape[0] + 4, *shape[1:]))
    assert critique.scores.ndim == 3
    assert min(critique.scores.shape[1:]) >= 4
    assert critique.features.shape == (3, net.feature_width)


@pytest.mark.parametrize(("halvings", "reach"), [(1, 12), (2, 26), (3, 54)])
def test_a_score_sees_as_many_pixels_as_the_docs_say(halvings, reach):
    net = discriminators.build("patch", {"width": 4, "norm": False, "halvings": halvings},
                               shape=(1, 96, 96))  # fmt: skip
    image = torch.randn(1, 1, 96, 96, requires_grad=True)
    scores = net(image).scores
    middle = scores.shape[1] // 2
    (slope,) = torch.autograd.grad(scores[0, middle, middle], image)
    seen = slope[0, 0].abs().amax(0).nonzero().flatten()
    assert seen.max() - seen.min() + 1 == reach


@pytest.mark.parametrize("name", NETS)
def test_every_parameter_gets_a_gradient(name):
    net = build(name, (3, 16, 20))
    judge = discriminators.build("patch", {"width": 4}, shape=(3, 16, 20))
    judge(net(torch.randn(4, 3, 16, 20))).scores.square().sum().backward()
    for player in (net, judge):
        for key, parameter in player.named_parameters():
            assert parameter.grad is not None, key
            assert parameter.grad.abs().sum() > 0, key


def test_the_slope_of_patch_scores_can_be_differentiated():
    net = discriminators.build("patch", {"width": 2}, shape=(1, 8, 8)).double()
    samples = torch.randn(2, 1, 8, 8, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradgradcheck(lambda x: net(x).scores, (samples,), fast_mode=True)


@pytest.mark.parametrize("name", NETS)
def test_no_sample_sees_another(name):
    net = build(name, (1, 16, 16))
    images = torch.randn(4, 3, 16, 16)
    assert torch.allclose(net(images)[:2], net(images[:2]), atol=1e-6)


def test_dropout_is_off_when_translating():
    net = build("unet", (1, 32, 32), dropout=0.5)
    images = torch.randn(2, 3, 32, 32)
    assert not torch.equal(net(images), net(images))
    net.eval()
    assert torch.equal(net(images), net(images))


@pytest.mark.parametrize("name", NETS)
def test_impossible_shapes_are_refused(name):
    with pytest.raises(ValueError, match=f"{name} cannot halve a side of 33 pixels"):
        build(name, (3, 33, 32))
    with pytest.raises(ValueError, match=f"{name} works on 1 to 4 channels but the data has 5"):
        build(name, (3, 32, 32), inputs=5)
    with pytest.raises(ValueError, match="patch works on 1 to 32 channels but the data has 33"):
        discriminators.build("patch", {}, shape=(33, 32, 32))


@pytest.mark.parametrize("batch", [1, 3])
def test_instance_norm_is_the_same_in_either_layout_and_can_be_differentiated_twice(batch):
    torch.manual_seed(0)
    found = []
    x = torch.randn(batch, 5, 6, 4, dtype=torch.float64)
    for layout in (torch.contiguous_format, torch.channels_last):
        image = x.clone().to(memory_format=layout).requires_grad_()
        y = InstanceNorm()(image)
        (slope,) = torch.autograd.grad(y.sin().sum(), image, create_graph=True)
        found.append((y, slope, *torch.autograd.grad(slope.square().sum(), image)))
    for one, other in zip(*found, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-10, atol=1e-12)
    torch.testing.assert_close(found[0][0].mean((2, 3)), torch.zeros_like(x[:, :, 0, 0]))
