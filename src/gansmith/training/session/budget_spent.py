"""Where a budget went, in words."""

from pathlib import Path

from gansmith.recipe.durations import in_words
from gansmith.recipe.sections import LengthSection


def about(seconds: float) -> str:
    """Return an estimate of seconds in words."""
    return f"about {in_words(seconds)}" if seconds >= 1 else "a moment"


def too_dear(seconds: float, budget: float, samples: int) -> str:
    """Return what to say where the first exam is left out.

    Args:
        seconds: that it would take.
        budget: what is left of the budget, seconds.
        samples: that it would compare.
    """
    left = f"of {in_words(budget)} that are left" if budget >= 1 else "and no time is left"
    return (
        f"no exam before training: of {samples:,} samples it would take {about(seconds)} {left};"
        f" lower evaluation.samples, or raise length.budget, for one"
    )


def untrained(length: LengthSection, prepared: float, exam: float, run: Path) -> str:
    """Return what to say of a run whose budget was over before its first step.

    Args:
        length: of the run.
        prepared: seconds that preparation took.
        exam: seconds that the first exam took.
        run: its folder.
    """
    budget = in_words(length.budget or 0)
    parts = {"preparation": prepared, "the first exam": exam}
    spent = " and ".join(f"{in_words(t)} into {name}" for name, t in parts.items() if t >= 0.1)
    return (
        f"nothing was trained: the budget of {budget} was over before the first step"
        f"{f' ({spent})' if spent else ''}; give it more time with `gansmith train --resume --run "
        f"{run} --budget ...`, or start again with a smaller data.size or fewer evaluation.samples"
    )
