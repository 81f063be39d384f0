"""Packs of samples train through the real trainer, and what they cannot do is refused."""

import json
from pathlib import Path

import pytest

import gansmith
from gansmith.data import open_data
from gansmith.doctor.evidence import Diagnosis
from gansmith.doctor.remedies import prescribe
from gansmith.errors import RecipeError
from gansmith.preflight.check import check_parts, check_recipe
from gansmith.recipe.defaults import Surroundings, complete
from gansmith.recipe.recipe import make_recipe
from gansmith.recipe.write import plain_tree, recipe_text
from gansmith.registry import losses, terms
from gansmith.reporting.page import write_report
from gansmith.runs.reader import read_run
from gansmith.training.parts.players import build_players
from gansmith.training.session.session import Session
from gansmith.training.start import try_recipe
from tests.objectives.test_in_training import AUTOENCODER, BALANCE, train
from tests.training.helpers import recipe, run_small
from tests.training.test_golden import NAMES, told
from tests.training.test_resume import assert_same_run

PACKED = {"name": "packed", "base": "mlp", "samples": 2, "widths": [16, 16]}
LEAN = {"name": "packed", "base": "lean", "samples": 2, "width": 4}
NEEDS = ("codes", "classifies", "conditioned", "compares")  # what belongs to one sample


@pytest.mark.parametrize("part", list(losses), ids=lambda part: part.name)
def test_every_loss_trains_with_packs(part):
    more = {"networks": {"generator": {"name": "dcgan", "width": 4}, "discriminator": LEAN}}
    if part.facts.autoencoder:
        more["networks"]["discriminator"] = {**AUTOENCODER, "name": "packed", "base": "autoencoder"}
    if part.facts.controlled:
        more["controllers"] = [BALANCE]
    held = [{"name": "spectral_norm"}] if part.facts.lipschitz else []
    seen = train("fp32", loss={"name": part.name}, constraints=held, **more)
    assert {"loss/discriminator", "loss/generator"} <= set(seen)


@pytest.mark.parametrize(
    "part",
    [p for p in terms if not any(getattr(p.facts, need) for need in NEEDS)],
    ids=lambda part: part.name,
)
def test_every_term_of_no_condition_trains_with_packs(part):
    networks = {"generator": {"name": "dcgan", "width": 4}, "discriminator": LEAN}
    seen = train("fp32", terms=[{"name": part.name}], networks=networks)
    added = [value for signal, value in seen.items() if signal.startswith(f"term/{part.name}")]
    assert len(added) == len(terms.build(part.name).players)
    assert all(value != 0 for value in added)


def test_a_packed_run_in_two_pieces_is_the_run_in_one(tmp_path: Path) -> None:
    packed = {"networks__discriminator": PACKED}
    one = told(run_small(tmp_path / "one", **packed))
    two = told(run_small(tmp_path / "two", **packed, runtime__accumulation=2))
    for name in NAMES:
        assert two[name] == pytest.approx(one[name], rel=1e-12), name


def test_a_packed_run_resumes_to_the_same_bits_and_can_be_asked(
    tmp_path: Path, monkeypatch
) -> None:
    packed = {"networks__discriminator": {**PACKED, "samples": 3}, "data__batch": 15}
    whole = run_small(tmp_path / "whole", **packed)
    enough = Session.enough

    def enough_or_asked(self, trainer):
        if trainer.step == 23:
            self.interrupted = "SIGTERM"
        return enough(self, trainer)

    with monkeypatch.context() as patch:
        patch.setattr(Session, "enough", enough_or_asked)
        run_small(tmp_path / "run", **packed)
    assert_same_run(whole, run_small(tmp_path / "run", resume=True, **packed))
    exam = read_run(whole).metrics[-1]
    assert "scores/held_out/mean" in json.dumps(exam)
    assert gansmith.load(str(whole)).sample(5, seed=0).shape == (5, 2)
    assert gansmith.diagnose(str(whole)).verdict in ("healthy", "ill", "unknown")
    assert write_report(str(whole)).is_file()


@pytest.mark.parametrize(("batch", "parts", "whole"), [(16, 1, 15), (16, 4, 12), (2, 1, 3)])
def test_packs_that_do_not_divide_the_batch_are_refused_with_one_that_they_do(
    tmp_path: Path, batch: int, parts: int, whole: int
) -> None:
    changes = {
        "networks__discriminator": {**PACKED, "samples": 3},
        "data__batch": batch,
        "runtime__accumulation": parts,
    }
    with pytest.raises(RecipeError, match="which packs of 3 do not divide"):
        run_small(tmp_path / "run", **changes)
    path = tmp_path / "packed.toml"
    path.write_text(recipe_text(recipe(**changes)))
    trial = try_recipe(str(path), None, {})
    (found,) = [f for f in trial.findings if f.severity == "refuse"]
    assert (found.rule, found.where) == ("packing_does_not_divide_batch", "data.batch")
    assert found.changes == {"data.batch": whole}
    assert "1712.04086" in found.reference
    assert try_recipe(str(path), None, found.changes).sound


def test_a_batch_that_the_library_chooses_is_made_of_whole_packs() -> None:
    tree = {"networks": {"discriminator": {**PACKED, "samples": 3}}, "runtime": {"processes": 5}}
    around = Surroundings(shape=(2,), count=9000, device="cpu", cores=2)
    chosen, choices = complete(make_recipe(tree), around)
    assert chosen.data.batch == 120
    assert "a multiple of 15" in next(c for c in choices if c.path == "data.batch").because


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"condition": {"name": "labels"}}, "class labels belong to single samples"),
        ({"condition": {"name": "image", "corruption": "grey"}, "game__name": "paired"}, "images"),
        ({"codes": {"continuous": 1}, "terms": [{"name": "infogan"}]}, "that infogan reads belong"),
    ],
)
def test_what_belongs_to_one_sample_is_refused_beside_packs(more, says) -> None:
    with pytest.raises(RecipeError, match=says):
        check_recipe(recipe(networks__discriminator=PACKED, **more))
    check_recipe(recipe(networks__discriminator=PACKED))


def test_packs_are_a_remedy_of_mode_collapse_where_they_can_be_set() -> None:
    def offered(**changes) -> list[dict]:
        tree = plain_tree(recipe(**changes))
        found = prescribe(Diagnosis("mode_collapse", 0.9, (), 0.0), tree)
        return [dict(item.changes) for item in found if "1712.04086" in item.reference]

    (changes,) = offered()
    mended = make_recipe(plain_tree(recipe()), changes)
    assert mended.networks.discriminator is not None
    assert mended.networks.discriminator.model_dump() == PACKED
    data = open_data("ring")
    assert "refuse" not in {
        finding.severity
        for finding in check_parts(mended, data, build_players(mended, data.shape, (), []))
    }
    assert offered(networks__discriminator=PACKED) == []
    assert offered(data__batch=15) == offered(condition={"name": "labels"}) == []
    assert offered(codes={"continuous": 1}, terms=[{"name": "infogan"}]) == []
