"""Loops of two processes: exams of the first one hold no collective of a wrapped network."""

import json
import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

import gansmith
from gansmith.runs.reader import read_run

STEPS, WAIT = 16, 60  # iterations of a loop; seconds after which one process waits in vain
LABELS = torch.arange(96) % 2
POINTS = torch.randn(96, 2, generator=torch.Generator().manual_seed(0)) + LABELS[:, None]


def players() -> tuple[nn.Module, nn.Module]:
    torch.manual_seed(0)
    G = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 2))
    D = nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 1))
    return G, D


def wrapped() -> tuple[Any, Any, dict[str, Any]]:
    G, D = (DistributedDataParallel(net) for net in players())
    return G, D, {"sample_as": lambda y: G(torch.randn(len(y), 4)), "labels": LABELS}


def listed() -> tuple[Any, Any, dict[str, Any]]:
    G, D = (DistributedDataParallel(net) for net in players())
    return G, D, {"generator": [G], "discriminator": {"one": D}}


def closed_over() -> tuple[Any, Any, dict[str, Any]]:
    """The monitor knows the bare networks, or none, and `sample` calls the wrapped one."""
    G, D = (DistributedDataParallel(net) for net in players())
    return G, D, {"generator": None, "discriminator": D.module}


def compiled() -> tuple[Any, Any, dict[str, Any]]:
    G, D = (torch.compile(DistributedDataParallel(net), backend="eager") for net in players())
    return G, D, {}


def collective() -> tuple[Any, Any, dict[str, Any]]:
    G, D = (DistributedDataParallel(net) for net in players())

    def sample(count: int) -> Tensor:
        made: Tensor = G(torch.randn(count, 4))
        dist.all_reduce(made)
        return made

    return G, D, {"sample": sample}


def sharded() -> tuple[Any, Any, dict[str, Any]]:
    from torch.distributed.fsdp import fully_shard

    G = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    return fully_shard(G), DistributedDataParallel(players()[1]), {}


LOOPS: tuple[Callable[[], tuple[Any, Any, dict[str, Any]]], ...] = (
    *(wrapped, listed, closed_over, compiled),
    *(collective, sharded),
)


def play(make: Callable[[], tuple[Any, Any, dict[str, Any]]], run: Path) -> str:
    """One loop on each process, watched on each; return what this one's monitor says."""
    G, D, given = make()
    of_g, of_d = (torch.optim.SGD(net.parameters(), 0.05) for net in (G, D))
    known = {"generator": G, "discriminator": D, "sample": lambda n: G(torch.randn(n, 4))}
    known |= {"real": POINTS, "held_out": POINTS[:40], "run": run, "samples": 32}
    monitor = gansmith.Monitor(**(known | {"tick": 2, "every_kimg": 0.03, "quiet": True} | given))
    for _ in range(STEPS):
        fake = G(torch.randn(8, 4))
        r, f = D(torch.cat([POINTS[:8], fake.detach()])).chunk(2)
        loss_d = F.softplus(-r).mean() + F.softplus(f).mean()
        of_d.zero_grad()
        loss_d.backward()
        of_d.step()
        loss_g = F.softplus(-D(fake)).mean()
        of_g.zero_grad()
        loss_g.backward()
        of_g.step()
        monitor.step(r, f, {"discriminator": loss_d, "generator": loss_g})
    for net in (G, D):
        assert getattr(net, "require_forward_param_sync", True)
    return monitor.finish().says


def process(rank: int, place: str) -> None:
    for name in ("RANK", "LOCAL_RANK", "WORLD_SIZE"):  # processes may be started without them
        os.environ.pop(name, None)
    torch.set_num_threads(1)
    store = f"file://{place}/store"
    dist.init_process_group("gloo", store, timedelta(seconds=WAIT), world_size=2, rank=rank)
    found = {make.__name__: play(make, Path(place) / make.__name__) for make in LOOPS}
    (Path(place) / f"said-{rank}.json").write_text(json.dumps(found))
    dist.destroy_process_group()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run folders of all loops, played by two processes."""
    folder = tmp_path_factory.mktemp("processes")
    started = torch.multiprocessing.spawn(process, (str(folder),), nprocs=2, join=False)
    latest = time.monotonic() + 4 * WAIT
    try:
        while not started.join(timeout=5):
            assert time.monotonic() < latest, "the processes wait for each other"
    finally:
        for one in started.processes:
            one.kill()
    return folder


def notes(run: Path) -> list[str]:
    return [row["says"] for row in read_run(run).journal if row["event"] == "note"]


@pytest.mark.distributed
@pytest.mark.parametrize("name", ["wrapped", "listed", "closed_over", "compiled"])
def test_exams_of_wrapped_networks_start_no_collective(place: Path, name: str) -> None:
    record = read_run(place / name)
    assert len(record.metrics) >= 4
    left_out = ["held-out scores"] if name == "listed" else []  # which of several scores?
    assert [note.split(" left")[0].removeprefix("monitor: ") for note in notes(place / name)] == (
        left_out
    )
    if name == "wrapped":
        assert {"scores/held_out/mean", "scores/shown_training/mean"} <= set(record.metrics[-1])
        assert "condition_consistency" in record.metrics[-1]["metrics"]


@pytest.mark.distributed
@pytest.mark.parametrize(
    ("name", "says"),
    [("collective", "it waits for the other processes"), ("sharded", "each process holds a share")],
)
def test_a_sample_that_would_wait_for_others_is_refused_and_the_loop_goes_on(
    place: Path, name: str, says: str
) -> None:
    (said,) = [note for note in notes(place / name) if "exams left out" in note]
    assert says in said
    rows = read_run(place / name).signals
    assert len(rows) == STEPS // 2
    assert rows[-1]["gradient/generator"] > 0


@pytest.mark.distributed
def test_other_processes_say_that_the_first_one_knows(place: Path) -> None:
    first, other = (json.loads((place / f"said-{rank}.json").read_text()) for rank in (0, 1))
    assert set(first) == {make.__name__ for make in LOOPS}
    assert all("only the first process examines the loop" in says for says in other.values())
    assert all("too short a history" in says or "ticks" in says for says in first.values())
