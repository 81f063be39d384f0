"""``gansmith report``: one self-contained page about a run."""

from gansmith.cli.output import say
from gansmith.shown import one_line


def report(run: str, *, out: str | None = None) -> None:
    """Write one self-contained HTML page about a run: samples, curves, metrics, diagnosis, recipe.

    The page needs no network and can be sent to anyone.

    Args:
        run: the run folder.
        out: file to write; report.html in the run folder if left out.
    """
    from gansmith.reporting.page import write_report

    say(one_line(str(write_report(run, out))))
