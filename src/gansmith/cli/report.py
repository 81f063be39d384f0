"""``gansmith report``: one self-contained page about a run, a search or a study."""

from typing import Annotated

from cyclopts import Parameter

from gansmith.cli.output import say
from gansmith.shown import one_line


def report(
    run: str,
    *,
    out: str | None = None,
    trust: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Write one self-contained HTML page about a run: samples, curves, metrics, diagnosis, recipe.

    Of a search it shows the winning recipe and what was learned, every trial and which options
    decided most; of a study the recipes with intervals over their seeds. The page needs no
    network and can be sent to anyone.

    Args:
        run: the folder of the run, search or study.
        out: file to write; report.html in that folder if left out.
        trust: connect to the database that the folder of a search or study names.
    """
    from gansmith.study.folders import holds_study

    if holds_study(run):
        from gansmith.study.page import write_report as write_study

        return say(one_line(str(write_study(run, out, trust))))
    from gansmith.reporting.page import write_report

    return say(one_line(str(write_report(run, out))))
