"""A loss in the user's own file is as good as one of ours."""

from pathlib import Path

import pytest

from gansmith.errors import RecipeError
from gansmith.facts import LossFacts
from gansmith.imports import permit
from gansmith.recipe.recipe import load_recipe
from gansmith.registry import losses
from gansmith.testing.conformance import check_loss

FILE = Path(__file__).parents[2] / "examples" / "own_loss.py"
NAME = f"{FILE}:softplus_margin"


@pytest.fixture(autouse=True)
def named_by_the_user():
    permit(NAME)


def test_the_example_passes_the_shipped_suite():
    check_loss(losses.get(NAME).builder)


def test_a_recipe_finds_it_by_its_import_path_with_its_options():
    recipe = load_recipe("ring", {"loss.name": NAME, "loss.margin": 0.5})
    assert losses.build(recipe.loss.name, recipe.loss.options).generator_sees_real is False


def test_its_options_are_checked_like_ours():
    with pytest.raises(RecipeError, match="margin must be above 0 but is -1"):
        load_recipe("ring", {"loss.name": NAME, "loss.margin": -1.0})
    with pytest.raises(RecipeError, match="did you mean 'margin'"):
        load_recipe("ring", {"loss.name": NAME, "loss.margins": 1.0})


def test_the_example_stays_short():
    assert len(FILE.read_text().splitlines()) < 60


def test_facts_declared_in_the_users_file_are_kept(tmp_path):
    source = (
        "from gansmith.registry import losses\n"
        "@losses.add(lipschitz=True)\n"
        "def difference():\n"
        "    '''Difference of scores.'''\n"
    )
    (tmp_path / "mine.py").write_text(source)
    permit(f"{tmp_path / 'mine.py'}:difference")
    assert losses.get(f"{tmp_path / 'mine.py'}:difference").facts == LossFacts(lipschitz=True)
    del losses._parts["difference"]
