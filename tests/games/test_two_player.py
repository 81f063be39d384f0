"""A turn's loss by hand, and shortcuts that change nothing."""

import pytest
import torch
from torch import Tensor, nn

from gansmith.games.two_player import TwoPlayer
from gansmith.records import Batch, Critique, Term, Turn
from gansmith.registry import losses
from gansmith.registry import terms as made
from gansmith.sampling.draws import CounterDraws


class Generator(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(3, 2)

    def forward(self, latent: Tensor) -> Tensor:
        return torch.tanh(self.linear(latent))


class Discriminator(nn.Module):
    def __init__(self, couples_batch: bool) -> None:
        super().__init__()
        self.hidden, self.score = nn.Linear(2, 8), nn.Linear(8, 1)
        self.couples_batch = couples_batch

    def forward(self, samples: Tensor) -> Critique:
        features = torch.tanh(self.hidden(samples))
        return Critique(self.score(features)[:, 0], features)


def play(player: str, couples: bool, loss, terms: dict[str, Term]):  # type: ignore[no-untyped-def]
    torch.manual_seed(0)
    players = {
        "generator": Generator().double(),
        "discriminator": Discriminator(couples).double(),
    }
    game = TwoPlayer(players, loss, terms, latent=3)
    real = torch.randn(6, 2, dtype=torch.float64)
    batch = Batch(real, CounterDraws((0,), 6, slice(0, 6), like=real))
    outcome = game.play(Turn(player), batch, 0)  # type: ignore[arg-type]
    outcome.loss.backward()
    gradients = [p.grad for p in players["discriminator"].parameters()]
    return outcome, torch.cat([g.flatten() for g in gradients if g is not None])


TERMS = [{}, {"r1": made.r1(2.0)}, {"r2": made.r2(2.0)}, {"r1": made.r1(2.0), "r2": made.r2(3.0)}]


@pytest.mark.parametrize("terms", TERMS, ids=["none", "r1", "r2", "both"])
def test_judging_both_sides_in_one_pass_changes_nothing(terms: dict[str, Term]) -> None:
    apart, apart_gradient = play("discriminator", True, losses.relativistic(), terms)
    joint, joint_gradient = play("discriminator", False, losses.relativistic(), terms)
    assert joint.loss.item() == pytest.approx(apart.loss.item(), abs=1e-12)
    assert torch.allclose(joint_gradient, apart_gradient, atol=1e-12)


def test_the_discriminators_turn_gives_the_generator_no_gradient() -> None:
    outcome, _ = play("discriminator", False, losses.hinge(), {})
    assert outcome.watched == {}


def test_the_generators_turn_watches_the_slope_at_its_samples() -> None:
    outcome, _ = play("generator", False, losses.non_saturating(), {})
    fake = outcome.watched["gradient/samples"]
    assert fake.grad is not None
    assert fake.grad.shape == fake.shape


def test_a_lazy_term_counts_more_on_fewer_steps() -> None:
    often = play("discriminator", False, losses.hinge(), {"r1": made.r1(2.0)})[0].signals["term/r1"]
    lazy = play("discriminator", False, losses.hinge(), {"r1": made.r1(2.0, every=4)})[0].signals[
        "term/r1"
    ]
    assert lazy.item() == pytest.approx(4 * often.item(), rel=1e-12)


def test_turns_follow_the_knob() -> None:
    players = {"generator": Generator(), "discriminator": Discriminator(False)}
    game = TwoPlayer(players, losses.hinge(), {}, latent=3, discriminator_turns=2)
    assert [t.player for t in game.turns(0)] == ["discriminator", "discriminator", "generator"]
    game.knobs["discriminator_turns"].planned = 1
    assert [t.player for t in game.turns(1)] == ["discriminator", "generator"]
