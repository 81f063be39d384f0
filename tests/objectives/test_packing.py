"""Penalties on the slope of a packed discriminator are of whole packs."""

import pytest
import torch
from torch import nn

from gansmith.networks.packed import PackedDiscriminator
from gansmith.registry import terms
from tests.objectives.linear_critic import Linear, added, of_length, turn

SHAPES = [(3,), (2, 4, 4)]


class Bowl(nn.Module):
    """D(x) = |x|^2 / 2, whose slope is x."""

    def forward(self, samples):
        from gansmith.records import Critique

        return Critique(0.5 * samples.flatten(1).square().sum(1))


def linear(length, pack, shape):
    return PackedDiscriminator(Linear(of_length(length, pack * shape[0], *shape[1:])), pack)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("pack", [2, 3])
@pytest.mark.parametrize(("length", "value"), [(1.0, 0.0), (8.0, 49.0)])
@pytest.mark.parametrize("name", ["gradient_penalty", "dragan"])
def test_the_slope_of_a_linear_critic_of_packs_is_pulled_to_one(name, pack, shape, length, value):
    view = turn(linear(length, pack, shape), shape, batch=4 * pack)
    assert added(terms.build(name, {"weight": 1.0}), view) == pytest.approx(value, abs=1e-10)


@pytest.mark.parametrize("name", ["r1", "r2"])
@pytest.mark.parametrize("pack", [2, 3])
def test_r1_and_r2_of_a_linear_critic_of_packs_are_half_gamma_times_its_length_squared(name, pack):
    view = turn(linear(3.0, pack, (2, 4, 4)), (2, 4, 4), batch=4 * pack)
    assert added(terms.build(name, {"gamma": 0.7}), view) == pytest.approx(0.35 * 9.0, abs=1e-10)


def test_the_steepest_pack_counts_and_not_the_steepest_sample():
    view = turn(linear(3.0, 2, (5,)), (5,), batch=8)
    term = terms.max_gradient_penalty(weight=0.5)
    assert added(term, view) == pytest.approx(4.5, abs=1e-10)


def test_r1_of_packs_is_that_of_their_samples_together():
    view = turn(PackedDiscriminator(Bowl(), 2), (6,), batch=8)
    half = 0.5 * view.real.square().sum(1).view(4, 2).sum(1)
    assert torch.allclose(terms.r1().value(view), half, atol=1e-12)


def test_a_pack_is_mixed_between_real_and_fake_with_one_share():
    seen = []

    class Watched(Bowl):
        def forward(self, samples):
            seen.append(samples.detach())
            return super().forward(samples)

    view = turn(PackedDiscriminator(Watched(), 2), (6,), batch=32)
    terms.gradient_penalty().value(view)
    real, fake = view.real.view(16, 12), view.fake.view(16, 12)
    shares = (seen[-1] - fake) / (real - fake)
    assert torch.allclose(shares, shares[:, :1].expand_as(shares), atol=1e-6)
    assert len(set(shares[:, 0].tolist())) == 16
