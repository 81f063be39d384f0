"""Styles: they scale channels as a kernel for each sample would, are truncated and mixed."""

import pytest
import torch
import torch.nn.functional as F

from gansmith.networks.conditioning.labels import condition_generator
from gansmith.networks.layers.blur import BlurredDown, blur
from gansmith.networks.layers.modulation import Modulated
from gansmith.objectives.terms.path_length import path_length
from gansmith.records import Condition, View
from gansmith.registry import generators
from gansmith.sampling.draws import CounterDraws
from gansmith.sampling.generate import make_samples
from gansmith.sampling.styles import find_styles, mixed, styled, synthesise, truncated

TAPS = (0.125, 0.375, 0.375, 0.125)
FILTER = torch.outer(torch.tensor(TAPS), torch.tensor(TAPS)).double()


def filtered(x, padding, gain=1.0):
    kernel = (gain * FILTER).expand(x.shape[1], 1, 4, 4)
    return F.conv2d(x, kernel, padding=padding, groups=x.shape[1])


def grouped(layer, x, style):
    """The paper's way: a kernel for each sample, all samples one image of many groups."""
    batch, outputs = len(x), len(layer.weight)
    factors = F.linear(style, layer.affine.weight, layer.affine.bias)
    kernels = layer.weight * factors[:, None, :, None, None]
    if layer.demodulate:
        kernels = kernels / (kernels.square().sum((2, 3, 4), keepdim=True) + 1e-8).sqrt()
    image = x.reshape(1, -1, *x.shape[2:])
    if not layer.up:
        kernels, pad = kernels.flatten(0, 1), layer.weight.shape[2] // 2
        y = F.conv2d(image, kernels, padding=pad, groups=batch)
        return y.unflatten(1, (batch, outputs))[0]
    kernels = kernels.transpose(1, 2).flatten(0, 1)
    y = F.conv_transpose2d(image, kernels, stride=2, groups=batch).unflatten(1, (batch, outputs))[0]
    return filtered(y, 1, gain=4.0)


@pytest.mark.parametrize("options", [{}, {"up": True}, {"window": 1, "demodulate": False}], ids=str)
def test_scaling_images_equals_a_kernel_for_each_sample(options):
    torch.manual_seed(0)
    layer = Modulated(5, 7, 6, **options).double()
    x = torch.randn(3, 5, 8, 6, dtype=torch.float64, requires_grad=True)
    style = torch.randn(3, 6, dtype=torch.float64, requires_grad=True)
    found, expected = layer(x, style), grouped(layer, x, style)
    torch.testing.assert_close(found, expected, rtol=1e-11, atol=1e-11)
    inputs = (x, style, layer.weight, layer.affine.weight)
    slopes = [torch.autograd.grad(y.square().sum(), inputs) for y in (found, expected)]
    for one, other in zip(*slopes, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-9, atol=1e-9)


def test_demodulated_outputs_of_white_inputs_have_unit_variance_whatever_the_style():
    torch.manual_seed(0)
    layer = Modulated(8, 6, 4)
    x = torch.randn(4, 8, 130, 130)
    with torch.no_grad():
        y = layer(x, 3 * torch.randn(4, 4))[:, :, 1:-1, 1:-1]
    torch.testing.assert_close(y.var((2, 3)), torch.ones(4, 6), rtol=0.07, atol=0.0)


def test_the_blur_keeps_the_mean_and_removes_a_checkerboard():
    rows = torch.arange(8.0)
    board = 1 - 2 * ((rows[:, None] + rows) % 2)
    image = (5 + board).expand(1, 2, 8, 8)
    inside = blur(image, padding=1)[:, :, 1:-1, 1:-1]
    torch.testing.assert_close(inside, torch.full_like(inside, 5.0))


def test_a_blurred_layer_is_a_blur_and_a_strided_convolution():
    torch.manual_seed(0)
    layer, x = BlurredDown(3, 4).double(), torch.randn(2, 3, 8, 6, dtype=torch.float64)
    expected = F.conv2d(filtered(x, 2), layer.weight, layer.bias, 2)
    torch.testing.assert_close(layer(x), expected)


def build(**options):
    torch.manual_seed(0)
    shape = (3, 16, 20)
    generator = generators.build("stylegan2", {"width": 4, **options}, shape=shape, latent=6)
    for step in range(20):  # a mean style, and noise that can be seen
        torch.manual_seed(step)
        generator.mapping(torch.randn(64, 6))
    with torch.no_grad():
        for name, weight in generator.named_parameters():
            if name.endswith("strength"):
                weight.fill_(0.3)
    return generator


def test_the_mean_style_is_that_of_many_latents():
    generator = build().eval()
    with torch.no_grad():
        expected = generator.mapping(torch.randn(20000, 6)).mean(0)
    kept = 0.5 ** (20 * 64 / 2000)  # of the zeros that it began as
    torch.testing.assert_close(generator.mapping.mean, (1 - kept) * expected, rtol=0.0, atol=0.03)


def test_truncation_0_gives_the_image_of_the_mean_style_and_1_changes_nothing():
    generator, latent = build(), torch.randn(5, 6)
    styles, mean = find_styles(generator, latent), generator.mapping.mean
    one = synthesise(generator, truncated(styles, mean, 0.0))
    torch.testing.assert_close(one, synthesise(generator, mean.expand(5, -1)))
    assert (one - one[0]).abs().max() < 1e-6
    whole = synthesise(generator, truncated(styles, mean, 1.0))
    assert torch.equal(whole, make_samples(generator, latent))
    half = synthesise(generator, truncated(styles, mean, 0.5))
    assert half.var(0).sum() < whole.var(0).sum()


def test_mixing_from_the_first_or_after_the_last_layer_leaves_one_style():
    generator, latents = build(), torch.randn(2, 5, 6)
    coarse, fine = (find_styles(generator, latent) for latent in latents)
    layers = generator.synthesis.layers
    alone = [make_samples(generator, latent) for latent in latents]
    found = [synthesise(generator, mixed(coarse, fine, layers, at)) for at in (layers, 0, 2)]
    assert torch.equal(found[0], alone[0])
    assert torch.equal(found[1], alone[1])
    assert not torch.allclose(found[2], alone[0])
    assert not torch.allclose(found[2], alone[1])


def test_styles_of_a_conditional_generator_know_the_class():
    def net(latent):
        return generators.build("stylegan2", {"width": 4}, shape=(1, 8, 8), latent=latent)

    generator = condition_generator(net, classes=3, latent=5)
    condition = Condition(labels=torch.tensor([0, 1, 1, 2]))
    latent = torch.randn(1, 5).expand(4, 5)
    styles = find_styles(generator, latent, condition)
    assert torch.equal(styles[1], styles[2])
    assert not torch.allclose(styles[0], styles[1])
    assert torch.equal(synthesise(generator, styles), make_samples(generator, latent, condition))
    assert styled(generator) is generator.net


def test_noise_is_drawn_in_training_and_the_same_later():
    generator, latent = build(), torch.randn(1, 6).expand(2, 6)
    assert not torch.allclose(*generator(latent))
    generator.eval()
    assert torch.equal(generator(latent), generator(latent))
    torch.testing.assert_close(*build(noise=False)(latent))


def test_path_length_is_taken_at_styles_and_reaches_every_weight():
    generator = build(noise=False).double().eval()
    latent = torch.randn(4, 6, dtype=torch.float64)
    draws = CounterDraws((0,), 4, slice(0, 4), latent)
    view = View(
        real=latent,
        fake=latent,
        latent=latent,
        discriminator=lambda samples, condition=None: None,
        generator=lambda z, condition=None: generator(z),
        draws=draws,
        players={"generator": generator},
    )
    term = path_length(weight=1.0)
    term.module.double()
    found = term.value(view)
    styles = generator.mapping(latent).detach().requires_grad_()
    images = generator.synthesis(styles)
    noise = draws.normal("path_length", 3, 16, 20) / (16 * 20) ** 0.5
    (slope,) = torch.autograd.grad((images * noise).sum(), styles)
    lengths = slope.norm(dim=1)
    torch.testing.assert_close(found.detach(), (lengths - lengths.mean()).square())
    found.sum().backward()
    weights = dict(generator.named_parameters())
    skipped = {name for name, w in weights.items() if w.grad is None or not w.grad.any()}
    assert not skipped - {name for name in weights if name.endswith("bias")}


def test_styles_are_mixed_in_training_alone_and_neighbours_share_them():
    latent, net = torch.randn(64, 6), build(noise=False, mixing=0.75)
    with torch.no_grad():
        styles = net.mapping(latent)
        torch.manual_seed(0)
        given = net._mixed(styles)
        own, next_ = ((given == s[:, None]).all(2) for s in (styles, styles.roll(1, 0)))
        assert (own | next_).all()
        assert own[:, 0].all()
        assert (own.int().diff(dim=1) <= 0).all()  # once changed it stays
        assert 0.5 < (~own[:, -1]).float().mean() < 0.95
        assert torch.equal(net.eval()(latent), net.synthesis(net.mapping(latent)))


@pytest.mark.parametrize("batch", [1, 4])
def test_a_chance_of_0_mixes_nothing_and_a_batch_of_one_has_no_neighbour(batch):
    latent, plain, mixed_net = torch.randn(batch, 6), build(noise=False), build(noise=False)
    mixed_net.mixing = 1.0
    same = torch.allclose(plain(latent), mixed_net(latent), atol=1e-6)
    assert same == (batch == 1)
