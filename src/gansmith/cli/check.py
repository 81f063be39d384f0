"""``gansmith check``: a recipe or a data set, before a second of training."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from gansmith.cli.output import say, say_json
from gansmith.errors import DataError, RecipeError, UsageError
from gansmith.finding import refusals
from gansmith.shown import one_line

if TYPE_CHECKING:
    from gansmith.data.options import Options
    from gansmith.training.start import Trial


def check(
    what: str,
    /,
    *,
    data: str | None = None,
    set: Annotated[tuple[str, ...], Parameter(negative="", consume_multiple=False)] = (),
    json: Annotated[bool, Parameter(negative="")] = False,
    page: Path | None = None,
    quarantine: Path | None = None,
    trust: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Check a recipe or a data set without training; exit code 1 where training would refuse.

    Each finding has a rule, a severity (refuse, warn or note), a reason, what to do, the changes of
    the recipe that do it, and a reference.

    Args:
        what: a recipe (file or shipped name), or data (folder, archive, array, embedded name).
        data: the data to check a recipe with, in place of its own.
        set: a change to the recipe by dotted path, or how data are to be read (data.range,
            data.size, data.channels, data.crop, data.labels, data.allow_corrupt, data.held_out,
            data.largest, data.flip, data.turn, seed); may be given again.
        json: print one JSON document.
        page: for data, also write one HTML page with the images concerned to this file.
        quarantine: for data, also write the list of files to put aside into this folder; no file
            is moved or deleted.
        trust: import the parts that the recipe names by import path.

    Raises:
        RecipeError: a rule refuses the recipe or the data; all that is found is printed first.
        UsageError: a page or list is requested, but a recipe has none; or --data or a change says
            nothing about data alone.
        DataError: the page or list cannot be written.
    """
    from gansmith.cli.data_settings import options_of
    from gansmith.recipe.tree import parse_changes, shipped

    is_recipe = what.lower().endswith(".toml") or (
        what in shipped() and not set_is_data(what, data, set)
    )
    if is_recipe and (page or quarantine):
        raise UsageError(f"--page and --quarantine are for data, but {what} is a recipe")
    found = (
        check_recipe_file(what, data, parse_changes(set), trust)
        if is_recipe
        else check_data(what, options_of(what, data, parse_changes(set)))
    )
    if json:
        say_json(found["document"])
    elif found["text"]:
        say(found["text"])
    for line in written(found, page, quarantine):
        if not json:
            say(line)
    if found["refused"]:
        raise RecipeError(found["refused"], what)


def set_is_data(what: str, data: str | None, changes: tuple[str, ...]) -> bool:
    """Say whether a word that names a shipped recipe is a folder here instead."""
    return Path(what).is_dir() and data is None and not changes


def written(found: dict[str, Any], page: Path | None, quarantine: Path | None) -> Iterator[str]:
    """Write a page of an audit and a list of offenders if wanted; yield a line on each."""
    from gansmith.data.audit.page import write_offenders, write_page

    if page:
        yield f"page {write_page(found['report'], page)}"
    if quarantine:
        yield f"list {write_offenders(found['report'], quarantine)}"


def check_data(source: str, options: "Options") -> dict[str, Any]:
    """Audit a data set."""
    from gansmith.data import AuditReport, audit
    from gansmith.data.audit.findings import unusable
    from gansmith.imports import permit
    from gansmith.runs.console import Display

    permit(source)
    try:
        with Display().reading("looking") as progress:
            report = audit(source, progress=progress, options=options)
    except DataError as error:
        report = AuditReport(source, {}, (unusable(error),))
        said = "\n".join(report.findings[0].lines()[1:])  # the error says the rest
    else:
        said = report.text()
    return {
        "document": report.as_dict(),
        "text": said,
        "refused": refusals(report.findings),
        "report": report,
    }


def check_recipe_file(
    path: str, data: str | None, changes: dict[str, Any], trust: bool = False
) -> dict[str, Any]:
    """Check a recipe: every part is built for its data, on this machine, and every rule applied."""
    from gansmith.training.start import try_recipe

    trial = try_recipe(path, data, changes, trust)
    findings = [finding.as_dict() for finding in trial.findings]
    return {
        "document": {
            "recipe": path,
            "sound": trial.sound,
            "facts": trial.facts,
            "findings": findings,
            "resolved": trial.resolved,
        },
        "text": "\n".join(_lines(path, trial)),
        "refused": refusals(trial.findings),
    }


def _lines(path: str, trial: "Trial") -> list[str]:
    lines = [f"{one_line(path)} {'is sound' if trial.sound else 'cannot work as it is'}"]
    lines += [one_line(f"  {name}: {value}") for name, value in trial.facts.items()]
    for finding in trial.findings:
        lines += finding.lines()
    return lines
