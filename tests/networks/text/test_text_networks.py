"""Networks for texts: what they write, how likely they find it, and what they read."""

import itertools

import pytest
import torch

from gansmith.kinds.text import lengths
from gansmith.networks.text.autoregressive import Autoregressive
from gansmith.networks.text.likelihood import log_chances, nll_a_token
from gansmith.registry import discriminators, generators

SHAPE = (3, 3)
WRITERS = [("text_rnn", {"cell": "gru"}), ("text_rnn", {"cell": "lstm", "layers": 2})]
WRITERS += [("text_transformer", {"heads": 2, "layers": 1})]


def writer(name: str, options: dict, shape=SHAPE, seed: int = 0) -> Autoregressive:
    torch.manual_seed(seed)
    built = generators.build(name, {"width": 8, **options}, shape=shape, latent=shape[0]).double()
    with torch.no_grad():
        built.head.weight *= 4
    return built


def every_text() -> torch.Tensor:
    """All texts of three places over two tokens and the end."""
    found = [
        row
        for row in itertools.product(range(3), repeat=3)
        if all(after == 0 for before, after in itertools.pairwise(row) if before == 0)
    ]
    return torch.tensor(found)


@pytest.mark.parametrize(("name", "options"), WRITERS)
def test_the_chances_of_all_texts_sum_to_one_and_texts_are_drawn_as_often(name, options):
    built, texts = writer(name, options), every_text()
    chances = log_chances(built, texts).sum(1).exp()
    assert chances.sum().item() == pytest.approx(1, abs=1e-12)
    drawn = built.draw(torch.rand(20_000, 3, dtype=torch.float64))
    shares = torch.stack([(drawn == text).all(1).double().mean() for text in texts])
    assert (shares - chances).abs().max() < 0.015


@pytest.mark.parametrize(("name", "options"), WRITERS)
def test_a_latent_stands_for_one_text_whatever_the_batch(name, options):
    built = writer(name, options, shape=(7, 5))
    latents = torch.randn(40, 7, dtype=torch.float64)
    whole = built(latents)
    assert torch.equal(whole[5:9], built(latents[5:9]))
    assert all((row[int(n) :] == 0).all() for row, n in zip(whole, lengths(whole), strict=True))


@pytest.mark.parametrize("name", ["text_cnn", "text_rnn"])
def test_numbers_of_tokens_and_corners_of_the_simplex_are_judged_alike(name):
    torch.manual_seed(0)
    judge = discriminators.build(name, {"width": 4}, shape=(6, 5)).double()
    tokens = torch.randint(0, 5, (8, 6))
    corners = torch.nn.functional.one_hot(tokens, 5).double().requires_grad_()
    found = judge(corners)
    torch.testing.assert_close(found.scores, judge(tokens.double()).scores)
    assert found.features.shape == (8, judge.feature_width)
    (slope,) = torch.autograd.grad(found.scores.sum(), corners, create_graph=True)
    slope.square().sum().backward()  # a slope penalty differentiates twice
    assert judge.table.grad.abs().sum() > 0


def test_the_likelihood_of_equal_chances_is_the_logarithm_of_their_number():
    built = writer("text_rnn", {})
    with torch.no_grad():
        built.head.weight.zero_(), built.head.bias.zero_()
    assert nll_a_token(built, torch.tensor([[1.0, 2, 0], [2, 0, 0]])) == pytest.approx(1.0986123)


def test_a_latent_of_another_length_than_the_texts_is_refused():
    with pytest.raises(ValueError, match=r"game\.latent must be 3 but is 8"):
        generators.build("text_rnn", shape=SHAPE, latent=8)
    with pytest.raises(ValueError, match="multiple of heads"):
        generators.build("text_transformer", {"width": 9, "heads": 2}, shape=SHAPE, latent=3)
