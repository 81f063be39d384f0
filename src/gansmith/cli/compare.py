"""``gansmith compare``: what several runs reached, best first, if they were measured alike."""

from typing import Any

from gansmith.cli.output import cell, say_json
from gansmith.errors import UsageError
from gansmith.shown import value


def compare(*runs: str, anyway: bool = False, json: bool = False) -> None:
    """Rank runs, or evaluations kept as JSON, by their first metric.

    Numbers of different protocols (features, weights, resize, counts, data) are refused: they do
    not compare.

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
        _show(found)


def _show(found: dict[str, Any]) -> None:
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    from gansmith.facts import Value
    from gansmith.reporting.wording import number

    runs = found["runs"]
    names = [n for n in runs[0]["metrics"] if all(n in r["metrics"] for r in runs)]
    table = Table(box=SIMPLE, title=f"best first, by {cell(found['ranked_by'])}")
    table.add_column("")
    for run in runs:
        table.add_column(cell(run["run"]), justify="right", overflow="fold")
    kimg = [run["kimg"] for run in runs]
    if any(kimg):
        table.add_row("kimg", *(number(seen) for seen in kimg))
    for name in names:
        values = [run["metrics"][name] for run in runs]
        value = Value.read(found["values"][name]) or Value()
        best = value.best(values) if None not in values else None
        cells = (
            f"[bold]{number(reached)}[/bold]" if place == best else number(reached)
            for place, reached in enumerate(values)
        )
        table.add_row(f"{cell(name)} {value.arrow}", *cells)
    console = Console()
    console.print(table)
    for difference in found["differences"]:
        console.print(f"Measured differently: {cell(difference)}.", soft_wrap=True, highlight=False)
