"""Runs that make images from images: exact, examined, and refused where they cannot work."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from gansmith.conditions.conditioning import Drawn
from gansmith.conditions.of_run import condition_reader, conditionings_for
from gansmith.data import Data, Rows, Stream
from gansmith.errors import GansmithError, RecipeError
from gansmith.preflight.check import Case, DataFacts, check_recipe, look
from gansmith.recipe.recipe import make_recipe
from gansmith.reporting.summary import sentence
from gansmith.runs.reader import read_run
from gansmith.sampling.draws import CounterDraws
from gansmith.training.session.checkpoint import checkpoints
from gansmith.training.session.session import Session
from gansmith.training.start import Order, train
from tests.training.helpers import recipe as plain
from tests.training.test_resume import assert_same_run
from tests.training.translating import recipe, run_small

GAMES = ("paired", "cycle")
IMAGES = DataFacts((3, 8, 8), 20_000, found=20_000, distinct=20_000)
GREY = {"name": "image", "corruption": "grey"}


@pytest.fixture(scope="module", params=GAMES)
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_small(tmp_path_factory.mktemp(request.param), "run", request.param)


@pytest.mark.parametrize("stop", [1, 7])
def test_stopping_and_resuming_changes_no_bit(
    whole: Path, tmp_path: Path, stop: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    game = read_run(whole).recipe["game"]["name"]
    enough = Session.enough

    def enough_or_asked(self: Session, trainer: Any) -> bool:
        if trainer.step == stop:
            self.interrupted = "SIGTERM"
        return enough(self, trainer)

    with monkeypatch.context() as patch:
        patch.setattr(Session, "enough", enough_or_asked)
        run = run_small(tmp_path, "run", game)
    assert checkpoints(run)[-1].step == stop
    run_small(tmp_path, "run", game, resume=True)
    assert_same_run(whole, run)


def four_steps(path: Path, game: str, **changes: Any) -> list[float]:
    """Return G's losses of few steps: rounding grows a hundredfold a step on 8 pixels."""
    path.mkdir()
    few = {"length__kimg": 0.032, "signals__tick": 1, "evaluation__metrics": []}
    made = recipe(path, game, **few, **changes)
    run = train(Order(made, run=str(path / "run"), quiet=True))
    return [record["loss/generator"] for record in read_run(run).signals]


@pytest.mark.parametrize("game", GAMES)
def test_a_batch_in_pieces_gives_the_same_numbers(game: str, tmp_path: Path) -> None:
    told = []
    for pieces in (1, 2):
        told.append(four_steps(tmp_path / f"run{pieces}", game, runtime__accumulation=pieces))
    assert told[1] == pytest.approx(told[0], rel=1e-9)


@pytest.mark.slow
@pytest.mark.distributed
def test_two_processes_give_the_numbers_of_one(tmp_path: Path) -> None:
    one, two = (four_steps(tmp_path / str(n), "cycle", runtime__processes=n) for n in (1, 2))
    assert two == pytest.approx(one, rel=1e-9)


def test_exams_name_the_distance_to_what_is_known(whole: Path) -> None:
    record = read_run(whole)
    known = "target_distance" if record.recipe["game"]["name"] == "paired" else "cycle_distance"
    found = [exam["metrics"][known] for exam in record.metrics]
    assert len(found) == 4
    assert 0 < found[-1] < 2
    assert record.environment["data"]["inputs"]["shape"] == [1, 8, 8]
    assert "to be made from" in sentence(record)


def test_exams_tell_how_far_the_inputs_themselves_are_where_they_have_the_shape(
    whole: Path, tmp_path: Path
) -> None:
    """Of the same images on both sides the inputs are at the floor, untrained outputs are not."""
    same = {
        "data__source": str(tmp_path / "inputs.npz"),
        "evaluation__metrics": ["frechet_distance"],
        "length__kimg": 0.032,
    }
    (row, *_) = read_run(run_small(tmp_path, "same", "cycle", **same)).metrics
    assert row["floor"]["inputs_frechet_distance"] < row["metrics"]["frechet_distance"]
    assert not any("inputs" in name for row in read_run(whole).metrics for name in row["floor"])


def test_pictures_show_input_output_and_target_side_by_side(whole: Path) -> None:
    with Image.open(sorted(whole.glob("samples/*.png"))[-1]) as opened:
        picture = np.asarray(opened)
    assert picture.shape == (4 * 9 - 1, 12 * 9 - 1, 3)  # 16 triples, four to a row
    grey = picture[0:8, 0:8]
    assert (grey == grey[..., :1]).all()
    if read_run(whole).recipe["game"]["name"] == "paired":
        target = picture[0:8, 18:26].astype(int)
        assert (target[..., 0] + grey[..., 0].astype(int) == 255).all()


def read(data: Data, game: str, position: int, seed: int = 0) -> torch.Tensor:
    tree = {"seed": seed, "condition": {"name": "image", "source": "x"}, "game": {"name": game}}
    conditionings = conditionings_for(make_recipe(tree), data)
    real, _ = Stream(data.train, seed).read(position, 4)
    draws = CounterDraws((0,), 4, slice(0, 4), real)
    found = condition_reader(conditionings, data)(Drawn(real, {}, position, draws))
    assert found is not None
    return torch.stack([real.flatten(1)[:, 0], found["images"].flatten(1)[:, 0]])


def test_pairs_stay_together_in_every_epoch_and_a_cycle_mixes_them() -> None:
    values = np.arange(11, dtype=np.float32).reshape(11, 1, 1, 1)
    none = Rows(values[:0])
    inputs = Data(Rows(-values), none, (1, 1, 1), (), "inputs", "")
    data = Data(Rows(values), none, (1, 1, 1), (), "data", "", inputs=inputs)
    for position in (0, 9, 20, 31):
        real, other = read(data, "paired", position)
        assert torch.equal(real, -other)
        assert torch.equal(read(data, "cycle", position), read(data, "cycle", position))
    mixed = torch.cat([read(data, "cycle", position) for position in (0, 4, 8)], 1)
    assert not torch.equal(mixed[0], -mixed[1])


CASES: list[tuple[str, str, dict[str, Any]]] = [
    ("game_without_images", "refuse", {"game__name": "paired"}),
    ("game_without_images", "refuse", {"condition": GREY}),
    ("cycle_of_one_kind", "refuse", {"game__name": "cycle", "condition": GREY}),
    ("generator_of_another_game", "refuse",
     {"game__name": "paired", "condition": GREY, "networks__generator": {"name": "lean"}}),
    ("generator_of_another_game", "refuse", {"networks__generator": {"name": "unet"}}),
    ("nothing_to_compare", "refuse", {"terms": [{"name": "reconstruction"}]}),
    ("nothing_to_compare", "refuse", {"terms": [{"name": "perceptual", "extractor": "random"}]}),
    ("nothing_to_compare", "refuse", {"terms": [{"name": "style"}], "game__name": "cycle"}),
    ("nothing_to_compare", "refuse", {"terms": [{"name": "cycle"}], "game__name": "paired"}),
    ("nothing_to_compare", "refuse", {"terms": [{"name": "identity"}]}),
    ("term_of_another_game", "refuse", {"terms": [{"name": "lecam"}], "game__name": "cycle"}),
    ("term_of_another_game", "refuse", {"terms": [{"name": "infogan"}], "game__name": "paired"}),
    ("term_of_another_game", "refuse",
     {"terms": [{"name": "consistency"}], "game__name": "paired"}),
    ("cycle_not_closed", "warn", {"game__name": "cycle"}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "severity", "changes"), CASES)
def test_a_rule_finds_what_it_is_for_and_knows_the_way_out(
    rule: str, severity: str, changes: dict[str, Any]
) -> None:
    (found,) = [f for f in look(Case(plain(**changes), IMAGES)) if f.rule == rule]
    assert found.severity == severity
    json.dumps(found.as_dict())
    mended = {path.replace(".", "__"): value for path, value in found.changes.items()}
    if mended:
        left = look(Case(plain(**{**changes, **mended}), IMAGES))
        assert rule not in {f.rule for f in left}


def test_identity_between_grey_and_colour_is_refused() -> None:
    facts = DataFacts((3, 8, 8), 20_000, found=20_000, distinct=20_000, inputs=(1, 8, 8))
    made = plain(terms=[{"name": "identity"}], game__name="cycle")
    assert "identity_of_two_shapes" in {f.rule for f in look(Case(made, facts))}


@pytest.mark.parametrize(
    ("shape", "rule"), [((1, 8, 8), "grey_already"), ((2,), "part_of_another_kind")]
)
def test_colour_can_only_be_taken_from_pictures_that_have_it(
    shape: tuple[int, ...], rule: str
) -> None:
    found = look(Case(plain(condition=GREY, game__name="paired"), DataFacts(shape, 20_000)))
    assert rule in {f.rule for f in found if f.severity == "refuse"}


@pytest.mark.parametrize("game", GAMES)
def test_a_sound_recipe_is_accepted(game: str, tmp_path: Path) -> None:
    check_recipe(recipe(tmp_path, game))


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ({"name": "image"}, "either a corruption or a source"),
        ({**GREY, "source": "emoji"}, "either a corruption or a source"),
        ({"corruption": "grey"}, "'labels' has no option 'corruption'"),
        ({**GREY, "factor": 4}, "factor is for the corruption low_resolution"),
        ({**GREY, "discriminator": "projection"}, "'image' has no option 'discriminator'"),
    ],
)
def test_a_condition_of_two_kinds_is_refused(section: dict[str, Any], says: str) -> None:
    with pytest.raises(RecipeError, match=says):
        plain(condition=section)


def test_augmentation_is_refused_by_a_game_that_has_none(tmp_path: Path) -> None:
    made = recipe(tmp_path, augment__name="diffaugment")
    with pytest.raises(GansmithError, match="the game paired does not augment"):
        train(Order(made, run=str(tmp_path / "run"), quiet=True))
