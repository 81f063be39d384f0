"""Every term of the registry keeps the shared rules; closed forms for penalties of the slope."""

from functools import partial

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gansmith.errors import GansmithError
from gansmith.objectives.terms.consistency import flip_and_shift
from gansmith.records import Critique
from gansmith.registry import terms
from gansmith.testing.conformance import check_term
from tests.objectives.linear_critic import Linear, added, of_length, turn

SHAPES = [(3,), (64,), (1, 8, 8), (3, 4, 6), (4, 2, 10)]
exactly = pytest.approx


class Watched(Linear):
    """Remembers what it judged last."""

    def forward(self, samples, condition=None):
        self.seen = samples
        return super().forward(samples)


class Bowl(Linear):
    """D(x) = |x|^2 / 2, whose slope is x."""

    def forward(self, samples, condition=None):
        return Critique(0.5 * samples.flatten(1).square().sum(1))


def fakes(samples, features=None, latent=None, other=None):
    """Return a turn of G with these fakes, features of fakes, and a G that makes others."""
    view = turn(Linear(of_length(1.0, *samples.shape[1:])), samples.shape[1:], len(samples))
    view.fake, view.critiques = samples, {"fake": Critique(samples.flatten(1).sum(1), features)}
    if latent is not None:
        view.latent, view.generator = latent, lambda latent, condition=None: other
    return view


def test_pulling_away_of_orthogonal_features_is_zero_and_of_equal_ones_is_one():
    samples = torch.zeros(4, 3, dtype=torch.float64)
    term = terms.pulling_away(weight=1.0)
    orthogonal = 7.0 * torch.eye(4, dtype=torch.float64)
    assert added(term, fakes(samples, orthogonal)) == exactly(0.0, abs=1e-10)
    assert added(term, fakes(samples, torch.ones(4, 5).double())) == exactly(1.0, abs=1e-10)


def test_pulling_away_by_hand():
    # cosines: 1/sqrt(2), 0, 1/sqrt(2); squares 1/2, 0, 1/2, each pair counted twice over 6
    features = torch.tensor([[1.0, 0.0], [1.0, 1.0], [0.0, 2.0]], dtype=torch.float64)
    view = fakes(torch.zeros(3, 2, dtype=torch.float64), features)
    assert added(terms.pulling_away(weight=1.0), view) == exactly(2 / 6, abs=1e-10)


def test_feature_matching_is_the_squared_distance_of_the_means():
    class Featured(Linear):
        def forward(self, samples, condition=None):
            return Critique(samples.sum(1), samples)

    view = turn(Featured(of_length(1.0, 3)), (3,))
    distance = (view.real.mean(0) - view.fake.mean(0)).square().sum().item()
    assert added(terms.feature_matching(), view) == exactly(distance, abs=1e-10)


def test_a_term_that_needs_features_says_so_to_a_discriminator_without():
    view = turn(Linear(of_length(1.0, 3)), (3,))
    for name in ("feature_matching", "pulling_away"):
        with pytest.raises(GansmithError, match=f"terms.{name} needs a discriminator that gives"):
            terms.build(name).value(view)


def test_mode_seeking_is_the_ratio_of_distances_upside_down():
    one, two = torch.zeros(3, 4).double(), torch.full((3, 4), 0.5).double()
    latent = torch.zeros(3, 2).double()
    view = fakes(one, latent=latent, other=two)
    drawn = view.draws.normal("mode_seeking", 2)
    expected = (1 / (0.5 / drawn.abs().mean(1) + 1e-5)).mean().item()
    assert added(terms.mode_seeking(), view) == exactly(expected, abs=1e-10)


def test_a_collapsed_generator_pays_most_for_mode_seeking():
    one = torch.zeros(3, 4).double()
    latent = torch.zeros(3, 2).double()
    collapsed = added(terms.mode_seeking(), fakes(one, latent=latent, other=one))
    assert collapsed == exactly(1e5)


def test_lecam_pulls_each_kind_to_the_average_of_the_other():
    one = turn(Linear(of_length(1.0, 3)), (3,))
    two = turn(Linear(of_length(2.0, 3)), (3,))
    term = terms.lecam(weight=1.0, decay=0.75)
    term.module.double()
    real, fake = (one.critiques[side].scores.detach() for side in ("real", "fake"))
    first = ((real - fake.mean()).square() + (fake - real.mean()).square()).mean().item()
    assert added(term, one) == exactly(first, abs=1e-10)
    of_reals, of_fakes = ((0.75 + 0.25 * 2) * side.mean() for side in (real, fake))
    second = ((2 * real - of_fakes).square() + (2 * fake - of_reals).square()).mean().item()
    assert added(term, two) == exactly(second, abs=1e-10)


def test_what_a_term_remembers_can_be_kept_and_put_back():
    one, two = (turn(Linear(of_length(k, 3)), (3,)) for k in (1.0, 2.0))
    straight, resumed = terms.lecam(), terms.lecam()
    added(straight, one)
    resumed.module.load_state_dict(straight.module.state_dict())
    assert added(straight, two) == added(resumed, two)


def test_path_length_of_a_linear_generator_has_the_mean_of_its_jacobian():
    jacobian = torch.tensor([[3.0, 0.0], [0.0, 4.0], [0.0, 0.0]], dtype=torch.float64)
    view = turn(Linear(of_length(1.0, 3)), (3,))
    view.generator = lambda latent, condition=None: latent @ jacobian.mT
    term = terms.path_length(weight=2.0)
    term.module.double()
    noise = view.draws.normal("path_length", 3)
    lengths = (noise @ jacobian).norm(dim=1) / 3**0.5
    expected = 2 * (lengths - lengths.mean()).square().mean().item()
    assert added(term, view) == exactly(expected, abs=1e-10)


def weighed(*weights):
    """Return a turn between players whose weight matrices these are."""
    view = turn(Linear(of_length(1.0, 3)), (3,))
    net = torch.nn.ParameterList([torch.tensor(w, dtype=torch.float64) for w in weights])
    view.players = {"generator": net, "discriminator": net}
    return view


def test_orthogonal_filters_cost_nothing_whatever_their_length():
    view = weighed([[3.0, 0.0], [0.0, 0.5]], [1.0, 2.0])  # the second is a bias
    assert added(terms.orthogonal(weight=1.0), view) == exactly(0.0, abs=1e-10)


def test_orthogonal_counts_each_pair_of_filters_twice():
    view = weighed([[1.0, 2.0], [3.0, 1.0]])  # their inner product is 5
    assert added(terms.orthogonal(weight=0.1), view) == exactly(5.0, abs=1e-10)


def test_weight_decay_by_hand():
    view = weighed([[1.0, -2.0], [0.0, 2.0]], [100.0])
    assert added(terms.weight_decay(weight=0.1, norm="l1"), view) == exactly(0.5, abs=1e-10)
    assert added(terms.weight_decay(weight=0.1, norm="l2"), view) == exactly(0.45, abs=1e-10)


def test_latent_terms_see_the_same_small_change():
    latent = torch.zeros(4, 2).double()
    view = fakes(torch.zeros(4, 3).double(), latent=latent)
    view.generator = lambda latent, condition=None: latent @ torch.ones(2, 3).double()
    moved = 0.5 * view.draws.normal("zcr", 2).sum(1)  # each of three values moves by this
    expected = moved.square().mean().item()
    assert added(terms.latent_sensitivity(weight=1.0, noise=0.5), view) == exactly(-expected)
    slope = of_length(1.0, 3).sum().item()  # the line scores three equal values by this
    judged = added(terms.latent_consistency(weight=1.0, noise=0.5), view)
    assert judged == exactly(slope**2 * expected)


def test_a_discriminator_blind_to_place_is_consistent():
    class Brightness(Linear):
        def forward(self, samples, condition=None):
            return Critique(samples.amax((1, 2, 3)) + samples.mean((1, 2, 3)) * 0)

    images = torch.zeros(6, 1, 8, 8).double()
    images[:, :, 3:5, 3:5] = 1.0
    view = turn(Brightness(of_length(1.0, 1, 8, 8)), (1, 8, 8), batch=6)
    view.real = view.fake = images
    view.critiques = {side: view.discriminator(images) for side in ("real", "fake")}
    assert added(terms.consistency(), view) == exactly(0.0, abs=1e-10)


def test_flips_and_shifts_move_whole_pixels_and_reflect_the_border():
    image = torch.arange(8.0).view(1, 1, 1, 8).expand(3, 2, 4, 8)
    draws = torch.tensor([[0.9, 0.5, 0.5], [0.1, 0.5, 0.5], [0.1, 0.5, 0.99]])
    mirrored, same, right = flip_and_shift(image, draws, shift=0.125)
    assert torch.equal(same, image[0])
    assert torch.equal(mirrored, image[0].flip(-1))
    assert right[0, 0].tolist() == [1, 2, 3, 4, 5, 6, 7, 6]


def test_total_variation_of_a_ramp_is_its_slope():
    ramp = 0.25 * torch.arange(6.0).double().expand(2, 3, 5, 6)
    assert added(terms.total_variation(weight=1.0), fakes(ramp)) == exactly(0.25, abs=1e-10)


def test_historical_averaging_by_hand():
    critic = Linear(torch.tensor([3.0, 4.0]))
    view = turn(critic, (2,))
    view.players = {"discriminator": critic}
    term = terms.historical_averaging(weight=0.5, player="discriminator", players=view.players)
    found = []
    for weight in ([3.0, 4.0], [3.0, 6.0], [1.0, 5.0]):
        critic.weight.data = torch.tensor(weight).double()
        found.append(added(term, view))
    # means before: (3, 4), (3, 4), (3, 5)
    assert found == exactly([0.0, 0.5 * 4.0, 0.5 * 4.0], abs=1e-10)
    assert term.module["discriminator"].mean.tolist() == exactly([7 / 3, 5.0])


def test_historical_averaging_pulls_towards_the_mean_with_its_weight():
    critic = Linear(torch.tensor([3.0, 4.0]))
    view = turn(critic, (2,))
    view.players = {"discriminator": critic}
    term = terms.historical_averaging(weight=0.5, players=view.players)
    term.value(view)
    critic.weight.data += 1.0
    (0.5 * term.value(view).mean()).backward()
    assert critic.weight.grad.tolist() == exactly([1.0, 1.0])


@pytest.mark.parametrize("part", list(terms), ids=lambda part: part.name)
def test_every_term_keeps_the_shared_rules(part):
    small = {"extractor": "random"} if "extractor" in part.options else {}  # exact in float64
    check_term(partial(part.builder, **small), images=part.facts.kinds == ("image",))


@pytest.mark.parametrize("part", list(terms), ids=lambda part: part.name)
def test_every_term_says_what_it_is_good_for_and_where_it_comes_from(part):
    assert len(part.summary) > 20
    assert part.formula
    assert part.reference


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
    critic = Watched(of_length(1.0, 2, 3, 3))
    view = turn(critic, (2, 3, 3), batch=64)
    terms.gradient_penalty().value(view)
    shares = (critic.seen - view.fake) / (view.real - view.fake)
    share = shares.flatten(1).median(1).values
    assert torch.allclose(shares, share.view(-1, 1, 1, 1).expand_as(shares), atol=1e-8)
    assert 0 <= share.min() < 0.1
    assert 0.9 < share.max() < 1


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("length", [1.0, 8.0, 32.0])
def test_dragan_of_a_linear_critic_equals_its_gradient_penalty(shape, length):
    view = turn(Linear(of_length(length, *shape)), shape)
    penalty = added(terms.gradient_penalty(), view)
    assert added(terms.dragan(), view) == exactly(penalty, abs=1e-10)


def test_dragan_stays_within_its_spread_of_the_reals():
    critic = Watched(of_length(1.0, 2, 3, 3))
    view = turn(critic, (2, 3, 3), batch=64)
    terms.dragan(spread=0.25).value(view)
    noise = (critic.seen - view.real) / view.real.std(correction=0)
    assert 0 <= noise.min() < 0.01
    assert 0.24 < noise.max() < 0.25


def test_max_gradient_penalty_of_a_linear_critic_is_its_squared_length():
    view = turn(Linear(of_length(3.0, 2, 4)), (2, 4))
    term = terms.max_gradient_penalty(weight=0.5)
    assert added(term, view) == exactly(4.5, abs=1e-10)


def test_max_gradient_penalty_is_led_by_the_steepest_place():
    view = turn(Bowl(of_length(1.0, 6)), (6,), batch=32)
    values = terms.max_gradient_penalty().value(view)
    assert len(set(values.tolist())) == 1
    steeper = terms.gradient_penalty(target=0.0).value(view)  # other places on the same lines
    assert values[0] > steeper.mean()


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
    view = turn(Bowl(of_length(1.0, 6)), (6,), scale=0.5)  # the slope of a bowl is the sample
    for name, samples in (("r1", view.real), ("r2", view.fake)):
        half = 0.5 * samples.square().sum(1)
        assert torch.allclose(terms.build(name).value(view), half, atol=1e-12)


@given(length=st.floats(0.01, 50.0), gamma=st.floats(0.01, 100.0))
@settings(max_examples=30, deadline=None)
def test_r1_grows_with_gamma_and_the_square_of_the_slope(length, gamma):
    view = turn(Linear(of_length(length, 7)), (7,))
    assert added(terms.r1(gamma=gamma), view) == exactly(gamma / 2 * length**2, rel=1e-9)


LAZY = [part.name for part in terms if "every" in part.options]
SLOPE = ["r1", "r2", "gradient_penalty", "dragan", "max_gradient_penalty"]


@pytest.mark.parametrize("name", LAZY)
def test_a_lazy_term_says_how_often_it_is_due(name):
    assert terms.build(name).every == terms.get(name).options["every"].default
    assert terms.build(name, {"every": 16}).every == 16


def test_every_penalty_of_the_slope_can_be_lazy():
    assert set(SLOPE) <= set(LAZY)


@pytest.mark.parametrize("name", SLOPE)
def test_penalties_of_the_slope_are_refused_with_batch_norm(name):
    assert terms.get(name).facts.slope


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
