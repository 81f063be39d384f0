"""What an exam will cost, found by trying a few samples, and how many samples a budget affords."""

import time
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, replace

from gansmith.features.extraction import extract
from gansmith.recipe.defaults import Choice
from gansmith.recipe.durations import in_words
from gansmith.recipe.recipe import Recipe, make_recipe
from gansmith.sampling.generate import make_samples
from gansmith.training.parts.run_parts import Parts
from gansmith.training.session.examiner import SHARE, Examiner
from gansmith.training.session.prompts import SCORED, SHOWN

TRIED = 8  # samples
METRICS = 1.5  # times the time of samples and features: metrics, images and records beside them
FEWEST = 64  # samples, below which no exam is chosen
FIRST = 0.25  # of a budget that the first exam may take


@dataclass(frozen=True)
class Cost:
    """Seconds for each sample of an exam, and for what does not depend on their number.

    Args:
        generated: to generate one.
        features: to take its features.
        scores: to show D the samples whose scores an exam compares.
    """

    generated: float = 0.0
    features: float = 0.0
    scores: float = 0.0

    def first(self, samples: int) -> float:
        """Return the seconds of the first exam, which looks at two sets of reals as well."""
        return self.later(samples) + METRICS * 2 * samples * self.features

    def later(self, samples: int) -> float:
        """Return the seconds of any other exam."""
        generated = (samples + SHOWN + SCORED) * self.generated
        return METRICS * (generated + samples * self.features) + self.scores


def cost_of(examiner: Examiner) -> Cost:
    """Return what exams of this examiner cost; each part is tried twice and timed once."""
    prompts, reals = examiner.prompts.prompts.first(TRIED), examiner.reals[:TRIED]
    inputs, condition = prompts.inputs, prompts.condition
    generator, count = examiner.parts.generator, max(len(reals), 1)
    scored = 3 * SCORED if examiner.compares_scores else 0
    return Cost(
        _timed(lambda: make_samples(generator, inputs, condition)) / max(len(inputs), 1),
        _timed(lambda: extract(examiner.exam.extractor, reals)) / count,
        _timed(lambda: examiner.mean_score(reals)) / count * scored if scored else 0.0,
    )


def _timed(act: Callable[[], object]) -> float:
    act()
    begun = time.monotonic()
    act()
    return time.monotonic() - begun


def affordable_samples(cost: Cost, usual: int, budget: float) -> int:
    """Return how many samples an exam may compare so that two exams take their share of a budget.

    Halved from the usual number, down to 64.
    """
    samples = usual
    while samples > FEWEST and cost.first(samples) + cost.later(samples) > SHARE * budget:
        samples //= 2
    return samples


def examine(
    parts: Parts, choices: Sequence[Choice], settled: bool = False
) -> tuple[Examiner | None, list[Choice]]:
    """Return the first process's examiner, and the choices, with fewer samples where time is short.

    Args:
        parts: of the run; their setup takes the recipe with the new number.
        choices: made so far; a number of samples that the user named stays.
        settled: leave the recipe as it is.

    Raises:
        ValueError: a metric lacks something.
    """
    examiner = Examiner(parts) if parts.runtime.rank == 0 else None
    others = [choice for choice in choices if choice.path != "evaluation.samples"]
    named = "samples" in parts.recipe.evaluation.model_fields_set and len(others) == len(choices)
    costly = parts.data.kind.defaults.costly
    if settled or named or not costly or not parts.recipe.length.budget:
        return examiner, list(choices)
    found = cost_of(examiner) if examiner else Cost()
    cost = Cost(*(parts.runtime.first(value) for value in astuple(found)))
    recipe, choice = with_samples(parts.recipe, cost)
    parts.setup = replace(parts.setup, recipe=recipe)
    if choice is None:
        return examiner, list(choices)
    return Examiner(parts) if examiner else None, [*others, choice]


def with_samples(recipe: Recipe, cost: Cost) -> tuple[Recipe, Choice | None]:
    """Return a recipe whose exams its budget affords, and the choice that was made for it."""
    usual, budget = recipe.evaluation.samples, recipe.length.budget
    samples = affordable_samples(cost, usual, budget) if budget else usual
    if samples >= usual:
        return recipe, None
    because = (
        f"an exam of {usual:,} would take about {in_words(cost.first(usual))} of "
        f"{in_words(budget or 0)}, the first one; exams are to take {SHARE:.0%}"
    )
    tree = recipe.model_dump(exclude_unset=True)
    choice = Choice("evaluation.samples", samples, because)
    return make_recipe(tree, {choice.path: samples}), choice
