"""Terms that compare what G made with what it is to be like: closed forms, and gradients."""

import math
from dataclasses import replace

import pytest
import torch

from gansmith.errors import GansmithError
from gansmith.objectives.terms.style import gram
from gansmith.registry import extractors, terms
from tests.objectives.linear_critic import Linear, added, of_length, turn

COMPARING = {"reconstruction": "target", "cycle": "cycle", "identity": "identity"}
SEEING = ("perceptual", "style")
exactly = pytest.approx


def offered(made, wanted, *names):
    view = turn(Linear(of_length(1.0, *made.shape[1:])), made.shape[1:], len(made))
    return replace(view, pairs=dict.fromkeys(names, (made, wanted)))


@pytest.mark.parametrize(("name", "pair"), COMPARING.items())
@pytest.mark.parametrize(
    ("norm", "expected"),
    [("l1", (0.5 + 1.5) / 2), ("l2", (0.25 + 2.25) / 2), ("huber", (0.125 + 1.0) / 2)],
)
def test_distances_by_hand(name, pair, norm, expected):
    wanted = torch.zeros(2, 1, 2, 2).double()
    made = torch.stack([wanted[0] + 0.5, wanted[1] - 1.5])
    term = terms.build(name, {"weight": 3.0, "norm": norm})
    assert added(term, offered(made, wanted, pair)) == exactly(3 * expected, abs=1e-10)
    assert term.compares == (pair,)


@pytest.mark.parametrize("name", [*COMPARING, *SEEING])
def test_equal_images_cost_nothing(name):
    image = torch.rand(2, 3, 16, 16, generator=torch.Generator().manual_seed(0)).double()
    options = {"extractor": "random"} if name in SEEING else {}
    view = offered(image, image.clone(), *set(COMPARING.values()))
    assert added(terms.build(name, options), view) == exactly(0.0, abs=1e-10)


def test_perceptual_distance_in_pixels_is_the_mean_square():
    made, wanted = (torch.full((2, 3, 16, 16), v).double() for v in (0.5, -0.25))
    term = terms.perceptual(weight=2.0, extractor="identity")
    assert added(term, offered(made, wanted, "target")) == exactly(2 * 0.75**2, abs=1e-10)


def test_the_gram_matrix_by_hand():
    f = torch.tensor([[[[1.0, 2.0]], [[3.0, 0.0]]]]).double()  # 2 channels of 1 x 2 places
    expected = torch.tensor([[[5.0, 3.0], [3.0, 9.0]]]).double() / 4
    assert torch.allclose(gram(f), expected, atol=1e-12)


def test_style_of_constant_images_by_hand():
    # one channel: the Gram matrix is the mean square, a quarter against four
    made, wanted = torch.full((1, 1, 8, 8), 0.5).double(), torch.full((1, 1, 8, 8), 2.0).double()
    term = terms.style(weight=1.0, extractor="identity")
    assert added(term, offered(made, wanted, "target")) == exactly(3.75**2, abs=1e-10)


def test_style_does_not_see_where_things_are_and_perceptual_distance_does():
    made = torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(1)).double()
    view = offered(made, made.flip(-1), "target")
    assert added(terms.style(extractor="identity"), view) == exactly(0.0, abs=1e-10)
    assert added(terms.perceptual(extractor="identity"), view) > 0.01


def fixed():
    """Extractors of images that are there without a fetch, and need no training."""
    there = [part for part in extractors if "fetched" not in part.facts.weights]
    of_images = [part.name for part in there if part.facts.kinds in ((), ("image",))]
    return [name for name in of_images if name != "classifier"]


@pytest.mark.parametrize("extractor", fixed())
@pytest.mark.parametrize("name", SEEING)
def test_every_extractor_sends_a_gradient_to_the_image(name, extractor):
    draws = torch.Generator().manual_seed(0)
    made, wanted = (torch.rand(2, 3, 32, 32, generator=draws) * 2 - 1 for _ in range(2))
    made.requires_grad_()
    term = terms.build(name, {"extractor": extractor})
    value = term.value(offered(made, wanted, "target"))
    assert value.shape == (2,)
    (slope,) = torch.autograd.grad(value.sum(), made)
    assert slope.isfinite().all()
    assert slope.abs().flatten(1).sum(1).min() > 0
    lower = term.value(offered(made.detach() - 1e-3 * slope.sign(), wanted, "target"))
    assert lower.sum() < value.sum()


def test_the_network_of_the_fid_sends_a_gradient_though_its_features_are_of_rounded_images():
    made = torch.zeros(1, 3, 32, 32).uniform_(-1, 1, generator=torch.Generator().manual_seed(0))
    net = extractors.build("inception", {"weights": "random"})
    maps = net.maps(made.requires_grad_())
    assert [seen.shape[-1] for seen in maps] == [149, 147, 73, 71, 35, 17, 8]
    (slope,) = torch.autograd.grad(sum(seen.square().mean() for seen in maps), made)
    assert math.isfinite(slope.norm())
    assert slope.norm() > 0


def test_an_extractor_that_must_be_trained_first_is_refused_by_name():
    with pytest.raises(ValueError, match="classifier is trained on labelled reals"):
        terms.perceptual(extractor="classifier")
    with pytest.raises(ValueError, match="did you mean 'random'"):
        terms.style(extractor="randon")


@pytest.mark.parametrize("name", [*COMPARING, *SEEING])
def test_a_game_that_makes_no_such_pair_is_told_so(name):
    options = {"extractor": "random"} if name in SEEING else {}
    with pytest.raises(GansmithError, match=rf"terms\.{name} compares images that this game"):
        terms.build(name, options).value(offered(torch.zeros(1, 1, 8, 8), torch.ones(1, 1, 8, 8)))


@pytest.mark.parametrize("name", [*COMPARING, *SEEING])
def test_comparisons_are_made_in_float32_when_training_in_bfloat16(name):
    draws = torch.Generator().manual_seed(0)
    made, wanted = (torch.rand(2, 3, 16, 16, generator=draws).bfloat16() for _ in range(2))
    term = terms.build(name, {"extractor": "random"} if name in SEEING else {})
    exact = term.value(offered(made.float(), wanted.float(), *set(COMPARING.values())))
    with torch.autocast("cpu", torch.bfloat16):
        low = term.value(offered(made, wanted.float(), *set(COMPARING.values())))
    assert low.dtype == torch.float32
    assert torch.allclose(low, exact)
