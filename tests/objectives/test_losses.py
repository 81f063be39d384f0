"""Every loss of the registry keeps the shared rules; each has its closed form here."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from gansmith.registry import losses
from gansmith.testing.conformance import check_loss, slopes

LOG2 = math.log(2.0)


def scores(*values):
    return torch.tensor(values, dtype=torch.float64)


def exactly(*values):
    return pytest.approx(values, abs=1e-10)


@pytest.mark.parametrize("part", list(losses), ids=lambda part: part.name)
def test_every_loss_keeps_the_shared_rules(part):
    check_loss(part.builder, saturates=part.facts.saturates)


@pytest.mark.parametrize("part", list(losses), ids=lambda part: part.name)
def test_every_loss_says_what_it_is_good_for_and_where_it_comes_from(part):
    assert len(part.summary) > 20
    assert part.formula
    assert "arXiv:" in part.reference


def test_newcomers_find_the_losses_by_the_names_they_know():
    assert losses.get("bce").name == "non_saturating"
    assert losses.get("mse").name == "least_squares"


def test_non_saturating_at_score_zero_is_log_two_for_each_judgement():
    loss, zero = losses.non_saturating(), scores(0.0)
    assert loss.discriminator(zero, zero).tolist() == exactly(2 * LOG2)
    assert loss.generator(zero, zero).tolist() == exactly(LOG2)


def test_non_saturating_gradient_at_minus_thirty_is_minus_one():
    fake = scores(-30.0).requires_grad_()
    losses.non_saturating().generator(fake, fake).backward()
    assert fake.grad.item() == pytest.approx(-1.0, abs=1e-12)


@pytest.mark.parametrize("score", [-40.0, -20.5, -1.0, 0.3, 19.5, 20.5, 40.0])
def test_non_saturating_is_softplus_to_ten_digits(score):
    softplus = max(score, 0.0) + math.log1p(math.exp(-abs(score)))
    loss = losses.non_saturating()
    assert loss.generator(scores(0.0), scores(-score)).tolist() == exactly(softplus)
    got = loss.discriminator(scores(0.0), scores(score))
    assert got.tolist() == exactly(LOG2 + softplus)


def test_label_smoothing_mixes_the_two_labels_of_a_real_sample():
    real, fake = scores(2.0), scores(-1.0)
    as_real, as_fake = math.log1p(math.exp(-2.0)), math.log1p(math.exp(2.0))
    got = losses.non_saturating(real_target=0.9).discriminator(real, fake)
    expected = 0.9 * as_real + 0.1 * as_fake + math.log1p(math.exp(-1.0))
    assert got.tolist() == exactly(expected)


def test_label_smoothing_bounds_the_best_score_of_reals():
    real = scores(math.log(9.0)).requires_grad_()  # where sigmoid is 0.9
    losses.non_saturating(real_target=0.9).discriminator(real, scores(0.0)).backward()
    assert real.grad.item() == pytest.approx(0.0, abs=1e-12)


def test_minimax_is_zero_sum_in_the_fake_scores():
    loss, fake = losses.minimax(), scores(-3.0, 0.5, 7.0)
    confident = scores(1e3, 1e3, 1e3)  # D's loss on reals is 0 there
    total = loss.discriminator(confident, fake) + loss.generator(confident, fake)
    assert total.tolist() == exactly(0.0, 0.0, 0.0)


def test_minimax_leaves_a_losing_generator_no_gradient():
    assert abs(slopes(losses.minimax().generator, 0.0, -30.0)[1]) < 1e-12


def test_least_squares_by_hand():
    loss = losses.least_squares()
    assert loss.discriminator(scores(3.0), scores(-2.0)).tolist() == exactly(2.0 + 2.0)
    assert loss.generator(scores(3.0), scores(-2.0)).tolist() == exactly(4.5)


def test_least_squares_with_labels_minus_one_one_zero_is_the_pearson_divergence():
    # the best D at densities p, q scores (p - q) / (p + q); G's loss there, summed over both
    # kinds of sample, is half the Pearson divergence of p + q from 2q
    p, q = scores(0.7, 0.2, 0.1), scores(0.1, 0.3, 0.6)
    best = ((p - q) / (p + q)).requires_grad_()
    loss = losses.least_squares(a=-1.0, b=1.0, c=0.0)
    on_reals, on_fakes = 0.5 * (best - 1).square(), 0.5 * (best + 1).square()
    assert torch.allclose(loss.discriminator(best, best), on_reals + on_fakes, atol=1e-12)
    (slope,) = torch.autograd.grad((p * on_reals + q * on_fakes).sum(), best)
    assert slope.tolist() == exactly(0.0, 0.0, 0.0)
    pearson = ((2 * q - (p + q)).square() / (p + q)).sum()
    cost = ((p + q) * loss.generator(best, best)).sum()
    assert cost.item() == pytest.approx(0.5 * pearson.item(), abs=1e-12)


def test_wasserstein_is_the_difference_of_scores():
    loss = losses.wasserstein()
    assert loss.discriminator(scores(3.0), scores(1.0)).tolist() == exactly(-2.0)
    assert loss.generator(scores(3.0), scores(1.0)).tolist() == exactly(-1.0)


def test_hinge_is_content_beyond_its_margin():
    loss = losses.hinge(margin=2.0)
    real, fake = scores(2.5, 0.5), scores(-2.5, -1.5)
    assert loss.discriminator(real, fake).tolist() == exactly(0.0, 2.0)
    assert loss.generator(real, fake).tolist() == exactly(2.5, 1.5)


def test_energy_lets_fakes_be_beyond_its_margin():
    loss = losses.energy(margin=2.0)
    real, fake = -scores(0.5, 0.5), -scores(0.25, 3.0)  # scores are minus energies
    assert loss.discriminator(real, fake).tolist() == exactly(0.5 + 1.75, 0.5)
    assert loss.generator(real, fake).tolist() == exactly(0.25, 3.0)


def test_boundary_equilibrium_by_hand():
    loss = losses.boundary_equilibrium(gamma=0.5)
    real, fake = -scores(0.8, 0.4), -scores(0.5, 0.9)
    loss.knobs["k"].planned = 0.25
    assert loss.discriminator(real, fake).tolist() == exactly(0.8 - 0.125, 0.4 - 0.225)
    assert loss.generator(real, fake).tolist() == exactly(0.5, 0.9)
    seen = loss.signals(real, fake)  # means: 0.6 for reals, 0.7 for fakes
    assert seen["equilibrium/balance"].item() == pytest.approx(0.3 - 0.7, abs=1e-10)
    assert seen["equilibrium/convergence"].item() == pytest.approx(0.6 + 0.4, abs=1e-10)


def test_the_effort_of_boundary_equilibrium_starts_at_nothing_and_stays_within_its_bounds():
    k = losses.boundary_equilibrium().knobs["k"]
    assert (k.value, k.low, k.high) == (0.0, 0.0, 1.0)


def test_relativistic_is_log_two_at_equal_scores_and_linear_when_far_apart():
    loss = losses.relativistic()
    assert loss.discriminator(scores(5.0), scores(5.0)).tolist() == exactly(LOG2)
    assert loss.discriminator(scores(-50.0), scores(50.0)).tolist() == exactly(100.0)
    assert loss.generator(scores(50.0), scores(-50.0)).tolist() == exactly(100.0)


@pytest.mark.parametrize(("base", "value"), [("hinge", 0.0), ("least_squares", 0.25 + 1.0)])
def test_relativistic_judges_the_difference_by_any_base(base, value):
    # half of the base's loss at (2, -2)
    loss = losses.relativistic(base=base)
    assert loss.discriminator(scores(3.0), scores(1.0)).tolist() == exactly(value)
    assert loss.generator(scores(1.0), scores(3.0)).tolist() == exactly(value)


def test_relativistic_average_compares_with_the_mean_of_the_other_kind():
    real, fake = scores(1.0, 3.0), scores(0.0, -1.0)
    expected = [
        math.log1p(math.exp(-(r + 0.5))) + math.log1p(math.exp(f - 2.0))
        for r, f in ((1.0, 0.0), (3.0, -1.0))
    ]
    loss = losses.relativistic_average()
    assert loss.discriminator(real, fake).tolist() == exactly(*expected)
    assert loss.generator(fake, real).tolist() == exactly(*expected)


def divergences():
    """Return (name, f, the best score at density ratio u) of each divergence."""
    return {
        "kl": (lambda u: u * u.log(), lambda u: 1 + u.log()),
        "reverse_kl": (lambda u: -u.log(), torch.log),
        "jensen_shannon": (
            lambda u: u * u.log() - (1 + u) * ((1 + u) / 2).log(),
            torch.log,
        ),
        "squared_hellinger": (lambda u: (u.sqrt() - 1).square(), lambda u: u.log() / 2),
        "total_variation": (lambda u: (u - 1).abs() / 2, lambda u: 100 * (u - 1)),
    }


@pytest.mark.parametrize("name", divergences())
def test_the_best_discriminator_reaches_the_divergence(name):
    p, q = scores(0.7, 0.2, 0.1), scores(0.1, 0.3, 0.6)
    f, best = divergences()[name]
    loss, score = losses.f_divergence(divergence=name), best(p / q)
    zero = torch.zeros_like(score)
    at_zero = loss.discriminator(zero, zero)
    # D's loss is a sum of a part of the real and a part of the fake score: take them apart
    on_reals = loss.discriminator(score, zero) - at_zero
    on_fakes = loss.discriminator(zero, score)
    reached = -(p * on_reals + q * on_fakes).sum()
    assert reached.item() == pytest.approx((q * f(p / q)).sum().item(), abs=1e-10)


@pytest.mark.parametrize("name", divergences())
def test_every_f_divergence_keeps_the_shared_rules(name):
    reason = "both of its curves are flat far out" if name == "total_variation" else ""
    check_loss(lambda: losses.f_divergence(divergence=name), saturates=reason)


RELATIVISTIC = [p for p in losses if p.facts.paired]
finite = st.floats(-50, 50)


@pytest.mark.parametrize("part", RELATIVISTIC, ids=lambda part: part.name)
@given(real=finite, fake=finite, shift=finite)
def test_adding_a_number_to_all_scores_changes_no_relativistic_loss(part, real, fake, shift):
    loss = part.builder()
    for pair in (loss.discriminator, loss.generator):
        plain = pair(scores(real), scores(fake))
        moved = pair(scores(real + shift), scores(fake + shift))
        assert moved.item() == pytest.approx(plain.item(), abs=1e-9)


@pytest.mark.parametrize("part", RELATIVISTIC, ids=lambda part: part.name)
@given(real=finite, fake=finite)
def test_in_a_relativistic_game_the_players_swap_reals_and_fakes(part, real, fake):
    loss = part.builder()
    mine = loss.generator(scores(real), scores(fake))
    assert mine.item() == pytest.approx(loss.discriminator(scores(fake), scores(real)).item())


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("hinge", {"margin": -1.0}, "margin must be above 0 but is -1, because"),
        ("hinge", {"margin": math.nan}, "margin must be above 0 but is nan"),
        ("least_squares", {"a": 2.0}, "b must be above 2 but is 1, because"),
        ("least_squares", {"c": 0.0}, "c must be above 0 but is 0, because"),
        ("non_saturating", {"real_target": 0.5}, "real_target must be at most 1 and above 0.5"),
        ("relativistic", {"base": "relativistic"}, "base must be a loss that judges each score"),
        ("relativistic_average", {"base": "wasserstein"}, "base must be a loss that judges each"),
        ("energy", {"margin": 0.0}, "margin must be above 0 but is 0, because"),
        ("boundary_equilibrium", {"gamma": 1.5}, "gamma must be at most 1 and above 0 but is 1.5"),
        ("f_divergence", {"divergence": "chi"}, 'divergence: should be "kl"'),
    ],
)
def test_an_option_out_of_range_is_refused_with_its_range_and_reason(name, options, says):
    with pytest.raises(ValueError, match=says):
        losses.build(name, options)


def test_an_unknown_base_suggests_the_nearest():
    with pytest.raises(Exception, match="did you mean 'hinge'"):
        losses.relativistic(base="hinje")
