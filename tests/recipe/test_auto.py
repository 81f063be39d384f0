"""What the user does not say is chosen from data and machine, with a reason."""

import tomllib

import pytest

from gansmith.recipe.defaults import Surroundings, complete, from_scratch
from gansmith.recipe.recipe import make_recipe
from gansmith.recipe.write import recipe_text

CPU = {"device": "cpu", "cores": 2}


def around(shape: tuple[int, ...], count: int = 5000, **more: object) -> Surroundings:
    return Surroundings(shape=shape, count=count, **(CPU | more))  # type: ignore[arg-type]


@pytest.mark.parametrize("shape", [(1, 32, 32), (3, 64, 48), (4, 256, 256), (2,), (3, 8, 8)])
def test_data_alone_makes_a_whole_recipe(shape: tuple[int, ...]) -> None:
    recipe, choices = complete(make_recipe(from_scratch("photos/")), around(shape))
    assert recipe.networks.generator
    assert recipe.loss
    assert recipe.data.batch
    assert recipe.length.budget
    assert recipe.evaluation.extractor
    assert all(choice.because for choice in choices)


def test_few_images_get_a_small_batch() -> None:
    recipe, choices = complete(make_recipe(from_scratch("x")), around((3, 32, 32), count=10))
    assert recipe.data.batch == 8
    assert "only 10 training images" in next(c.because for c in choices if c.path == "data.batch")


def test_what_the_user_said_stays() -> None:
    tree = from_scratch("x") | {"loss": {"name": "hinge"}, "length": {"kimg": 5}}
    tree["data"]["batch"] = 8
    recipe, _ = complete(make_recipe(tree), around((3, 32, 32)))
    assert recipe.loss is not None
    assert (recipe.loss.name, recipe.data.batch) == ("hinge", 8)
    assert recipe.length.budget is None
    assert recipe.terms == ()


def test_vectors_get_dense_networks() -> None:
    recipe, _ = complete(make_recipe(from_scratch("ring")), around((2,)))
    assert recipe.networks.generator is not None
    assert recipe.networks.generator.name == "mlp"
    assert recipe.evaluation.extractor is not None
    assert recipe.evaluation.extractor.name == "identity"


def optimizers_of(**parts):
    recipe, choices = complete(make_recipe(from_scratch("x") | parts), around((3, 32, 32)))
    reasons = [c.because for c in choices if c.path == "optimizers.discriminator"]
    both = recipe.optimizers
    return both.generator, both.discriminator, reasons[0] if reasons else ""


CLIP, PENALTY = [{"name": "weight_clip"}], [{"name": "gradient_penalty"}]


@pytest.mark.parametrize(
    ("parts", "name", "rates", "betas", "why"),
    [
        ({}, "adam", (2e-3, 2e-3), [0.0, 0.99], "no momentum"),
        (
            {"loss": {"name": "wasserstein"}, "constraints": CLIP},
            "rmsprop",
            (5e-5, 5e-5),
            None,
            "clip",
        ),
        (
            {"loss": {"name": "wasserstein"}, "terms": PENALTY},
            "adam",
            (1e-4, 1e-4),
            [0.0, 0.9],
            "Gul",
        ),
        ({"loss": {"name": "hinge"}}, "adam", (1e-4, 4e-4), [0.0, 0.9], "two time scales"),
        ({"loss": {"name": "bce"}}, "adam", (2e-4, 2e-4), [0.5, 0.999], "DCGAN"),
        (
            {"loss": {"name": "bce"}, "terms": [{"name": "r1"}]},
            "adam",
            (2e-4, 2e-4),
            [0.0, 0.99],
            "Mes",
        ),
        ({"loss": {"name": "energy"}}, "adam", (1e-4, 1e-4), [0.5, 0.999], "autoencoders"),
    ],
)
def test_optimizers_that_go_with_the_loss_are_chosen_with_their_reason(
    parts, name, rates, betas, why
):
    generator, discriminator, because = optimizers_of(**parts)
    assert (generator.name, discriminator.name) == (name, name)
    assert (generator.lr, discriminator.lr) == rates
    assert discriminator.options.get("betas") == betas
    assert why in because


def test_an_optimizer_that_the_recipe_names_stays():
    chosen = optimizers_of(loss={"name": "hinge"}, optimizers={"discriminator": {"lr": 3e-4}})
    assert chosen[0].lr == 1e-4
    assert chosen[1].lr == 3e-4
    assert chosen[2] == ""


@pytest.mark.parametrize(("budget", "samples"), [(240.0, 512), (3600.0, 1024)])
def test_exams_of_a_short_run_on_a_processor_compare_fewer_samples(budget, samples):
    tree = from_scratch("x") | {"length": {"budget": budget}}
    recipe, _ = complete(make_recipe(tree), around((3, 32, 32)))
    assert recipe.evaluation.samples == samples


def chosen(shape=(3, 32, 32), count=400, changes=None, tree=None, **more):
    made = make_recipe(tree or from_scratch("x"), changes)
    return complete(made, around(shape, count, few=2000, **more))


def test_few_pictures_switch_augmentation_on_and_say_how_to_leave_it_out():
    recipe, choices = chosen()
    assert recipe.augment.name == "diffaugment"
    assert recipe.augment.options["policies"] == ["colour", "translation", "cutout"]
    (because,) = [c.because for c in choices if c.path == "augment"]
    assert "400 images, fewer than 2,000" in because
    assert "--set augment=false" in because
    grey, _ = chosen((1, 32, 32))
    assert grey.augment.options["policies"] == ["translation", "cutout"]


TRANSLATING = {
    "game": {"name": "paired"},
    "condition": {"name": "image", "corruption": "grey"},
}
NAMED = {
    "loss": {"name": "hinge"},
    "networks": {"generator": {"name": "lean"}, "discriminator": {"name": "lean"}},
}


@pytest.mark.parametrize(
    ("more", "tree", "changes"),
    [
        ({"count": 2000}, {}, None),
        ({"shape": (2,)}, {}, None),
        ({"settled": True}, {}, None),
        ({}, {}, {"augment": False}),
        ({}, TRANSLATING, None),
        ({}, NAMED, None),
    ],
    ids=["plenty", "vectors", "resumed", "switched off", "translating", "a recipe of one's own"],
)
def test_augmentation_stays_off_where_it_has_no_place(more, tree, changes):
    recipe, _ = chosen(tree=from_scratch("x") | tree, changes=changes, **more)
    assert recipe.augment is None


def test_augmentation_that_the_user_names_stays():
    recipe, _ = chosen(changes={"augment.name": "ada"})
    assert recipe.augment.name == "ada"


def test_few_pictures_that_start_from_a_trained_run_are_augmented_too():
    recipe, _ = chosen(tree=from_scratch("x") | NAMED | {"transfer": {"run": "runs/a"}})
    assert recipe.augment.name == "diffaugment"


def test_photographs_are_mirrored_unless_the_user_says_otherwise():
    recipe, choices = chosen(photographs=True)
    assert recipe.data.flip
    assert "--set data.flip=false" in next(c.because for c in choices if c.path == "data.flip")
    for changes in ({"data.flip": False}, {"data.flip": True}):
        recipe, choices = chosen(photographs=True, changes=changes)
        assert recipe.data.flip == changes["data.flip"]
        assert not any(choice.path == "data.flip" for choice in choices)
    assert not chosen(photographs=False)[0].data.flip
    assert not chosen(photographs=True, tree=from_scratch("x") | TRANSLATING)[0].data.flip
    assert not chosen(photographs=True, tree=from_scratch("x") | NAMED)[0].data.flip


def test_a_written_recipe_names_nothing_that_does_not_exist():
    recipe, choices = chosen()
    text = recipe_text(recipe, choices)
    assert "autopilot" not in text
    assert "[doctor]" not in text
    assert make_recipe(tomllib.loads(text)) == recipe
    assert make_recipe({**from_scratch("x"), "doctor": {"autopilot": False}}).doctor


def rates_fall(recipe):
    return [(part.name, part.knob) for part in recipe.controllers]


FALLING = [("cosine", f"optimizers.{player}.lr") for player in ("generator", "discriminator")]


def test_images_in_colour_on_a_processor_get_what_short_runs_need():
    recipe, choices = chosen(count=3000)
    assert recipe.networks.generator.options == {"upsampling": "nearest"}
    assert recipe.networks.discriminator.options == {}
    assert rates_fall(recipe) == FALLING
    assert [term.options["every"] for term in recipe.terms] == [4, 4]
    assert "benchmarks/minutes.md" in next(c.because for c in choices if c.path == "controllers")


def test_a_high_rate_goes_with_penalties_of_our_own_choice_alone():
    named = {"terms": [{"name": "r1", "gamma": 1.0}]}
    assert optimizers_of()[0].lr == 2e-3
    assert optimizers_of(**named)[0].lr == 1e-3


def test_larger_images_in_colour_get_lower_rates_and_penalties_at_every_step():
    small, large = (chosen((3, side, side), count=3000)[0] for side in (32, 64))
    assert large.optimizers.generator.lr < small.optimizers.generator.lr
    assert large.terms[0].options == {"gamma": 4.0}
    assert rates_fall(large) == FALLING


@pytest.mark.parametrize("more", [{"shape": (1, 32, 32)}, {"device": "cuda"}])
def test_grey_images_and_graphics_processors_keep_rates_that_stay(more):
    recipe, _ = chosen(count=3000, **more)
    assert recipe.controllers == ()
    assert recipe.networks.generator.options == {}


@pytest.mark.parametrize(
    "tree",
    [
        {"controllers": []},
        {"optimizers": {"generator": {"lr": 1e-3}}},
        {"loss": {"name": "hinge"}},
    ],
)
def test_rates_do_not_fall_where_the_recipe_speaks_of_them(tree):
    recipe, _ = chosen(count=3000, tree=from_scratch("x") | tree)
    assert recipe.controllers == ()


def test_what_moves_the_strength_of_ada_stands_beside_the_rates_that_fall():
    recipe, choices = chosen(tree=from_scratch("x") | {"augment": {"name": "ada"}})
    assert rates_fall(recipe) == [("ada", "augment.strength"), *FALLING]
    reasons = [c.because for c in choices if c.path == "controllers"]
    assert len(reasons) == 1
    assert "how sure D is" in reasons[0]
