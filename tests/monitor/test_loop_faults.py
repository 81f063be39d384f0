"""Faults of the loop itself are named as such, and no pace, penalty or width is blamed for them."""

import copy
from pathlib import Path

import pytest
import torch
from torch import nn

from gansmith.runs.reader import read_run
from tests.monitor.games import LATENT, Game, adam, discriminator, generator, named, says

BLAMED = {"discriminator_dominates", "generator_dominates", "underfitting", "vanishing_gradient"}


# --- a network that never moves ---


LINES = {
    "the other's weights": "given as the {player}'s holds the {other}'s weights",
    "an old copy": "given as the {player}'s holds none of its weights",
    "no rate": "the learning rate of its optimizer is 0",
    "never stepped": "its optimizer holds them, and is never stepped",
    "frozen": "all of them are frozen",
    "untold": "does its optimizer hold its weights, and is it ever stepped?",
}
CASES = [(player, fault) for fault in LINES for player in ("generator", "discriminator")]
CASES.remove(("generator", "frozen"))  # no gradient reaches it, which has a finding of its own


@pytest.mark.parametrize(("player", "fault"), CASES)
def test_a_network_that_never_moves_is_named_with_the_likely_line(
    tmp_path: Path, player: str, fault: str
) -> None:
    game = Game()
    own, other = (game.G, game.D) if player == "generator" else (game.D, game.G)
    optimizer = {
        "the other's weights": lambda: adam(other),
        "an old copy": lambda: adam(copy.deepcopy(own)),
        "no rate": lambda: adam(own, 0.0),
        "never stepped": lambda: Idle(own.parameters(), 1e-3),
    }.get(fault, lambda: adam(other))()
    setattr(game, "of_g" if player == "generator" else "of_d", optimizer)
    own.requires_grad_(fault != "frozen")
    if fault == "frozen":
        setattr(game, "of_g" if player == "generator" else "of_d", adam(own))
    optimizers = {"G": game.of_g, "D": game.of_d}
    told = None if fault == "untold" else optimizers
    verdict = game.play(tmp_path / "run", steps=50, sample=None, optimizers=told)
    names = {
        "player": player,
        "other": "discriminator" if player == "generator" else "generator",
    }
    assert f"the {player}'s weights did not change" in says(verdict, "loop_fault")
    assert LINES[fault].format(**names) in says(verdict, "loop_fault")
    assert not {d.failure for d in verdict.diagnoses} & BLAMED
    assert verdict.diagnoses[0].failure == "loop_fault"


class Idle(torch.optim.SGD):
    """An optimizer whose step is forgotten."""

    def step(self, closure: object = None) -> None:  # type: ignore[override]
        pass


@pytest.mark.parametrize("turns", [2, 3, 5, 10])  # a tick is five iterations
def test_a_generator_that_has_its_turn_now_and_then_moves(tmp_path: Path, turns: int) -> None:
    game = Game()
    game.turns = turns
    verdict = game.play(tmp_path / "run", sample=None)
    assert "loop_fault" not in named(verdict)
    rows = read_run(tmp_path / "run").signals
    assert max(row["update/generator"] for row in rows) > 0
    moved = sum(row["update/generator"] > 0 for row in rows)
    assert moved >= len(rows) - 1 - (turns == 10) * len(rows) // 2


def test_a_network_that_is_stepped_in_each_iteration_moves_as_far_as_before(tmp_path: Path) -> None:
    game, seen = Game(), []
    before = [w.clone() for w in game.D.parameters()]

    def watched(number: int, act=game.step) -> object:  # type: ignore[no-untyped-def]
        nonlocal before
        found = act(number)
        after = [w.detach().clone() for w in game.D.parameters()]
        moved = torch.cat([(a - b).flatten() for a, b in zip(after, before, strict=True)])
        whole = torch.cat([b.detach().flatten() for b in before])
        seen.append(float(moved.detach().norm() / whole.norm()))
        before = after
        return found

    game.step = watched  # type: ignore[method-assign, assignment]
    game.play(tmp_path / "run", steps=40, sample=None)
    rows = read_run(tmp_path / "run").signals
    told = [row["update/discriminator"] for row in rows]
    assert told == pytest.approx([seen[n] for n in range(1, 40, 5)], rel=1e-4)


# --- gradients that are never cleared ---


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_gradients_that_are_never_cleared_are_named(tmp_path: Path, optimizer: str) -> None:
    game = Game()
    game.clear = False
    if optimizer == "sgd":
        game.of_g, game.of_d = (torch.optim.SGD(n.parameters(), 0.02) for n in (game.G, game.D))
    verdict = game.play(tmp_path / "run", steps=100)
    assert "never cleared" in says(verdict, "loop_fault")
    assert not named(verdict) & BLAMED


def test_gradients_that_are_cleared_in_place_are_no_fault(tmp_path: Path) -> None:
    game = Game()
    plain = game._descend

    def descend(optimizer: torch.optim.Optimizer, loss: torch.Tensor) -> None:
        optimizer.zero_grad(set_to_none=False)
        game.clear = False
        plain(optimizer, loss)

    game._descend = descend  # type: ignore[method-assign]
    assert "loop_fault" not in named(game.play(tmp_path / "run"))
    assert "fresh/generator" in read_run(tmp_path / "run").signals[-1]


# --- a sigmoid taken twice ---


@pytest.mark.parametrize(("end", "fault"), [(nn.Sigmoid(), True), (None, False)])
def test_probabilities_under_a_loss_of_logits_are_named(
    tmp_path: Path, end: nn.Module | None, fault: bool
) -> None:
    verdict = Game(D=discriminator(end)).play(tmp_path / "run")
    assert ("cannot fall below 1.01" in says(verdict, "loop_fault")) is fault


# --- samples that are not those of the loop ---


def test_samples_in_evaluation_mode_with_lagging_statistics_are_named(tmp_path: Path) -> None:
    game = Game(G=nn.Sequential(nn.Linear(LATENT, 48), nn.BatchNorm1d(48, momentum=1e-4)))
    with torch.no_grad():
        game.G[0].bias += 5 * torch.randn(48)  # far from what running statistics begin with
    game.G.extend([nn.ReLU(), nn.Linear(48, 64), nn.Tanh()])
    game.of_g = adam(game.G)
    verdict = game.play(tmp_path / "run")
    assert "running statistics lag behind" in says(verdict, "samples_differ")
    assert not named(verdict) & (BLAMED | {"artefacts", "undertrained"})


def test_samples_of_an_untrained_copy_are_named(tmp_path: Path) -> None:
    game = Game()
    old = copy.deepcopy(game.G)
    sample = lambda n: old(game.latents(n))  # noqa: E731
    assert "samples_differ" in named(game.play(tmp_path / "run", steps=200, sample=sample))


def test_an_average_of_the_generator_is_no_fault(tmp_path: Path) -> None:
    game = Game()
    average = torch.optim.swa_utils.AveragedModel(
        game.G, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.9)
    )
    act = game.step

    def step_and_average(number: int) -> object:
        found = act(number)
        average.update_parameters(game.G)
        return found

    game.step = step_and_average  # type: ignore[method-assign, assignment]
    sample = lambda n: average(game.latents(n))  # noqa: E731
    assert "samples_differ" not in named(game.play(tmp_path / "run", steps=200, sample=sample))


@pytest.mark.parametrize("norm", [None, 0.1])
def test_a_sound_loop_has_no_fault_and_its_samples_are_its_own(
    tmp_path: Path, norm: float | None
) -> None:
    verdict = Game(G=generator(norm)).play(tmp_path / "run", steps=100)
    assert not {d.failure for d in verdict.diagnoses} & {"loop_fault", "samples_differ"}


def test_a_generator_that_gets_the_discriminators_gradients_too_is_no_fault(
    tmp_path: Path,
) -> None:
    """Without a `detach` the loop only computes more: they are cleared before its own."""
    game = Game()
    plain = game._descend

    def descend(optimizer: torch.optim.Optimizer, loss: torch.Tensor) -> None:
        if optimizer is game.of_d:
            for weight in game.G.parameters():
                weight.grad = torch.ones_like(weight)
        plain(optimizer, loss)

    game._descend = descend  # type: ignore[method-assign]
    verdict = game.play(tmp_path / "run", sample=None)
    assert not {d.failure for d in verdict.diagnoses} & {"loop_fault"}


def test_reals_in_another_scale_than_the_loops_prove_nothing(tmp_path: Path) -> None:
    """The monitor is shown both sides as pictures are looked at, the loop has its own scale."""
    game = Game()
    shown = {"real": 8 * game.data + 9, "sample": lambda n: 8 * game.G(game.latents(n)) + 9}
    assert "samples_differ" not in named(game.play(tmp_path / "run", steps=100, **shown))


def test_looking_in_training_mode_leaves_the_running_statistics_alone(tmp_path: Path) -> None:
    game = Game(G=generator(0.1), D=nn.Sequential(nn.BatchNorm1d(64), discriminator()))
    before = [buffer.clone() for net in (game.G, game.D) for buffer in net.buffers()]
    game.play(tmp_path / "run", steps=0)  # an exam is all that happens
    after = [buffer for net in (game.G, game.D) for buffer in net.buffers()]
    assert len(before) == 6
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))
    assert "scores/shown_training/mean" in read_run(tmp_path / "run").metrics[0]
