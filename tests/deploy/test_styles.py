"""A run of styles goes on to the bit; its samples are truncated and mixed from the command line."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from gansmith.cli import main
from gansmith.deploy import load
from gansmith.training.session.checkpoint import checkpoints
from tests.training.helpers import run_small

NET: dict[str, Any] = {"name": "stylegan2", "width": 2}
STYLES: dict[str, Any] = {
    "data__size": 8,
    "data__batch": 8,
    "data__audit": False,
    "networks__generator": NET | {"style": 8},
    "networks__discriminator": NET,
    "loss__name": "non_saturating",
    "terms": [{"name": "r1", "every": 2}, {"name": "path_length", "every": 2}],
    "condition": {"name": "labels"},
    "controllers": (),
    "evaluation__extractor": "pixels",
    "evaluation__metrics": (),
    "runtime__precision": "fp32",
}


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("images") / "set.npz"
    samples = np.random.default_rng(0).integers(0, 256, (48, 8, 8)).astype(np.uint8)
    np.savez(path, samples=samples, labels=np.arange(48) % 3)
    return str(path)


@pytest.fixture(scope="module")
def run(images: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("styles") / "run"
    return run_small(path, **STYLES, data__source=images, length__kimg=0.048)


def weights(run: Path) -> dict[str, torch.Tensor]:
    return load_file(checkpoints(run)[-1].path / "weights.safetensors")


def test_the_mean_style_is_part_of_what_is_resumed_to_the_bit(
    run: Path, images: str, tmp_path: Path
) -> None:
    half = run_small(tmp_path / "half", **STYLES, data__source=images, length__kimg=0.024)
    kept = weights(half)["ema.generator/net.mapping.mean"]
    run_small(half, resume=True, **STYLES, data__source=images, length__kimg=0.048)
    one, two = weights(run), weights(half)
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert not torch.equal(kept, two["ema.generator/net.mapping.mean"])


def sampled(run: Path, out: Path, *words: str) -> np.ndarray:
    with pytest.raises(SystemExit) as left:
        main(["sample", str(run), "-n", "6", "--out", str(out), *words])
    assert not left.value.code
    samples: np.ndarray = np.load(out)["samples"]
    return samples


def test_truncation_and_mixing_of_the_command_line(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "some.npz"
    usual, other = sampled(run, out), sampled(run, out, "--seed", "1")
    assert np.array_equal(sampled(run, out, "--truncation", "1"), usual)
    mean = sampled(run, out, "--truncation", "0")
    assert np.abs(mean - mean[0]).max() < 1e-6
    assert np.array_equal(sampled(run, out, "--mix", "4"), usual)
    assert np.array_equal(sampled(run, out, "--mix", "0"), other)
    between = sampled(run, out, "--mix", "2", "--truncation", "0.7")
    assert not np.allclose(between, usual)


def test_what_no_layer_can_do_is_refused_in_a_sentence(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words, says in (
        (["--mix", "5"], "mix is a number from 0 to 4, not 5"),
        (["--truncation", "nan"], "truncation is a number"),
    ):
        with pytest.raises(SystemExit) as left:
            main(["sample", str(run), "-n", "2", "--out", str(tmp_path / "x.npz"), *words])
        assert left.value.code == 1
        assert says in capsys.readouterr().err.replace("\n", " ")


def test_a_generator_without_styles_says_which_has_them(tmp_path: Path) -> None:
    plain = load(run_small(tmp_path / "ring", length__kimg=0.032, evaluation__metrics=()))
    with pytest.raises(ValueError, match='name = "stylegan2"'):
        plain.sample(2, truncation=0.5)
