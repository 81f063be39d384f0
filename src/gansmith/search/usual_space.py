"""What is searched where a recipe does not say: what decides most, around its values."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from gansmith.ranges import Range
from gansmith.recipe.tree import change
from gansmith.registry import optimizers, terms
from gansmith.search.space import HOLE, dimension_of

Tree = dict[str, Any]
Hole = tuple[str, Any, Any]  # where, the recipe's own value, what is searched instead
PLAYERS = ("generator", "discriminator")
AROUND = 10.0  # a rate is searched from a tenth to ten times its value
FAR = 30.0  # a penalty's weight likewise
BETAS = ([0.0, 0.99], [0.5, 0.999], [0.9, 0.999])
STRENGTHS = ("gamma", "weight")  # options that say how strong a term is
MOST_TURNS = 3


def usual_space(tree: Mapping[str, Any]) -> tuple[Tree, Tree]:
    """Return a resolved recipe with the usual holes, and its own value by dimension.

    Rates, momentum, weights of terms, turns, batch and widths.

    Args:
        tree: plain values, nothing left to be chosen.
    """
    found: Tree = deepcopy(dict(tree))
    own: Tree = {}
    for path, value, hole in _holes(found):
        change(found, path, hole)
        dimension = dimension_of(hole, path)
        labels = dimension.choices or {}
        own[path] = next((label for label, one in labels.items() if one == value), value)
    return found, own


def _holes(tree: Tree) -> Iterator[Hole]:
    yield from [*_of_optimizers(tree), *_of_terms(tree), *_of_steps(tree), *_of_networks(tree)]


def _of_optimizers(tree: Tree) -> Iterator[Hole]:
    for player in PLAYERS:
        part = tree.get("optimizers", {}).get(player, {})
        name = str(part.get("name", "adam"))
        known = optimizers.get(name)
        if isinstance(part.get("lr"), int | float):
            around = _around(part["lr"], AROUND, known.ranges.get("lr"))
            yield f"optimizers.{player}.lr", part["lr"], around
        if "betas" in known.options:
            own = list(part.get("betas", ())) or list(known.options["betas"].default)
            yield f"optimizers.{player}.betas", own, _choices(own, BETAS)


def _of_terms(tree: Tree) -> Iterator[Hole]:
    for term in tree.get("terms", ()):
        ranges = terms.get(str(term["name"])).ranges
        for option in STRENGTHS:
            if isinstance(term.get(option), int | float) and term[option] > 0:
                around = _around(term[option], FAR, ranges.get(option))
                yield f"terms.{term['name']}.{option}", term[option], around


def _of_steps(tree: Tree) -> Iterator[Hole]:
    game, batch = tree.get("game", {}), tree.get("data", {}).get("batch")
    if game.get("name", "two_player") == "two_player":
        turns = game.get("discriminator_turns", 1)
        yield "game.discriminator_turns", turns, _choices(turns, range(1, MOST_TURNS + 1))
    packed = tree.get("networks", {}).get("discriminator", {}).get("name") == "packed"
    if isinstance(batch, int) and batch >= 4 and batch % 2 == 0 and not packed:
        yield "data.batch", batch, _choices(batch, (batch // 2, 2 * batch))


def _of_networks(tree: Tree) -> Iterator[Hole]:
    for player in PLAYERS:
        width = tree.get("networks", {}).get(player, {}).get("width")
        if isinstance(width, int) and width >= 8 and width % 8 == 0:
            path = f"networks.{player}.width"
            yield path, width, _choices(width, (width // 2, 2 * width))


def _around(value: float, times: float, declared: Range | None) -> Tree:
    """Return the hole around a number, within what its option may be."""
    low, high = value / times, value * times
    if declared is not None:
        low = max(low, declared.low if declared.low is not None else low)
        high = min(high, declared.high if declared.high is not None else high)
        high = min(high, 0.999 * declared.below if declared.below is not None else high)
    return {HOLE: [float(f"{low:.3g}"), float(f"{high:.3g}")], "log": True}


def _choices(own: Any, others: Any) -> Tree:
    """Return a hole of choices, the recipe's own first."""
    return {HOLE: [own, *(other for other in others if other != own)]}
