"""A condition from a file outside the package: read, trained, examined, asked for, exported."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from gansmith.cli import main
from gansmith.deploy import LoadedGenerator, export, facts, load
from gansmith.errors import GansmithError, RecipeError
from gansmith.imports import permit
from gansmith.runs.reader import read_run
from gansmith.training.startup.speed_trial import made_up
from tests.training.helpers import forgetting_own_parts, recipe, run_small

OWN = """
from dataclasses import replace
import numpy as np
import torch
from torch import nn
from gansmith import registry
from gansmith.conditions.conditioning import ConditionExam, Conditioning
from gansmith.data.source import Values
from gansmith.records import Critique

@registry.sources.add
def turned() -> Values:
    angles = np.random.default_rng(0).uniform(-1, 1, 512)
    points = np.stack([np.cos(3 * angles), np.sin(3 * angles)], 1).astype(np.float32)
    return Values("turned", points, attributes={"angle": angles})

class Told(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, given, condition):
        angle = condition["angle"].to(given.dtype)[:, None]
        return self.net(torch.cat([given, angle], 1))

class AnglesExam(ConditionExam):
    def judge(self, generator, prompts, fakes):
        found = torch.atan2(fakes[:, 1], fakes[:, 0]) / 3
        return {"angle_error": float((found - self.tensor).abs().mean())}

class Angle(Conditioning):
    name = "angle"
    usual = 0.0

    def __init__(self, most):
        self.most = most

    def generator(self, build, spec):
        return Told(build(spec.with_latent(spec.latent + 1)))

    def discriminator(self, build, spec):
        return Told(build(replace(spec, shape=(spec.shape[0] + 1,))))

    def probe(self, count):
        return torch.zeros(count)

    def reader(self, data):
        return lambda drawn: torch.from_numpy(drawn.beside["angle"]).to(drawn.real)

    def exam(self, about):
        return AnglesExam(torch.linspace(-self.most, self.most, about.count))

    def described(self):
        return {"angle": "float32 [batch], in thirds of a radian"}

def number(words):
    return float(words[-1]) if words else None

@registry.conditions.add(flag="turn", parse=number, reads=("angle",))
def angle(setting, most: float = 1.0) -> Conditioning:
    return Angle(most)
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    file = tmp_path_factory.mktemp("own") / "own.py"
    file.write_text(OWN, encoding="utf-8")
    permit(f"{file}:angle", f"{file}:turned")
    with forgetting_own_parts():
        yield str(file)


@pytest.fixture(scope="module")
def run(own: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    changes = {
        "data__source": f"{own}:turned",
        "condition": {"name": f"{own}:angle", "most": 0.5},
        "runtime__precision": "fp32",
        "terms": [],
    }
    return run_small(tmp_path_factory.mktemp("runs") / "angle", **changes)


@pytest.fixture(scope="module")
def generator(run: Path) -> LoadedGenerator:
    return load(run)


def test_its_exam_is_recorded_beside_the_metrics(run: Path) -> None:
    rows = read_run(run).metrics
    assert all(0 < row["metrics"]["angle_error"] < 2 for row in rows)
    assert (run / "samples" / "kimg-000001.png").is_file()
    assert rows[-1]["metrics"]["frechet_distance"] > 0


def test_samples_follow_what_is_asked_for(generator: LoadedGenerator) -> None:
    wanted = torch.tensor([-0.5, 0.0, 0.0, 0.5])
    samples = generator.sample(4, condition={"angle": wanted})
    assert torch.equal(generator.sample(4, condition={"turn": 0.0})[1:3], samples[1:3])
    assert not torch.equal(generator.sample(4)[3], samples[3])
    with pytest.raises(ValueError, match="one row for each of 4 samples"):
        generator.sample(4, condition={"angle": wanted[:2]})
    with pytest.raises(ValueError, match="ask for the same; give one of them"):
        generator.sample(4, condition={"angle": wanted, "turn": 0.5})
    with pytest.raises(ValueError, match="label 3 cannot be asked for: this run was trained"):
        generator.sample(4, label=3)
    with pytest.raises(ValueError, match=r"height .* this run is conditioned on turn, angle"):
        generator.sample(4, condition={"height": 3})


def test_the_command_line_asks_for_it(run: Path, tmp_path: Path, generator) -> None:
    out = tmp_path / "x.npz"
    with pytest.raises(SystemExit) as left:
        main(["sample", str(run), "-n", "3", "--condition", "turn=0.5", "--out", str(out)])
    assert not left.value.code
    with np.load(out) as archive:
        assert archive["angle"].tolist() == [0.5] * 3
        again = generator.sample(3, condition={"turn": 0.5})
        np.testing.assert_array_equal(archive["samples"], again.numpy())


def test_an_export_takes_it_as_an_input(generator: LoadedGenerator, tmp_path: Path) -> None:
    assert export(generator, "torchscript", tmp_path / "g.pt").difference < 1e-3
    assert list(json.loads(facts.facts_of(generator)["inputs"])) == ["latent", "angle"]


def test_data_without_what_it_reads_are_refused(own: str, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="reads 'angle' beside each sample, but the data have l"):
        run_small(tmp_path / "run", condition={"name": f"{own}:angle"})


def test_how_long_a_step_takes_is_tried_with_it(own: str) -> None:
    made = recipe(condition={"name": f"{own}:angle"}, terms=[])
    assert made_up((1, 8, 8), made).train.beside["angle"].tolist() == [0.0] * 64


def test_a_condition_named_by_a_run_folder_alone_is_not_imported(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gansmith.imports._permitted", set())
    with pytest.raises(GansmithError, match="was not imported"):
        load(run)
    assert load(run, trust=True).sample(2).shape == (2, 2)
