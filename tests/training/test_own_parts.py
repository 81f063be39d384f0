"""Parts in a user's own file: plain PyTorch works, and what cannot work is one clear sentence."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gansmith.deploy import load
from gansmith.errors import GansmithError
from gansmith.imports import permit
from gansmith.registry import KINDS
from gansmith.reporting.page import write_report
from gansmith.runs.reader import read_run
from gansmith.values import value_of
from tests.training.helpers import forgetting_own_parts, library_parts, run_small

OWN = '''
import torch
from torch import Tensor, nn
from gansmith import registry
from gansmith.augment.augmentation import Augmentation
from gansmith.facts import Value
from gansmith.records import (
    AdversarialLoss, Condition, Constraint, Critique, Knob, Move, Term, View
)

def generator(shape: tuple[int, ...], latent: int, width: int = 8) -> nn.Module:
    return nn.Sequential(nn.Linear(latent, width), nn.ReLU(), nn.Linear(width, shape[0]))

def scores(shape: tuple[int, ...], width: int = 8) -> nn.Module:
    return nn.Sequential(nn.Linear(shape[0], width), nn.ReLU(), nn.Linear(width, 1))

class Flat(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.body, self.feature_width = nn.Linear(width, 8), 8
    def forward(self, samples: Tensor) -> Tensor:
        return self.body(samples).square().mean(1)

class Both(Flat):
    def forward(self, samples: Tensor) -> tuple[Tensor, Tensor]:
        features = self.body(samples).relu()
        return features.sum(1, keepdim=True), features.view(-1, 8, 1)

class Spoken(Flat):
    def forward(self, samples: Tensor) -> Critique:
        features = self.body(samples).relu()
        return Critique(features.sum(1), features)

def flat(shape: tuple[int, ...]) -> nn.Module: return Flat(shape[0])
def both(shape: tuple[int, ...]) -> nn.Module: return Both(shape[0])
def spoken(shape: tuple[int, ...]) -> nn.Module: return Spoken(shape[0])

class Answers(nn.Module):
    """Answers whatever it is told to."""
    def __init__(self, answer) -> None:
        super().__init__()
        self.weight, self.answer = nn.Parameter(torch.ones(1)), answer
    def forward(self, given: Tensor):
        return self.answer(given * self.weight)

def listed(shape: tuple[int, ...]) -> nn.Module: return Answers(lambda x: [x])
def mean(shape: tuple[int, ...]) -> nn.Module: return Answers(lambda x: x.mean())
def three(shape: tuple[int, ...]) -> nn.Module: return Answers(lambda x: (x, x, x))
def whole(shape: tuple[int, ...]) -> nn.Module: return Answers(lambda x: x.sum(1).long())
def short(shape: tuple[int, ...]) -> nn.Module: return Answers(lambda x: x[1:].sum(1))
def empty(shape: tuple[int, ...]) -> nn.Module: return nn.Flatten()
def misfit(shape: tuple[int, ...]) -> nn.Module: return nn.Linear(shape[0] + 1, 1)
def uncalled(shape: tuple[int, ...]) -> nn.Module: return nn.Linear
def nothing(shape: tuple[int, ...]) -> nn.Module: pass
def raises(shape: tuple[int, ...]) -> nn.Module: return shape["width"]
def pair(shape: tuple[int, ...], latent: int) -> nn.Module: return Answers(lambda z: (z, z))
def other(shape: tuple[int, ...], latent: int) -> nn.Module: return nn.Linear(latent, 5)

def one(real, fake): return torch.relu(1 - real) + torch.relu(1 + fake)
def loss_number() -> AdversarialLoss: return 3
def loss_floats() -> AdversarialLoss: return AdversarialLoss(lambda r, f: 1.0, one)
def loss_half() -> AdversarialLoss: return AdversarialLoss(one, None)
def loss_raises() -> AdversarialLoss: return AdversarialLoss(lambda r, f: r.nothing, one)
def term_number() -> Term: return 3
def term_float() -> Term: return Term(lambda view: 1.0, "generator", Knob("weight", 1.0))
def term_weight() -> Term: return Term(lambda view: view.fake, "generator", 1.0)
def constraint_none() -> Constraint: pass
@registry.metrics.add
def metric_words(real, fake) -> float: return "good"
@registry.metrics.add
def metric_none(real, fake) -> float: pass
@registry.metrics.add
def metric_raises(real, fake) -> float: return real["width"]
@registry.metrics.add(values={"nearness": Value("high", "realism", "Nearness", "how near")})
def metric_of_ours(real, fake) -> dict[str, float]: return {"nearness": 0.5}
def optimizer_list(parameters, lr) -> torch.optim.Optimizer: return list(parameters)
@registry.controllers.add
def controller_none(start: float, knob: str = ""): return lambda signals, knobs: None
@registry.controllers.add
def controller_number(start: float, knob: str = ""): return 4
def augment_number() -> Augmentation: return 4

@registry.controllers.add
def push(start: float, knob: str = ""):
    return lambda signals, knobs: [Move(knob, start / 2, "push", "half is enough")]

def energy(weight: float = 0.1) -> Term:
    return Term(lambda view: view.fake.square().sum(1), "generator", Knob("weight", weight))
'''
G, D = "networks__generator", "networks__discriminator"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[str]:
    """Return the path of a file with parts; those that it registers are forgotten afterwards."""
    (tmp_path / "own.py").write_text(OWN)
    with forgetting_own_parts():
        yield str(tmp_path / "own.py")


def trained(path: Path, **changes: Any) -> Path:
    """Train the small recipe with parts that the user names."""
    permit(changes)
    return run_small(path, **changes)


@pytest.mark.parametrize("name", ["scores", "flat", "both", "spoken"])
def test_a_plain_module_is_a_discriminator(own: str, tmp_path: Path, name: str) -> None:
    game = "consensus" if name == "scores" else "two_player"
    changes = {D: {"name": f"{own}:{name}"}, "length__kimg": 0.16, "game__name": game}
    run = trained(tmp_path / "run", **changes)
    assert read_run(run).signals[-1]["scores/ranked_right"] >= 0


def test_a_plain_module_judges_in_packs(own: str, tmp_path: Path) -> None:
    packed = {"name": "packed", "base": f"{own}:scores", "samples": 2}
    run = trained(tmp_path / "run", **{D: packed}, length__kimg=0.16)
    assert read_run(run).state == "finished"


def test_a_plain_module_is_a_generator_that_can_be_sampled(own: str, tmp_path: Path) -> None:
    run = trained(tmp_path / "run", **{G: {"name": f"{own}:generator"}}, length__kimg=0.16)
    assert load(run).sample(3).shape == (3, 2)


@pytest.mark.parametrize("how", ["projection", "classifier"])
def test_features_of_a_plain_module_serve_labels_and_terms(
    own: str, tmp_path: Path, how: str
) -> None:
    terms = [{"name": "feature_matching"}] + [{"name": "acgan"}] * (how == "classifier")
    told = {"name": "labels", "discriminator": how}
    changes = {D: {"name": f"{own}:both"}, "condition": told, "terms": terms}
    run = trained(tmp_path / "run", **changes, length__kimg=0.16)
    assert "term/feature_matching" in read_run(run).signals[-1]


def test_a_controller_and_a_term_of_ones_own_work_by_their_function_names(
    own: str, tmp_path: Path
) -> None:
    push = {"name": f"{own}:push", "knob": "terms.energy.weight"}
    changes = {"terms": [{"name": f"{own}:energy"}], "controllers": [push]}
    run = trained(tmp_path / "run", **changes, length__kimg=0.32)
    last = read_run(run).signals[-1]
    assert last["knob/terms.energy.weight"] == 0.05
    assert "term/energy" in last


def test_the_networks_in_the_guide_train(tmp_path: Path) -> None:
    guide = Path(__file__).parents[2] / "docs" / "networks.md"
    (tmp_path / "my_nets.py").write_text(
        re.findall(r"```python\n(.*?)```", guide.read_text(), re.S)[0]
    )
    changes = {
        "data__source": "mnist",
        "data__size": 16,
        "terms": [],
        "evaluation__extractor": "pixels",
        G: {"name": f"{tmp_path / 'my_nets.py'}:my_generator", "width": 4},
        D: {"name": f"{tmp_path / 'my_nets.py'}:my_discriminator", "width": 4},
    }
    run = trained(tmp_path / "run", **changes, length__kimg=0.16)
    assert load(run).sample(3).shape == (3, 1, 16, 16)


WRONG = [
    (D, {"name": "listed"}, "discriminator Answers must return scores, .* returned a list of 1"),
    (D, {"name": "three"}, "must return scores, .* returned a tuple of 3"),
    (D, {"name": "mean"}, "one row for each of 8 samples, .* a tensor of shape"),
    (D, {"name": "short"}, "one row for each of 8 samples, .* a tensor of shape"),
    (D, {"name": "whole"}, "floating point"),
    (D, {"name": "empty"}, "networks.discriminator: has no parameters"),
    (D, {"name": "misfit"}, r"Linear fails on an input of \[8, 2\]: RuntimeError"),
    (D, {"name": "uncalled"}, "discriminator '.*own.py:uncalled' must return .*Linear itself"),
    (D, {"name": "nothing"}, "discriminator '.*' must return a torch.nn.Module, .* nothing"),
    (D, {"name": "raises"}, "discriminator '.*own.py:raises' failed: TypeError"),
    (G, {"name": "pair"}, "generator Answers must return samples, .* returned a tuple of 2"),
    (G, {"name": "other"}, r"networks.generator: makes samples of the shape \[5\], .* \[2\]"),
    ("loss", {"name": "loss_number"}, "loss '.*' must return an AdversarialLoss .* an int"),
    ("loss", {"name": "loss_floats"}, "discriminator's function of loss .* returned a float"),
    ("loss", {"name": "loss_half"}, "loss '.*loss_half' (must return|failed)"),
    ("loss", {"name": "loss_raises"}, "loss '.*' failed: AttributeError"),
    ("terms", [{"name": "term_number"}], "term '.*' must return a Term"),
    (
        "terms",
        [{"name": "term_float"}],
        "value of terms.term_float must return one number for each",
    ),
    ("terms", [{"name": "term_weight"}], "term '.*term_weight' (must return|failed)"),
    ("constraints", [{"name": "constraint_none"}], "constraint '.*' must return a Constraint"),
    ("evaluation__metrics", ["metric_words"], "metric '.*' must return a number, .* a str"),
    ("evaluation__metrics", ["metric_none"], "metric '.*' must return a number, .* nothing"),
    ("evaluation__metrics", ["metric_raises"], "metric '.*' failed: IndexError"),
    ("optimizers__generator", {"name": "optimizer_list"}, "must return a torch.optim.Optimizer"),
    (
        "controllers",
        [{"name": "controller_none", "knob": "optimizers.generator.lr"}],
        "list of Move",
    ),
    ("controllers", [{"name": "controller_number", "knob": "optimizers.generator.lr"}], "an int"),
    ("augment", {"name": "augment_number"}, "augmentation '.*' must return an Augmentation"),
]


@pytest.mark.parametrize(("place", "part", "says"), WRONG, ids=[str(row[1]) for row in WRONG])
def test_a_wrong_return_is_one_sentence_that_names_the_part(
    own: str, tmp_path: Path, place: str, part: object, says: str
) -> None:
    with pytest.raises(GansmithError, match=says) as caught:
        trained(tmp_path / "run", **{place: _at(own, part)}, length__kimg=0.16)
    assert "should not happen" not in str(caught.value)


def test_a_metric_of_ones_own_stands_in_the_report_under_its_own_words(
    own: str, tmp_path: Path
) -> None:
    run = trained(tmp_path / "run", evaluation__metrics=[f"{own}:metric_of_ours"])
    KINDS["metrics"]._parts = library_parts(
        KINDS["metrics"]._parts
    )  # as in a process that lacks it
    page = write_report(run).read_text()
    assert "Nearness" in page
    assert "how near" in page
    assert value_of("nearness").good == ""
    assert read_run(run).values["nearness"].good == "high"


def _at(own: str, part: object) -> object:
    """Return a part with the path of the file before each name."""
    if isinstance(part, list):
        return [_at(own, item) for item in part]
    return f"{own}:{part}" if isinstance(part, str) else {**part, "name": f"{own}:{part['name']}"}


@pytest.mark.parametrize(
    "term", ["feature_matching", "pulling_away", "acgan", "adcgan", "reacgan", "infogan"]
)
def test_a_term_that_reads_features_is_refused_where_there_are_none(
    own: str, tmp_path: Path, term: str
) -> None:
    more = {"condition": {"name": "labels", "discriminator": "classifier"}}
    more = more if term.endswith("gan") and term != "infogan" else {}
    more |= {"codes": {"categorical": [3]}} if term == "infogan" else {}
    changes = {D: {"name": f"{own}:scores"}, "terms": [{"name": term}], **more}
    with pytest.raises(GansmithError, match=f"terms.{term}: reads the features .* Critique"):
        trained(tmp_path / "run", **changes)


def test_a_width_that_the_features_have_not_is_named(own: str, tmp_path: Path) -> None:
    text = Path(own).read_text()
    Path(own).write_text(text.replace("nn.Linear(width, 8), 8", "nn.Linear(width, 8), 9"))
    with pytest.raises(GansmithError, match=re.escape("set feature_width = 8")):
        trained(tmp_path / "run", **{D: {"name": f"{own}:both"}})
