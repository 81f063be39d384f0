"""An evaluation in a sentence or two: how far the fakes are from the reals, and what they lack."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gansmith.runs.folder import RECIPE
from gansmith.values import known_values

NEAR = 1.1  # times the noise floor, within which a distance is not a visible difference


def verdict_of(found: Mapping[str, Any]) -> str:
    """Return in words what the numbers come to, beside what other reals would get.

    Args:
        found: what ``evaluate`` returns.
    """
    told = [_distance(found), _missed(found)]
    return " ".join(sentence for sentence in told if sentence) or "No distance was measured."


def _distance(found: Mapping[str, Any]) -> str:
    known, metrics, floor = known_values(), found["metrics"], found["floor"]
    distances = [n for n in metrics if n in known and known[n].about == "distance"]
    name = next((n for n in distances if known[n].good == "low"), None)
    if name is None:
        return ""
    said, value = name.replace("_", " "), metrics[name]
    if name not in floor:
        return f"The {said} is {value:.4g}; there are too few reals to say what other reals get."
    against = f"{said} {value:.4g}, against {floor[name]:.4g} for other reals"
    if value <= NEAR * floor[name] or _touches(found, name):
        return f"The fakes are indistinguishable from other reals by this measure: {against}."
    if floor[name] <= 0:
        return f"The fakes are distinguishable from reals: {against}."
    return f"The fakes are {value / floor[name]:.3g} times as far off as other reals: {against}."


def _touches(found: Mapping[str, Any], name: str) -> bool:
    """Whether the interval of a number reaches down to its noise floor."""
    ends = found.get("intervals", {}).get(name)
    return ends is not None and ends[0] <= found["floor"][name]


def _missed(found: Mapping[str, Any]) -> str:
    if "coverage" not in found["metrics"]:
        return ""
    floor = found["floor"].get("coverage")
    others = "" if floor is None else f" (with other reals as fakes {1 - floor:.0%})"
    return f"{1 - found['metrics']['coverage']:.0%} of the reals have no fake near them{others}."


def first_of(found: Mapping[str, Any], real: object, fake: object) -> tuple[str, str] | None:
    """Return what to do first about the numbers and the command for it; None: nothing.

    Args:
        found: what ``evaluate`` returns.
        real: the reals, as they were named; without a name there is no command.
        fake: the fakes.
    """
    distance = _distance(found)
    if "indistinguishable" in distance or not distance:
        return None
    says = "Ask the doctor what is wrong with these samples and what to try against it."
    named = [shlex.quote(str(one)) for one in (fake, real) if isinstance(one, str | Path)]
    if len(named) < 2 or not all(map(str, (real, fake))):
        return says, ""
    trained = (Path(str(fake)) / RECIPE).exists()
    return says, f"gansmith diagnose {named[0]}" + ("" if trained else f" --real {named[1]}")
