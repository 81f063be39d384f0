"""Runs of every kind of data resume to the bit, and two processes give the numbers of one."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from gansmith.kinds.sounds.wav_files import wav_bytes
from gansmith.recipe.recipe import load_recipe
from gansmith.runs.reader import read_run
from gansmith.training.session.checkpoint import WEIGHTS, checkpoints
from gansmith.training.start import Order, train

RATE, CLIPS = 2000, 24
SHARED = ("loss/", "gradient/generator", "likelihood/")
SMALL: dict[str, Any] = {
    "length.budget": None,
    "data.audit": False,
    "evaluation.metrics": [],
    "evaluation.extractor": None,
    "signals.tick": 1,
    "signals.every": 1,
    "runtime.precision": "fp64",
    "runtime.device": "cpu",
    "runtime.threads": 1,
}
TEXT = {
    "data.batch": 8,
    "game.pretraining": 2,
    "game.warmup": 1,
    "networks.generator.width": 8,
    "networks.generator.dropout": 0.0,  # each process has masks of its own
    "networks.discriminator.width": 4,
}
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "table": (
        "adult",
        {
            "data.batch": 16,
            "data.target": "kind",
            "networks.generator.width": 16,
            "networks.discriminator.width": 16,
        },
    ),
    "text": ("names", {**TEXT, "game.rollouts": 1}),
    "soft text": (
        "names",
        {**TEXT, "game": {"name": "discrete", "estimator": "gumbel_softmax", "pretraining": 2}},
    ),
    "sound": (
        "digits_spoken",
        {"data.batch": 4, "networks.generator.width": 4, "networks.discriminator.width": 4},
    ),
    "series": (
        "waves",
        {
            "data.batch": 8,
            "networks.generator": {"name": "series_rnn", "width": 8},
            "networks.discriminator": {"name": "series_rnn", "width": 8},
        },
    ),
}

QUICK = ("text", "series")  # tested always


def data_of(kind: str, folder: Path) -> str:
    """Write few samples of a kind, and return where they are."""
    draws = np.random.default_rng(0)
    if kind == "table":
        rows = [
            f"{draws.normal():.3f},{draws.integers(9)},{'ab'[n % 2]},{'xyz'[n % 3]}"
            for n in range(96)
        ]
        (folder / "rows.csv").write_text("\n".join(["size,count,kind,colour", *rows]) + "\n")
        return str(folder / "rows.csv")
    if "text" in kind:
        lengths = draws.integers(2, 9, 96)  # so that no two batches have the same longest text
        lines = ["".join("abcde"[i] for i in draws.integers(0, 5, n)) for n in lengths]
        (folder / "lines.txt").write_text("\n".join(lines) + "\n")
        return str(folder / "lines.txt")
    if kind == "sound":
        for number in range(CLIPS):
            path = folder / "clips" / "ab"[number % 2] / f"{number}.wav"
            path.parent.mkdir(parents=True, exist_ok=True)
            tone = torch.sin(torch.arange(RATE // 2) * (0.1 + 0.02 * number))
            path.write_bytes(wav_bytes(0.5 * tone, RATE))
        return str(folder / "clips")
    np.savez(folder / "series.npz", samples=draws.normal(size=(64, 16, 2)).astype(np.float32))
    return str(folder / "series.npz")


def trained(
    kind: str, folder: Path, run: str, steps: int, resume: bool = False, **more: Any
) -> Path:
    """Train so many steps of a small recipe of a kind."""
    name, changes = KINDS[kind]
    data = data_of(kind, folder)
    chosen = {**SMALL, **changes, **more, "data.source": data}
    if kind == "series":
        chosen["data.kind"] = "series"
    chosen["length.kimg"] = steps * changes["data.batch"] / 1000
    recipe = load_recipe(name, chosen)
    return train(Order(recipe, run=str(folder / run), quiet=True, resume=resume))


@pytest.mark.parametrize(
    "kind", [k if k in QUICK else pytest.param(k, marks=pytest.mark.slow) for k in KINDS]
)
def test_a_resumed_run_is_the_run_never_stopped(kind: str, tmp_path: Path) -> None:
    whole = trained(kind, tmp_path, "whole", 6)
    trained(kind, tmp_path, "half", 3)
    half = trained(kind, tmp_path, "half", 6, resume=True)
    one, two = (load_file(checkpoints(run)[-1].path / WEIGHTS) for run in (whole, half))
    assert one.keys() == two.keys()
    assert all(torch.equal(one[name], two[name]) for name in one)


@pytest.mark.slow
@pytest.mark.distributed
@pytest.mark.parametrize("kind", KINDS)
def test_two_processes_give_the_numbers_of_one(kind: str, tmp_path: Path) -> None:
    told = []
    for count in (1, 2):
        run = trained(kind, tmp_path, f"run{count}", 4, **{"runtime.processes": count})
        rows = read_run(run).signals
        told.append([{n: v for n, v in row.items() if n.startswith(SHARED)} for row in rows])
    assert any("loss/discriminator" in row for row in told[0])
    for one, two in zip(*told, strict=True):
        assert two == pytest.approx(one, rel=1e-9)
