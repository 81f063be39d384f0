"""Both players descend the size of both slopes: by finite differences, and from the circle in."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from gansmith.errors import RecipeError
from gansmith.records import Batch, Turn
from gansmith.registry import discriminators, games, generators, losses
from gansmith.sampling.draws import CounterDraws
from tests.objectives.dirac import STEPS, distance
from tests.objectives.test_extragradient import FREE
from tests.training.helpers import assert_resumed_to_the_bit, run_small

H, COUNT = 0.2, 8
SHAPE = (1, 8, 8)
VECTORS = (("mlp", {"widths": [6]}), ("mlp", {"widths": [6], "activation": "tanh"}), (3,))
IMAGES = (("dcgan", {"width": 2}), ("dcgan", {"width": 2, "batch_norm": False}), SHAPE)
MODERN = (("modern", {"width": 2}), ("modern", {"width": 2}), SHAPE)


def game(nets=VECTORS, name="consensus", loss="non_saturating", **options):
    torch.manual_seed(0)
    g, d, shape = nets
    players = {
        "generator": generators.build(*g, shape=shape, latent=3).double(),
        "discriminator": discriminators.build(*d, shape=shape).double(),
    }
    for parameter in (p for net in players.values() for p in net.parameters()):
        torch.nn.init.normal_(parameter, std=0.3)  # some nets begin at zero, where all is flat
    return games.build(name, options, players=players, loss=losses.build(loss), terms={}, latent=3)


def batch(shape=(3,), rows=None):
    rows = rows or slice(0, COUNT)
    real = torch.randn(COUNT, *shape, generator=torch.Generator().manual_seed(1)).double()
    return Batch(real[rows], CounterDraws((0,), COUNT, rows, like=real))


def slope(played, player, given):
    """Return the gradient of a player's loss by its weights."""
    weights = list(played.players[player].parameters())
    loss = played.play(Turn(player), given, 0).loss
    found = torch.autograd.grad(loss, weights, allow_unused=True)
    return [torch.zeros_like(w) if f is None else f for w, f in zip(weights, found, strict=True)]


def size_of_both(played, given):
    """Return |v|^2 / 2, v from the slopes of the game without consensus."""
    found = [g for player in played.players for g in slope(played, player, given)]
    return 0.5 * sum(g.square().sum().item() for g in found)


@pytest.mark.parametrize("player", ["generator", "discriminator"])
@pytest.mark.parametrize("nets", [VECTORS, IMAGES, MODERN], ids=["mlp", "dcgan", "modern"])
def test_what_is_added_is_the_whole_derivative_of_half_the_squared_slopes(nets, player):
    """Against central differences along a random direction of the player's weights."""
    plain, agreed, given = game(nets, "two_player"), game(nets, gamma=0.7), batch(nets[2])
    both = zip(slope(agreed, player, given), slope(plain, player, given), strict=True)
    added = [one - other for one, other in both]
    weights = list(plain.players[player].parameters())
    along, step = [torch.randn_like(weight) for weight in weights], 1e-5
    sizes = []
    for sign in (1, -1):
        with torch.no_grad():
            torch._foreach_add_(weights, along, alpha=sign * step)
        sizes.append(size_of_both(plain, given))
        with torch.no_grad():
            torch._foreach_add_(weights, along, alpha=-sign * step)
    by_differences = 0.7 * (sizes[0] - sizes[1]) / (2 * step)
    ours = sum((a * b).sum().item() for a, b in zip(added, along, strict=True))
    assert ours == pytest.approx(by_differences, rel=1e-5, abs=1e-9)
    assert ours != 0


def test_the_price_is_told_and_counts_in_the_loss():
    plain, agreed, given = game(name="two_player"), game(gamma=2.0), batch()
    size = size_of_both(plain, given)
    for player in plain.players:
        turn = Turn(player)
        told = agreed.play(turn, given, 0)
        assert told.signals[f"term/consensus/{player}"].item() == pytest.approx(2 * size, rel=1e-12)
        without = plain.play(turn, given, 0).loss
        assert told.loss.item() == pytest.approx((without + 2 * size).item(), rel=1e-12)
        assert told.signals[f"loss/{player}"] == told.loss


def test_the_opponent_of_a_turn_gets_no_gradient():
    played = game()
    played.generator.requires_grad_(False)
    played.play(Turn("discriminator"), batch(), 0).loss.backward()
    assert all(weight.grad is None for weight in played.generator.parameters())
    assert all(weight.grad is not None for weight in played.discriminator.parameters())


def test_two_processes_price_the_slopes_of_the_whole_batch():
    played = game()
    halves = [batch(rows=slice(0, 4)), batch(rows=slice(4, 8))]
    for player in played.players:
        own = [played._slopes(Turn(player), half).detach() for half in halves]
        mean = torch.stack(own).mean(0)
        shared = [replace(half, mean=lambda v, mean=mean: mean) for half in halves]
        one, two = (slope(played, player, half) for half in shared)
        for first, second, whole in zip(one, two, slope(played, player, batch()), strict=True):
            assert torch.allclose((first + second) / 2, whole, rtol=1e-10, atol=1e-14)


def test_the_circle_of_the_bilinear_game_becomes_a_spiral_inwards():
    theta, psi = np.eye(2)  # |v|^2 / 2 is (theta^2 + psi^2) / 2 there
    ahead = theta + H * psi - H * theta
    step = np.stack([ahead, psi - H * ahead - H * psi])
    on_paper = np.linalg.norm(np.linalg.matrix_power(step, STEPS) @ np.ones(2))
    wanted = {"loss": {"name": "wasserstein"}, **FREE}
    reached = distance("alternating_consensus", **wanted)
    assert reached == pytest.approx(on_paper, rel=1e-9)
    assert reached < 1e-3
    assert math.sqrt(0.5) < distance("alternating", **wanted)


def test_a_resumed_run_of_consensus_is_the_same_run(tmp_path):
    assert_resumed_to_the_bit(tmp_path, game__name="consensus", game__gamma=0.1, controllers=())


def test_a_gamma_of_nothing_is_refused(tmp_path):
    with pytest.raises((RecipeError, ValueError), match="without it this is the game two_player"):
        run_small(tmp_path / "run", game__name="consensus", game__gamma=0.0)
