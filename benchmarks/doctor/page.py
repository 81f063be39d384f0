"""The page on the doctor, ``doctor.md``: tables in the text of ``page.md.jinja``."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).parent


def page(tables: Mapping[str, Sequence[str]], ill: float) -> str:
    """Return the page as Markdown.

    Args:
        tables: lines of each table and list by its name in the template.
        ill: confidence from which on a failure counts as detected.
    """
    pages = Environment(
        loader=FileSystemLoader(HERE), undefined=StrictUndefined, keep_trailing_newline=True
    )
    return pages.get_template("page.md.jinja").render(
        ill=ill, **{name: "\n".join(lines) for name, lines in tables.items()}
    )
