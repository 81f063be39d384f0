"""``gansmith compare``: what several runs reached, best first, if they were measured alike."""

from typing import Any

from gansmith.cli.output import cell, say_json
from gansmith.errors import UsageError
from gansmith.shown import value

LEVEL = 0.95  # of the intervals
MOST = 1e5  # from which on numbers are told by powers of ten
CHANCE = 1e-3  # below which a chance is told to be


def compare(*runs: str, anyway: bool = False, json: bool = False) -> None:
    """Rank runs, or evaluations kept as JSON, by their first metric.

    Runs whose recipes differ in the seed alone are taken together: their mean is told with an
    interval, and whether two recipes differ by more than seeds explain. Numbers of different
    protocols (features, weights, resize, counts, data) are refused: they do not compare.

    Args:
        runs: run folders, or files that gansmith evaluate --json printed; two or more.
        anyway: rank numbers of different protocols too, and say how they differ.
        json: print one JSON document instead of a table.

    Raises:
        UsageError: fewer than two are named.
    """
    if len(runs) < 2:
        given = f"only {value(runs[0])}" if runs else "none"
        raise UsageError(f"compare ranks two or more but got {given}: gansmith compare RUN RUN")
    from gansmith.reporting.comparing import compare as compared

    found = compared(runs, anyway)
    if json:
        say_json(found)
    else:
        show(found)


def show(found: dict[str, Any]) -> None:
    """Print a comparison as a table, best first."""
    if found["recipes"]:
        show_recipes(found)
    else:
        _show_runs(found)
    for difference in found["differences"]:
        _line(f"Measured differently: {cell(difference)}.")


def _show_runs(found: dict[str, Any]) -> None:
    from gansmith.reporting.wording import number

    runs = found["runs"]
    names = [n for n in runs[0]["metrics"] if all(n in r["metrics"] for r in runs)]
    kimg = [run["kimg"] for run in runs]
    rows = [("kimg", [number(seen) for seen in kimg])] if any(kimg) else []
    for name in names:
        values = [run["metrics"][name] for run in runs]
        rows.append(_row(found, name, values, [number(reached) for reached in values]))
    _table(found, [run["run"] for run in runs], rows)


def show_recipes(found: dict[str, Any]) -> None:
    """Print what recipes reached over their seeds, and whether that tells them apart."""
    recipes = found["recipes"]
    rows = [("seeds", [str(len(recipe["seeds"])) for recipe in recipes])]
    for name in recipes[0]["metrics"]:
        spreads = [recipe["metrics"][name] for recipe in recipes]
        means = [spread["mean"] for spread in spreads]
        rows.append(_row(found, name, means, list(map(_spread, spreads))))
    _table(found, [recipe["name"] for recipe in recipes], rows)
    _line("Means over seeds, each at its run's best exam, with 95 % intervals by Student's t.")
    for recipe in recipes:
        _tell(recipe, found["ranked_by"], recipes[0]["name"])


def _tell(recipe: dict[str, Any], metric: str, best: str) -> None:
    from gansmith.wording import as_toml

    name = cell(recipe["name"])
    if told := [f"{path} = {as_toml(value)}" for path, value in recipe["differs"].items()]:
        _line(f"{name}: {cell(', '.join(told))}")
    if recipe["repeated"]:
        _line(f"{name}: {cell(', '.join(recipe['repeated']))} repeat a seed and are not counted.")
    if behind := recipe["behind"]:
        _line(f"{name} against {cell(best)}: {cell(metric)} differs by {_difference(behind)}.")


def _difference(behind: dict[str, Any]) -> str:
    p = behind["p"]
    chance = f"p = {p:.2g}" if p >= CHANCE else f"p < {CHANCE:g}"
    says = "more than seeds explain" if p < 1 - LEVEL else "no more than seeds may explain"
    return f"{_short(behind['mean'])} {_interval(behind)}, {chance}: {says}"


def _spread(spread: dict[str, Any]) -> str:
    if spread["low"] is None:
        return _short(spread["mean"])
    return f"{_short(spread['mean'])} {_interval(spread)}"


def _interval(ends: dict[str, Any]) -> str:
    return f"({_short(ends['low'])} to {_short(ends['high'])})"


def _short(value: float) -> str:
    from gansmith.reporting.wording import number

    return number(value) if abs(value) < MOST else f"{value:.2e}"


def _row(
    found: dict[str, Any], name: str, values: list[Any], shown: list[str]
) -> tuple[str, list[str]]:
    from gansmith.facts import Value

    value = Value.read(found["values"][name]) or Value()
    best = value.best(values) if None not in values else None
    cells = [f"[bold]{t}[/bold]" if place == best else t for place, t in enumerate(shown)]
    return f"{cell(name)} {value.arrow}", cells


def _table(found: dict[str, Any], heads: list[str], rows: list[tuple[str, list[str]]]) -> None:
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE, title=f"best first, by {cell(found['ranked_by'])}")
    table.add_column("")
    for head in heads:
        table.add_column(cell(head), justify="right", overflow="fold")
    for name, cells in rows:
        table.add_row(name, *cells)
    Console().print(table)


def _line(text: str) -> None:
    from rich.console import Console

    Console().print(text, soft_wrap=True, highlight=False)
