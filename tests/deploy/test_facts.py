"""An exported file says what a program must know before it can use it."""

import json
import tomllib
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

import gansmith
from gansmith.deploy import LoadedGenerator
from gansmith.deploy.export import FACTS, export
from gansmith.recipe.recipe import make_recipe
from tests.training.helpers import run_small


@pytest.fixture(scope="module")
def generator(tmp_path_factory: pytest.TempPathFactory) -> LoadedGenerator:
    run = run_small(
        tmp_path_factory.mktemp("runs") / "digits",
        data__source="mnist",
        data__size=8,
        condition={"name": "labels"},
        evaluation__extractor="pixels",
        terms=[],
        length__kimg=0.16,
        runtime__precision="fp32",
    )
    return gansmith.load(run)


def read(form: str, path: Path) -> dict[str, str]:
    if form == "onnx":
        onnx = pytest.importorskip("onnx")
        return {entry.key: entry.value for entry in onnx.load(path).metadata_props}
    if form == "safetensors":
        with safe_open(path, "pt") as file:
            return dict(file.metadata())
    extra = {FACTS: ""}
    torch.jit.load(str(path), _extra_files=extra)
    return dict(json.loads(extra[FACTS]))


@pytest.mark.filterwarnings("ignore")  # of the exporters themselves
@pytest.mark.parametrize("form", ["onnx", "torchscript", "safetensors"])
def test_an_export_says_what_goes_in_and_what_comes_out(
    generator: LoadedGenerator, form: str, tmp_path: Path
) -> None:
    pytest.importorskip("onnxruntime")
    facts = read(form, export(generator, form, tmp_path / "generator").path)
    assert facts["run"] == "digits"
    assert facts["range"] == "[-1, 1]"
    assert facts["latent"] == "4 independent standard normal numbers"
    assert json.loads(facts["classes"]) == [str(digit) for digit in range(10)]
    assert (float(facts["kimg"]), int(facts["step"])) == (0.16, 10)
    assert json.loads(facts["inputs"])["latent"].startswith("float32 [batch, 4]")
    assert json.loads(facts["inputs"])["labels"].startswith("int64 [batch], 0 to 9")
    assert json.loads(facts["outputs"]) == {"samples": "float32 [batch, 1, 8, 8]"}
    assert make_recipe(tomllib.loads(facts["recipe"])) == generator.recipe
