"""The curves of a run as plain values: few enough points for a screen, no peak lost."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from gansmith.doctor.history import History, Series
from gansmith.reporting.downsample import running_mean, thin
from gansmith.reporting.plans import COLOURS, FAKE, GREY, PALETTE, PLANS, REAL, Curve, Plan
from gansmith.reporting.wording import MAIN, metric_names
from gansmith.values import value_of

POINTS = 400  # of one curve
SMOOTHED = 60  # curves with more points get their running mean
NAMES = {colour: name for name, colour in PALETTE.items()}
SPEED = Plan(
    "Throughput", "Samples a second.", (Curve("samples_per_second", "samples a second", REAL),)
)
SCORES = Plan(
    "Scores",
    "Mean score of real and fake samples, and of held-out reals.",
    (
        Curve("scores/real/mean", "real", REAL),
        Curve("scores/fake/mean", "fake", FAKE),
        Curve("scores/held_out/mean", "held-out real", COLOURS[2]),
    ),
)


def charts(history: History) -> list[dict[str, Any]]:
    """Return the charts of a run in the order of the page, each with its curves."""
    plans = [(group, plan) for group, found in _plans(history) for plan in found]
    made = (_chart(history, group, plan) for group, plan in plans)
    return [chart for chart in made if chart["curves"]]


def _plans(history: History) -> Iterator[tuple[str, list[Plan]]]:
    metrics = sorted(metric_names(history.measured), key=lambda name: name not in MAIN)
    yield "quality", [_metric(history, name) for name in metrics]
    names = history.names()
    terms = tuple(
        Curve(name, name.partition("/")[2], COLOURS[i % len(COLOURS)])
        for i, name in enumerate(name for name in names if name.startswith("term/"))
    )
    reads = "What each term adds to its player's loss, weight included."
    yield "training", [PLANS[1], Plan("Terms", reads, terms), SCORES, PLANS[0], *PLANS[2:], SPEED]
    yield "knobs", [_knob(history, name) for name in names if _moved(history, name)]


def _metric(history: History, name: str) -> Plan:
    value = value_of(name, history.values)
    better = f"{value.better} is better" if value.better else ""
    reads = "; ".join(part for part in (value.meaning, better) if part)
    curves = (
        Curve(f"metrics/{name}", "fakes", FAKE),
        Curve(f"floor/{name}", "other reals", GREY, "dash"),
    )
    known = history.column(f"metrics/{name}").known.values
    wide = len(known) > 1 and known.min() > 0 and known.max() > 20 * known.min()
    return Plan(value.title, reads, curves, log=name in MAIN and bool(wide))


def _knob(history: History, name: str) -> Plan:
    reads = "Set by a schedule, a controller, a treatment or by hand."
    return Plan(name.removeprefix("knob/"), reads, (Curve(name, "value", COLOURS[3]),))


def _moved(history: History, name: str) -> bool:
    known = history.column(name).known.values if name.startswith("knob/") else np.empty(0)
    return len(known) > 1 and float(np.ptp(known)) > 1e-9 * float(np.abs(known).max())


def _chart(history: History, group: str, plan: Plan) -> dict[str, Any]:
    found = [(curve, history.column(curve.column)) for curve in plan.curves]
    curves = [_curve(curve, series, group) for curve, series in found if len(series.known.kimg)]
    about = {"title": plan.title, "reads": plan.reads, "log": plan.log, "share": plan.share}
    return {"group": group, **about, "curves": curves}


def _curve(curve: Curve, series: Series, group: str) -> dict[str, Any]:
    smooth = group == "training" and len(series.kimg) > SMOOTHED
    few = thin(running_mean(series) if smooth else series, POINTS)
    return {
        "column": curve.column,
        "label": curve.label,
        "colour": NAMES.get(curve.colour, "grey"),
        "dash": curve.dash,
        "step": group == "knobs",
        "points": group == "quality" and curve.dash == "solid",
        "x": _plain(few.kimg),
        "y": _plain(few.values),
    }


def _plain(values: Any) -> list[float | None]:
    """Return numbers in six digits, as JSON has them; those that are not finite as null."""
    return [float(f"{v:.6g}") if np.isfinite(v) else None for v in values.tolist()]
