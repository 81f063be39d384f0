"""Options of a run that change how it computes, not what."""

from pathlib import Path
from typing import Any

import pytest
import torch

import gansmith
from gansmith.runs.reader import read_run
from gansmith.training.session.checkpoint import checkpoints
from tests.training.helpers import run_small

IMAGES: dict[str, Any] = {
    "data__source": "mnist",
    "data__size": 8,
    "length__kimg": 0.32,
    "networks__generator": {"name": "modern", "width": 8},
    "networks__discriminator": {"name": "modern", "width": 8},
    "evaluation__extractor": "pixels",
    "evaluation__every_kimg": 0.16,
}


@pytest.mark.parametrize("precision", ["fp32", "bf16", "fp16", "fp64"])
def test_every_number_format_trains_images(tmp_path: Path, precision: str) -> None:
    run = run_small(tmp_path / "run", **IMAGES, runtime__precision=precision)
    record = read_run(run)
    assert record.signals[-1]["step"] == 20
    assert "nonfinite" not in record.signals[-1]


@pytest.mark.parametrize("name", ["mlp", "dcgan", "sngan", "modern", "stylegan2"])
def test_every_pair_of_networks_trains_with_labels_and_gives_samples(
    tmp_path: Path, name: str
) -> None:
    changes = IMAGES | {
        "networks__generator": {"name": name} | ({} if name == "mlp" else {"width": 8}),
        "networks__discriminator": {"name": name} | ({} if name == "mlp" else {"width": 8}),
        "terms": [],
        "loss__name": "hinge",
        "condition": {"name": "labels"},
        "runtime__precision": "fp32",
    }
    generator = gansmith.load(run_small(tmp_path / "run", **changes))
    images = generator.sample(12, seed=1, label=3)
    assert images.shape == (12, 1, 8, 8)
    assert images.abs().max() <= 1
    assert torch.equal(images, generator.sample(12, seed=1, label="3"))
    assert not torch.equal(images, generator.sample(12, seed=1, label=4))


def test_only_the_last_checkpoints_and_the_best_are_kept(tmp_path: Path) -> None:
    run = run_small(tmp_path / "run", evaluation__every_kimg=0.16)
    kept = [checkpoint.step for checkpoint in checkpoints(run)]
    exams = {m["step"]: m["metrics"]["frechet_distance"] for m in read_run(run).metrics}
    best = min((v, -s) for s, v in exams.items() if s)
    assert kept[-2:] == [40, 50]
    assert -best[1] in kept
    assert len(kept) <= 3


def test_the_best_checkpoint_is_loaded_unless_the_last_is_asked_for(tmp_path: Path) -> None:
    run = run_small(tmp_path / "run")
    assert gansmith.load(run, which="last").step == 50
    exams = {m["step"]: m["metrics"]["frechet_distance"] for m in read_run(run).metrics}
    kept = {c.step for c in checkpoints(run)}
    assert gansmith.load(run).step == min((exams[s], -s) for s in kept if s in exams)[1] * -1


def test_a_classifier_trained_on_the_labels_can_judge(tmp_path: Path) -> None:
    changes = IMAGES | {"evaluation__samples": 200}
    changes["evaluation__extractor"] = {"name": "classifier", "steps": 40}
    record = read_run(run_small(tmp_path / "run", **changes))
    assert record.metrics[-1]["protocol"]["extractor"] == "classifier"
    assert record.metrics[-1]["metrics"]["frechet_distance"] > 0
