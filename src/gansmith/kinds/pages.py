"""Pictures of texts: a page of lines."""

from collections.abc import Sequence

from PIL import Image, ImageDraw

INK, PAPER, NUMBER = (30, 30, 30), "white", (150, 150, 150)
SIZE, LEADING, MARGIN, COLUMN = 14, 20, 16, 48  # pixels
MOST = 200  # lines of a page
LONGEST = 110  # characters of a line; longer ones end in an ellipsis


def page_of(lines: Sequence[str]) -> Image.Image:
    """Return an image of lines with their numbers, the first 200 of them."""
    shown = [_cut(line) for line in lines[:MOST]] or [""]
    draw = ImageDraw.Draw(Image.new("RGB", (1, 1)))
    wide = max(draw.textlength(line, font_size=SIZE) for line in shown)
    size = (int(wide) + COLUMN + 2 * MARGIN, len(shown) * LEADING + 2 * MARGIN)
    page = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(page)
    for number, line in enumerate(shown):
        top = MARGIN + number * LEADING
        draw.text((MARGIN, top), str(number + 1), fill=NUMBER, font_size=SIZE)
        draw.text((MARGIN + COLUMN, top), line, fill=INK, font_size=SIZE)
    return page


def _cut(line: str) -> str:
    plain = line.replace("\n", " ")
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}…"
