"""A search proposes, ends what is hopeless, and lets no collapsed trial win."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from gansmith.cli import main
from gansmith.doctor.evidence import Diagnosis
from gansmith.errors import GansmithError, RecipeError, RunError, UsageError
from gansmith.listeners import Diagnosed, Started
from gansmith.search.ending import Ender
from gansmith.search.guard import Outcome, ranked
from gansmith.search.lessons import limits
from gansmith.search.planning import Wishes
from gansmith.search.searching import search
from gansmith.search.space import Dimension, concrete, dimensions
from gansmith.search.storage import passed_on
from gansmith.search.study import OUTCOME, Plan, open_study
from gansmith.search.usual_space import usual_space
from gansmith.study.page import write_report

pytest.importorskip("optuna", reason="a search needs Optuna")

NET = {"name": "mlp", "widths": [16]}
SMALL = """
length = { kimg = 0.64 }
data = { source = "ring", batch = 32, audit = false }
game = { latent = 2 }
signals = { tick = 5 }
networks = { generator = { name = "mlp", widths = [16] }, discriminator = { name = "mlp", widths = [16] } }
evaluation = { samples = 64, extractor = "identity", metrics = ["frechet_distance"], every_kimg = 0.16 }
[optimizers]
generator = { lr = { search = [1e-4, 1e-2], log = true } }
[loss]
search = [{ name = "hinge" }, { name = "non_saturating" }]
"""  # noqa: E501


def silent(line: str) -> None:
    """Say nothing."""


@pytest.fixture
def recipe(tmp_path: Path) -> str:
    path = tmp_path / "small.toml"
    path.write_text(SMALL)
    return str(path)


# --- the space ---


def test_a_recipe_names_ends_choices_and_options_of_choices() -> None:
    tree = {
        "optimizers": {"generator": {"lr": {"search": [1e-5, 1e-2], "log": True}}},
        "loss": {
            "search": [{"name": "hinge", "margin": {"search": [0.5, 2.0]}}, {"name": "lsgan"}]
        },
        "terms": [{"name": "r1", "gamma": {"search": [0.1, 10.0], "log": True}}],
    }
    found = {one.path: one for one in dimensions(tree)}
    assert list(found) == [
        "optimizers.generator.lr", "loss", "loss[hinge].margin", "terms.r1.gamma",
    ]  # fmt: skip
    asked = []

    def suggest(one: Dimension) -> Any:
        asked.append(one.path)
        return "lsgan" if one.choices else one.low

    made = concrete(tree, suggest)
    assert made["loss"] == {"name": "lsgan"}
    assert made["terms"] == [{"name": "r1", "gamma": 0.1}]
    assert "loss[hinge].margin" not in asked  # an option of what was not chosen


@pytest.mark.parametrize(
    ("hole", "says"),
    [
        ({"search": [3]}, "two or more values"),
        ({"search": [2.0, 1.0]}, "smaller end first"),
        ({"search": [0.0, 1.0], "log": True}, "above 0"),
        ({"search": [1.0, 2.0], "step": 0.1}, "does not know step"),
    ],
)
def test_a_search_that_cannot_be_understood_is_refused_where_it_stands(
    hole: dict[str, Any], says: str
) -> None:
    with pytest.raises(RecipeError, match=f"game.latent: a search .*{says}"):
        list(dimensions({"game": {"latent": hole}}))


def test_the_usual_space_holds_the_recipes_own_values_within_the_declared_ranges() -> None:
    adam = {"name": "adam", "lr": 1e-3, "betas": [0.0, 0.99]}
    tree = {
        "data": {"batch": 16},
        "terms": [{"name": "r1", "gamma": 1.0}],
        "optimizers": {"generator": adam, "discriminator": dict(adam)},
        "networks": {"generator": {"name": "lean", "width": 32}},
    }
    searched, own = usual_space(tree)
    known = {one.path: one for one in dimensions(searched)}
    assert set(own) == set(known)
    assert concrete(searched, lambda one: own[one.path])["terms"] == tree["terms"]
    rate = known["optimizers.generator.lr"]
    assert rate.log
    assert rate.low <= 1e-3 <= rate.high


# --- who may win ---


def test_no_trial_that_is_less_varied_than_the_most_varied_one_can_win() -> None:
    collapsed = Outcome(1, 5.0, {"coverage": 0.2, "diversity_ratio": 0.3})
    varied = Outcome(2, 9.0, {"coverage": 0.8, "diversity_ratio": 1.0})
    near = Outcome(3, 8.0, {"coverage": 0.75, "diversity_ratio": 0.95})
    broken = Outcome(4, float("nan"), {"coverage": 0.9})
    assert [one.number for one in ranked([collapsed, varied, near, broken])] == [3, 2]


def test_a_trial_ends_at_a_collapse_that_two_exams_in_a_row_show() -> None:
    told: list[str] = []
    ender = Ender("frechet_distance")
    ender.started(Started(0, 0.0, Path(), stop=told.append))
    collapse = Diagnosis("mode_collapse", 0.8, (), 0.0)
    unsure = Diagnosis("mode_collapse", 0.4, (), 0.0)
    for kimg, found in ((1.0, collapse), (2.0, unsure), (3.0, collapse)):
        ender.diagnosed(Diagnosed(10, kimg, (found,)))
    assert not told
    ender.diagnosed(Diagnosed(40, 4.0, (collapse,)))
    assert told == ["mode collapse, at 4 kimg"]


# --- whole searches ---


def test_a_search_finds_a_winner_goes_on_and_refuses_another_recipe(
    recipe: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "study")
    asked = ["search", recipe, "--trials", "2", "--out", out, "--seeds", "1", "--json"]
    with pytest.raises(SystemExit) as ended:
        main(asked)
    assert ended.value.code == 0
    found = json.loads(capsys.readouterr().out)
    assert found["trials"] == 2
    assert set(found["params"]) == {"optimizers.generator.lr", "loss"}
    text = Path(found["recipe"]).read_text()
    assert "frechet_distance" in text.splitlines()[0]
    assert "search" not in text.partition("\n[")[2]  # a recipe that trains as it is
    more = search(Wishes(recipe, trials=3), out, fresh=0, say=silent)
    assert more["trials"] == 3
    trials = open_study(Path(out)).optuna.get_trials()
    assert len([one for one in trials if OUTCOME in one.user_attrs]) == 3
    with pytest.raises(UsageError, match="study of another recipe"):
        search(Wishes(recipe, changes={"seed": 5}), out, say=silent)


def test_a_trial_that_breaks_down_or_is_refused_ends_with_its_reason_and_the_search_goes_on(
    recipe: str, tmp_path: Path
) -> None:
    changes = {"optimizers.generator.lr": {"search": [1e25, 1e30]}, "evaluation.samples": 64}
    out = tmp_path / "study"
    with pytest.raises(GansmithError, match="no winner"):
        search(Wishes(recipe, changes=changes, trials=2), str(out), fresh=0, say=silent)
    trials = open_study(out).counted
    assert len(trials) == 2
    assert all(one.state.name == "PRUNED" for one in trials)
    assert all(one.user_attrs["gansmith:reason"] for one in trials)


class Tried:
    """A trial as its storage returns it."""

    def __init__(self, rate: float, failure: str = "") -> None:
        self.params = {"optimizers.discriminator.lr": rate}
        self.user_attrs = {"gansmith:failure": failure} if failure else {OUTCOME: {}}


def test_a_search_says_beyond_which_value_trials_failed() -> None:
    sound = [Tried(rate) for rate in (1e-4, 5e-4, 1e-3, 2e-3)]
    failed = [Tried(rate, "divergence") for rate in (4e-3, 5e-3, 6e-3)]
    (said,) = limits([*sound, *failed])
    assert said == ("optimizers.discriminator.lr above 0.002: 3 of 3 diverged, elsewhere 0%.")


def test_a_trial_that_another_process_took_over_is_let_go_and_other_errors_are_not() -> None:
    import optuna

    study = optuna.create_study()

    def taken_over(trial: Any) -> float:
        study.tell(trial.number, state=optuna.trial.TrialState.FAIL)  # as one that gave no sign
        return 1.0

    with passed_on():
        study.optimize(taken_over, n_trials=1)
    assert [one.state.name for one in study.trials] == ["FAIL"]
    with pytest.raises(ValueError, match="of its own"), passed_on():
        raise ValueError("of its own")


# --- showing what others made ---


def test_a_report_asks_no_database_that_only_the_folder_names_and_makes_none(
    tmp_path: Path,
) -> None:
    away = "postgresql+pg8000://me:secret@127.0.0.1:9/nowhere"
    plan = Plan("theirs", {}, "frechet_distance", True, 3, storage=away)
    (tmp_path / "study.json").write_text(json.dumps(asdict(plan)))
    with pytest.raises(UsageError, match=r"keeps its trials in .*add --trust") as refused:
        write_report(tmp_path)
    assert "secret" not in str(refused.value)
    (tmp_path / "study.json").write_text(json.dumps(asdict(replace(plan, storage=""))))
    with pytest.raises(RunError, match=r"study\.db is missing"):
        write_report(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["study.json"]
