"""Where the segments of a run begin, on every chart, and the curves of those that were left."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from gansmith.doctor.history import History
from gansmith.reporting.charts import Chart
from gansmith.reporting.plans import GREY
from gansmith.runs.reader import RunRecord


def marked(charts: Iterable[Chart], run: RunRecord) -> list[Chart]:
    """Return charts with a line at the beginning of each segment of the current line.

    Charts of a metric also show its curve in segments that the run went back behind.
    """
    if not run.lineage.segments:
        return list(charts)
    begun = [one for one in run.lineage.segments if one.number in run.lineage.limits]
    marks = [_mark(one.kimg, one.number) for one in begun]
    left = _left(run)
    return [_with(chart, marks, left) for chart in charts]


def _with(chart: Chart, marks: Sequence[Any], left: Sequence[tuple[int, History]]) -> Chart:
    figure = json.loads(chart.figure)
    figure["layout"]["shapes"] = [shape for shape, _ in marks]
    figure["layout"]["annotations"] = [label for _, label in marks]
    for number, history in left if chart.column else ():
        series = history.column(chart.column).known
        if len(series.kimg) > 1:
            figure["data"].append(_curve(series, number))
    return replace(chart, figure=json.dumps(figure, separators=(",", ":")))


def _mark(kimg: float, number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a line and its label."""
    line = {"color": GREY, "width": 1, "dash": "dot"}
    where = {"x": kimg, "xref": "x", "yref": "paper"}
    shape = {"type": "line", "x0": kimg, "x1": kimg, "y0": 0, "y1": 1, "line": line}
    text = {"text": str(number), "y": 1, "yanchor": "top", "xanchor": "left", "showarrow": False}
    label = {**where, **text, "font": {"size": 11, "color": GREY}}
    return {**shape, "xref": "x", "yref": "paper"}, label


def _curve(series: Any, number: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": f"left: segment {number}",
        "x": series.kimg.tolist(),
        "y": series.values.tolist(),
        "line": {"color": GREY, "width": 1.2, "dash": "dot"},
    }


def _left(run: RunRecord) -> list[tuple[int, History]]:
    """Return the exams that are off the current line, by segment."""
    found = []
    for number in (0, *(one.number for one in run.lineage.segments)):
        limit = run.lineage.limits.get(number, -1.0)
        rows = [row for row in run.segment(number).metrics if not _counts(row, limit)]
        found += [(number, History([], rows))] if rows else []
    return found


def _counts(row: Any, limit: float) -> bool:
    step = row.get("step", 0)
    return not isinstance(step, int | float) or step <= limit
