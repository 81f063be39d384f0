"""Training on a CUDA device: the numbers of the processor, repeatable, in steady memory, no waits.

pytest -m gpu tests/gpu
"""

import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import gansmith
from gansmith.data.loading.sending import sent
from gansmith.kinds.units import to_bytes, to_unit
from gansmith.recipe.recipe import make_recipe
from gansmith.runs.reader import read_run
from gansmith.sampling.draws import CounterDraws, mix
from gansmith.training.session.session import Session
from gansmith.training.start import Order, train
from tests.gpu.cases import CASES, Steps, last_loss, trainer_of
from tests.training.test_resume import assert_same_run

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA device"),
]
DROPS = ("pairs of images", "blanks")  # dropout draws other numbers on a device
SAMPLES = {
    "seed": 3,
    "length": {"kimg": 0.256},  # 16 steps of 16
    "data": {"source": "mnist", "size": 16, "batch": 16},
    "game": {"latent": 8},
    "networks": {player: {"name": "lean", "width": 8} for player in ("generator", "discriminator")},
    "loss": {"name": "relativistic"},
    "terms": [{"name": "r1", "gamma": 0.1}, {"name": "r2", "gamma": 0.1}],
    "ema": {"half_life_kimg": 0.1},
    "evaluation": {
        "every_kimg": 0.128,
        "samples": 64,
        "extractor": "pixels",
        "metrics": ["frechet_distance"],
    },
    "signals": {"tick": 4, "every": 1},
    "runtime": {"device": "cuda", "deterministic": True},
}


def run(folder: Path, resume: bool = False, **changes: Any) -> Path:
    dotted = {path.replace("__", "."): value for path, value in changes.items()}
    return train(Order(make_recipe(SAMPLES, dotted), run=str(folder), resume=resume, quiet=True))


def drawn_on_the_processor(self: CounterDraws, sample: Any, stream: str, shape: Any) -> Tensor:
    draws = torch.Generator().manual_seed(mix(*self._key, stream))
    whole = sample(self._total, *shape, generator=draws, dtype=self._dtype)
    return whole[self._rows].to(self._device)


def test_bytes_become_the_same_numbers_as_on_the_processor() -> None:
    every = torch.arange(256, dtype=torch.uint8).view(1, 1, 16, 16)
    there = to_unit(sent(every, torch.device("cuda")))
    assert torch.equal(there.cpu(), to_unit(every))
    assert (to_bytes(there) == every.numpy()).all()


def test_what_is_sent_is_pinned_and_arrives_whole() -> None:
    batch = torch.randn(64, 3, 64, 64)
    assert batch.pin_memory().is_pinned()
    assert torch.equal(sent(batch, torch.device("cuda")).cpu(), batch)


@pytest.mark.parametrize("case", [case for case in CASES if case not in DROPS])
def test_two_steps_in_float64_are_those_of_the_processor(
    case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CounterDraws, "_draw", drawn_on_the_processor)
    found = []
    for device in ("cpu", "cuda"):
        trainer = trainer_of(case, "fp64", device)
        trainer.run(Steps(2))
        found.append({
            f"{name}/{weight}": value.detach().cpu()
            for name, network in trainer.parts.networks().items()
            for weight, value in network.state_dict().items()
        })  # fmt: skip
    for name, expected in found[0].items():
        torch.testing.assert_close(found[1][name], expected, rtol=1e-7, atol=1e-9, msg=name)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_no_step_waits_for_the_device(case: str, precision: str) -> None:
    trainer = trainer_of(case, precision, "cuda")
    trainer.run(Steps(2))  # memory is found, kernels are chosen
    torch.cuda.set_sync_debug_mode("error")
    try:
        trainer.run(Steps(5))
    finally:
        torch.cuda.set_sync_debug_mode("default")
    assert trainer.step == 7


@pytest.mark.parametrize("stop", [3, 8])
def test_a_deterministic_run_stops_and_resumes_to_the_bit(
    stop: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, enough = run(tmp_path / "whole"), Session.enough

    def enough_or_asked(self: Session, trainer: Any) -> bool:
        if trainer.step == stop:
            self.interrupted = "SIGTERM"
        return enough(self, trainer)

    with monkeypatch.context() as patch:
        patch.setattr(Session, "enough", enough_or_asked)
        part = run(tmp_path / "part")
    run(tmp_path / "part", resume=True)
    assert_same_run(whole, part)


@pytest.mark.parametrize("case", ["modern", "ada, every group", "sngan"])
def test_memory_does_not_grow_from_step_to_step(case: str) -> None:
    trainer = trainer_of(case, "bf16", "cuda")
    held = []
    for steps in (5, 10, 40):
        trainer.run(Steps(steps))
        trainer.parts.signals.read(trainer.parts.runtime.mean)
        held.append(torch.cuda.memory_allocated())
    assert held[1] == held[2]


@pytest.mark.parametrize("precision", ["fp32", "bf16", "fp16"])
def test_a_run_trains_is_examined_and_gives_samples(precision: str, tmp_path: Path) -> None:
    folder = run(tmp_path / "run", runtime__precision=precision, runtime__deterministic=False)
    record = read_run(folder)
    assert record.environment["device"] == torch.cuda.get_device_name()
    assert record.signals[-1]["step"] == 16
    assert record.metrics[-1]["metrics"]["frechet_distance"] > 0
    there = gansmith.load(folder, device="cuda").sample(4, seed=1)
    here = gansmith.load(folder, device="cpu").sample(4, seed=1)
    torch.testing.assert_close(there.cpu(), here, rtol=0, atol=2e-2)  # TF32 convolutions


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_compiled_networks_give_the_numbers_of_plain_ones(precision: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        losses = [last_loss("class heads", precision, "cuda", compiled=c) for c in (False, True)]
    assert losses[1] == pytest.approx(losses[0], rel=0.05)


NCCL = """
import torch, torch.distributed as dist
from gansmith.training.runtime import Runtime, _joined

def work():
    runtime = Runtime("cuda")
    net = torch.nn.Linear(2, 1, bias=False).cuda()
    optimizer = torch.optim.SGD(net.parameters(), lr=1.0)
    net.weight.grad = torch.full_like(net.weight, 4.0)
    assert "nccl" in str(dist.get_backend_config())
    runtime.world = 2  # as if there were another process that adds nothing
    runtime.average_gradients(optimizer)
    assert net.weight.grad.tolist() == [[2.0, 2.0]]
    assert runtime.first(3.5) == 3.5 and not runtime.any(False)
    assert runtime.same([net])
    runtime.wait()
    return "done"

print(_joined(work))
"""


def test_gradients_are_averaged_through_nccl() -> None:
    around = {"RANK": "0", "WORLD_SIZE": "1", "LOCAL_RANK": "0"}
    around |= {"MASTER_ADDR": "localhost", "MASTER_PORT": "29517"}
    words = [sys.executable, "-W", "ignore", "-c", NCCL]
    done = subprocess.run(words, env=os.environ | around, capture_output=True, text=True)
    assert done.stdout.strip().endswith("done"), done.stderr


def test_more_processes_than_devices_are_refused(tmp_path: Path) -> None:
    with pytest.raises(gansmith.GansmithError, match=r"no more runtime\.processes"):
        run(tmp_path / "run", runtime__processes=torch.cuda.device_count() + 1)


def test_a_monitor_watches_networks_on_the_device(tmp_path: Path) -> None:
    generator, discriminator = nn.Linear(4, 2).cuda(), nn.Linear(2, 1).cuda()
    monitor = gansmith.Monitor(
        generator=generator,
        discriminator=discriminator,
        sample=lambda n: generator(torch.randn(n, 4, device="cuda")),
        real=torch.randn(512, 2),
        run=str(tmp_path / "mine"),
    )
    for _ in range(60):
        real = torch.randn(16, 2, device="cuda")
        fake = generator(torch.randn(16, 4, device="cuda"))
        scores = discriminator(real), discriminator(fake)
        losses = {
            "discriminator": (scores[1] - scores[0]).mean(),
            "generator": -scores[1].mean(),
        }
        monitor.step(real_scores=scores[0], fake_scores=scores[1], losses=losses, batch_size=16)
    assert read_run(tmp_path / "mine").signals
