"""Recipes: every problem at once, each with its place and a way out."""

import copy
import tomllib
from pathlib import Path

import pytest

from gansmith.errors import RecipeError
from gansmith.recipe.durations import seconds
from gansmith.recipe.recipe import Recipe, load_recipe, make_recipe
from gansmith.recipe.tree import change, parse_changes, shipped
from gansmith.recipe.write import differences, recipe_text
from tests.training.helpers import TREE


def problems(**changes: object) -> str:
    tree = copy.deepcopy(TREE)
    with pytest.raises(RecipeError) as caught:
        make_recipe(tree, {path.replace("__", "."): value for path, value in changes.items()})
    return str(caught.value)


def test_every_problem_is_named_at_once() -> None:
    says = problems(lenght__kimg=1, data__batch=0, terms__r1__gama=2, loss__name="hing")
    assert says.startswith("recipe: 4 problems")
    assert "lenght: unknown; did you mean 'length'?" in says
    assert "data.batch: batch must be at least 1 but is 0, because" in says
    assert "terms.r1.gama: term 'r1' has no option 'gama'; did you mean 'gamma'?" in says
    assert "loss.name: unknown loss 'hing'; did you mean 'hinge'?" in says


def test_a_misspelt_option_inside_a_section_suggests_the_nearest() -> None:
    assert "runtime.presision: unknown; did you mean 'precision'?" in problems(
        runtime__presision="bf16"
    )


def test_an_option_out_of_range_names_option_value_range_and_reason() -> None:
    assert "gamma must be above 0 but is -1, because" in problems(terms__r1__gamma=-1)


def test_an_option_of_a_wrong_type_is_named() -> None:
    assert "terms.r1.gamma" in problems(terms__r1__gamma="much")


def test_list_items_go_by_name_or_by_index() -> None:
    tree = copy.deepcopy(TREE)
    change(tree, "terms.r1.gamma", 0.3)
    change(tree, "terms.1.weight", 7.0)
    assert [tree["terms"][0]["gamma"], tree["terms"][1]["weight"]] == [0.3, 7.0]


def test_setting_an_option_of_a_term_that_is_not_there_adds_the_term() -> None:
    tree = copy.deepcopy(TREE)
    change(tree, "terms.r2.gamma", 1.0)
    assert tree["terms"][-1] == {"name": "r2", "gamma": 1.0}


def test_values_on_the_command_line_are_toml_or_plain_words() -> None:
    found = parse_changes(["a=1", "b=2e-4", "c=[1, 2]", "d=hinge", 'e="x"', "f=true"])
    assert found == {"a": 1, "b": 2e-4, "c": [1, 2], "d": "hinge", "e": "x", "f": True}


@pytest.mark.parametrize(
    ("text", "length"), [("90", 90), ("90s", 90), ("10m", 600), ("1.5h", 5400), ("2d", 172800)]
)
def test_durations_read_as_people_write_them(text: str, length: float) -> None:
    assert seconds(text) == length


@pytest.mark.parametrize("text", ["soon", "-5m", "0", "5 parsecs", "4m5", "1e3", "m", ""])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        seconds(text)


@pytest.mark.parametrize("name", sorted(shipped()))
def test_every_shipped_recipe_is_valid_and_survives_being_written(
    name: str, tmp_path: Path
) -> None:
    recipe = Recipe.load(name)
    (tmp_path / "again.toml").write_text(recipe_text(recipe))
    assert differences(recipe, load_recipe(str(tmp_path / "again.toml"))) == []


@pytest.mark.parametrize("name", sorted(shipped()))
def test_every_number_of_a_shipped_recipe_is_explained_somewhere(name: str) -> None:
    assert shipped()[name].count("#") >= 5


def test_a_file_that_is_not_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text("seed = = 1")
    with pytest.raises(RecipeError, match="not readable TOML"):
        load_recipe(str(tmp_path / "x.toml"))


def test_what_the_autopilot_is_told_is_checked() -> None:
    assert "doctor.treatments" in problems(doctor__treatments=0)
    assert "doctor.last" in problems(doctor__last=1.5)


def test_differences_name_path_and_both_values() -> None:
    one = make_recipe(copy.deepcopy(TREE))
    other = make_recipe(copy.deepcopy(TREE), {"terms.r1.gamma": 2.0, "seed": 9})
    assert differences(one, other) == [
        "seed: 3 in the run, 9 now",
        "terms.r1.gamma: 0.1 in the run, 2.0 now",
    ]


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("data__batch", 0, "batch must be at least 1 but is 0, because"),
        ("optimizers__generator__lr", -1, "lr must be above 0 but is -1, because"),
        ("optimizers__generator__betas", [0.5, 1.5], "betas[1] must be at least 0 and below 1"),
        ("controllers__cosine__final", -1, "final must be at least 0 but is -1, because"),
        ("terms__r1__gamma", float("inf"), "gamma must be finite and above 0 but is inf, because"),
        ("optimizers__generator__lr", float("inf"), "lr must be finite and above 0 but is inf"),
        ("loss__base", "hing", "loss: unknown loss 'hing'; did you mean 'hinge'?"),
    ],
)
def test_every_range_is_checked_when_the_recipe_is_read(
    path: str, value: object, says: str
) -> None:
    assert says in problems(**{path: value})


def test_problems_of_sections_and_of_parts_are_named_together() -> None:
    says = problems(data__batch=0, optimizers__generator__eps=-1, loss__base="hing")
    assert says.startswith("recipe: 3 problems")


@pytest.mark.parametrize(
    "extractor", ["inception:resize=clean", {"name": "inception", "resize": "clean"}]
)
def test_an_extractor_takes_options_as_a_line_or_as_a_table(extractor: object) -> None:
    found = make_recipe(copy.deepcopy(TREE), {"evaluation.extractor": extractor})
    assert found.evaluation.extractor is not None
    assert found.evaluation.extractor.options == {"resize": "clean"}
    again = make_recipe(tomllib.loads(recipe_text(found)))
    assert again == found


def test_an_extractor_without_options_is_written_as_its_name() -> None:
    found = make_recipe(copy.deepcopy(TREE), {"evaluation.extractor": "pixels"})
    assert 'extractor = "pixels"' in recipe_text(found)


@pytest.mark.parametrize(
    ("extractor", "says"),
    [
        ("inceptio:resize=clean", "unknown extractor 'inceptio'; did you mean 'inception'"),
        ("inception:side=4", "evaluation.extractor.side: extractor 'inception' has no option"),
        ("inception:resize=blurred", "resize"),
        ("inception:=4", "'=4' is not a list of options for 'inception'"),
        ({"resize": "clean"}, "evaluation.extractor.name: is missing"),
    ],
)
def test_a_wrong_extractor_is_refused_by_name(extractor: object, says: str) -> None:
    assert says in problems(evaluation__extractor=extractor)
