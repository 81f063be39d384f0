"""A player's gradient is no longer than its recipe allows."""

import pytest
import torch
from safetensors.torch import load_file

from gansmith.data import open_data
from gansmith.errors import RecipeError
from gansmith.runs.reader import read_run
from gansmith.training.parts.build import build_parts
from gansmith.training.parts.setup import Setup
from gansmith.training.runtime import Runtime
from gansmith.training.session.checkpoint import WEIGHTS, checkpoints
from gansmith.training.trainer import Trainer
from tests.training.helpers import recipe, run_small

SGD = {"name": "sgd", "lr": 1.0}
CODES = {"codes": {"categorical": [3]}, "terms": [{"name": "infogan"}]}


def step_lengths(clip, **more):
    """Return how far G and D move in their first steps of plain descent at a rate of 1."""
    part = SGD | ({"clip": clip} if clip else {})
    made = recipe(optimizers={"generator": part, "discriminator": SGD}, controllers=(), **more)
    trainer = Trainer(
        build_parts(Setup(made, open_data("ring", seed=0), Runtime("cpu", "fp64", 0)))
    )
    lengths = {}
    for number, turn in enumerate(trainer.parts.game.turns(0)):
        groups = trainer.parts.optimizers[turn.player].param_groups
        weights = [p for group in groups for p in group["params"]]
        before = [p.detach().clone() for p in weights]
        trainer._take(turn, number)
        moved = [(p - b).flatten() for p, b in zip(weights, before, strict=True)]
        lengths[turn.player] = torch.cat(moved).norm().item()
    return lengths


@pytest.mark.parametrize("more", [{}, CODES, {"runtime__accumulation": 4}])
def test_a_long_gradient_is_shortened_and_a_short_one_is_not(more):
    free = step_lengths(None, **more)
    half = free["generator"] / 2
    assert step_lengths(half, **more)["generator"] == pytest.approx(half, rel=1e-4)
    assert step_lengths(4 * half, **more) == free
    assert step_lengths(half, **more)["discriminator"] == free["discriminator"]


def test_the_recorded_gradient_is_the_one_before_clipping(tmp_path):
    changes = {"length__kimg": 0.16, "evaluation__metrics": (), "signals__tick": 1}
    free = read_run(run_small(tmp_path / "free", **changes)).signals[0]
    clip = {"optimizers__generator__clip": 1e-3}
    clipped = read_run(run_small(tmp_path / "clipped", **clip, **changes)).signals[0]
    assert clipped["gradient/generator"] == free["gradient/generator"]
    assert clipped["knob/optimizers.generator.clip"] == 1e-3


@pytest.mark.slow
@pytest.mark.distributed
def test_two_processes_clip_the_averaged_gradient(tmp_path):
    changes = {"length__kimg": 0.16, "evaluation__metrics": (), "optimizers__generator__clip": 0.01}
    runs = [run_small(tmp_path / str(n), runtime__processes=n, **changes) for n in (1, 2)]
    one, two = (load_file(checkpoints(run)[-1].path / WEIGHTS) for run in runs)
    assert all(torch.allclose(one[name], two[name], rtol=1e-10, atol=1e-13) for name in one)


def test_a_clip_of_zero_is_refused():
    with pytest.raises(RecipeError, match=r"optimizers\.generator\.clip: clip must be above 0"):
        recipe(optimizers__generator__clip=0.0)
