"""Size follows from the budget: the largest at which a useful number of steps fits."""

import numpy as np
import pytest
from PIL import Image

from gansmith.data import open_data
from gansmith.recipe.defaults import from_scratch
from gansmith.recipe.recipe import make_recipe
from gansmith.training.runtime import Runtime
from gansmith.training.startup.expected_result import USEFUL, fitting, outlook
from gansmith.training.startup.speed_trial import SIZES, Pace, made_up, seconds_a_step


class Known(Pace):
    """A pace of one core: four times as long for each doubling of the side."""

    asked: list[int]

    def _measure(self, side: int, count: int) -> float:
        self.asked = [*getattr(self, "asked", []), side]
        return 0.06 * (side / 32) ** 2


def pace(budget: float | None = None, kind: type[Pace] = Known, **more: object) -> Pace:
    tree = from_scratch("x") | ({"length": {"budget": budget}} if budget else {}) | more
    return kind(make_recipe(tree), Runtime("cpu"))


@pytest.mark.parametrize(
    ("budget", "side"), [(30, 16), (240, 32), (1200, 64), (3600, 128), (86_400, 256), (None, 64)]
)
def test_the_largest_size_at_which_enough_steps_fit_is_taken(budget, side):
    most = pace(budget).afford(256, 400)
    assert most.side == side
    assert f"{USEFUL:,} steps fit into" in most.why
    assert f"at {side}" in most.why


def test_a_size_that_is_out_of_reach_is_not_even_tried():
    found = pace(240)
    found.afford(256, 400)
    assert found.asked == [16, 32]


def test_too_short_a_budget_for_any_size_is_told():
    most = pace(5).afford(256, 400)
    assert most.side == SIZES[0]
    assert "fewer than 1,500 steps fit into 5 seconds here (about 280 at 16)" in most.why


@pytest.mark.parametrize("longest", [8, 16])
def test_pictures_as_small_as_that_leave_nothing_to_choose(longest):
    assert pace(1).afford(longest, 400) is None


def test_an_arrays_own_size_stays_where_it_is_affordable():
    assert pace(1200).afford(48, 400).side == 48
    assert pace(1200).afford(96, 400).side == 64


def test_a_step_is_timed_on_the_nets_of_the_recipe_which_stay_as_they_were():
    found = pace(1200, Pace, data={"source": "x", "batch": 4})
    found.recipe = make_recipe(
        found.recipe.model_dump(exclude_unset=True), {"networks.generator": {"name": "lean"}}
    )
    most = found.afford(32, 400)
    assert most is not None
    assert all(0 < seconds < 60 for seconds in found.measured.values())


def test_a_recipe_that_cannot_be_built_is_left_to_say_so_itself():
    assert pace(1200, Pace, terms=[{"name": "infogan"}]).afford(256, 400) is None


@pytest.mark.parametrize(
    "more",
    [
        {"condition": {"name": "labels"}},
        {"game": {"name": "paired"}, "condition": {"name": "image", "corruption": "grey"}},
        {"game": {"name": "paired"}, "condition": {"name": "image", "source": "y"}},
    ],
    ids=["labels", "corrupted", "inputs"],
)
def test_conditional_recipes_are_timed_too(more):
    found = pace(1e6, Pace, data={"source": "x", "batch": 2}, **more)
    assert found._measure(16, 400) > 0


def test_what_is_said_of_a_run_names_steps_time_and_how_long_a_good_result_takes():
    says = outlook(240, 0.06, 16, 400)
    assert "about 3,400 steps of 16 fit into 4 minutes, preparation and exams included" in says
    assert "each sample about 136 times" in says
    assert "a good result takes about 20,000: --budget 30m" in says
    assert "enough for a good result" in outlook(7200, 0.06, 16, 400)
    assert "too few for more than blurred" in outlook(24, 0.06, 16, 400)
    assert "good result" not in outlook(24, 0.06, 16, 400, pictures=False)


def test_the_budget_is_reserved_for_steps_but_for_preparation_and_exams():
    assert fitting(100, 0.1) == 850


def fill(folder, side, count=12):
    draws = np.random.default_rng(0)
    for number in range(count):
        pixels = draws.integers(0, 256, (side, side, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")
    return folder


def test_pictures_and_arrays_take_the_size_that_can_be_afforded_unless_one_is_named(tmp_path):
    folder, afford = fill(tmp_path, 70), pace(240).afford
    data = open_data(folder, afford=afford)
    assert data.shape == (3, 32, 32)
    assert "steps fit into 4 minutes" in data.facts["choices"]["size"]
    assert "the median short side is 70 pixels" in data.facts["choices"]["size"]
    assert open_data(folder, size=64, afford=afford).shape == (3, 64, 64)
    assert open_data(folder).shape == (3, 64, 64)
    np.savez(tmp_path / "a.npz", samples=np.zeros((9, 3, 64, 96), np.uint8))
    stored = open_data(tmp_path / "a.npz", afford=afford)
    assert stored.shape == (3, 20, 32)
    assert "the array has 64 x 96" in stored.facts["choices"]["size"]
    assert open_data("photos", afford=afford).shape == (3, 32, 32)
    assert open_data("ring", afford=afford).shape == (2,)


def test_a_prepared_cache_tells_todays_reason_for_its_size(tmp_path, monkeypatch):
    monkeypatch.setattr("gansmith.data.prepare.store.FEW", 0)
    folder = fill(tmp_path, 40)
    first = open_data(folder, afford=pace(30).afford).facts["choices"]["size"]
    again = open_data(folder, afford=pace(20).afford).facts["choices"]["size"]
    assert "30 seconds" in first
    assert "20 seconds" in again


def test_noise_in_the_shape_of_the_data_is_enough_to_time_a_step():
    recipe = make_recipe(
        from_scratch("x")
        | {
            "data": {"source": "x", "batch": 4},
            "networks": {"generator": {"name": "lean"}, "discriminator": {"name": "lean"}},
            "loss": {"name": "hinge"},
        }
    )
    data = made_up((1, 16, 16), recipe)
    assert seconds_a_step(recipe, data, Runtime("cpu")) > 0
