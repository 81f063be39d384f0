"""A recipe's data opened for training, audited, and what choices depend on."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

from gansmith.data import Data, DataFinding, look_over, open_data
from gansmith.data.audit.enough import few
from gansmith.data.open import moved
from gansmith.data.pairs import open_pairs, open_unmatched
from gansmith.data.prepare.photographic import looks_photographic
from gansmith.data.source import Source
from gansmith.errors import RecipeError
from gansmith.finding import Finding
from gansmith.recipe.declared import directions, of_condition
from gansmith.recipe.defaults import Surroundings
from gansmith.recipe.recipe import Recipe
from gansmith.runs.console import Display
from gansmith.training.device import choose_device
from gansmith.training.startup.speed_trial import Pace

AS_NAMED = frozenset(
    (
        "size",
        "channels",
        "held_out",
        "allow_corrupt",
        "crop",
        "flip",
        "turn",
        "range",
        "labels",
        "cache",
        "largest",
        "kind",
        "columns",
        "rows",
        "target",
        "tokens",
        "windows",
        "rate",
        "seconds",
        "loudness",
    )
)  # options of the data that are called so in the recipe too


def open_for(recipe: Recipe, display: Display, pace: Pace, held: Source | None = None) -> Data:
    """Open the data, not yet mirrored or turned where samples have no inputs."""
    if recipe.data.source is None:
        raise RecipeError(["data.source is missing; add it to the recipe or give --data"])
    options: dict[str, Any] = recipe.data.model_dump(include=set(AS_NAMED))
    source, inputs = held or recipe.data.source, of_condition(recipe, "source")
    with display.reading() as progress:
        options |= {"seed": recipe.seed, "progress": progress, "afford": pace.afford}
        if not inputs:
            data = open_data(source, **options | {"flip": False, "turn": False})
        elif directions(recipe) == 2:
            data = open_unmatched(source, inputs, **options)
        else:
            data = open_pairs(source, inputs, **options)
    for line in data.facts.get("warnings", ()):
        display.say(f"data: {line}")
    return data


def look_before(recipe: Recipe, data: Data, display: Display) -> Sequence[DataFinding]:
    """Report what a quick audit of the data finds, unless the recipe wants none."""
    if not recipe.data.audit:
        return ()
    with display.reading("looking over the data") as progress:
        found = look_over(data, progress=progress)
    for finding in found:
        tell(display, finding)
    return found


def move(recipe: Recipe, data: Data) -> Data:
    """Return the data mirrored and turned as the recipe has it."""
    if data.inputs:
        return data
    return moved(data, recipe.data.flip, recipe.data.turn, recipe.seed)


def surroundings(recipe: Recipe, data: Data, settled: bool = False) -> Surroundings:
    """Return what choices depend on; ``settled`` where a run is gone on with."""
    choices = data.facts.get("choices", {})
    known = choices if isinstance(choices, Mapping) else {}
    counted = data.kind.pixels and "crops" not in data.facts and not data.inputs
    return Surroundings(
        shape=data.shape,
        count=len(data.train),
        device=choose_device(recipe.runtime.device).type,
        cores=os.cpu_count() or 1,
        kind=data.kind,
        why_size=str(known.get("size", "")),
        why_kind=str(known.get("kind", "")),
        few=few(min(data.shape[1:])) if counted else data.kind.defaults.few,
        photographs=looks_photographic(data),
        settled=settled,
    )


def tell(display: Display, finding: Finding) -> None:
    """Say a finding, with the options that fix it."""
    for line in (f"{finding.severity}: {finding.sentence}", *finding.options()):
        display.say(line)
