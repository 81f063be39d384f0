"""One file outside the package adds a kind, a condition and a metric; nothing else is touched."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

import gansmith
from gansmith.imports import NotPermittedError, permit
from gansmith.kinds.kind import kind_named
from gansmith.runs.reader import read_run
from tests.training.helpers import forgetting_own_parts, run_small

OWN = '''
from dataclasses import replace
import numpy as np
import torch
from torch import nn
from gansmith import registry
from gansmith.conditions.conditioning import ConditionExam, Conditioning
from gansmith.data.source import Values
from gansmith.facts import Value
from gansmith.kinds.kind import Kind, kind_named

def pulses() -> Kind:
    """Pulses: vectors that networks see in tenths."""
    def tenths(stored, facts): return stored / 10
    def whole(made, facts): return made * 10
    def nothing(values, facts): return {}
    return replace(
        kind_named("vector"), plural="pulses", fit=nothing, to_unit=tenths, from_unit=whole
    )

@registry.sources.add
def beats() -> Values:
    height = np.random.default_rng(0).uniform(1, 2, 256)
    shape = 10 * np.array([0.1, 1.0, 0.3])
    samples = (height[:, None] * shape).astype(np.float32)
    return Values("beats", samples, attributes={"height": height}, declared=f"{__file__}:pulses")

class Told(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net
    def forward(self, given, condition):
        return self.net(torch.cat([given, condition["height"].to(given.dtype)[:, None]], 1))

class HeightExam(ConditionExam):
    def judge(self, generator, prompts, fakes):
        return {"height_error": float((fakes[:, 1] - self.tensor).abs().mean())}

class Height(Conditioning):
    name = "height"
    usual = 1.5
    def generator(self, build, spec): return Told(build(spec.with_latent(spec.latent + 1)))
    def discriminator(self, build, spec): return Told(build(replace(spec, shape=(4,))))
    def probe(self, count): return torch.ones(count)
    def reader(self, data):
        return lambda drawn: torch.from_numpy(drawn.beside["height"]).to(drawn.real)
    def exam(self, about): return HeightExam(torch.linspace(1, 2, about.count))

@registry.conditions.add(
    flag="height", parse=lambda words: float(words[-1]) if words else None, reads=("height",)
)
def height(setting) -> Conditioning: return Height()

@registry.metrics.add(values={"middle": Value("low", "realism", "Middle", "how far apart")})
def middle(real, fake) -> dict[str, float]:
    """Distance between the middles."""
    return {"middle": float((real.mean(0) - fake.mean(0)).norm())}
'''


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    file = tmp_path_factory.mktemp("own") / "own.py"
    file.write_text(OWN, encoding="utf-8")
    permit(*(f"{file}:{name}" for name in ("pulses", "beats", "height", "middle")))
    with forgetting_own_parts():
        yield str(file)


@pytest.fixture(scope="module")
def run(own: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    changes = {
        "data__source": f"{own}:beats",
        "condition": {"name": f"{own}:height"},
        "evaluation__metrics": [f"{own}:middle", "frechet_distance"],
        "runtime__precision": "fp32",
        "terms": [],
    }
    return run_small(tmp_path_factory.mktemp("runs") / "beats", **changes)


def test_the_run_is_trained_examined_and_recorded_in_their_terms(own: str, run: Path) -> None:
    record = read_run(run)
    assert record.environment["data"]["kind"]["name"] == f"{own}:pulses"
    assert list(record.environment["data"]["beside"]) == ["height"]
    assert all(row["metrics"]["height_error"] > 0 for row in record.metrics)
    assert all(row["metrics"]["middle"] > 0 for row in record.metrics)
    assert record.values["middle"].title == "Middle"
    assert record.state == "finished"


def test_samples_come_as_asked_for_and_in_the_units_of_the_data(run: Path) -> None:
    generator = gansmith.load(run)
    tall = generator.sample(3, condition={"height": 2.0})
    assert tall.shape == (3, 3)
    assert not torch.equal(tall, generator.sample(3))
    assert generator.kind.plural == "pulses"


def test_nothing_of_it_is_imported_for_somebody_who_did_not_name_it(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind_named.cache_clear()
    monkeypatch.setattr("gansmith.imports._permitted", set())
    with pytest.raises(NotPermittedError):
        gansmith.load(run)
