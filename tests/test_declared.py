"""What parts declare of themselves is what is enforced."""

import pickle
from inspect import getsource, signature, unwrap
from pathlib import Path
from re import escape
from typing import Any

import pytest

from gansmith.errors import GansmithError, RecipeError
from gansmith.imports import permit
from gansmith.preflight.case import rules
from gansmith.ranges import Range, refusals
from gansmith.recipe.recipe import make_recipe
from gansmith.recipe.sections import Optimizer
from gansmith.registry import KINDS, Part, Registry

REGISTRIES = {**KINDS, "rules": rules}


@pytest.mark.parametrize("word", REGISTRIES)
def test_a_misspelt_fact_is_an_error_where_it_is_declared(word: str) -> None:
    kind: Registry[Any] = REGISTRIES[word]
    with pytest.raises(GansmithError, match=rf"a {kind.kind} has no fact .lipshitz"):

        @kind.add(name="misspelt", lipshitz=True)
        def misspelt() -> None: ...

    assert "misspelt" not in kind.names()


def test_a_misspelt_fact_suggests_the_nearest() -> None:
    with pytest.raises(GansmithError, match=r"did you mean .lipschitz"):
        KINDS["losses"].add(lipshitz=True)


RANGED = [
    (word, part, option) for word, kind in KINDS.items() for part in kind for option in part.ranges
]


def outside(declared: Range) -> float:
    """Return a number that a range excludes, at its nearest end."""
    if declared.above is not None:
        return declared.above
    if declared.low is not None:
        return declared.low - 1
    return declared.below if declared.below is not None else (declared.high or 0.0) + 1


def as_value(part: Part[Any], option: str, number: float) -> Any:
    """Return a value of the option's type that is, or holds, the number."""
    default = part.options[option].default
    if isinstance(default, tuple):
        return (number, *default[1:])
    return type(default)(number) if isinstance(default, int | float) else int(number)


@pytest.mark.parametrize(
    ("word", "part", "option"), RANGED, ids=[f"{p.name}-{option}" for _, p, option in RANGED]
)
def test_a_value_out_of_range_is_refused_by_recipe_and_by_call(
    word: str, part: Part[Any], option: str
) -> None:
    declared = part.ranges[option]
    number = outside(declared)
    given = {option: as_value(part, option, number)}
    _, problems = part.check_options(given)
    says = [line for line in problems if line.startswith(option)]
    assert says == [line for line in problems if "needs the option" not in line]
    for piece in (f" must be {declared} but is {number:g}", declared.why):
        assert piece in says[0]
    needed = [n for n, p in signature(part.builder).parameters.items() if p.default is p.empty]
    whole = {name: given.get(name) for name in needed if name != "options"} | given
    with pytest.raises(ValueError, match=escape(says[0])):
        part.builder(**whole)


@pytest.mark.parametrize(
    ("word", "part", "option"), RANGED, ids=[f"{p.name}-{option}" for _, p, option in RANGED]
)
def test_a_default_lies_in_its_range(word: str, part: Part[Any], option: str) -> None:
    parameter = part.options[option]
    if parameter.default is not parameter.empty:
        assert list(refusals(parameter.annotation, option, parameter.default)) == []


def test_ranges_that_are_spaced_by_ratios_exclude_zero() -> None:
    logarithmic = [part.ranges[option] for _, part, option in RANGED if part.ranges[option].log]
    assert logarithmic
    assert not any(declared.holds(0.0) or declared.holds(-1.0) for declared in logarithmic)


@pytest.mark.parametrize("part", [p for kind in KINDS.values() for p in kind], ids=lambda p: p.name)
def test_no_builder_checks_an_option_by_itself(part: Part[Any]) -> None:
    body = getsource(unwrap(part.builder))
    assert "check_range(" not in body.split('"""')[-1]


OWN = """
from __future__ import annotations
from typing import Annotated
from torch import nn
from gansmith.ranges import Range
from gansmith.records import AdversarialLoss

def loss(m: Annotated[float, Range(above=0, why="it is a margin")] = 1.0) -> AdversarialLoss:
    return AdversarialLoss(lambda real, fake: m - real, lambda real, fake: -fake)

def network(shape: tuple, latent: int, width: Annotated[int, Range(low=1)] = 8) -> nn.Module:
    raise AssertionError("built before the recipe was read")
"""


def test_ranges_of_parts_without_decorator_are_refused_all_at_once(tmp_path: Path) -> None:
    file = tmp_path / "own.py"
    file.write_text(OWN)
    tree = {
        "loss": {"name": f"{file}:loss", "m": -1.0},
        "networks": {"generator": {"name": f"{file}:network", "width": 0}},
        "terms": [{"name": "r1", "gamma": 0.0, "every": 0}],
    }
    permit(tree)
    with pytest.raises(RecipeError) as refused:
        make_recipe(tree)
    off = "a term of weight 0 is off: leave it out instead"
    assert set(refused.value.problems) == {
        "loss: m must be above 0 but is -1, because it is a margin",
        "networks.generator: width must be at least 1 but is 0",
        f"terms.r1: gamma must be above 0 but is 0, because {off}",
        "terms.r1: every must be at least 1 but is 0, because it counts steps",
    }


@pytest.mark.parametrize(
    ("tree", "says"),
    [
        ({"loss": {"name": "mse", "b": 0.0}}, "loss: b must be above 0 but is 0"),
        ({"loss": {"name": "relativistic", "base": "hinges"}}, "did you mean 'hinge'"),
        ({"terms": [{"name": "consistency", "sides": []}]}, "the number of sides must be at least"),
        ({"terms": [{"name": "style", "extractor": "classifier"}]}, "is trained on labelled reals"),
        ({"augment": {"name": "ada", "strength": 0.9}}, "augment: strength must be at least 0"),
        ({"augment": {"name": "diffaugment", "policies": []}}, "augment: policies: unknown"),
        ({"networks": {"generator": {"name": "mlp", "widths": []}}}, "at least one hidden layer"),
        (
            {"networks": {"discriminator": {"name": "packed", "base": "mlp", "widths": [0]}}},
            "widths",
        ),
    ],
)
def test_options_that_disagree_are_refused_when_the_recipe_is_read(
    tree: dict[str, Any], says: str
) -> None:
    with pytest.raises(RecipeError, match=escape(says)):
        make_recipe(tree)


def test_a_builder_that_refuses_is_still_found_by_name_and_signature() -> None:
    hinge = KINDS["losses"].get("hinge").builder
    assert pickle.loads(pickle.dumps(hinge)) is hinge
    assert list(signature(hinge).parameters) == ["margin"]
    assert (hinge.__doc__ or "").startswith("Hinge loss")
    with pytest.raises(TypeError, match="unexpected keyword argument 'margins'"):
        hinge(margins=1.0)


def test_ranges_of_a_recipes_own_numbers_can_be_read() -> None:
    [learning_rate] = Optimizer.model_fields["lr"].metadata
    assert str(learning_rate) == "above 0"
