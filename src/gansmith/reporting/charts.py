"""The charts of a run as plotly figures: what to draw, and how to read it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gansmith.doctor.history import History, Series
from gansmith.reporting.downsample import POINTS, running_mean, thin
from gansmith.reporting.plans import COLOURS, FAKE, GREY, PLANS, REAL, Curve, Plan
from gansmith.reporting.wording import MAIN, as_sentence, metric_names, number
from gansmith.values import value_of

DISTANCES = MAIN  # metrics that fall by orders of magnitude
SMOOTHED = 60  # curves with more points are drawn faint, under their running mean


@dataclass(frozen=True)
class Chart:
    """A chart of the page: a title, one sentence on how to read it, and a plotly figure as JSON.

    ``column`` is that of its only curve, where it has but one.
    """

    title: str
    reads: str
    figure: str
    summary: str
    column: str = ""


def signal_charts(history: History) -> list[Chart]:
    """Return the charts of losses, terms, scores, gradients and updates that the run recorded."""
    losses, *others = [_planned(history, plan) for plan in PLANS]
    charts = [losses, _terms(history), _scores(history), *others]
    return [chart for chart in charts if chart]


def knob_charts(history: History) -> list[Chart]:
    """Return one chart for each kind of knob that moved."""
    names = [name for name in history.names() if name.startswith("knob/")]
    moved = [name for name in names if _moves(history.column(name))]
    kinds = sorted({name.rpartition(".")[2] for name in moved})
    return [_knob(history, kind, [n for n in moved if n.endswith(kind)]) for kind in kinds]


def metric_charts(history: History) -> list[Chart]:
    """Return one chart for each metric, with the reals' own value as a line."""
    names = metric_names(history.measured)
    return [chart for name in names if (chart := _metric(history, name))]


def was_thinned(history: History) -> bool:
    """Say whether any curve has more points than are drawn."""
    return history.ticks > POINTS


def _planned(history: History, plan: Plan) -> Chart | None:
    curves = [curve for curve in plan.curves if len(history.column(curve.column).known.kimg)]
    if not curves:
        return None
    traces = [trace for curve in curves for trace in _line(history, curve, plan.log)]
    axis = _log_axis(history.column(curve.column) for curve in curves) if plan.log else {}
    axis |= {"range": [-0.03, 1.03], "tickformat": ".0%"} if plan.share else {}
    return Chart(plan.title, plan.reads, _figure(traces, axis), _summary(history, curves))


def _terms(history: History) -> Chart | None:
    names = [name for name in history.names() if name.startswith("term/")]
    curves = tuple(
        Curve(name, name.partition("/")[2], COLOURS[i % len(COLOURS)])
        for i, name in enumerate(names)
    )
    reads = "What each term adds to its player's loss, weight included."
    return _planned(history, Plan("Terms", reads, curves))


def _scores(history: History) -> Chart | None:
    sides = [
        side for side in ("real", "fake") if len(history.column(f"scores/{side}/mean").known.kimg)
    ]
    if not sides:
        return None
    curves = [
        Curve(f"scores/{side}/mean", side, REAL if side == "real" else FAKE) for side in sides
    ]
    traces = [_band(history, curve) for curve in curves]
    traces += [trace for curve in curves for trace in _line(history, curve, False)]
    held_out = history.column("scores/held_out/mean")
    traces += [_points(held_out, "held-out real", COLOURS[2])] if held_out else []
    reads = (
        "Mean score of real and fake samples, with one standard deviation. Held-out reals are"
        " scored at single moments and scatter; if they sink towards the fakes and stay there, the"
        " discriminator has memorised its data."
    )
    return Chart("Scores", reads, _figure(traces, {}), _summary(history, curves))


def _band(history: History, curve: Curve) -> dict[str, Any]:
    mean = history.column(curve.column)
    std = history.column(curve.column.replace("/mean", "/std"))
    if len(std.kimg) != len(mean.kimg):
        return _trace([], [], curve, showlegend=False)
    low, high = (
        thin(running_mean(Series(mean.kimg, mean.values + s * std.values))) for s in (-1, 1)
    )
    low, high = low.known, high.known
    outline = (
        np.concatenate([low.kimg, high.kimg[::-1]]),
        np.concatenate([low.values, high.values[::-1]]),
    )
    trace = _trace(*outline, curve, showlegend=False, hoverinfo="skip", fill="toself", opacity=0.16)
    return trace | {"line": {"width": 0, "color": curve.colour}, "fillcolor": curve.colour}


def _line(history: History, curve: Curve, log: bool) -> list[dict[str, Any]]:
    series = history.column(curve.column)
    if log:
        series = Series(series.kimg, np.where(series.values > 0, series.values, np.nan))
    smoothed = running_mean(series) if len(series.kimg) > SMOOTHED else series
    bold = _trace(*thin(smoothed), curve, legendgroup=curve.label)
    if len(series.kimg) <= SMOOTHED:
        return [bold]
    faint = {"showlegend": False, "hoverinfo": "skip", "opacity": 0.28, "legendgroup": curve.label}
    raw = _trace(*thin(series), curve, **faint)
    return [raw | {"line": {"width": 1, "color": curve.colour}}, bold]


def _points(series: Series, label: str, colour: str) -> dict[str, Any]:
    trace = _trace(*thin(series), Curve("", label, colour))
    return trace | {"mode": "lines+markers", "marker": {"size": 5, "color": colour}}


def _moves(series: Series) -> bool:
    known = series.known.values
    return len(known) > 1 and float(np.ptp(known)) > 1e-9 * float(np.abs(known).max())


def _knob(history: History, kind: str, names: Sequence[str]) -> Chart:
    curves = [
        Curve(name, _owner(name), COLOURS[i % len(COLOURS)], "dot" if i % 2 else "solid")
        for i, name in enumerate(names)
    ]
    traces = [_trace(*thin(history.column(c.column)), c) for c in curves]
    for trace in traces:
        trace["line"]["shape"] = "hv"
    return Chart(
        kind,
        "Set by its controller while training ran.",
        _figure(traces, {}),
        _summary(history, curves),
    )


def _owner(knob: str) -> str:
    """Whose knob it is: ``generator`` of ``knob/optimizers.generator.lr``."""
    parts = knob.removeprefix("knob/").split(".")
    return parts[-2] if len(parts) > 1 else parts[0]


def _metric(history: History, name: str) -> Chart | None:
    series, floor = history.column(f"metrics/{name}"), history.column(f"floor/{name}")
    if not len(series.known.kimg):
        return None
    value = value_of(name, history.values)
    traces = [_points(series, "fakes", FAKE)]
    if len(floor.known.kimg):
        own = Curve("", "other reals", GREY, "dash")
        level = np.full(2, np.median(floor.known.values))
        ends = np.array([series.kimg[0], series.kimg[-1]])
        traces.append(_trace(ends, level, own))
    better = f"{value.better} is better" if value.better else ""
    reads = "; ".join(part for part in (value.meaning, better) if part)
    reads = as_sentence(reads) if reads else ""
    summary = _summary(history, [Curve(f"metrics/{name}", value.title, FAKE)])
    axis = _log_axis([series, floor]) if name in DISTANCES and _is_wide(series, floor) else {}
    return Chart(value.title, reads, _figure(traces, axis), summary, f"metrics/{name}")


def _is_wide(*curves: Series) -> bool:
    values = np.concatenate([curve.known.values for curve in curves])
    return bool(values.min() > 0 and values.max() > 20 * values.min())


def _log_axis(curves: Iterable[Series]) -> dict[str, Any]:
    """A log axis with ticks that read as numbers: 1, 2, 5 in a narrow range, else decades."""
    values = np.concatenate([curve.known.values for curve in curves])
    values = values[values > 0]
    if not len(values):
        return {}
    low, high = np.log10(values.min()), np.log10(values.max())
    steps = (1, 2, 5) if high - low < 1.5 else (1,)
    every = max(1, round((high - low) / 6))
    decades = range(int(np.floor(low)), int(np.ceil(high)) + 1, every)
    ticks = [step * 10.0**decade for decade in decades for step in steps]
    return {"type": "log", "tickvals": ticks, "ticktext": [f"{tick:g}" for tick in ticks]}


def _trace(x: Any, y: Any, curve: Curve, **more: Any) -> dict[str, Any]:
    return {
        "x": np.asarray(x, dtype=np.float32),
        "y": np.asarray(y, dtype=np.float32),
        "name": curve.label,
        "mode": "lines",
        "line": {"color": curve.colour, "width": 1.8, "dash": curve.dash},
        **more,
    }


def _figure(traces: Iterable[dict[str, Any]], axis: dict[str, Any]) -> str:
    """Return the figure as JSON; plotly checks every name in it, so a typing slip fails here."""
    import plotly.graph_objects as go

    figure = go.Figure([go.Scatter(**trace) for trace in traces if len(trace["x"])])
    figure.update_layout(
        template={},
        margin={"l": 52, "r": 12, "t": 30, "b": 34},
        hovermode="x unified",
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": 12}},
        xaxis={
            "title": {"text": "kimg", "standoff": 6},
            "zeroline": False,
            "nticks": 7,
            "rangemode": "tozero",
        },
        yaxis={"zeroline": False, "nticks": 6, "exponentformat": "power", **axis},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )
    return str(json.dumps(json.loads(figure.to_json()), separators=(",", ":")))


def _summary(history: History, curves: Iterable[Curve]) -> str:
    """One line for readers who cannot see the chart: where each curve begins and ends."""
    return "; ".join(
        f"{curve.label} from {number(history.early(curve.column))}"
        f" to {number(history.recent(curve.column))}"
        for curve in curves
    )
