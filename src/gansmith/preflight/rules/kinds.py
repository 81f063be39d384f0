"""The rule of kinds: every part must be for the samples that it is given."""

from collections.abc import Iterator
from typing import Any

from gansmith.kinds.kind import Kind, Surroundings, kind_named
from gansmith.preflight.case import Case, Finding, rules
from gansmith.preflight.fixes import without
from gansmith.recipe.problems import named_parts
from gansmith.recipe.recipe import Recipe
from gansmith.recipe.sections import Part as Named
from gansmith.registry import Part, games

PAGE = "docs/data.md, Kinds of samples"


def takes(part: Part[Any], kind: Kind) -> bool:
    """Say whether a part is for samples of a kind, as it declares."""
    kinds = getattr(part.facts, "kinds", ())
    return not kinds or kind.name in kinds or kind.like in kinds


@rules.add(needs="data")
def part_of_another_kind(case: Case) -> Iterator[Finding]:
    """Parts that declare kinds, as networks for images do, are for samples of those kinds only."""
    assert case.data is not None
    kind, shape = case.data.kind, case.data.shape
    for where, named, part in _declaring(case.recipe):
        if not takes(part, kind):
            forms = " or ".join(kind_named(name).form for name in part.facts.kinds)
            yield Finding(
                "part_of_another_kind",
                "refuse",
                where,
                f"{part.name} is for {forms}, but the data are {kind.plural} of shape {shape}",
                *_fix(case, where, named),
                part.reference or PAGE,
            )


@rules.add(needs="data")
def game_without_gradient(case: Case) -> Iterator[Finding]:
    """Samples of tokens carry no gradient; only a game with an estimator can train on them.

    Reference: Yu et al. 2016, arXiv:1609.05473.
    """
    assert case.data is not None
    name = case.recipe.game.name
    if case.data.kind.discrete and case.data.kind.name not in games.get(name).facts.kinds:
        yield Finding(
            "game_without_gradient",
            "refuse",
            "game.name",
            f"{case.data.kind.plural} are made of tokens, which carry no gradient for the game"
            f" {name}",
            'set game.name = "discrete"',
            {"game": {"name": "discrete"}},
            "Yu et al. 2016, arXiv:1609.05473",
        )


def _declaring(recipe: Recipe) -> Iterator[tuple[str, Named, Part[Any]]]:
    """Yield every part of a recipe, and those that they wrap, with their places."""
    for where, registry, named in named_parts(recipe):
        part = registry.get(named.name)
        yield where, named, part
        base = named.options.get("base")
        if getattr(part.facts, "wraps", False) and isinstance(base, str):
            yield where, named, registry.bases.get(base)


def _fix(case: Case, where: str, named: Named) -> tuple[str, dict[str, Any]]:
    """Return what to do about a part, in words and as changes of the recipe."""
    assert case.data is not None
    recipe, defaults = case.recipe, case.data.kind.defaults
    section = where.partition(".")[0]
    if section == "terms":
        return "leave it out", without(recipe, "terms", [p for p in recipe.terms if p is named])
    if where == "evaluation.metrics":
        kept = [name for name in recipe.evaluation.metrics or () if name != named.name]
        return "leave it out", {where: kept}
    if where == "evaluation.extractor":
        return f'take the extractor "{defaults.extractor[0]}"', {where: defaults.extractor[0]}
    if section == "networks":
        around = Surroundings(case.data.shape, case.data.count, "cpu", 1, case.data.kind)
        usual = defaults.network(around)[0]
        return f'take "{usual["name"]}"', {where: usual}
    if section == "condition":
        return 'leave it out, and set game.name = "two_player"', {}
    if section == "augment":
        return "leave it out, or take instance_noise, which is for any samples", {where: False}
    return 'set game.name = "two_player"', {"game": {"name": "two_player"}}
