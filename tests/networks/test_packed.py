"""A packed discriminator is its base on samples that lie on one another."""

import pytest
import torch

from gansmith.networks.packed import in_packs
from gansmith.registry import discriminators

SHAPES = [("mlp", (3,), {"widths": (8, 8)}), ("lean", (2, 8, 8), {"width": 4})]


def packed(base, shape, options, samples):
    torch.manual_seed(0)
    options = {"base": base, "samples": samples, **options}
    return discriminators.build("packed", options, shape=shape)


@pytest.mark.parametrize("samples", [2, 3])
@pytest.mark.parametrize(("base", "shape", "options"), SHAPES)
def test_it_equals_its_base_on_joined_samples(base, shape, options, samples):
    net = packed(base, shape, options, samples)
    torch.manual_seed(0)
    joint = (samples * shape[0], *shape[1:])
    alone = discriminators.build(base, options, shape=joint)
    x = torch.randn(4 * samples, *shape)
    by_hand = torch.cat([x[k::samples] for k in range(samples)], dim=1)
    assert torch.equal(in_packs(x, samples), by_hand)
    scores, features = net(x)
    assert scores.shape == (4,)
    assert features.shape == (4, net.feature_width)
    assert torch.equal(scores, alone(by_hand).scores)


@pytest.mark.parametrize(("base", "shape", "options"), SHAPES)
def test_packs_may_change_places_and_samples_may_not_change_packs(base, shape, options):
    net, x = packed(base, shape, options, 2), torch.randn(6, *shape)
    scores = net(x).scores
    assert torch.allclose(net(x[[4, 5, 0, 1, 2, 3]]).scores, scores[[2, 0, 1]], atol=1e-6)
    mixed = net(x[[0, 2, 1, 3, 4, 5]]).scores
    assert torch.allclose(mixed[2], scores[2], atol=1e-6)
    assert (mixed - scores)[:2].abs().min() > 1e-6


def test_patches_of_a_packed_base_are_judged_each():
    assert packed("patch", (3, 16, 16), {"width": 4}, 4)(torch.randn(8, 3, 16, 16)).scores.ndim == 3


def test_in_evaluation_an_incomplete_pack_is_filled_up_with_the_first_samples():
    net, x = packed("mlp", (3,), {"widths": (8,)}, 3).eval(), torch.randn(7, 3)
    assert torch.equal(net(x).scores, net(x[[0, 1, 2, 3, 4, 5, 6, 0, 1]]).scores)
    assert torch.equal(net(x[:1]).scores, net(x[[0, 0, 0]]).scores)


def test_in_training_an_incomplete_pack_is_refused():
    net = packed("mlp", (3,), {"widths": (8,)}, 3)
    with pytest.raises(ValueError, match="packs of 3 do not divide 7 samples; make"):
        net(torch.randn(7, 3))


def test_what_the_base_declares_holds_for_the_pack():
    assert packed("autoencoder", (1, 8, 8), {"width": 4, "code": 3}, 2).autoencodes
    assert packed("lean", (1, 8, 8), {"width": 4}, 2).channels_last
    assert not packed("mlp", (1, 8, 8), {}, 2).channels_last


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"base": "mlp", "samples": 1}, "samples must be at least 2 but is 1"),
        ({"base": "packed"}, "base is packed, which has a base itself"),
        ({"base": "leen"}, "base: unknown discriminator 'leen'; did you mean 'lean'"),
        ({"base": "lean", "wdth": 4}, "'packed' has no option 'wdth'; did you mean 'width'"),
        ({"base": "lean", "width": "wide"}, "width: should be a whole number"),
        ({"width": 4}, "'packed' needs the option 'base'"),
        ({"base": "lean", "samples": 64}, "lean works on 1 to 32 channels but the data has 64"),
    ],
)
def test_a_wrong_option_is_named(options, says):
    with pytest.raises(ValueError, match=says):
        discriminators.build("packed", options, shape=(1, 8, 8))
