"""Plain loops with a known fault, short and without an interval named, are judged rightly."""

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import gansmith
from gansmith.doctor.diagnose import Verdict

LOSSES = {
    "logistic": (
        lambda real, fake: F.softplus(-real).mean() + F.softplus(fake).mean(),
        lambda fake: F.softplus(-fake).mean(),
    ),
    "difference": (lambda real, fake: (fake - real).mean(), lambda fake: -fake.mean()),
}


def points(count: int) -> Tensor:
    """A bent band in three dimensions."""
    along = 3 * torch.rand(count) - 1.5
    band = torch.stack([along, along**2 - 1, torch.sin(2 * along)], 1)
    return band + 0.03 * torch.randn(count, 3)


def net(inputs: int, outputs: int) -> nn.Module:
    return nn.Sequential(nn.Linear(inputs, 64), nn.ELU(), nn.Linear(64, outputs))


def verdict(
    run: Path, players: tuple[nn.Module, nn.Module], steps: int, loss: str, lr: Tensor
) -> Verdict:
    """Train by plain descent with learning rates (G, D) and ask the monitor."""
    G, D = players
    of_d, of_g = LOSSES[loss]
    pool = points(4000)
    sample = lambda n: G(torch.randn(n, 4))  # noqa: E731
    monitor = gansmith.Monitor(G, D, sample, pool, run, samples=256, quiet=True)
    optimizers = [
        torch.optim.SGD(p.parameters(), float(r)) for p, r in zip(players, lr, strict=True)
    ]
    for _ in range(steps):
        real, fake = pool[torch.randint(4000, (64,))], sample(64)
        real_scores, fake_scores = D(real), D(fake.detach())
        loss_d = of_d(real_scores, fake_scores)
        optimizers[1].zero_grad()
        loss_d.backward()
        optimizers[1].step()
        loss_g = of_g(D(fake))
        optimizers[0].zero_grad()
        loss_g.backward()
        optimizers[0].step()
        monitor.step(real_scores, fake_scores, {"discriminator": loss_d, "generator": loss_g})
    return monitor.diagnose()


@pytest.mark.parametrize(
    ("lr", "failure"),
    [((1e-6, 0.3), "discriminator_dominates"), ((0.1, 1e-8), "generator_dominates")],
)
def test_a_player_that_stands_still_loses(
    tmp_path: Path, lr: tuple[float, float], failure: str
) -> None:
    torch.manual_seed(0)
    found = verdict(tmp_path / "run", (net(4, 3), net(3, 1)), 500, "logistic", torch.tensor(lr))
    assert failure in {d.failure for d in found.diagnoses if d.confidence >= 0.5}


def test_straight_players_go_round(tmp_path: Path) -> None:
    """The bilinear game of Mescheder et al. 2018."""
    torch.manual_seed(0)
    players = nn.Linear(4, 3), nn.Linear(3, 1)
    nn.init.constant_(players[0].bias, 1.5)
    found = verdict(tmp_path / "run", players, 1000, "difference", torch.tensor([0.05, 0.05]))
    assert found.diagnoses[0].failure == "oscillation"


def test_a_critic_that_nothing_bounds_is_known_by_its_growing_scores(tmp_path: Path) -> None:
    """Wasserstein without a constraint: as soon as G falls behind, the scores have no end."""
    torch.manual_seed(1)
    players, rates = (net(4, 3), net(3, 1)), torch.tensor([1e-5, 0.01])
    found = verdict(tmp_path / "run", players, 600, "difference", rates)
    assert "unsuitable_loss" in {d.failure for d in found.diagnoses if d.confidence >= 0.5}
