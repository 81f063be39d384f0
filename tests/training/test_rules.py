"""What cannot work is refused before training, with what to do."""

from pathlib import Path
from typing import Any

import pytest

from gansmith.errors import RecipeError
from gansmith.preflight.check import check_recipe
from tests.training.helpers import recipe, run_small


def refusal(**changes: Any) -> str:
    with pytest.raises(RecipeError) as caught:
        check_recipe(recipe(**changes))
    return str(caught.value)


def test_wasserstein_without_a_lipschitz_constraint_is_refused() -> None:
    says = refusal(loss__name="wasserstein", terms=[])
    assert "add the term gradient_penalty, or the constraint weight_clip or spectral_norm" in says


@pytest.mark.parametrize("name", ["weight_clip", "spectral_norm"])
def test_wasserstein_with_a_constraint_is_accepted(name: str) -> None:
    check_recipe(recipe(loss__name="wasserstein", terms=[], constraints=[{"name": name}]))


def test_wasserstein_with_a_gradient_penalty_is_accepted() -> None:
    check_recipe(recipe(loss__name="wasserstein", terms=[{"name": "gradient_penalty"}]))


def test_a_batch_that_processes_cannot_share_is_refused() -> None:
    assert "choose a multiple of 3" in refusal(runtime__accumulation=3)


def test_two_controllers_of_one_knob_are_refused() -> None:
    twice = [{"name": "cosine", "knob": "optimizers.generator.lr"}] * 2
    assert "has a controller already" in refusal(controllers=twice)


def test_a_slope_penalty_on_a_discriminator_with_batch_norm_is_refused(tmp_path: Path) -> None:
    changes = {
        "data__source": "mnist",
        "data__size": 32,
        "evaluation__extractor": "pixels",
        "networks__generator": {"name": "dcgan", "width": 8},
        "networks__discriminator": {"name": "dcgan", "width": 8},
    }
    with pytest.raises(RecipeError, match="batch norm makes its scores depend on the whole batch"):
        run_small(tmp_path / "run", **changes)
    assert not (tmp_path / "run").exists()


def test_an_unknown_knob_of_a_controller_is_named(tmp_path: Path) -> None:
    changes = {"controllers": [{"name": "cosine", "knob": "optimizers.generator.rate"}]}
    with pytest.raises(Exception, match=r"did you mean 'optimizers\.generator\.lr'"):
        run_small(tmp_path / "run", **changes)
