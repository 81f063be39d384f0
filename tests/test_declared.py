"""What parts declare of themselves is what is enforced."""

from inspect import getsource, signature, unwrap
from re import escape
from typing import Any

import pytest

from gansmith.errors import GansmithError
from gansmith.ranges import Range, refusals
from gansmith.registry import KINDS, Part, Registry
from gansmith.training.rules.finding import rules

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


FINISHED = tuple(KINDS)


@pytest.mark.parametrize(
    "part", [p for word in FINISHED for p in KINDS[word]], ids=lambda p: p.name
)
def test_no_builder_checks_an_option_by_itself(part: Part[Any]) -> None:
    body = getsource(unwrap(part.builder))
    assert "check_range(" not in body.split('"""')[-1]
