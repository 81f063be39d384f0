"""Every loss, term and constraint trains small nets through the real trainer."""

import math

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from gansmith.data import Data, Rows
from gansmith.errors import RecipeError
from gansmith.preflight.check import check_recipe
from gansmith.recipe.recipe import make_recipe
from gansmith.registry import constraints, losses, terms
from gansmith.runs.reader import read_run
from gansmith.training.parts.build import build_parts
from gansmith.training.parts.setup import Setup
from gansmith.training.runtime import Runtime
from gansmith.training.session.checkpoint import WEIGHTS, checkpoints
from gansmith.training.trainer import Trainer
from tests.training.helpers import run_small
from tests.training.translating import run_small as run_translation

IMAGES = np.random.default_rng(0).integers(0, 255, (16, 1, 8, 8), dtype=np.uint8)
RECIPE = {
    "data": {"source": "noise", "batch": 4},
    "game": {"latent": 3},
    "networks": {
        "generator": {"name": "dcgan", "width": 4},
        "discriminator": {"name": "dcgan", "width": 4, "batch_norm": False},
    },
    "loss": {"name": "non_saturating"},
    "signals": {"tick": 3, "every": 1},
}


AUTOENCODER = {"name": "autoencoder", "width": 4, "code": 3}
BALANCE = {"name": "integral", "knob": "loss.k", "signal": "equilibrium/balance", "gain": 1.0}


class ThreeSteps:
    def __init__(self):
        self.signals = {}

    def enough(self, trainer):
        return trainer.step >= 3

    def tick(self, trainer, signals):
        self.signals = signals
        trainer.parts.turn_knobs({**signals, "progress": 1.0, "kimg": 1.0})
        self.knobs = trainer.parts.knobs.values()


def train(precision, **parts):
    rows = Rows(IMAGES, labels=np.arange(16) % 2)
    facts = {"classes": {"even": 8, "odd": 8}}
    data = Data(rows, rows, (1, 8, 8), ("even", "odd"), "noise", "0", facts)
    recipe = make_recipe(RECIPE | {"runtime": {"precision": precision}} | parts)
    check_recipe(recipe)
    trainer = Trainer(build_parts(Setup(recipe, data, Runtime("cpu", precision, 0))))
    before = weights(trainer)
    watcher = ThreeSteps()
    trainer.run(watcher)
    assert all(not torch.equal(before[name], now) for name, now in weights(trainer).items())
    assert all(math.isfinite(value) for value in watcher.signals.values())
    return watcher.signals | watcher.knobs


def weights(trainer):
    return {
        name: torch.cat([p.detach().flatten() for p in player.parameters()])
        for name, player in trainer.parts.game.players.items()
    }


@pytest.mark.parametrize("name", losses.names())
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_every_loss_trains(name, precision):
    parts = {"loss": {"name": name}}
    if losses.get(name).facts.lipschitz:
        parts["constraints"] = [{"name": "weight_clip"}]
    if losses.get(name).facts.autoencoder:
        parts["networks"] = RECIPE["networks"] | {"discriminator": AUTOENCODER}
    if losses.get(name).facts.controlled:
        parts["controllers"] = [BALANCE]
    seen = train(precision, **parts)
    assert {"loss/discriminator", "loss/generator"} <= set(seen)


@pytest.mark.parametrize("name", [p.name for p in terms if not p.facts.compares])
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_every_term_trains_and_is_recorded(name, precision):
    facts, parts = terms.get(name).facts, {}
    if facts.codes:
        parts["codes"] = {"categorical": [2], "continuous": 1}
    if facts.classifies:
        parts["condition"] = {"discriminator": "classifier"}
    if facts.conditioned:
        parts["condition"] = {"discriminator": "projection"}
    seen = train(precision, terms=[{"name": name}], **parts)
    added = [value for signal, value in seen.items() if signal.startswith(f"term/{name}")]
    assert len(added) == len(terms.build(name).players)
    assert all(value != 0 for value in added)


COMPARED = [
    (p.name, "cycle" if p.facts.compares != "target" else "paired")
    for p in terms
    if p.facts.compares
]


@pytest.mark.parametrize(("name", "game"), COMPARED)
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_every_term_that_compares_images_trains_in_its_game(name, game, precision, tmp_path):
    options = {"extractor": "random"} if name in ("perceptual", "style") else {}
    added = [{"name": name, **options}]
    source = {"name": "image", "source": str(tmp_path / "targets.npz")}  # colour on both sides
    changes = {"terms": added, "condition": source, "runtime__precision": precision}
    run = run_translation(tmp_path, "run", game, **changes)
    values = [tick[f"term/{name}"] for tick in read_run(run).signals]
    assert len(values) == 6
    assert all(math.isfinite(value) and value > 0 for value in values)


@pytest.mark.parametrize("name", constraints.names())
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_every_constraint_trains(name, precision):
    seen = train(precision, constraints=[{"name": name}])
    assert seen["gradient/discriminator"] > 0


@pytest.mark.parametrize("part", [p for p in terms if p.facts.slope], ids=lambda p: p.name)
def test_penalties_of_the_slope_are_refused_with_batch_norm(part):
    discriminator = {"name": "mlp", "widths": [4], "batch_norm": True}
    networks = RECIPE["networks"] | {"discriminator": discriminator}
    with pytest.raises(RecipeError, match="batch_norm = false"):
        train("fp32", networks=networks, terms=[{"name": part.name}])


OF_IMAGES = [part for part in terms if part.facts.kinds == ("image",)]


@pytest.mark.parametrize("part", OF_IMAGES, ids=lambda p: p.name)
def test_terms_of_images_are_refused_for_vectors(part, tmp_path):
    with pytest.raises(RecipeError, match=r"is for images \[.*\], but the data are vectors"):
        run_small(tmp_path / "run", terms=[{"name": part.name}])


@pytest.mark.parametrize("name", ["energy", "boundary_equilibrium"])
def test_losses_of_reconstruction_errors_refuse_a_discriminator_that_only_scores(name):
    with pytest.raises(RecipeError, match="needs a discriminator that reconstructs"):
        train("fp32", loss={"name": name}, controllers=[BALANCE] if name != "energy" else [])


def test_boundary_equilibrium_without_its_controller_is_refused():
    networks = RECIPE["networks"] | {"discriminator": AUTOENCODER}
    with pytest.raises(RecipeError, match="must be balanced while it trains"):
        train("fp32", loss={"name": "boundary_equilibrium"}, networks=networks)


def test_the_balance_of_boundary_equilibrium_is_added_up_in_k_and_its_measure_recorded():
    networks = RECIPE["networks"] | {"discriminator": AUTOENCODER}
    parts = {"loss": {"name": "boundary_equilibrium"}, "networks": networks}
    seen = train("fp32", controllers=[BALANCE], **parts)
    real, fake = -seen["scores/real/mean"], -seen["scores/fake/mean"]
    assert seen["equilibrium/balance"] == pytest.approx(0.5 * real - fake, rel=1e-4)
    assert seen["equilibrium/convergence"] >= real
    assert seen["loss.k"] == pytest.approx(min(max(seen["equilibrium/balance"], 0.0), 1.0))


def test_wasserstein_without_a_lipschitz_constraint_is_refused_with_the_way_out(tmp_path):
    with pytest.raises(RecipeError, match="add the term gradient_penalty, or the constraint"):
        run_small(tmp_path / "run", loss={"name": "wasserstein"}, terms=())


def test_a_resumed_run_remembers_what_its_terms_had_learned(tmp_path):
    changes = {
        "terms": [{"name": "lecam"}, {"name": "path_length", "every": 2}],
        "controllers": (),  # a schedule of the run's length would differ
        "evaluation__metrics": (),
    }
    whole = run_small(tmp_path / "whole", length__kimg=0.64, **changes)
    half = run_small(tmp_path / "half", length__kimg=0.32, **changes)
    run_small(half, resume=True, length__kimg=0.64, **changes)
    one, two = (load_file(checkpoints(run)[-1].path / WEIGHTS) for run in (whole, half))
    assert "terms.lecam/real.value" in one
    assert "terms.path_length/value" in one
    assert all(torch.equal(one[name], two[name]) for name in one)
