"""Starting from a trained run: what is taken, what is not, and what stays frozen."""

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

import gansmith
from gansmith.errors import GansmithError
from gansmith.recipe.recipe import make_recipe
from gansmith.registry import discriminators
from gansmith.runs.reader import read_run
from gansmith.training.parts.transfer import lowest
from gansmith.training.session.checkpoint import WEIGHTS, checkpoints
from gansmith.training.start import Order, train


def start(path: Path, size: int = 16, net: str = "modern", **changes: Any) -> Path:
    tree = {
        "length": {"kimg": 0.016},
        "data": {"source": "mnist", "size": size, "batch": 8},
        "game": {"latent": 8},
        "networks": {
            "generator": {"name": net, "width": 4},
            "discriminator": {"name": net, "width": 4},
        },
        "loss": {"name": "non_saturating"},
        "ema": {"half_life_kimg": 1},
        "evaluation": {"samples": 16, "extractor": "pixels", "metrics": ["frechet_distance"]},
        "signals": {"tick": 1},
        "runtime": {"device": "cpu", "threads": 1},
    }
    dotted = {name.replace("__", "."): value for name, value in changes.items()}
    return train(Order(make_recipe(tree, dotted), run=str(path), quiet=True))


def weights(run: Path) -> dict[str, torch.Tensor]:
    return load_file(checkpoints(run)[-1].path / WEIGHTS)


def notes(run: Path) -> dict[str, dict[str, Any]]:
    return {e["player"]: e for e in read_run(run).journal if "player" in e}


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Path:
    return start(tmp_path_factory.mktemp("runs") / "trained")


def test_equal_networks_are_taken_whole(trained, tmp_path):
    run = start(tmp_path / "run", transfer__run=str(trained), optimizers__generator__lr=1e-12)
    before, after = weights(trained), weights(run)
    for name in before:
        if name.startswith(("generator/", "ema.generator/")):
            assert torch.allclose(before[name], after[name], atol=1e-6), name
    assert not notes(run)["generator"]["fresh"]
    assert "(100%)" in notes(run)["generator"]["says"]
    assert read_run(run).recipe["transfer"]["run"] == str(trained)


@pytest.mark.parametrize("size", [8, 32])
def test_another_resolution_takes_the_grids_they_share(trained, tmp_path, size):
    run = start(tmp_path / "run", size, transfer__run=str(trained))
    for player, found in notes(run).items():
        assert any("stages" in name for name in found["taken"]), player
        assert found["fresh"] or found["skipped"], player


def test_the_report_says_what_is_taken_left_behind_and_new(trained, tmp_path):
    run = start(tmp_path / "run", 32, transfer__run=str(trained))
    theirs, ours = weights(trained), weights(run)
    for player, found in notes(run).items():
        own = {name.removeprefix(f"{player}/") for name in ours if name.startswith(f"{player}/")}
        assert set(found["taken"]) | set(found["fresh"]) == own
        assert not set(found["taken"]) & (set(found["fresh"]) | set(found["skipped"]))
        total = sum(name.startswith(f"{player}/") for name in theirs)
        assert len(found["taken"]) + len(found["skipped"]) == total
        assert "starts anew" in found["says"]
        assert "numbers" in found["says"]


def test_frozen_blocks_keep_their_weights_and_the_others_learn(trained, tmp_path):
    changes = {"transfer__run": str(trained), "transfer__freeze": 2, "terms__r1__gamma": 0.1}
    before, after = weights(trained), weights(start(tmp_path / "run", **changes))
    for name in before:
        if name.startswith("discriminator/"):
            low = name.startswith(("discriminator/enter", "discriminator/stages.0"))
            assert torch.equal(before[name], after[name]) == low, name


@pytest.mark.parametrize(
    ("net", "first"),
    [
        ("modern", ["enter", "stages.0", "downs.0", "stages.1"]),
        ("dcgan", ["downs.0", "downs.1", "norms.1"]),
        ("sngan", ["blocks.0", "blocks.1"]),
    ],
)
def test_the_lowest_blocks_are_those_nearest_the_sample(net, first):
    network = discriminators.build(net, {"width": 4}, shape=(1, 16, 16))
    named = {id(parameter): name for name, parameter in network.named_parameters()}
    for count in range(len(first) + 1):
        low = {named[id(p)] for p in lowest(network, count, torch.zeros(1, 1, 16, 16))}
        assert low == {
            n for n in named.values() if n.startswith(tuple(f"{b}." for b in first[:count]))
        }


def test_a_resumed_run_does_not_start_over(trained, tmp_path):
    run = start(tmp_path / "run", transfer__run=str(trained))
    recipe = read_run(run).recipe
    train(Order(make_recipe(recipe, {"length.kimg": 0.032}), run=str(run), resume=True, quiet=True))
    assert len([e for e in read_run(run).journal if "player" in e]) == 2
    assert read_run(run).signals[-1]["step"] == 4


def test_without_a_recipe_the_networks_of_the_run_are_used(trained, tmp_path):
    changes = {"length.kimg": 0.016, "evaluation.samples": 16, "evaluation.extractor": "pixels"}
    changes |= {"evaluation.metrics": ["frechet_distance"], "data.batch": 8}
    path = tmp_path / "run"
    gansmith.train(data="mnist", run=path, from_run=trained, set=changes, quiet=True)
    assert read_run(path).recipe["networks"] == read_run(trained).recipe["networks"]
    assert "(100%)" in notes(path)["discriminator"]["says"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"transfer__run": "nowhere"}, "there is no run folder nowhere"),
        ({"transfer__freeze": 40}, "blocks .*freeze fewer"),
        ({"net": "sngan"}, r"nothing of the generator in .*trained fits .* see .*recipe\.toml"),
        ({"networks__generator__width": 24}, r"\(\d+ of [\d,]+ numbers\)"),
    ],
)
def test_what_cannot_be_taken_is_said_in_a_sentence(trained, tmp_path, changes, says):
    with pytest.raises(GansmithError, match=says):
        start(tmp_path / "run", **{"transfer__run": str(trained), **changes})
    assert not (tmp_path / "run").exists()
