"""The charts of a search: its history, its trials side by side, what decided most, the front."""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import Any

import plotly.graph_objects as go

from gansmith.reporting.charts import Chart
from gansmith.reporting.plans import COLOURS, GREY
from gansmith.reporting.wording import number
from gansmith.search.guard import ranked
from gansmith.search.space import Dimension
from gansmith.search.study import FAILURE, OUTCOME, REASON, Study
from gansmith.study.figures import axis_of, chart

BLUE, ORANGE, GREEN = COLOURS[:3]
FEWEST = 8  # whole trials, below which importances say nothing
BEYOND = 0.08  # of an axis' length: how far beyond its values lies what has none
BETTER = 0.47  # of the colours of whole trials: where the better half ends
LABEL = 24  # letters of a choice


def charts(study: Study, space: Sequence[Dimension]) -> list[Chart]:
    """Return the charts of a search, as far as its trials go.

    Args:
        study: the search.
        space: what it searches.
    """
    drawn = [_history(study), _front(study), _parallel(study, space), _importances(study)]
    return [one for one in drawn if one is not None]


def _value(trial: Any) -> float:
    return float(trial.user_attrs[OUTCOME]["value"])


def whole(study: Study) -> list[Any]:
    """Return the trials that came to their end."""
    return [trial for trial in study.counted if OUTCOME in trial.user_attrs]


def ended(study: Study) -> list[Any]:
    """Return the trials that were ended before, each with a reason."""
    return [trial for trial in study.counted if FAILURE in trial.user_attrs]


def may_win(study: Study) -> set[int]:
    """Return the numbers of the trials whose samples are varied enough to win."""
    return {outcome.number for outcome in ranked(study.outcomes())}


def _history(study: Study) -> Chart | None:
    trials, eligible = whole(study), may_win(study)
    if not trials:
        return None
    able = [trial for trial in trials if trial.number in eligible]
    alike = [trial for trial in trials if trial.number not in eligible]
    values = [_value(trial) for trial in trials]
    traces = [
        _dots(able, "may win", {"color": BLUE, "size": 8}),
        _dots(alike, "samples too alike to win", {"color": ORANGE, "size": 8, "symbol": "x"}),
        _cut_off(ended(study), max(values) if study.plan.low else min(values)),
        _best_so_far(able, min if study.plan.low else max),
    ]
    title = {"title": {"text": "trial", "standoff": 6}}
    summary = f"{len(trials)} whole trials, from {number(min(values))} to {number(max(values))}"
    reads = (
        f"{study.plan.metric} of each trial on samples of its last weights. Those that were ended "
        f"stand at the edge with their reason."
    )
    return chart("History", reads, [t for t in traces if t.x], summary, title, axis_of(values))


def _dots(trials: Sequence[Any], name: str, marker: Mapping[str, Any]) -> go.Scatter:
    return go.Scatter(
        x=[trial.number for trial in trials],
        y=[_value(trial) for trial in trials],
        mode="markers",
        name=name,
        marker=marker,
        hovertext=[_params(trial) for trial in trials],
    )


def _cut_off(trials: Sequence[Any], edge: float) -> go.Scatter:
    return go.Scatter(
        x=[trial.number for trial in trials],
        y=[edge] * len(trials),
        mode="markers",
        name="ended early",
        marker={"color": GREY, "size": 9, "symbol": "line-ns-open"},
        hovertext=[trial.user_attrs[REASON] for trial in trials],
        hoverinfo="x+text",
    )


def _best_so_far(able: Sequence[Any], best: Callable[..., float]) -> go.Scatter:
    return go.Scatter(
        x=[trial.number for trial in able],
        y=list(accumulate((_value(trial) for trial in able), best)),
        mode="lines",
        name="best so far",
        line={"color": GREEN, "width": 1.8, "shape": "hv"},
        hoverinfo="skip",
    )


def _params(trial: Any) -> str:
    return "<br>".join(f"{short(path)} {_shown(v)}" for path, v in trial.params.items())


def short(path: str) -> str:
    """Return the end of a dotted path, which tells what an option is."""
    return ".".join(path.split(".")[-2:])


def _shown(value: Any) -> str:
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    return number(value) if numeric else str(value)[:LABEL]


def _parallel(study: Study, space: Sequence[Dimension]) -> Chart | None:
    """Each trial as a line through the values of its options to what it came to."""
    trials = [*whole(study), *ended(study)]
    known = [one for one in space if any(one.path in trial.params for trial in trials)]
    if len(whole(study)) < 2 or not known:
        return None
    axes = [_axis(one, [trial.params.get(one.path) for trial in trials]) for one in known]
    last, colours = _objective(study, trials)
    axes.append(last)
    traces = [_line(axes, place, colour) for place, colour in enumerate(colours)]
    labels = [_end(axis, side, place) for place, axis in enumerate(axes) for side in (0, 1)]
    reads = (
        "Each line is a trial, from its options on the left to what it came to on the right: blue "
        "the better half, orange the worse, grey ended early. Each axis has its ends beside it."
    )
    told = f"{len(trials)} trials over {', '.join(one.path for one in known)}"
    ticks = {"tickvals": list(range(len(axes))), "ticktext": [axis["label"] for axis in axes]}
    hidden = {"range": [-0.1, 1.1], "showticklabels": False, "showgrid": False}
    return chart("Options of all trials", reads, [*traces, *labels], told, ticks, hidden)


def _place(axis: dict[str, Any], value: float) -> float:
    low, high = axis["range"]
    return (value - low) / (high - low) if high > low else 0.5


def _line(axes: Sequence[dict[str, Any]], place: int, colour: float) -> go.Scatter:
    ended_early, better = colour >= 1, colour < BETTER
    return go.Scatter(
        x=list(range(len(axes))),
        y=[_place(axis, axis["values"][place]) for axis in axes],
        mode="lines+markers",
        line={"color": GREY if ended_early else BLUE if better else ORANGE, "width": 1.4},
        marker={"size": 4},
        opacity=0.75,
        showlegend=False,
        hoverinfo="skip",
    )


def _end(axis: dict[str, Any], side: int, place: int) -> go.Scatter:
    """Return the text at the lower or upper end of an axis."""
    at = (min, max)[side](axis["tickvals"])
    text = axis["ticktext"][axis["tickvals"].index(at)]
    y = _place(axis, at) + (0.05 if side else -0.05)
    marks = {"mode": "text", "showlegend": False, "hoverinfo": "skip"}
    return go.Scatter(x=[place], y=[y], text=[text], **marks)


def _axis(one: Dimension, values: Sequence[Any]) -> dict[str, Any]:
    """Return an axis of an option; a trial in which it has no say lies below all values."""
    if one.choices is not None:
        labels = list(one.choices)
        places = [float(labels.index(v) if v in labels else -1) for v in values]
        ticks = {float(place): label[:LABEL] for place, label in enumerate(labels)}
        low, high = 0.0, float(len(labels) - 1)
    else:
        to = math.log10 if one.log else float
        low, high = to(one.low), to(one.high)
        below = low - BEYOND * (high - low)
        places = [below if value is None else to(value) for value in values]
        ticks = _ticks(low, high, one.log)
    if None in values:
        low = min(places)
        ticks = {low: "none", **ticks}
    return {
        "label": short(one.path),
        "values": places,
        "range": [low, high],
        "tickvals": list(ticks),
        "ticktext": list(ticks.values()),
    }


def _ticks(low: float, high: float, log: bool = False) -> dict[float, str]:
    places = [low + part * (high - low) / 4 for part in range(5)]
    return {at: f"{10**at if log else at:.2g}" for at in places}


def _objective(study: Study, trials: Sequence[Any]) -> tuple[dict[str, Any], list[float]]:
    """Return the axis of what trials came to, and a colour from 0 to .94 for each; 1: ended."""
    values = [_value(trial) if OUTCOME in trial.user_attrs else None for trial in trials]
    known = [value for value in values if value is not None]
    to = math.log10 if axis_of(known) else float
    low, high = to(min(known)), to(max(known))
    span, worse = (high - low) or 1.0, 1 if study.plan.low else -1
    edge = (high if study.plan.low else low) + worse * BEYOND * span
    ticks = _ticks(low, high, to is math.log10)
    ticks |= {edge: "ended"} if None in values else {}
    places = [edge if value is None else to(value) for value in values]
    far = [(p - low) / span if study.plan.low else (high - p) / span for p in places]
    colours = [1.0 if v is None else 0.94 * f for v, f in zip(values, far, strict=True)]
    axis = {
        "label": study.plan.metric,
        "values": places,
        "range": [min(places), max(places)],
        "tickvals": list(ticks),
        "ticktext": list(ticks.values()),
    }
    return axis, colours


def _importances(study: Study) -> Chart | None:
    import optuna

    if len(whole(study)) < FEWEST or study.plan.against:
        return None
    try:
        found = optuna.importance.get_param_importances(study.optuna)
    except (ValueError, RuntimeError, ImportError):  # all alike, or nothing in common
        return None
    order = sorted(found.items(), key=lambda item: item[1])
    bars = go.Bar(
        x=[share for _, share in order],
        y=[short(path) for path, _ in order],
        orientation="h",
        marker={"color": BLUE},
    )
    summary = "; ".join(f"{path} {share:.0%}" for path, share in reversed(order))
    reads = (
        f"Share of the differences in {study.plan.metric} among whole trials that each option "
        f"explains. Few trials tell little: a guide to what to look at, not a proof."
    )
    names = {"automargin": True, "dtick": 1, "nticks": None}
    return chart("What decided most", reads, [bars], summary, {"tickformat": ".0%"}, names)


def _front(study: Study) -> Chart | None:
    """Quality against computing time, with the trials that no other beats in both."""
    trials = [trial for trial in whole(study) if trial.number in may_win(study)]
    if not study.plan.against or not trials:
        return None
    front = pareto(trials, study.plan.low)
    line = go.Scatter(
        x=[_seconds(trial) for trial in front],
        y=[_value(trial) for trial in front],
        mode="lines",
        name="front",
        line={"color": GREEN, "shape": "hv"},
        hoverinfo="skip",
    )
    dots = _dots(trials, "trials", {"color": BLUE, "size": 8})
    dots.x = [_seconds(trial) for trial in trials]
    summary = "; ".join(f"{number(_value(t))} in {number(_seconds(t))} s" for t in front)
    reads = "Trials on the green line are beaten by no other in both quality and time."
    title = {"title": {"text": "seconds", "standoff": 6}}
    values = axis_of([_value(trial) for trial in trials])
    return chart("Quality against time", reads, [dots, line], summary, title, values)


def _seconds(trial: Any) -> float:
    return float(trial.user_attrs[OUTCOME]["seconds"])


def pareto(trials: Sequence[Any], low: bool) -> list[Any]:
    """Return the trials that no other beats in both objective and time, the quickest first."""
    found, best = list[Any](), math.inf
    for trial in sorted(trials, key=lambda one: (_seconds(one), _value(one) * (1 if low else -1))):
        loss = _value(trial) if low else -_value(trial)
        if loss < best:
            found, best = [*found, trial], loss
    return found
