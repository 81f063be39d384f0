"""A game from a file outside the package with a third player: trains, resumes, exports."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from gansmith.deploy import export, load
from gansmith.errors import RecipeError
from gansmith.imports import permit
from gansmith.preflight.case import Case
from gansmith.preflight.check import look
from gansmith.recipe.default_players import network_like
from gansmith.recipe.recipe import load_recipe
from gansmith.reporting.summary import sentence
from gansmith.runs.reader import read_run
from gansmith.sharing.citing import references
from gansmith.training.session.checkpoint import checkpoints
from gansmith.training.session.session import Session
from tests.training.helpers import forgetting_own_parts, recipe, run_small
from tests.training.test_resume import assert_same_run

OWN = """
from gansmith import registry
from gansmith.games.two_player import TwoPlayer
from gansmith.records import Outcome, Turn

class Regressed(TwoPlayer):
    def turns(self, step):
        return [*super().turns(step), Turn("encoder", fresh=False)]

    def play(self, turn, batch, step):
        if turn.player != "encoder":
            return super().play(turn, batch, step)
        latent = batch.draws.normal("latent", self.latent)
        found = self.players["encoder"](self.sample(latent, batch.condition).detach())
        loss = (found - latent).square().mean()
        return Outcome(loss, {"loss/encoder": loss})

PLAYERS = {"generator": "generator", "discriminator": "discriminator", "encoder": "encoder"}

@registry.games.add(players=PLAYERS, averaged=("generator", "encoder"))
def regressed(players, loss, terms, latent, discriminator_turns=1, augment=None) -> TwoPlayer:
    return Regressed(players, loss, terms, latent, discriminator_turns, augment)
"""
ENCODER = {
    "network": {"name": "encoder", "base": "mlp", "widths": [16, 16]},
    "optimizer": {"name": "adam", "lr": 0.01, "clip": 10.0},
}


@pytest.fixture(scope="module")
def game(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    file = tmp_path_factory.mktemp("own") / "own.py"
    file.write_text(OWN, encoding="utf-8")
    permit(f"{file}:regressed")
    with forgetting_own_parts():
        yield f"{file}:regressed"


@pytest.fixture(scope="module")
def run(game: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_small(tmp_path_factory.mktemp("runs") / "run", **changes(game))


def changes(game: str) -> dict[str, object]:
    moved = {"name": "linear", "knob": "optimizers.encoder.lr"}
    return {"game__name": game, "players__encoder": ENCODER, "controllers": [moved]}


def test_the_third_player_learns_and_has_signals_and_a_learning_rate_of_its_own(run: Path) -> None:
    rows = read_run(run).signals
    assert rows[-1]["loss/encoder"] < rows[0]["loss/encoder"]
    assert all(row["gradient/encoder"] > 0 and row["update/encoder"] > 0 for row in rows)
    assert rows[-1]["knob/optimizers.encoder.lr"] < 0.01
    assert read_run(run).environment["networks"]["encoder"]["parameters"] > 300


def test_the_report_names_it_with_the_size_of_its_network(run: Path) -> None:
    says = sentence(read_run(run))
    assert "against discriminator mlp (337 weights), with encoder encoder (405 weights)" in says


def test_its_weights_and_their_average_are_in_the_checkpoint(run: Path) -> None:
    weights = load_file(checkpoints(run)[-1].path / "weights.safetensors")
    own, average = weights["encoder/read.weight"], weights["ema.encoder/read.weight"]
    assert own.shape == average.shape == (4, 16)
    assert not torch.equal(own, average)


def test_stopping_and_resuming_changes_no_bit(
    run: Path, game: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enough = Session.enough

    def enough_or_asked(self, trainer):  # type: ignore[no-untyped-def]
        if trainer.step == 23:
            self.interrupted = "SIGTERM"
        return enough(self, trainer)

    with monkeypatch.context() as patch:
        patch.setattr(Session, "enough", enough_or_asked)
        other = run_small(tmp_path / "run", **changes(game))
    run_small(other, resume=True, **changes(game))
    assert_same_run(run, other)


def test_its_generator_is_loaded_and_exported_like_any_other(run: Path, tmp_path: Path) -> None:
    generator = load(run)
    assert generator.sample(3, seed=1).shape == (3, 2)
    assert export(generator, "torchscript", tmp_path / "g.pt").difference < 1e-3


def test_what_a_recipe_leaves_out_of_a_further_player_is_chosen(game: str, tmp_path: Path) -> None:
    path = run_small(tmp_path / "run", game__name=game, length__kimg=0.05)
    chosen = load_recipe(str(path / "recipe.toml"), described=True).players["encoder"]
    assert chosen.network.model_dump() == ENCODER["network"]
    assert chosen.optimizer.name == "adam"


def test_an_encoder_is_chosen_after_the_network_inside_a_packed_discriminator() -> None:
    packed = {"name": "packed", "base": "mlp", "samples": 2, "widths": [8]}
    network, _ = network_like("encoder", {"discriminator": packed})
    assert network == {"name": "encoder", "base": "mlp", "widths": [8]}


def test_its_papers_are_cited_and_those_of_what_it_is_built_on(game: str) -> None:
    tree = {"game": {"name": game}, "players": {"encoder": ENCODER}}
    assert {"encoder encoder", "discriminator mlp"} <= set(references(tree, "recipe"))


def test_a_further_player_that_is_no_player_of_the_game_is_refused() -> None:
    found = look(Case(recipe(players__encoder=ENCODER)))
    assert [f.where for f in found if f.rule == "player_of_another_game"] == ["players.encoder"]


def test_a_wrong_option_of_a_further_players_network_is_refused_at_once(game: str) -> None:
    wrong = {"network": {"name": "encoder", "base": "mlp", "width": [16]}}
    with pytest.raises(RecipeError, match=r"players\.encoder\.network\.width: .* 'widths'"):
        recipe(game__name=game, players__encoder=wrong)
