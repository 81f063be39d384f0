"""How long a training step takes, measured on the spot, and the size of images that affords.

Nets of a recipe cost about four times as much for each doubling of the side, so that a budget holds
many steps of small images or few of large ones (ADR 14).
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from gansmith.data import Data
from gansmith.data.prepare.defaults import Most
from gansmith.data.samples import Rows
from gansmith.errors import GansmithError
from gansmith.recipe.declared import conditioned_on, of_condition, read_beside
from gansmith.recipe.defaults import Surroundings, complete, usual_budget
from gansmith.recipe.durations import in_words
from gansmith.recipe.recipe import Recipe
from gansmith.training.parts.build import build_parts
from gansmith.training.parts.setup import Setup
from gansmith.training.runtime import Runtime
from gansmith.training.startup.expected_result import USEFUL, fitting, outlook
from gansmith.training.trainer import Trainer

SIZES = (16, 32, 64, 128, 256)
DEARER = 4.0  # times as long takes a step at twice the side
SAMPLES, CLASSES = 64, 10  # of data that are made up to be timed


class Pace:
    """Seconds that a step takes, by the side of square images; each is measured once.

    Args:
        recipe: as the user gave it; what it leaves open is chosen as for a run.
        runtime: the device; with several processes the first one's clock counts.
    """

    def __init__(self, recipe: Recipe, runtime: Runtime) -> None:
        self.recipe, self.runtime = recipe, runtime
        self.budget = recipe.length.budget or usual_budget(runtime.device.type)
        self.measured: dict[int, float] = {}
        self.guessed: dict[int, float] = {}

    def afford(self, longest: int, count: int) -> Most | None:
        """Return the longest side, up to ``longest``, at which a useful number of steps fits.

        Sides are tried from 16 pixels up, until steps are too few. None where there is nothing to
        choose, or where the recipe cannot be built: then building it for its data says why.

        Args:
            longest: side that the images could have.
            count: how many images there are.
        """
        sides = [*(side for side in SIZES if side < longest), longest]
        try:
            best = self._largest(sides, count) if len(sides) > 1 else None
        except (GansmithError, ValueError):
            return None
        return Most(best, self._why(best)) if best else None

    def outlook(self, recipe: Recipe, data: Data) -> str:
        """Say what can be expected of a whole recipe; nothing where its length is not a time."""
        budget, batch = recipe.length.budget, recipe.data.batch
        if not budget or not batch:
            return ""
        square = data.kind.pixels and data.shape[1] == data.shape[2]
        side = data.shape[1] if square else 0
        if side not in self.measured:
            self.measured[side] = seconds_a_step(recipe, data, self.runtime)
        return outlook(budget, self.measured[side], batch, len(data.train), data.kind.pixels)

    def _largest(self, sides: list[int], count: int) -> int:
        best = sides[0]
        for side in sides:
            self.measured[side] = self._measure(side, count)
            if self._fitting(side) < USEFUL:
                break
            best, beyond = side, DEARER * self.measured[side]
            if side != sides[-1] and fitting(self.budget, beyond) < USEFUL:
                self.guessed[2 * side] = beyond
                break
        return best

    def _measure(self, side: int, count: int) -> float:
        shape = (self.recipe.data.channels or 3, side, side)
        around = Surroundings(shape, count, self.runtime.device.type, 1)
        recipe, _ = complete(_alone(self.recipe), around)
        return seconds_a_step(recipe, made_up(shape, recipe), self.runtime)

    def _fitting(self, side: int) -> int:
        return fitting(self.budget, (self.measured | self.guessed)[side])

    def _why(self, best: int) -> str:
        sides = sorted(self.measured | self.guessed)[-3:]
        told = ", ".join(f"about {self._fitting(side):,} at {side}" for side in sides)
        within = f"fit into {in_words(self.budget)} here ({told})"
        if self._fitting(best) < USEFUL:
            return f"{best} x {best}: the smallest; fewer than {USEFUL:,} steps {within}"
        known = ", ".join(map(str, SIZES))
        return f"{best} x {best}: the largest of {known} at which {USEFUL:,} steps {within}"


def seconds_a_step(
    recipe: Recipe,
    data: Data,
    runtime: Runtime,
    steps: int = 3,
    clock: Callable[[], float] = time.monotonic,
) -> float:
    """Return the mean time of a few steps of a whole recipe, by nets that are thrown away.

    The first step, in which memory is found and kernels are chosen, does not count.

    Args:
        recipe: with nothing left to choose.
        data: to step on.
        runtime: of the run, whose first process's time counts; the steps have one of their own.
        steps: to make, two or more.
        clock: gives seconds.

    Raises:
        GansmithError: the recipe cannot be built.
    """
    own = recipe.runtime
    apart = Runtime(own.device, own.precision, recipe.seed, own.threads, own.deterministic)
    watch = _Stopwatch(steps, apart.device, clock)
    Trainer(build_parts(Setup(_alone(recipe), data, apart))).run(watch)
    return runtime.first((watch.moments[-1] - watch.moments[1]) / (steps - 1))


class _Stopwatch:
    """Lets a trainer make a few steps and notes the moment before each and after the last."""

    def __init__(self, steps: int, device: torch.device, clock: Callable[[], float]) -> None:
        self.steps, self.device, self.clock = steps, device, clock
        self.moments: list[float] = []

    def enough(self, trainer: Trainer) -> bool:
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)
        self.moments.append(self.clock())
        return trainer.step >= self.steps

    def tick(self, trainer: Trainer, signals: dict[str, float]) -> None: ...


def _alone(recipe: Recipe) -> Recipe:
    """Return a recipe without what needs more than its data, or takes long to begin."""
    runtime = recipe.runtime.model_copy(update={"compile": False})
    return recipe.model_copy(update={"transfer": None, "runtime": runtime})


def made_up(shape: tuple[int, ...], recipe: Recipe) -> Data:
    """Return noise in the shape of a recipe's data, with classes and inputs where it wants them."""
    draws = np.random.default_rng(0)
    values = draws.integers(0, 256, (SAMPLES, *shape), dtype=np.uint8)
    names = tuple(map(str, range(CLASSES))) if conditioned_on(recipe, "labels") else ()
    beside = {name: np.zeros(SAMPLES) for name in read_beside(recipe) if name != "labels"}
    beside |= {"captions": np.full(SAMPLES, "", object)} if "captions" in beside else {}
    labels = np.arange(SAMPLES) % CLASSES if names else None
    facts = {"classes": dict.fromkeys(names, SAMPLES // CLASSES)} if names else {}
    parts: dict[str, Any] = {
        "train": Rows(values, None, labels, beside),
        "held_out": Rows(values[:0]),
    }
    parts |= {"shape": shape, "classes": names, "name": "noise", "digest": "", "facts": facts}
    wanted = of_condition(recipe, "source") is not None
    return Data(**parts, inputs=Data(**parts) if wanted else None)
