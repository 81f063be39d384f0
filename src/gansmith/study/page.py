"""One self-contained HTML page about a search, or about a study of recipes and seeds."""

from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from gansmith.pages import render
from gansmith.reporting.page import TEMPLATE as REPORT_TEMPLATE
from gansmith.reporting.page import as_json, packed_plotly
from gansmith.reporting.plans import PALETTE
from gansmith.reporting.sample_images import frames
from gansmith.reporting.sample_texts import moments
from gansmith.reporting.wording import as_sentence, number
from gansmith.runs.disk import told
from gansmith.runs.folder import REPORT, is_run, write_text
from gansmith.runs.reader import read_run
from gansmith.search.study import look_at
from gansmith.study.folders import SEARCH
from gansmith.study.queue import reopened
from gansmith.study.recipes_page import content as of_recipes
from gansmith.study.search_page import content as of_search

TEMPLATE = Path(__file__).with_name("template")
LINES = 8  # of texts that are shown


def write_report(folder: str | Path, out: str | Path | None = None, trust: bool = False) -> Path:
    """Write the report of a search or a study and return its path.

    Args:
        folder: of the search or the study, which may still be going on.
        out: where to write; ``report.html`` in the folder if absent.
        trust: connect to the database that the folder names, if its trials are not in a file of it.

    Raises:
        GansmithError: the storage cannot be reached, or the page cannot be written.
    """
    folder = Path(folder)
    path = Path(out) if out else folder / REPORT
    text = page(folder, trust)
    with told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)
    return path


def page(folder: Path, trust: bool = False) -> str:
    """Return the page as text."""
    if (folder / SEARCH).is_file():
        with closing(look_at(folder, trust)) as study:
            name, found = "search.html.jinja", of_search(study)
    else:
        with closing(reopened(folder, trust)) as queue:
            name, found = "recipes.html.jinja", of_recipes(queue)
    filters = {"number": number, "sentence": as_sentence}
    return render(TEMPLATE / name, {**_shared(folder, found), **found}, filters)


def _shared(folder: Path, found: Mapping[str, Any]) -> dict[str, Any]:
    drawn = found["charts"]
    return {
        "name": folder.resolve().name,
        "made": datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %Z"),
        "samples": [(title, picture(run), texts(run)) for title, run in found["shown"]],
        "figures": as_json(drawn),
        "palette": PALETTE,
        "script": (REPORT_TEMPLATE / "page.js").read_text(encoding="utf-8"),
        "plotly": packed_plotly() if drawn else "",
    }


def picture(run: Path) -> Any:
    """Return the newest picture of samples of a run; None where it has none."""
    found = frames(read_run(run).samples[-1:]) if is_run(run) else []
    return found[-1] if found else None


def texts(run: Path) -> list[str]:
    """Return the first of the newest texts of a run."""
    found = moments(read_run(run).samples[-1:]) if is_run(run) else []
    return [line.text for moment in found for line in moment.lines[:LINES]]
