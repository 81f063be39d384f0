"""Rules of controllers: what they read must be there."""

from collections.abc import Iterator

from gansmith.preflight.case import Case, Finding, rules
from gansmith.preflight.fixes import without
from gansmith.registry import conditions, controllers, games

REFERENCE = "Karras et al. 2020, arXiv:2006.06676"


@rules.add
def no_held_out_margin(case: Case) -> Iterator[Finding]:
    """A controller that reads D's margin on held-out reals needs such reals, and plain samples.

    Reference: Karras et al. 2020, arXiv:2006.06676.
    """
    recipe = case.recipe
    reading = [c for c in recipe.controllers if "held_out" in _reads(c.name)]
    told = any(conditions.get(c.name).facts.belong for c in recipe.conditions)
    translates = games.get(recipe.game.name).facts.translates
    for controller in reading:
        if told or translates:
            yield Finding(
                "no_held_out_margin",
                "refuse",
                f"controllers.{controller.name}",
                "reads D's margin between held-out reals and fakes, which cannot be had where"
                " samples are conditioned on something",
                "leave it out; a schedule as linear or cosine reads the clock alone",
                without(recipe, "controllers", [controller]),
                REFERENCE,
            )
        elif not recipe.data.held_out:
            yield Finding(
                "no_held_out_margin",
                "refuse",
                f"controllers.{controller.name}",
                "reads D's margin between held-out reals and fakes, but there are no held-out"
                " reals",
                "set data.held_out = 0.1",
                {"data.held_out": 0.1},
                REFERENCE,
            )


@rules.add
def no_exams_to_read(case: Case) -> Iterator[Finding]:
    """A controller that reads exams needs a metric that they measure."""
    recipe = case.recipe
    for controller in recipe.controllers:
        if "exam" in _reads(controller.name) and recipe.evaluation.metrics == ():
            yield Finding(
                "no_exams_to_read",
                "refuse",
                f"controllers.{controller.name}",
                "waits for exams that get better, but exams measure nothing",
                'set evaluation.metrics = ["frechet_distance"]',
                {"evaluation.metrics": ["frechet_distance"]},
                "torch's ReduceLROnPlateau",
            )


def _reads(name: str) -> tuple[str, ...]:
    return controllers.get(name).facts.reads
