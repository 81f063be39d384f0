"""A generator with codes, and one without labels, leaves for other programs as it is."""

import pytest

import gansmith
from gansmith.deploy.export import export
from tests.training.helpers import run_small


@pytest.fixture(scope="module")
def generator(tmp_path_factory):
    codes = {"codes": {"categorical": [8], "continuous": 1}, "terms": [{"name": "infogan"}]}
    path = tmp_path_factory.mktemp("coded") / "run"
    return gansmith.load(run_small(path, length__kimg=0.16, runtime__precision="fp32", **codes))


@pytest.mark.filterwarnings("ignore")  # of the exporters themselves
@pytest.mark.parametrize("form", ["onnx", "torchscript", "safetensors"])
def test_a_coded_generator_is_exported_with_its_codes(generator, form, tmp_path):
    pytest.importorskip("onnxruntime")
    assert export(generator, form, tmp_path / "generator").difference < 1e-5
