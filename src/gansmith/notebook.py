"""What a notebook shows of the things that Python returns: a small card of HTML."""

import base64
from collections.abc import Sequence
from html import escape

CHIPS = {
    "healthy": "background:#e4f4ea;color:#1c7a45",
    "ill": "background:#fce8e6;color:#b3261e",
    "unknown": "background:#fdf1d6;color:#7a5500",
}  # as the report has them


def card(
    title: str,
    lines: Sequence[str] = (),
    chip: str = "",
    picture: bytes | None = None,
    link: tuple[str, str] | None = None,
) -> str:
    """Return a card of HTML: a title with a coloured word, lines of text, an image, a link.

    Args:
        title: what it is.
        lines: what is to be said of it, one paragraph each.
        chip: a verdict, or another word to stand beside the title.
        picture: PNG.
        link: address and words.
    """
    parts = [f"<p style='margin:0 0 4px'><b>{escape(title)}</b> {_chip(chip)}</p>"]
    parts += [f"<p style='margin:0 0 4px;max-width:80ch'>{escape(line)}</p>" for line in lines]
    if picture is not None:
        data = base64.b64encode(picture).decode()
        style = "width:min(100%,384px);image-rendering:pixelated;display:block;margin:4px 0"
        parts.append(f'<img alt="samples" style="{style}" src="data:image/png;base64,{data}">')
    if link:
        parts.append(f'<a href="{escape(link[0])}" target="_blank">{escape(link[1])}</a>')
    return f"<div style='padding:6px 0'>{''.join(parts)}</div>"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of HTML, its first column to the left and all others to the right."""
    top = "".join(
        f"<th style='text-align:{_side(n)}'>{escape(h)}</th>" for n, h in enumerate(heads)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f"<td style='text-align:{_side(n)}'>{escape(cell)}</td>" for n, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _side(column: int) -> str:
    return "right" if column else "left"


def _chip(word: str) -> str:
    if not word:
        return ""
    colours = CHIPS.get(word, "background:#eef0f3;color:#3d454e")
    return (
        f"<span style='{colours};padding:1px 9px;border-radius:99px;font-size:90%'>"
        f"{escape(word)}</span>"
    )
