"""The style of the pages: that of the report, and what a page adds."""

from pathlib import Path
from typing import Any

from gansmith.reporting.page import TEMPLATE


async def send_style(page: Path, request: Any) -> Any:
    """Send the report's style with that of the page in a folder."""
    from starlette.responses import Response

    texts = (folder.joinpath("page.css").read_text(encoding="utf-8") for folder in (TEMPLATE, page))
    return Response("".join(texts), media_type="text/css")
