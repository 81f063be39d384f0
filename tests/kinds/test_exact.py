"""Runs on tables, texts, sounds and series: resume to the bit, one process as two."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

import gansmith
from gansmith.runs.reader import read_run
from gansmith.training.session.checkpoint import WEIGHTS, checkpoints

COMMON: dict[str, Any] = {
    "length": {"kimg": 0.192},  # 12 steps of 16
    "data.batch": 16,
    "evaluation": {"every_kimg": 0.096, "samples": 32},
    "signals.tick": 2,
    "runtime": {"precision": "fp64", "device": "cpu", "threads": 1},
}
STAGES = {"game.pretraining": 3, "game.warmup": 2, "game.rollouts": 1}
NETS = ("networks.generator.width", "networks.discriminator.width")


def _people(folder: Path) -> str:
    draws, path = np.random.default_rng(0), folder / "people.csv"
    rows = (f"{draws.normal():.3f},{draws.integers(40)},{'abc'[i % 3]}" for i in range(120))
    path.write_text("height,age,town\n" + "\n".join(rows) + "\n")
    return str(path)


def _words(folder: Path) -> str:
    draws, path = np.random.default_rng(0), folder / "words.txt"
    lines = {"".join(draws.choice(list("abcd"), draws.integers(2, 7))) for _ in range(400)}
    path.write_text("\n".join(sorted(lines)) + "\n")
    return str(path)


TEXT_METRICS = {"evaluation.metrics": ["ngram_divergence", "distinct"]}
RUNS: dict[str, tuple[str, Any, dict[str, Any]]] = {
    "table": ("table", _people, {"evaluation.metrics": ["diversity"]}),
    "text by REINFORCE": ("names", _words, STAGES | TEXT_METRICS),
    "text by Gumbel-softmax": (
        "names",
        _words,
        {"game": {"name": "discrete", "estimator": "gumbel_softmax", "pretraining": 3}}
        | TEXT_METRICS,
    ),
    "sound": ("digits_spoken", None, {"evaluation.metrics": ["frechet_distance"]}),
    "series": ("waves", None, {"evaluation.metrics": ["frechet_distance"]}),
}
QUICK = "text by REINFORCE"
every_kind = pytest.mark.parametrize(
    "what", [QUICK, *(pytest.param(w, marks=pytest.mark.slow) for w in RUNS if w != QUICK)]
)


def _train(what: str, folder: Path, run: str, kimg: float = 0.192, **more: Any) -> Path:
    recipe, data, changes = RUNS[what]
    own = dict.fromkeys(NETS, 8) | COMMON | changes | {"length": {"kimg": kimg}} | more
    return gansmith.train(recipe, data=data and data(folder), run=folder / run, quiet=True, set=own)


def _weights(run: Path) -> dict[str, torch.Tensor]:
    return load_file(checkpoints(run)[-1].path / WEIGHTS)


@every_kind
def test_a_run_that_stops_and_goes_on_is_the_run_that_never_stopped(
    tmp_path: Path, what: str
) -> None:
    whole = _train(what, tmp_path, "whole")
    half = _train(what, tmp_path, "half", kimg=0.064)  # of text: within its stages
    gansmith.train(run=half, resume=True, quiet=True, kimg=0.192)
    one, two = _weights(whole), _weights(half)
    assert one.keys() == two.keys()
    assert all(torch.equal(one[name], two[name]) for name in one)
    last = [read_run(run).metrics[-1]["metrics"] for run in (whole, half)]
    assert last[0] == last[1]


@pytest.mark.slow
@pytest.mark.distributed
@every_kind
def test_two_processes_train_what_one_trains(tmp_path: Path, what: str) -> None:
    calm = {"networks.generator.dropout": 0.0} if "text" in what else {}  # drawn by each process
    one = _train(what, tmp_path, "one", **calm)
    two = _train(what, tmp_path, "two", **calm, **{"runtime.processes": 2})
    found, wanted = _weights(two), _weights(one)
    for name, values in wanted.items():
        torch.testing.assert_close(found[name], values, rtol=1e-9, atol=1e-11, msg=name)
    signals = [read_run(run).signals for run in (one, two)]
    for first, second in zip(*signals, strict=True):
        for name in ("loss/discriminator", "loss/generator", "likelihood/nll"):
            if name in first:
                assert second[name] == pytest.approx(first[name], rel=1e-9), (what, name)
