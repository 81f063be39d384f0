"""Runs of the same recipe with several seeds, taken together."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any, NamedTuple

from gansmith.facts import Value
from gansmith.reporting.seeds import difference, spread
from gansmith.runs.reader import RunRecord

SEED = "seed"
IGNORED = (SEED, "runtime")  # what two runs of one recipe may differ in
Plain = Mapping[str, Any]


class Seeded(NamedTuple):
    """One run's numbers, and its recipe; None of an evaluation, which has none."""

    name: str
    metrics: Mapping[str, float]
    recipe: Plain | None


def recipe_of(run: RunRecord) -> Plain:
    """Return the recipe that a run was ordered with: an autopilot's treatments are part of it."""
    recipe: Plain = run.recipe
    doctor = recipe.get("doctor")
    treated = isinstance(doctor, Mapping) and doctor.get("autopilot")
    return run.segment(0).recipe if treated and run.lineage.segments else recipe


def groups(runs: Sequence[Seeded], values: Mapping[str, Value]) -> list[dict[str, Any]]:
    """Return what each recipe reached over its seeds, best first; [] where none has two seeds.

    Args:
        runs: with their metrics.
        values: how to read the metrics to be told; recipes are ranked by the first.
    """
    found = [_Group(members, values) for members in _gathered(runs)]
    if all(len(group.counted) < 2 for group in found):
        return []
    first = next(iter(values))
    found.sort(key=lambda group: values[first].loss(group.spreads[first]["mean"]))
    names, differing = _names(found), _differing([group.recipe for group in found])
    told = zip(names, found, differing, strict=True)
    return [group.told(name, differs, first, found[0]) for name, group, differs in told]


class _Group:
    """Runs of one recipe; of two with the same seed the first counts."""

    def __init__(self, members: Sequence[Seeded], values: Mapping[str, Value]) -> None:
        self.members, self.recipe = members, members[0].recipe or {}
        by_seed = {run.recipe.get(SEED, 0) if run.recipe else 0: run for run in reversed(members)}
        self.counted = dict(sorted(by_seed.items(), key=lambda item: str(item[0]).zfill(20)))
        self.numbers = {name: self._of(name) for name in values}
        self.spreads = {name: self._spread(name, value) for name, value in values.items()}

    def _of(self, metric: str) -> list[float]:
        return [float(run.metrics[metric]) for run in self.counted.values()]

    def _spread(self, metric: str, value: Value) -> dict[str, Any]:
        found = spread(self.numbers[metric])
        if found.low is None or found.high is None:
            return found._asdict()
        low, high = value.clip(found.low, found.high)
        return found._replace(low=low, high=high)._asdict()

    def told(self, name: str, differs: Plain, first: str, best: "_Group") -> dict[str, Any]:
        behind = difference(self.numbers[first], best.numbers[first]) if self is not best else None
        counted = [run.name for run in self.counted.values()]
        return {
            "name": name,
            "runs": counted,
            "seeds": list(self.counted),
            "repeated": [run.name for run in self.members if run.name not in counted],
            "differs": differs,
            "metrics": self.spreads,
            "behind": behind._asdict() if behind else None,
        }


def _gathered(runs: Sequence[Seeded]) -> list[list[Seeded]]:
    """Return the runs by recipe; evaluations stand alone."""
    found = dict[str, list[Seeded]]()
    for number, run in enumerate(runs):
        key = f"evaluation {number}" if run.recipe is None else repr(_options(run.recipe))
        found.setdefault(key, []).append(run)
    return list(found.values())


def _options(recipe: Plain) -> dict[str, Any]:
    kept = {name: value for name, value in recipe.items() if name not in IGNORED}
    return dict(sorted(_flat(kept)))


def _flat(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the options of a recipe by dotted path, items of a list by their name."""
    if isinstance(tree, Mapping) and tree:
        for name, value in tree.items():
            yield from _flat(value, f"{path}.{name}" if path else name)
    elif isinstance(tree, list) and any(isinstance(item, Mapping) for item in tree):
        for name, item in _named(tree):
            yield from _flat(item, f"{path}.{name}")
    else:
        yield path, tree


def _named(items: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    """Yield the items of a list by name; those of a name that comes again, and others, by place."""
    names = [item.get("name") if isinstance(item, Mapping) else None for item in items]
    for place, (name, item) in enumerate(zip(names, items, strict=True)):
        yield (str(name) if name and names.count(name) == 1 else str(place)), item


def _differing(recipes: Sequence[Plain]) -> list[dict[str, Any]]:
    """Return for each recipe the options that not all have alike; None: it has no such option."""
    flat = [_options(recipe) for recipe in recipes]
    names = dict.fromkeys(name for options in flat for name in options)
    telling = [name for name in names if len({repr(one.get(name)) for one in flat}) > 1]
    return [{name: options.get(name) for name in telling} for options in flat]


def _names(found: Sequence[_Group]) -> list[str]:
    """Return what the runs of each group have in common in their names, or the first one's."""
    common = [_common([run.name for run in group.members]) for group in found]
    short = [re.sub(r"[-_. ]*(seed)?[-_. ]*\d*$", "", name) for name in common]
    firsts = [group.members[0].name for group in found]
    return [
        name if name and short.count(name) == 1 and len(group.members) > 1 else first
        for name, first, group in zip(short, firsts, found, strict=True)
    ]


def _common(names: Sequence[str]) -> str:
    """Return what names begin with alike."""
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False))
    return "".join(letters[0] for letters in alike)
