"""What the page of a study of recipes and seeds says."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from gansmith.facts import Value
from gansmith.reporting.charts import Chart
from gansmith.reporting.comparing import Measured, ranked
from gansmith.reporting.plans import COLOURS
from gansmith.reporting.wording import number
from gansmith.study.figures import axis_of, chart
from gansmith.study.plan import Job
from gansmith.study.queue import Queue
from gansmith.wording import as_toml

MOST = 1e5  # from which on numbers are told by powers of ten
DRAWN = 6  # metrics with a chart
BLUE, ORANGE = COLOURS[:2]
SURE = 0.05  # chance below which a difference is said to be more than seeds explain
Found = Mapping[str, Any]


def content(queue: Queue) -> dict[str, Any]:
    """Return what the template of a study shows."""
    states, measured = queue.states(), queue.measured()
    kept = [Measured.read(told) for told in measured.values()]
    found = ranked(kept, anyway=True) if kept else None
    counted = list(states.values())
    return {
        "sentence": _sentence(queue, counted),
        "facts": [
            {"name": n.capitalize(), "value": str(counted.count(n)), "note": ""}
            for n in ("done", "running", "waiting", "failed")
        ],
        "recipes": _recipes(found),
        "table": _table(found) if found else [],
        "differences": found["differences"] if found else [],
        "metric": found["ranked_by"] if found else "",
        "shown": _shown(queue, list(measured)),
        "charts": _charts(found) if found else [],
        "runs": [_row(job, state, queue, measured) for job, state in states.items()],
    }


def _sentence(queue: Queue, states: Sequence[str]) -> str:
    plan = queue.plan
    done = f"{states.count('done')} of {len(plan.jobs)} runs are done"
    return f"{len(plan.recipes)} recipes with {len(plan.seeds)} seeds each; {done}."


def _shown(queue: Queue, done: Sequence[Job]) -> list[tuple[str, Path]]:
    """Return the first run of each recipe that is done."""
    first = {job.recipe: job for job in reversed(done)}
    return [(str(job), queue.run_of(job)) for job in done if first[job.recipe] == job]


def _recipes(found: Found | None) -> list[dict[str, Any]]:
    """Return the recipes, best first, with what tells them apart and how far each is behind."""
    if not found:
        return []
    return [
        {
            "name": one["name"],
            "seeds": len(one["seeds"]),
            "differs": ", ".join(f"{p} = {as_toml(v)}" for p, v in one["differs"].items()),
            "behind": _behind(one["behind"]) if one["behind"] else "",
        }
        for one in found["recipes"]
    ]


def _behind(told: Found) -> str:
    says = "more than seeds explain" if told["p"] < SURE else "no more than seeds may explain"
    ends = f"{number(told['low'])} to {number(told['high'])}"
    return f"{number(told['mean'])} ({ends}), p = {told['p']:.2g}: {says}"


def _table(found: Found) -> list[dict[str, Any]]:
    rows = []
    for name in found["recipes"][0]["metrics"] if found["recipes"] else []:
        value = Value.read(found["values"][name]) or Value()
        spreads = [one["metrics"][name] for one in found["recipes"]]
        best = value.best([spread["mean"] for spread in spreads])
        cells = [(_spread(spread), place == best) for place, spread in enumerate(spreads)]
        rows.append({"title": value.title or name, "arrow": value.arrow, "cells": cells})
    return rows


def _spread(told: Found) -> str:
    if told["low"] is None:
        return _short(told["mean"])
    return f"{_short(told['mean'])} ({_short(told['low'])} to {_short(told['high'])})"


def _short(value: float) -> str:
    return number(value) if abs(value) < MOST else f"{value:.2e}"


def _row(job: Job, state: str, queue: Queue, measured: Mapping[Job, Found]) -> dict[str, Any]:
    numbers = measured[job]["metrics"] if job in measured else {}
    ill = ", ".join(queue.ill().get(job, ())).replace("_", " ")
    told = queue.failures().get(job, f"ill: {ill}" if ill else "")
    value = number(next(iter(numbers.values()))) if numbers else "–"
    return {
        "name": str(job),
        "run": f"runs/{job.run}",
        "state": state,
        "value": value,
        "says": told,
    }


def _charts(found: Found) -> list[Chart]:
    names = list(found["recipes"][0]["metrics"])[:DRAWN] if found["recipes"] else []
    return [_chart(found, name) for name in names]


def _chart(found: Found, metric: str) -> Chart:
    """Each run as a dot over its recipe, with the mean over seeds and its interval."""
    value, runs = Value.read(found["values"][metric]) or Value(), found["runs"]
    numbers = {run["run"]: run["metrics"][metric] for run in runs}
    recipes = found["recipes"]
    places = [(one["name"], numbers[run]) for one in recipes for run in one["runs"]]
    dots = go.Scatter(
        x=[name for name, _ in places],
        y=[y for _, y in places],
        mode="markers",
        name="runs",
        marker={"color": BLUE, "size": 7, "opacity": 0.6},
        hovertext=[run for one in recipes for run in one["runs"]],
    )
    means = [one["metrics"][metric] for one in recipes]
    bars = [0 if m["high"] is None else m["high"] - m["mean"] for m in means]
    below = [0 if m["low"] is None else m["mean"] - m["low"] for m in means]
    spread = go.Scatter(
        x=[one["name"] for one in recipes],
        y=[mean["mean"] for mean in means],
        mode="markers",
        name="mean over seeds, 95 % interval",
        marker={"color": ORANGE, "size": 9, "symbol": "line-ew-open"},
        error_y={"type": "data", "array": bars, "arrayminus": below, "color": ORANGE},
    )
    told = "; ".join(f"{one['name']} {_spread(one['metrics'][metric])}" for one in recipes)
    title, reads = value.title or metric, f"{value.meaning}; {value.better} is better"
    axis = axis_of([y for _, y in places])
    return chart(
        title,
        reads if value.better else value.meaning,
        [dots, spread],
        told,
        {"type": "category"},
        axis,
    )
