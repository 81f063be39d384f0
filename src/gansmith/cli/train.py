"""``gansmith train``."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from gansmith.cli.output import say
from gansmith.cli.usage import at_least, usage_of
from gansmith.errors import TrainingStoppedError
from gansmith.shown import one_line, sentence


def train(
    recipe: str | None = None,
    /,
    *,
    data: str | None = None,
    set: Annotated[tuple[str, ...], Parameter(negative="", consume_multiple=False)] = (),
    run: str | None = None,
    resume: Annotated[bool, Parameter(negative="")] = False,
    from_run: Annotated[str | None, Parameter(name="--from")] = None,
    device: Literal["auto", "cpu", "cuda"] | None = None,
    budget: str | None = None,
    kimg: float | None = None,
    quiet: Annotated[bool, Parameter(negative="")] = False,
    trust: Annotated[bool, Parameter(negative="")] = False,
    segment: Annotated[bool, Parameter(negative="")] = False,
    back_to: str | None = None,
    autopilot: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Train a GAN. Name a recipe, or only --data: what is not said is chosen and explained.

    Args:
        recipe: a recipe file, or one that ships: quickstart, ring, grid, dcgan, sngan, wgan_gp,
            modern, few_shot, colourise, restyle.
        data: a folder, archive or array of images, or a built-in set: mnist, emoji, photos,
            ring, grid.
        set: a change to the recipe by dotted path, as terms.r1.gamma=0.3; may be given again.
        run: the folder for everything the run writes; runs/NAME-N if not said.
        resume: go on with the run in --run, exactly where its last checkpoint is.
        from_run: start from the networks of a trained run, as far as they fit.
        device: where to compute.
        budget: stop in this time, preparation and exams included, and leave a finished run: 90s,
            10m, 1h30m; a number without a unit means seconds.
        kimg: stop after this many thousand real samples seen.
        quiet: print only where the results are.
        trust: with --resume or --from, import the parts that the run folder names by import path.
        segment: with --resume and --set, go on with the changed recipe in a new segment.
        back_to: with --resume, go on from earlier weights in a new segment: best, a step,
            SEGMENT/STEP of a segment that was left, or untrained.
        autopilot: treat what the doctor finds while the run trains, judge each treatment, and undo
            those that do not help; as doctor.autopilot = true.

    Raises:
        UsageError: a change has no equals sign, or a length is none.
    """
    from gansmith.recipe.tree import parse_changes
    from gansmith.training.start import Order
    from gansmith.training.start import train as start

    changes = parse_changes(set)
    at_least("--kimg", kimg, 0, above=True)
    _check_budget(budget)
    given = {"runtime.device": device, "length.budget": budget, "length.kimg": kimg}
    given |= {"transfer.run": from_run, "doctor.autopilot": autopilot or None}
    changes |= {path: value for path, value in given.items() if value is not None}
    try:
        path = start(
            Order(
                recipe, data, changes, run, resume, quiet, trust, segment=segment, back_to=back_to
            )
        )
    except TrainingStoppedError as error:
        if error.run:
            report_of(error.run)
        raise
    name = one_line(str(path))
    say(f"run      {name}\nsamples  {name}/samples\nreport   {report_of(path)}")


def _check_budget(budget: str | None) -> None:
    from gansmith.recipe.durations import seconds

    if budget is not None:
        with usage_of("--budget"):
            seconds(budget)


def report_of(run: Path) -> str:
    """Write the report; should that fail, say so, for the run itself is whole."""
    from gansmith.reporting.page import write_report

    try:
        return one_line(str(write_report(run)))
    except Exception as error:
        return sentence(f"could not be written ({error}); try `gansmith report {run}`")
