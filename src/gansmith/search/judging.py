"""What a trained trial is worth: its samples against reals that no trial trained on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from gansmith.data import Data
from gansmith.deploy.loaded import load
from gansmith.evaluation.exam import Exam
from gansmith.evaluation.measure import choices, takes_held_out
from gansmith.features.lookup import built_extractor
from gansmith.recipe.recipe import Recipe, make_recipe
from gansmith.recipe.sections import Part
from gansmith.runs.console import Display
from gansmith.runs.reader import read_run
from gansmith.sampling.first_samples import first_labels, first_samples
from gansmith.search.guard import variety_of
from gansmith.training.device import choose_device
from gansmith.training.runtime import Runtime
from gansmith.training.session.examiner import exam_facts
from gansmith.training.startup.open_for_training import open_for
from gansmith.training.startup.speed_trial import Pace

SAMPLES = 2048  # that a trial is judged by, where so many are held out
FEWEST = 256  # held-out reals, below which the exams of the run itself must do
LATENTS = 0  # seed of the latents that every trial gets


@dataclass(frozen=True)
class Judgement:
    """What a run came to.

    Args:
        metrics: its numbers by name.
        variety: those that tell how varied its samples are.
        by: against what it was judged, in words.
    """

    metrics: Mapping[str, float]
    variety: Mapping[str, float] = field(default_factory=dict)
    by: str = ""


def judge(run: Path) -> Judgement:
    """Judge a finished run: the weights at its end, by held-out reals where there are enough.

    The same latents for every run; the numbers are those of the run's exams. Where fewer than 256
    reals are held out, or samples need an input, the last exam of the run itself is taken.
    """
    recipe = make_recipe(dict(read_run(run).recipe))
    found = _by_held_out(run, recipe)
    if found is not None:
        return found
    last = read_run(run).metrics[-1]["metrics"]
    known = {name: float(value) for name, value in last.items() if value is not None}
    return Judgement(known, variety_of(known), "the run's last exam, for too few are held out")


def _by_held_out(run: Path, recipe: Recipe) -> Judgement | None:
    if recipe.condition is not None or recipe.data.source is None:
        return None  # the exams ask for the same conditions each time
    key = tuple(sorted((name, str(value)) for name, value in _about(recipe).items()))
    exam, count = _exam(key, _Held(recipe))
    if exam is None:
        return None
    fakes = load(run, "last").sample(count, seed=LATENTS)
    metrics = {name: float(value) for name, value in exam(fakes).items()}
    return Judgement(metrics, variety_of(metrics), f"{count:,} held-out reals, as many samples")


def _about(recipe: Recipe) -> dict[str, Any]:
    """Return what the reals of a judgement depend on."""
    data = recipe.data.model_dump(exclude={"batch", "flip", "turn"})
    return {**data, "seed": recipe.seed, "evaluation": str(recipe.evaluation.model_dump())}


class _Held:
    """A recipe that a cache passes on without comparing it."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=2)
def _exam(key: tuple[tuple[str, str], ...], held: _Held) -> tuple[Exam | None, int]:
    """Return the exam of trials with such data, made once a process, and its number of samples."""
    recipe = held.recipe
    runtime = Runtime(recipe.runtime.device, seed=recipe.seed)
    data = open_for(recipe, Display(silent=True), Pace(recipe, runtime))
    count = min(SAMPLES, len(data.held_out))
    if count < FEWEST:
        return None, 0
    return exam_of(recipe, data, count), count


def exam_of(recipe: Recipe, data: Data, count: int) -> Exam:
    """Return the exam that judges by held-out reals.

    Args:
        recipe: whose features and metrics are taken.
        data: of the recipe.
        count: how many reals, and samples.
    """
    trained = first_samples(data.train, count)
    named = recipe.evaluation.extractor or Part(name="pixels")

    def compared(samples: Any) -> Any:
        return data.kind.compared(samples, data.facts)

    extractor = built_extractor(
        named.name,
        named.options,
        reference=(compared(trained), first_labels(data.train, count)),
        device=str(choose_device(recipe.runtime.device)),
        facts=data.facts,
    )
    wanted = choices(recipe.evaluation.metrics or ())
    metrics = [one for one in wanted if not takes_held_out([one])]
    return Exam(
        reals=first_samples(data.held_out, count),
        held_out=trained,
        extractor=extractor,
        metrics=metrics,
        facts=exam_facts(data),
        samples=count,
        compared=compared,
    )
