"""What of training on CUDA can be known without a device: placement, formats, waits, layout."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from gansmith import registry
from tests.gpu.cases import CASES, last_loss, trainer_of
from tests.gpu.fake_cuda import compile_guard

ROOT = Path(__file__).parents[2]
Seen = dict[str, dict[str, Any]]
EXACT = ("log_sigmoid_forward", "linalg_vector_norm", "std_mean", "grid_sampler_2d", "_log_softmax")
KNOWN = ("int(lengths(tokens).max())]",)  # the longest text of a batch: shorter loops pay for it
PARTS = ("losses", "terms", "constraints", "generators", "discriminators", "games", "conditions")
PARTS += ("augmentations", "optimizers")


def steps_seen(folder: Path, *precisions: str) -> dict[str, Seen]:
    if shutil.which("c++") is None:
        pytest.skip("no C++ compiler to make the device guard with")
    words = [sys.executable, "-W", "ignore", "-m", "tests.gpu.cases", str(compile_guard(folder))]
    done = subprocess.run([*words, *precisions], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    found: dict[str, Seen] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    return steps_seen(tmp_path_factory.mktemp("guard"), "bf16")["bf16"]


@pytest.mark.parametrize("case", CASES)
def test_a_step_mixes_no_devices_and_never_waits_for_one(narrow: Seen, case: str) -> None:
    assert "error" not in narrow[case], narrow[case]["trace"]
    assert [told for told in narrow[case]["waits"] if not told.endswith(KNOWN)] == []


@pytest.mark.parametrize("case", CASES)
def test_losses_terms_and_signals_are_float32_where_networks_are_bfloat16(
    narrow: Seen, case: str
) -> None:
    results, formats = narrow[case]["results"], narrow[case]["formats"]
    assert {name: kinds for name, kinds in results.items() if kinds != ["float32"]} == {}
    assert {op: formats[op] for op in EXACT if "bfloat16" in formats.get(op, [])} == {}
    work = {op for op in ("addmm", "mm", "convolution") if "bfloat16" in formats.get(op, [])}
    assert work


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["fp32", "fp16"])
def test_other_formats_do_not_wait_either_but_for_the_loss_scale(
    precision: str, tmp_path: Path
) -> None:
    for case, seen in steps_seen(tmp_path, precision)[precision].items():
        refused = precision == "fp16" and 'runtime.precision = "bf16"' in seen.get("error", "")
        assert refused or "error" not in seen, f"{case}: {seen['trace']}"
        known = (*KNOWN, "_scaler.step(optimizer)")
        waits = [told for told in seen.get("waits", []) if not told.endswith(known)]
        assert waits == [], case


def test_every_part_that_takes_part_in_a_step_is_in_a_case() -> None:
    used = json.dumps(CASES)
    left = {
        kind: [name for name in getattr(registry, kind).names() if f'"{name}"' not in used]
        for kind in PARTS
    }
    assert {kind: names for kind, names in left.items() if names} == {"games": ["two_player"]}


@pytest.mark.parametrize("case", CASES)
def test_kernels_lie_as_the_network_says_also_in_its_average(case: str) -> None:
    parts = trainer_of(case, device="cpu").parts
    averages = {f"average of {name}": ema.module for name, ema in parts.averages.items()}
    for name, network in (dict(parts.game.players) | averages).items():
        if getattr(network, "channels_last", False):
            kernels = [weight for weight in network.parameters() if weight.ndim == 4]
            assert kernels, name
            assert all(k.is_contiguous(memory_format=torch.channels_last) for k in kernels), name


def measure(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    script = [sys.executable, "-W", "ignore", str(ROOT / "benchmarks" / "gpu.py"), *words]
    around = os.environ | {"TORCHDYNAMO_DISABLE": "1", "CUDA_VISIBLE_DEVICES": ""}
    whole = [*script, "--out", str(folder)]
    return subprocess.run(whole, env=around, capture_output=True, text=True, timeout=900)


@pytest.mark.slow
def test_the_measurement_runs_in_small_and_fills_its_page(tmp_path: Path) -> None:
    done = measure(tmp_path, "--dry")
    assert done.returncode == 0, done.stderr
    told = json.loads((tmp_path / "gpu.json").read_text())
    steps = told["speed"]["dcgan"].values()
    assert len(steps) == 6
    assert all(arm["ms"] >= arm["host_ms"] > 0 for arm in steps)
    assert "test_on_a_device" in told["tests"]["outcome"]
    assert told["quality"]["exams"][-1]["frechet_distance"] > 0
    page = (tmp_path / "gpu.md").read_text()
    assert page.count("| dcgan | ") == 6
    assert "| seconds | kimg | frechet_distance |" in page


@pytest.mark.slow
def test_the_measurement_says_that_there_is_no_device(tmp_path: Path) -> None:
    done = measure(tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("torch finds no CUDA device here")
    assert done.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_compiled_networks_give_the_numbers_of_plain_ones() -> None:
    losses = [last_loss("class heads", "fp32", "cpu", compiled=c) for c in (False, True)]
    assert losses[1] == pytest.approx(losses[0], rel=1e-4)


@pytest.mark.parametrize(
    ("case", "nets"),
    [
        ("class heads", ["generator", "discriminator"]),
        ("gradient penalties", ["generator"]),  # D's slope is differentiated
        ("modern", []),  # and G's, by the path length
        ("unpaired images", [f"generator.{way}" for way in ("there", "back")]
         + [f"discriminator.{side}" for side in ("outputs", "inputs")]),
    ],
)  # fmt: skip
def test_the_networks_are_compiled_that_are_not_differentiated_twice(
    case: str, nets: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled: list[nn.Module] = []
    monkeypatch.setattr(nn.Module, "compile", lambda self, **options: compiled.append(self))
    parts = trainer_of(case, device="cpu", compiled=True).parts
    players = nn.ModuleDict(parts.game.players)
    names = {module: name for name, module in players.named_modules()}
    assert [names[module] for module in compiled] == nets
