"""What is asked of a generator: plain values from outside, checked, as latents and conditions."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from gansmith.deploy.directions import Directions
from gansmith.deploy.latents import Chosen, slerp
from gansmith.deploy.loaded import LoadedGenerator
from gansmith.errors import UsageError
from gansmith.sampling.generate import draw_latents
from gansmith.shown import value as quoted

MOST = 256  # samples of one request
SEEDS = 2**31
FAR = 10.0  # standard deviations along a direction
FIELDS = (
    *("count", "seed", "to_seed", "at", "label", "labels", "text", "codes", "condition"),
    *("truncation", "directions", "format"),
)


@dataclass(frozen=True)
class Wish:
    """A request: what to make, and the form in which to send it."""

    chosen: Chosen
    form: str = "json"


def read_wish(told: Any, loaded: LoadedGenerator, found: Directions | None) -> Wish:
    """Read a request.

    Args:
        told: plain values, as JSON has them.
        loaded: the generator that is asked.
        found: directions that it may be asked for by number.

    Raises:
        UsageError: it asks for what there is not.
        ValueError: the run cannot be asked for it.
    """
    if not isinstance(told, Mapping):
        raise UsageError("the request must be a JSON object")
    unknown = [name for name in told if name not in FIELDS]
    if unknown:
        raise UsageError(f"{quoted(unknown[0])} is not known; known are {', '.join(FIELDS)}")
    count = whole(told, "count", 1, 1, MOST)
    form = told.get("format", "json")
    if form != "json" and form not in loaded.kind.written:
        raise UsageError(f"format must be json or one of {', '.join(loaded.kind.written)}")
    latents, shift = _latents(told, count, loaded.latent), None
    step = _step(told, found)
    if step is not None and found is not None:
        shift = step.expand(count, -1) if found.of_styles else None
        latents = latents if found.of_styles else latents + step
    truncation = number(told, "truncation", 1.0, -1.0, 2.0)
    return Wish(Chosen(latents, _asked(told, count, loaded), truncation, shift), form)


def _latents(told: Mapping[str, Any], count: int, latent: int) -> Tensor:
    """Return the latents of a seed; at ``at`` on the way to those of a second one."""
    start = draw_latents(whole(told, "seed", 0, 0, SEEDS), count, latent)
    if told.get("to_seed") is None:
        return start
    end = draw_latents(whole(told, "to_seed", 0, 0, SEEDS), count, latent)
    share = torch.tensor([number(told, "at", 0.5, 0.0, 1.0)])
    return torch.cat([slerp(a, b, share) for a, b in zip(start, end, strict=True)])


def _asked(told: Mapping[str, Any], count: int, loaded: LoadedGenerator) -> dict[str, Tensor]:
    codes, label = told.get("codes"), told.get("label", told.get("labels"))
    if isinstance(label, Sequence) and not isinstance(label, str):
        if len(label) != count or not all(type(one) in (int, str) for one in label):
            raise UsageError(f"labels must name a class for each of the {count} samples")
        label = torch.tensor([_class(one, loaded) for one in label])
    elif label is not None and type(label) not in (int, str):
        raise UsageError("label must be the number or the name of a class")
    given: dict[str, Any] = {"label": label, "code": None}
    if codes is not None:
        if not isinstance(codes, Mapping) or len(codes) > 1000:
            raise UsageError('codes must be an object of numbers, such as {"0": 3}')
        given["code"] = {_index(name): number(codes, name, 0.0, -1e6, 1e6) for name in codes}
    if told.get("text") is not None:
        given["text"] = str(told["text"])[:1000]
    more = told.get("condition") or {}
    if not isinstance(more, Mapping):
        raise UsageError("condition must be an object of values by the name of the condition")
    return loaded.condition(count, {**given, **more})


def _class(told: int | str, loaded: LoadedGenerator) -> int:
    place = loaded.classes.index(told) if told in loaded.classes else told
    if not isinstance(place, int) or not 0 <= place < max(1, len(loaded.classes)):
        raise UsageError(f"there is no class {quoted(told)}")
    return place


def _step(told: Mapping[str, Any], found: Directions | None) -> Tensor | None:
    wanted = told.get("directions")
    if not wanted:
        return None
    if found is None or not isinstance(wanted, Mapping):
        raise UsageError("directions must be an object of numbers, of a run that has latents")
    step = torch.zeros_like(found.steps[0])
    for name in wanted:
        place = _index(name)
        if not 0 <= place < len(found.steps):
            raise UsageError(f"there is no direction {place}; there are {len(found.steps)}")
        step = step + number(wanted, name, 0.0, -FAR, FAR) * found.steps[place]
    return step


def _index(told: object) -> int:
    if not isinstance(told, str) or not told.isascii() or not told.isdecimal() or len(told) > 6:
        raise UsageError(f"{quoted(told)} is not a number from 0")
    return int(told)


def whole(told: Mapping[str, Any], name: str, usual: int, low: int, high: int) -> int:
    """Return a whole number of a request.

    Raises:
        UsageError: it is none, or outside of its range.
    """
    given = told.get(name, usual)
    if type(given) is not int or not low <= given <= high:
        raise UsageError(f"{name} must be a whole number from {low} to {high}")
    return given


def number(told: Mapping[str, Any], name: str, usual: float, low: float, high: float) -> float:
    """Return a number of a request.

    Raises:
        UsageError: it is none, or outside of its range.
    """
    given = told.get(name, usual)
    known = type(given) in (int, float) and math.isfinite(given) and low <= given <= high
    if not known:
        raise UsageError(f"{name} must be a number from {low:g} to {high:g}")
    return float(given)
