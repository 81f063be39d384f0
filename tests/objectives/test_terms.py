"""Every term of the registry keeps the shared rules; closed forms for penalties of the slope."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gansmith.registry import terms
from gansmith.testing.conformance import check_term
from tests.objectives.linear_critic import Linear, added, of_length, turn

SHAPES = [(3,), (64,), (1, 8, 8), (3, 4, 6), (4, 2, 10)]
exactly = pytest.approx


@pytest.mark.parametrize("part", list(terms), ids=lambda part: part.name)
def test_every_term_keeps_the_shared_rules(part):
    check_term(part.builder)


@pytest.mark.parametrize("part", list(terms), ids=lambda part: part.name)
def test_every_term_says_what_it_is_good_for_and_where_it_comes_from(part):
    assert len(part.summary) > 20
    assert part.formula
    assert "arXiv:" in part.reference


@pytest.mark.parametrize("part", list(terms), ids=lambda part: part.name)
def test_a_weight_or_a_period_of_zero_is_refused(part):
    weight = part.builder().weight.name
    assert weight in part.options
    with pytest.raises(ValueError, match=f"{weight} must be above 0 but is 0"):
        part.builder(**{weight: 0.0})
    if "every" in part.options:
        with pytest.raises(ValueError, match="every must be at least 1 but is 0"):
            part.builder(every=0)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("batch", [1, 2, 17])
@pytest.mark.parametrize(("length", "value"), [(1.0, 0.0), (8.0, 49.0), (32.0, 961.0)])
def test_gradient_penalty_of_a_linear_critic_is_its_excess_length_squared(
    shape, batch, length, value
):
    view = turn(Linear(of_length(length, *shape)), shape, batch, sides=())
    assert added(terms.gradient_penalty(weight=1.0), view) == exactly(value, abs=1e-10)


def test_gradient_penalty_pulls_to_its_target_with_its_weight():
    view = turn(Linear(of_length(3.0, 5)), (5,))
    assert added(terms.gradient_penalty(weight=2.0, target=0.5), view) == exactly(12.5, abs=1e-10)


def test_gradient_penalty_mixes_each_sample_with_its_own_share_between_real_and_fake():
    class Square(Linear):
        def forward(self, samples, condition=None):
            self.seen = samples
            return super().forward(samples)

    critic = Square(of_length(1.0, 2, 3, 3))
    view = turn(critic, (2, 3, 3), batch=64)
    terms.gradient_penalty().value(view)
    shares = (critic.seen - view.fake) / (view.real - view.fake)
    share = shares.flatten(1).median(1).values
    assert torch.allclose(shares, share.view(-1, 1, 1, 1).expand_as(shares), atol=1e-8)
    assert 0 <= share.min() < 0.1
    assert 0.9 < share.max() < 1


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("batch", [1, 6])
@pytest.mark.parametrize("name", ["r1", "r2"])
def test_r1_and_r2_of_a_linear_critic_are_half_gamma_times_its_length_squared(name, shape, batch):
    view = turn(Linear(of_length(3.0, *shape)), shape, batch)
    assert added(terms.build(name, {"gamma": 0.7}), view) == exactly(0.35 * 9.0, abs=1e-10)


@pytest.mark.parametrize("name", ["r1", "r2", "gradient_penalty"])
def test_patches_of_scores_are_summed_before_the_slope_is_taken(name):
    shape, weight = (2, 4, 4), of_length(3.0, 2, 4, 4)
    whole, patches = turn(Linear(weight), shape), turn(Linear(weight, patches=True), shape)
    term = terms.build(name)
    assert added(term, patches) == exactly(added(term, whole), abs=1e-10)


def test_r1_looks_at_reals_and_r2_at_fakes():
    class Bowl(Linear):
        def forward(self, samples, condition=None):
            critique = super().forward(samples)
            return critique._replace(scores=0.5 * samples.flatten(1).square().sum(1))

    view = turn(Bowl(of_length(1.0, 6)), (6,), scale=0.5)  # the slope of a bowl is the sample
    for name, samples in (("r1", view.real), ("r2", view.fake)):
        half = 0.5 * samples.square().sum(1)
        assert torch.allclose(terms.build(name).value(view), half, atol=1e-12)


@given(length=st.floats(0.01, 50.0), gamma=st.floats(0.01, 100.0))
@settings(max_examples=30, deadline=None)
def test_r1_grows_with_gamma_and_the_square_of_the_slope(length, gamma):
    view = turn(Linear(of_length(length, 7)), (7,))
    assert added(terms.r1(gamma=gamma), view) == exactly(gamma / 2 * length**2, rel=1e-9)


@pytest.mark.parametrize("name", ["r1", "r2", "gradient_penalty"])
def test_a_lazy_term_says_how_often_it_is_due(name):
    assert terms.build(name).every == 1
    assert terms.build(name, {"every": 16}).every == 16


@pytest.mark.parametrize("name", ["r1", "r2", "gradient_penalty"])
def test_penalties_of_the_slope_are_refused_with_batch_norm(name):
    assert terms.get(name).facts["slope"]


def test_norms_are_taken_in_float32_when_training_in_bfloat16():
    shape = (3, 32, 32)
    critic = Linear(of_length(3.0, *shape)).bfloat16()
    view = turn(critic.double(), shape)
    value = terms.r1(gamma=2.0).value(view)
    low = turn(critic, shape)
    low.real = low.real.detach().bfloat16().requires_grad_()
    critic.bfloat16()
    low.critiques = {"real": critic(low.real)}
    got = terms.r1(gamma=2.0).value(low)
    assert got.dtype == torch.float32
    assert got.double().mean().item() == exactly(value.mean().item(), rel=1e-5)
