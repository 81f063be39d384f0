"""Turns of the games that make images from images, by hand."""

import pytest
import torch
from torch import Tensor, nn

from gansmith.games.cycle import Cycle
from gansmith.games.paired import Paired
from gansmith.networks.conditioning.directions import Directions, Judges
from gansmith.records import Batch, Condition, Critique, Turn
from gansmith.registry import losses
from gansmith.registry import terms as made
from gansmith.sampling.draws import CounterDraws


class Times(nn.Module):
    """G(x) = k x, which counts how often it is asked."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = nn.Parameter(torch.tensor(factor, dtype=torch.float64))
        self.asked = 0

    def forward(self, images: Tensor) -> Tensor:
        self.asked += 1
        return self.factor * images


class Sum(nn.Module):
    """D(x) = w * the sum of all channels, one score for each place."""

    couples_batch = False

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channels, self.weight = channels, nn.Parameter(torch.ones((), dtype=torch.float64))

    def forward(self, samples: Tensor) -> Critique:
        assert samples.shape[1] == self.channels
        return Critique(self.weight * samples.sum(1))


def batch(real: float = 0.5, given: float = 0.25) -> Batch:
    values = [torch.full((2, 1, 2, 2), value, dtype=torch.float64) for value in (real, given)]
    draws = CounterDraws((0,), 2, slice(0, 2), values[0])
    return Batch(values[0], draws, Condition(images=values[1]))


def paired(**terms: object) -> Paired:
    players = {"generator": Times(2.0), "discriminator": Sum(2)}
    return Paired(players, losses.wasserstein(), terms, latent=0)  # type: ignore[arg-type]


def cycle(**terms: object) -> Cycle:
    players = {
        "generator": Directions(Times(2.0), Times(3.0)),
        "discriminator": Judges(Sum(1), Sum(1)),
    }
    return Cycle(players, losses.wasserstein(), terms)  # type: ignore[arg-type]


def test_d_judges_output_and_input_together() -> None:
    outcome = paired().play(Turn("discriminator"), batch(), 0)
    # fakes: 2 * 0.25 + 0.25; reals: 0.5 + 0.25
    assert outcome.loss.item() == pytest.approx(0.75 - 0.75, abs=1e-12)
    outcome = paired().play(Turn("discriminator"), batch(real=0.1), 0)
    assert outcome.loss.item() == pytest.approx(0.75 - 0.35, abs=1e-12)


def test_g_is_pulled_to_the_image_that_belongs_to_its_input() -> None:
    game = paired(reconstruction=made.reconstruction(10.0))
    outcome = game.play(Turn("generator"), batch(real=0.1), 0)
    assert outcome.signals["term/reconstruction"].item() == pytest.approx(10 * 0.4, abs=1e-12)
    assert outcome.loss.item() == pytest.approx(4.0 - 0.75, abs=1e-12)


def test_d_turns_of_pairs_give_g_no_gradient_and_slopes_are_those_at_the_output() -> None:
    game = paired(r1=made.r1(2.0))
    outcome = game.play(Turn("discriminator"), batch(), 0)
    outcome.loss.backward()
    assert game.generator.factor.grad is None
    assert outcome.signals["term/r1"].item() == pytest.approx(4.0)  # four places of slope 1


def test_the_losses_of_both_directions_add_up() -> None:
    outcome = cycle().play(Turn("generator"), batch(real=0.5, given=0.25), 0)
    assert outcome.loss.item() == pytest.approx(-(2 * 0.25) - (3 * 0.5), abs=1e-12)
    outcome = cycle().play(Turn("discriminator"), batch(real=0.5, given=0.25), 0)
    assert outcome.loss.item() == pytest.approx((0.5 - 0.5) + (1.5 - 0.25), abs=1e-12)


def test_there_and_back_is_compared_with_where_it_began_on_both_ways() -> None:
    game = cycle(cycle=made.cycle(10.0), identity=made.identity(5.0))
    outcome = game.play(Turn("generator"), batch(real=0.5, given=0.25), 0)
    again = (6 - 1) * 0.5 + (6 - 1) * 0.25
    assert outcome.signals["term/cycle"].item() == pytest.approx(10 * again, abs=1e-12)
    same = (2 - 1) * 0.5 + (3 - 1) * 0.25
    assert outcome.signals["term/identity"].item() == pytest.approx(5 * same, abs=1e-12)


def test_a_pair_that_no_term_asks_for_is_not_made() -> None:
    counts = []
    for terms in ({}, {"cycle": made.cycle()}, {"cycle": made.cycle(), "same": made.identity()}):
        game = cycle(**terms)
        game.play(Turn("generator"), batch(), 0)
        counts.append(game.there.generator.asked)
    assert counts == [1, 2, 3]


def test_both_generators_learn_from_the_way_there_and_back() -> None:
    game = cycle(cycle=made.cycle())
    game.play(Turn("generator"), batch(), 0).loss.backward()
    # L = -2k x - ... : d/dk [10 (k m - 1)(x + y) - k x] with k = 2, m = 3, x = 0.25, y = 0.5
    there, back = game.there.generator.factor.grad, game.back.generator.factor.grad
    assert there.item() == pytest.approx(10 * 3 * 0.75 - 0.25, abs=1e-10)
    assert back.item() == pytest.approx(10 * 2 * 0.75 - 0.5, abs=1e-10)


def test_the_judges_of_a_cycle_give_the_generators_no_gradient() -> None:
    game = cycle(r1=made.r1(2.0))
    outcome = game.play(Turn("discriminator"), batch(), 0)
    outcome.loss.backward()
    assert game.there.generator.factor.grad is None
    assert outcome.signals["term/r1"].item() == pytest.approx(8.0)  # four places, two judges


def test_both_directions_draw_random_numbers_of_their_own() -> None:
    drawn = []

    class Recorder(nn.Module):
        def forward(self, samples: Tensor) -> Critique:
            drawn.append(samples.detach().flatten()[0].item())
            return Critique(samples.square().sum(1))

    game = cycle(gradient_penalty=made.gradient_penalty())
    for side in (game.there, game.back):
        side.discriminator = Recorder()
    same = batch(real=0.5, given=0.5)
    game.there.generator.factor.data.fill_(0.0)
    game.back.generator.factor.data.fill_(0.0)
    game.play(Turn("discriminator"), same, 0)
    between = [value for value in drawn if 0.0 < value < 0.5]
    assert len(set(between)) == 2


def slope(game: Paired | Cycle, *turns: str) -> list[Tensor]:
    """Return the gradient of G's weights after turns whose player alone may learn."""
    network = game.players["generator"]
    for player in turns:
        for name, module in game.players.items():
            module.requires_grad_(name == player)
        network.zero_grad()
        game.play(Turn(player), batch(), 0).loss.backward()
    return [weight.grad.clone() for weight in network.parameters() if weight.grad is not None]


@pytest.mark.parametrize("make", [paired, cycle])
def test_g_learns_the_same_of_the_fakes_that_d_has_judged_as_of_new_ones(make) -> None:  # type: ignore[no-untyped-def]
    again, anew = slope(make(), "discriminator", "generator"), slope(make(), "generator")
    assert len(again) == len(anew) > 0
    assert all(torch.equal(one, other) for one, other in zip(again, anew, strict=True))


def test_fakes_are_used_again_in_the_same_step_only_and_not_where_d_has_several_turns() -> None:
    game = paired()
    generator = game.players["generator"]
    assert isinstance(generator, Times)
    slope(game, "discriminator", "generator")
    assert generator.asked == 1
    slope(game, "generator")
    assert generator.asked == 2
    slope(game, "discriminator", "discriminator", "generator")
    assert generator.asked == 5
    slope(game, "discriminator", "generator")
    assert generator.asked == 7
