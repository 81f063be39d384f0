"""The head of the page: what was trained on what, and the result."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gansmith.doctor.diagnose import listed
from gansmith.doctor.history import History
from gansmith.errors import as_float, counted
from gansmith.kinds.recorded import kind_of_record
from gansmith.reporting.wording import MAIN, duration, metric_names, number
from gansmith.runs.reader import RunRecord
from gansmith.values import value_of


@dataclass(frozen=True)
class Fact:
    """One key number: its name, the number, and small lines beneath."""

    name: str
    value: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class MetricRow:
    """One metric over the whole run, ready to print."""

    title: str
    says: str
    arrow: str
    first: str
    last: str
    best: str
    floor: str


def sentence(run: RunRecord) -> str:
    """Say in one sentence what was trained on what."""
    recipe = run.recipe
    generator, discriminator = (_player(run, player) for player in ("generator", "discriminator"))
    source = _table(run.environment, "data").get("name") or _name(recipe, "data", key="source")
    data = f"{_count(run)}{source}{_size(recipe)}"
    loss = _name(recipe, "loss").replace("_", " ")
    parts = [item for s in ("terms", "constraints") for item in recipe.get(s, ())]
    extras = [str(item.get("name", "?")).replace("_", " ") for item in parts]
    added = f" with {listed(extras)}" if extras else ""
    return (
        f"Generator {generator} against discriminator {discriminator}{_further(run)},"
        f" trained on {data}{_made_from(recipe)} under the {loss} loss{added}."
    )


CORRUPTED = {
    "grey": "grey",
    "lightness": "grey",
    "mask": "masked",
    "holes": "incomplete",
    "low_resolution": "small",
    "noise": "noisy",
    "blur": "blurred",
}


def _made_from(recipe: Mapping[str, Any]) -> str:
    """What the samples are made from, where they are made from images."""
    condition = _table(recipe, "condition")
    if condition.get("name") != "image":
        return ""
    source, corruption = condition.get("source"), condition.get("corruption")
    if source:
        return f" to be made from {source}"
    return f" to be made from {CORRUPTED.get(str(corruption), corruption)} copies of them"


def stopped(run: RunRecord) -> str:
    """Say why a run came to no end of its own; empty where it did, or is still under way."""
    if run.state != "stopped":
        return ""
    return str([row.get("says", "") for row in run.journal if row.get("event") == "stopped"][-1])


def legend(run: RunRecord) -> str:
    """Say what images of the samples show beside them; empty: nothing."""
    return kind_of_record(run.environment.get("data")).legend


def facts(run: RunRecord, history: History) -> list[Fact]:
    """Return the key numbers: quality against floor and start, length, time, speed, memory."""
    seconds = max(
        (_largest(row, "seconds") for row in (*run.signals[-1:], *run.metrics[-1:])), default=0
    )
    found = [
        *_quality(history),
        Fact("Samples seen", f"{number(round(history.kimg, 1))} kimg", (_steps(run),)),
        Fact("Training time", duration(seconds) if seconds else "–", (_device(run),)),
    ]
    speed, memory = history.recent("samples_per_second"), history.column("memory_mb").known.values
    if not math.isnan(speed):
        found.append(Fact("Speed", number(round(speed)), ("samples a second",)))
    if len(memory):
        found.append(Fact("Memory", f"{number(round(float(memory.max())))} MB", ("at most",)))
    return found


def metric_rows(history: History) -> list[MetricRow]:
    """Return each metric's first, last and best value beside the reals' own."""
    return [_row(history, name) for name in metric_names(history.measured)]


def _row(history: History, name: str) -> MetricRow:
    value, series = value_of(name, history.values), history.column(f"metrics/{name}").known
    floor = number(history.recent(f"floor/{name}"))
    if not series:
        return MetricRow(value.title, value.meaning, value.arrow, "–", "–", "–", floor)
    first, last = number(float(series.values[0])), number(float(series.values[-1]))
    error = history.recent(f"metrics/{name}_error", 0.0, 1)
    last += "" if math.isnan(error) else f" ± {number(error)}"
    where = value.best(series.values.tolist())
    best = "–"
    if where is not None:
        at = number(round(float(series.kimg[where]), 1))
        best = f"{number(float(series.values[where]))} at {at}"
    return MetricRow(value.title, value.meaning, value.arrow, first, last, best, floor)


def _quality(history: History) -> list[Fact]:
    modes, all_modes = history.recent("metrics/modes", 0.0, 1), history.recent("floor/modes")
    if not math.isnan(modes):
        return [
            Fact("Modes", f"{modes:.0f} of {all_modes:.0f}", (_good(history),)),
            *_leading(history),
        ]
    return _leading(history)


def _leading(history: History) -> list[Fact]:
    """The metric that leads: now, for other reals, and before training."""
    name = next((n for n in MAIN if len(history.column(f"metrics/{n}").known.kimg)), None)
    if name is None:
        return []
    series, floor = history.column(f"metrics/{name}").known, history.recent(f"floor/{name}")
    notes = [] if math.isnan(floor) else [f"other reals {number(floor)}"]
    if series.kimg[0] <= 0.02 * history.kimg:
        notes.append(f"untrained {number(float(series.values[0]))}")
    return [
        Fact(value_of(name, history.values).title, number(float(series.values[-1])), tuple(notes))
    ]


def _good(history: History) -> str:
    share = history.recent("metrics/high_quality", share=0.0, least=1)
    return "" if math.isnan(share) else f"{share:.0%} of samples are good"


def _further(run: RunRecord) -> str:
    """Further players of the game."""
    players = _table(run.recipe, "players")
    named = [f"{player} {_player(run, player)}" for player in players]
    return f", with {listed(named)}" if named else ""


def _player(run: RunRecord, player: str) -> str:
    weights = _table(_table(run.environment, "networks"), player).get("parameters")
    size = f" ({_rounded(weights)} weights)" if isinstance(weights, int) else ""
    further = _table(run.recipe, "players").get(player)
    named = _name(further, "network") if further else _name(run.recipe, "networks", player)
    return named + size


def _count(run: RunRecord) -> str:
    count = _table(run.environment, "data").get("train")
    return f"{counted(count, 'sample')} of " if isinstance(count, int) else ""


def _rounded(count: int) -> str:
    """A count in three digits: 1.24 million, 830 thousand."""
    if count >= 1_000_000:
        return f"{count / 1e6:.3g} million"
    return f"{count / 1e3:.3g} thousand" if count >= 1000 else str(count)


def _steps(run: RunRecord) -> str:
    steps = max(
        (_largest(row, "step") for row in (*run.signals[-1:], *run.metrics[-1:])), default=0
    )
    return f"{number(int(steps))} step{'' if steps == 1 else 's'}" if steps else ""


def _device(run: RunRecord) -> str:
    for key in ("device", "machine"):
        value = run.environment.get(key)
        if isinstance(value, str):
            return f"on {value}"
        if isinstance(value, Mapping) and "name" in value:
            return f"on {value['name']}"
    return ""


def _size(recipe: Mapping[str, Any]) -> str:
    size, channels = (_table(recipe, "data").get(key) for key in ("size", "channels"))
    if size is None:
        return ""
    pixels = "×".join(str(side) for side in (size if isinstance(size, Sequence) else (size, size)))
    colour = {1: ", grey", 3: ", colour"}.get(channels, "") if isinstance(channels, int) else ""
    return f" ({pixels} pixels{colour})"


def _name(recipe: Mapping[str, Any], *path: str, key: str = "name") -> str:
    table = recipe
    for step in path:
        table = _table(table, step)
    return str(table.get(key, "?"))


def _table(table: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = table.get(name)
    return inner if isinstance(inner, Mapping) else {}


def _largest(row: Mapping[str, Any], name: str) -> float:
    value = row.get(name)
    told = as_float(value) if isinstance(value, int | float) else 0.0
    return told if math.isfinite(told) else 0.0
