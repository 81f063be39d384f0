"""One self-contained HTML page about a run, made from its folder alone."""

import base64
import gzip
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from gansmith.doctor.diagnose import judge
from gansmith.doctor.history import History
from gansmith.pages import render
from gansmith.reporting import charts, segments, summary, treatments
from gansmith.reporting.downsample import POINTS
from gansmith.reporting.first_step import first_step
from gansmith.reporting.plans import PALETTE
from gansmith.reporting.sample_images import frames, newest
from gansmith.reporting.sample_texts import moments
from gansmith.reporting.sounds import newest_clips
from gansmith.reporting.wording import as_sentence, flat, number
from gansmith.runs import folder
from gansmith.runs.disk import told
from gansmith.runs.reader import RunRecord, read_run
from gansmith.wording import set_options

TEMPLATE = Path(__file__).with_name("template")
EVENTS = 300  # journal lines shown; a longer journal keeps its ends


def write_report(run: str | Path, out: str | Path | None = None) -> Path:
    """Write the report of a run and return its path.

    The page loads nothing from a network: images, numbers, style and the chart script are inside.

    Args:
        run: the run folder; the run may still be going on.
        out: where to write; ``report.html`` in the run folder if absent.

    Raises:
        RunError: the folder is not a run folder, its recipe is damaged, or the page cannot be
            written.
    """
    record = read_run(run)
    path = Path(out) if out else record.path / folder.REPORT
    text = page(record)
    with told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        folder.write_text(path, text)
    return path


def page(run: RunRecord) -> str:
    """Return the page as text."""
    filters: dict[str, Callable[..., Any]] = {"number": number, "sentence": as_sentence}
    filters["options"] = set_options
    return render(TEMPLATE / "page.html.jinja", content(run), filters)


def content(run: RunRecord) -> dict[str, Any]:
    """Return everything that the template shows."""
    history = History.of(run)
    verdict = judge(history, str(run.path))
    drawn = {
        "quality": segments.marked(charts.metric_charts(history), run),
        "training": segments.marked(charts.signal_charts(history), run),
        "knobs": segments.marked(charts.knob_charts(history), run),
    }
    return {
        "name": run.path.resolve().name,
        "sentence": summary.sentence(run),
        "state": run.state,
        "stopped": summary.stopped(run),
        "made": datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %Z"),
        "facts": summary.facts(run, history),
        "verdict": verdict,
        "first": first_step(run, history, verdict),
        "thumbnail": newest(run.samples),
        "frames": frames(run.samples),
        "moments": moments(run.samples),
        "clips": newest_clips(run),
        "uncovered": frames([(0, run.uncovered)] if run.uncovered else []),
        "uncovered_texts": moments([(0, run.uncovered)] if run.uncovered else []),
        "legend": summary.legend(run),
        "metrics": summary.metric_rows(history),
        "segments": len(run.lineage.segments),
        "treatments": treatments.told(run),
        "charts": drawn,
        "figures": as_json(chart for group in drawn.values() for chart in group),
        "palette": PALETTE,
        "still": _still(history),
        "thinned": POINTS if charts.was_thinned(history) else 0,
        "ticks": history.ticks,
        "journal": _ends([*run.journal, *_left_out(run)]),
        "protocol": flat(_protocol(run)),
        "environment": flat(run.environment),
        "recipe": run.recipe_text,
        "script": (TEMPLATE / "page.js").read_text(encoding="utf-8"),
        "plotly": packed_plotly() if any(drawn.values()) else "",
    }


def as_json(drawn: Iterable[charts.Chart]) -> str:
    """Return figures as one JSON list in the order of the page, safe inside a script element."""
    figures = ",".join(chart.figure for chart in drawn)
    return f"[{figures}]".replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@cache
def packed_plotly() -> str:
    """Return the chart script of the installed plotly, gzipped and in base64: 1.9 MB, not 4.7."""
    from plotly.offline import get_plotlyjs

    packed = gzip.compress(get_plotlyjs().encode(), compresslevel=9, mtime=0)
    return base64.b64encode(packed).decode()


def _still(history: History) -> list[tuple[str, str]]:
    """Knobs that kept their value, with it."""
    names = [name for name in history.names() if name.startswith("knob/")]
    values = {name: history.column(name).known.values for name in names}
    return [
        (name.removeprefix("knob/"), number(float(known[0])))
        for name, known in values.items()
        if len(known) and (known == known[0]).all()
    ]


def _ends(journal: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = [{"at": "", "kimg": None, "event": "", "says": ""} | row for row in journal]
    if len(rows) <= EVENTS:
        return rows
    left_out = {"at": "", "kimg": None, "event": "…", "says": f"{len(rows) - EVENTS} more events"}
    return [*rows[: EVENTS // 2], left_out, *rows[-EVENTS // 2 :]]


def _left_out(run: RunRecord) -> list[dict[str, Any]]:
    """Notes on lines of the records that could not be read."""
    return [{"event": "note", "says": says} for says in run.damage]


def _protocol(run: RunRecord) -> Mapping[str, Any]:
    with_protocol = [
        row["protocol"] for row in run.metrics if isinstance(row.get("protocol"), Mapping)
    ]
    return dict(with_protocol[-1]) if with_protocol else {}
