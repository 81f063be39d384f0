"""Gradients through tokens, each against the sum over all texts of a model of three tokens."""

import itertools

import pytest
import torch

from gansmith.games.discrete import Discrete
from gansmith.games.estimators.gumbel_softmax import gumbel_softmax
from gansmith.games.estimators.reinforce import (
    advantages,
    completions,
    policy_loss,
    prefix_losses,
)
from gansmith.games.estimators.straight_through import straight_through
from gansmith.networks.text.likelihood import log_chances
from gansmith.records import Batch, Turn
from gansmith.registry import discriminators, games, generators, losses, terms
from gansmith.sampling.draws import CounterDraws

TEXTS = torch.tensor(
    [
        row
        for row in itertools.product(range(3), repeat=3)
        if all(after == 0 for before, after in itertools.pairwise(row) if before == 0)
    ]
)
LOSS = torch.linspace(-1.0, 2.0, len(TEXTS), dtype=torch.float64).sin()
NUMBER = {tuple(text): place for place, text in enumerate(TEXTS.tolist())}


def loss_of(tokens: torch.Tensor) -> torch.Tensor:
    return LOSS[[NUMBER[tuple(text)] for text in tokens.tolist()]]


@pytest.fixture(params=["text_rnn", "text_transformer"])
def writer(request):
    torch.manual_seed(1)
    options = {"width": 8}
    built = generators.build(request.param, options, shape=(3, 3), latent=3).double()
    with torch.no_grad():
        built.head.weight *= 4
    return built


def exact(writer) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the chance of each text, and the loss expected after each of its prefixes."""
    chances = log_chances(writer, TEXTS).sum(1).exp().detach()
    expected = torch.empty(len(TEXTS), 4, dtype=torch.float64)
    for row, size in itertools.product(range(len(TEXTS)), range(4)):
        alike = (TEXTS[:, :size] == TEXTS[row, :size]).all(1)
        expected[row, size] = (chances * LOSS)[alike].sum() / chances[alike].sum()
    return chances, expected


def test_reinforce_is_the_exact_gradient_in_the_mean_over_all_texts(writer):
    parameters = list(writer.parameters())
    chances, expected = exact(writer)
    whole = (log_chances(writer, TEXTS).sum(1).exp() * LOSS).sum()
    right = torch.autograd.grad(whole, parameters)
    estimate = policy_loss(log_chances(writer, TEXTS, tempered=True), advantages(expected))
    found = torch.autograd.grad((chances * estimate).sum(), parameters)
    for ours, theirs in zip(found, right, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-10, atol=1e-13)


def test_rollouts_from_every_prefix_give_the_expected_loss_after_it(writer):
    uniform = torch.rand(len(TEXTS), 3, 400, 3, dtype=torch.float64)
    found = prefix_losses(writer, TEXTS, loss_of, uniform)
    assert (found - exact(writer)[1]).abs().max() < 0.16
    torch.testing.assert_close(found[:, 3], LOSS)


def test_a_rollout_begins_with_its_prefix_and_ends_once(writer):
    written = completions(writer, TEXTS, torch.rand(len(TEXTS), 3, 5, 3, dtype=torch.float64))
    for size, text in itertools.product(range(3), range(len(TEXTS))):
        begun = written[size, :, text]
        assert (begun[:, :size] == TEXTS[text, :size]).all()
        assert all(tuple(row) in NUMBER for row in begun.tolist())


def test_gumbel_softmax_picks_each_token_with_its_probability_at_any_temperature():
    logits, draws = torch.tensor([0.5, -1.0, 1.2]), torch.rand(40_000, 3)
    for temperature in (0.1, 5.0):
        picked = gumbel_softmax(logits.expand(40_000, 3), draws, temperature).argmax(1)
        shares = torch.bincount(picked, minlength=3) / 40_000
        torch.testing.assert_close(shares, logits.softmax(0), atol=0.01, rtol=0)


def test_the_bias_of_gumbel_softmax_vanishes_as_the_temperature_falls():
    cost = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64)
    logits = torch.tensor([0.5, -1.0, 1.2], dtype=torch.float64, requires_grad=True)
    (right,) = torch.autograd.grad(logits.softmax(0) @ cost, logits)
    draws = torch.rand(400_000, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    bias = {}
    for temperature in (0.15, 2.0):
        tokens = gumbel_softmax(logits.expand_as(draws), draws, temperature)
        (found,) = torch.autograd.grad((tokens @ cost).mean(), logits)
        bias[temperature] = (found - right).abs().max().item()
    assert bias[2.0] > 0.03
    assert bias[0.15] < bias[2.0] / 4


def test_straight_through_is_exact_where_the_loss_is_linear_and_shows_whole_tokens():
    cost = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64)
    logits = torch.tensor([0.5, -1.0, 1.2], dtype=torch.float64, requires_grad=True)
    (right,) = torch.autograd.grad(logits.softmax(0) @ cost, logits)
    tokens = straight_through(logits.expand(2000, 3), torch.rand(2000))
    assert set(tokens.detach().round(decimals=9).flatten().tolist()) == {0.0, 1.0}
    torch.testing.assert_close(tokens.detach().mean(0), logits.softmax(0), atol=0.04, rtol=0)
    (found,) = torch.autograd.grad((tokens @ cost).mean(), logits)
    torch.testing.assert_close(found, right)


def game(estimator: str, with_terms: bool = False, **options) -> Discrete:
    torch.manual_seed(0)
    players = {
        "generator": generators.build("text_rnn", {"width": 8}, shape=(5, 4), latent=5),
        "discriminator": discriminators.build("text_cnn", {"width": 4}, shape=(5, 4)),
    }
    added = {"r1": terms.build("r1", {"gamma": 1.0})} if with_terms else {}
    loss = losses.build("relativistic")
    context = {"players": players, "loss": loss, "terms": added, "latent": 5}
    return games.build("discrete", {"estimator": estimator, **options}, **context)


def batch(step: int = 0) -> Batch:
    real = torch.tensor([[1.0, 2, 3, 0, 0], [2, 2, 0, 0, 0], [3, 1, 2, 1, 0], [1, 0, 0, 0, 0]])
    return Batch(real, CounterDraws((0, step, 0), 4, slice(0, 4), real))


@pytest.mark.parametrize("with_terms", [False, True])
@pytest.mark.parametrize("estimator", ["gumbel_softmax", "straight_through", "reinforce"])
def test_every_estimator_gives_both_players_a_gradient_with_terms_and_without(
    estimator, with_terms
):
    played = game(estimator, with_terms, likelihood=0.1)
    for player in ("discriminator", "generator"):
        outcome = played.play(Turn(player), batch(), 0)
        outcome.loss.backward()
        slopes = [p.grad for p in played.players[player].parameters() if p.grad is not None]
        assert sum(float(slope.abs().sum()) for slope in slopes) > 0
    assert "likelihood/nll" in outcome.signals


def test_maximum_likelihood_comes_first_then_the_discriminator_alone_then_the_game():
    played = game("reinforce", pretraining=2, warmup=1)
    turns = [[turn.player for turn in played.turns(step)] for step in range(4)]
    assert turns == [
        ["generator"],
        ["generator"],
        ["discriminator"],
        ["discriminator", "generator"],
    ]
    outcome = played.play(Turn("generator"), batch(), 0)
    tokens = batch().real.long()
    nll = -log_chances(played.generator, tokens).sum() / 4
    torch.testing.assert_close(outcome.loss, nll)


def test_a_term_of_g_that_needs_a_gradient_through_samples_is_refused_by_reinforce():
    players = game("reinforce").players
    added = {"mode_seeking": terms.build("mode_seeking")}
    context = {"players": players, "loss": losses.build("hinge"), "terms": added, "latent": 5}
    with pytest.raises(ValueError, match="no gradient through samples"):
        games.build("discrete", {"estimator": "reinforce"}, **context)
