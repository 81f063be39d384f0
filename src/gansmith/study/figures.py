"""Figures in the manner of the report's, of values and trials in place of a clock."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from gansmith.reporting.charts import Chart

WIDE = 20.0  # ratio of largest to smallest value from which an axis is logarithmic
CLEAR = "rgba(0,0,0,0)"


def chart(
    title: str,
    reads: str,
    traces: Sequence[Any],
    summary: str,
    x: Mapping[str, Any] | None = None,
    y: Mapping[str, Any] | None = None,
) -> Chart:
    """Return a chart of plotly traces.

    Args:
        title: over it.
        reads: how to read it, in a sentence.
        traces: of plotly; their names are checked by it.
        summary: for readers who cannot see it.
        x: of the horizontal axis; None where the traces have no axes.
        y: of the vertical one.
    """
    import plotly.graph_objects as go

    figure = go.Figure(traces)
    legend = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": 12}}
    figure.update_layout(
        template={},
        margin={"l": 60, "r": 16, "t": 34, "b": 40},
        legend=legend,
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
    )
    if x is not None:
        quiet = {"zeroline": False, "nticks": 7}
        figure.update_layout(xaxis={**quiet, **x}, yaxis={**quiet, **(y or {})})
    text = json.dumps(json.loads(figure.to_json()), separators=(",", ":"))
    return Chart(title, reads, text, summary)


def axis_of(values: Sequence[float]) -> dict[str, Any]:
    """Return an axis for values: logarithmic where they are positive and span much."""
    low, high = min(values), max(values)
    return {"type": "log"} if low > 0 and high > WIDE * low else {}
