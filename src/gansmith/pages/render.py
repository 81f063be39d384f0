"""Makes a page out of its template, the frame that all pages share, and their style."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from gansmith.shown import in_page

SHARED = Path(__file__).parent


def style() -> str:
    """Return the style of all pages, light and dark, for screens, phones and paper."""
    return (SHARED / "page.css").read_text(encoding="utf-8")


def render(
    template: Path, content: Mapping[str, Any], filters: Mapping[str, Callable[..., Any]] = {}
) -> str:
    """Return a page as text.

    What comes from outside is escaped; a name that the content lacks is an error.

    Args:
        template: extends ``frame.html.jinja``, which holds the head of every page.
        content: values by name.
        filters: of the template, by name.
    """
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([template.parent, SHARED]),
        autoescape=True,
        finalize=in_page,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= filters
    return environment.get_template(template.name).render(style=style(), **content)
