"""Loops that break off, end twice, give half of what is wanted, or wrap their networks."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import gansmith
from gansmith.runs.reader import read_run
from tests.monitor.test_monitor import loop, notes, watched


def events(run: Path) -> list[str]:
    return [
        row["event"] for row in read_run(run).journal if row["event"] in ("finished", "stopped")
    ]


def broken_loop(run: Path) -> None:
    with watched(run) as monitor:
        loop(monitor)
        raise ZeroDivisionError("division by zero")


def test_a_loop_that_breaks_off_is_journalled_as_such_and_its_error_goes_on(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        broken_loop(tmp_path / "run")
    assert events(tmp_path / "run") == ["stopped"]
    assert "ZeroDivisionError: division by zero" in read_run(tmp_path / "run").journal[-1]["says"]
    assert len(read_run(tmp_path / "run").signals) == 10


def test_a_loop_may_finish_twice_and_go_on_in_between(tmp_path: Path) -> None:
    monitor = watched(tmp_path / "run")
    loop(monitor)
    first = monitor.finish()
    assert monitor.finish() == first
    assert events(tmp_path / "run") == ["finished"]
    loop(monitor, 2)
    monitor.finish()
    assert events(tmp_path / "run") == ["finished", "finished"]


def test_what_is_missing_of_a_step_costs_only_itself(tmp_path: Path) -> None:
    network = nn.Linear(2, 1)
    network(torch.ones(4, 2)).sum().backward()
    monitor = watched(tmp_path / "run", discriminator=network, sample=None)
    for _ in range(4):
        losses = {"discriminator": 0.5, "generator": None, "penalty": "much"}
        monitor.step(torch.ones(4), None, losses, batch_size=4)
    signals = read_run(tmp_path / "run").signals[-1]
    assert "gradient/discriminator" in signals
    assert len(notes(tmp_path / "run")) == 2
    monitor.step(torch.ones(4), torch.zeros(4), {"discriminator": 0.5, "generator": None})
    monitor.finish()
    signals = read_run(tmp_path / "run").signals[-1]
    assert signals["loss/discriminator"] == 0.5
    assert "loss/generator" not in signals
    assert signals["scores/real/mean"] == 1


def test_scores_may_be_arrays_numbers_or_a_mapping_of_heads(tmp_path: Path) -> None:
    monitor = watched(tmp_path / "run", sample=None, tick=1)
    sides = np.ones((4, 1), np.float32), np.zeros((4, 1), np.float32)
    monitor.step(*sides)
    monitor.step(1.0, 0.0, batch_size=4)
    monitor.step({"a": torch.ones(4), "b": torch.ones(4, 9)}, {"a": torch.zeros(4), "b": sides[1]})
    means = [row["scores/real/mean"] for row in read_run(tmp_path / "run").signals]
    assert means == [1, 1, 1]
    assert monitor.kimg == pytest.approx(0.012)


@pytest.mark.parametrize("batch_size", [None, 0, -3])
def test_a_step_that_does_not_move_the_clock_is_named_once(
    tmp_path: Path, batch_size: int | None
) -> None:
    monitor = watched(tmp_path / "run", sample=None)
    for _ in range(4):
        monitor.step(losses={"discriminator": 0.5}, batch_size=batch_size)
    assert len([note for note in notes(tmp_path / "run") if "the time left out" in note]) == 1
    assert monitor.kimg == 0


def test_a_sample_function_that_returns_no_array_is_told_what_is_wanted(tmp_path: Path) -> None:
    monitor = watched(tmp_path / "run", sample=lambda n: None)
    loop(monitor)
    assert (
        "returned a NoneType, but 64 samples in one tensor or array" in notes(tmp_path / "run")[0]
    )


def test_a_loop_without_exams_is_diagnosed_while_it_runs(tmp_path: Path) -> None:
    monitor = watched(tmp_path / "run", sample=lambda n: 1 / 0, every_kimg=None)
    for _ in range(60):
        monitor.step(torch.full((4,), torch.nan), torch.zeros(4), {"discriminator": torch.inf})
    told = [row for row in read_run(tmp_path / "run").journal if row["event"] == "diagnosis"]
    assert "divergence" in told[0]["says"]


class Wrapped(nn.Module):
    """Like a compiled module: it has a length that its network lacks."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def __len__(self) -> int:
        raise TypeError("Linear does not support len()")

    def forward(self, inputs: Tensor) -> Tensor:
        return self.network(inputs)


def test_wrapped_networks_are_watched_like_bare_ones(tmp_path: Path) -> None:
    players = {"generator": Wrapped(nn.Linear(2, 2)), "discriminator": Wrapped(nn.Linear(2, 1))}
    monitor = watched(tmp_path / "run", held_out=torch.randn(9, 2), **players)
    loop(monitor)
    monitor.finish()
    assert not notes(tmp_path / "run")
    assert read_run(tmp_path / "run").environment["networks"]["generator"]["parameters"] == 6
    assert "scores/held_out/mean" in read_run(tmp_path / "run").metrics[-1]


def test_other_processes_than_the_first_write_nothing_and_know_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RANK", "1")
    monitor = gansmith.Monitor(run=tmp_path / "run", quiet=True)
    loop(monitor)
    assert monitor.finish().verdict == "unknown"
    assert not (tmp_path / "run").exists()
