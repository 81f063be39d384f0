"""The style of the pages: that of all pages, and what a page adds."""

from pathlib import Path
from typing import Any

from gansmith.pages import style


async def send_style(page: Path, request: Any) -> Any:
    """Send the style of all pages with that of the page in a folder."""
    from starlette.responses import Response

    text = style() + page.joinpath("page.css").read_text(encoding="utf-8")
    return Response(text, media_type="text/css")
