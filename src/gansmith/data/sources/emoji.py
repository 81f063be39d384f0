"""Emoji of two vendors that ship inside the package: pairs, categories, captions."""

import json
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image

from gansmith.data.source import Values
from gansmith.data.sources.embedded_files import FOLDER
from gansmith.errors import DataError, suggest
from gansmith.registry import sources

SIDES = ("noto", "twemoji")


@sources.add(kinds=("image",))
def emoji(side: str = "noto") -> Values:
    """762 emoji on white, 64 px, drawn by Google (noto) or Twitter (twemoji), in 5 categories.

    Both sides hold the same emoji in the same order, so they are 762 pairs. Each has a caption;
    the label is the category.

    Args:
        side: the vendor, noto or twemoji.

    Raises:
        DataError: there is no such vendor.
    """
    if side not in SIDES:
        raise DataError(f"emoji has no side '{side}'{suggest(side, SIDES)}")
    table = emoji_table()
    categories = tuple(table["categories"])
    labels = [categories.index(item["category"]) for item in table["items"]]
    captions = tuple(item["caption"] for item in table["items"])
    with (FOLDER / f"emoji_{side}.webp").open("rb") as file:
        page = np.asarray(Image.open(file).convert("RGB"))
    pictures = _cut(page, table["columns"], len(labels))
    name = "emoji" if side == SIDES[0] else f"emoji:{side}"
    facts = {"kind": "embedded", "side": side}
    marks = np.array(labels, np.int64)
    return Values(name, pictures, marks, categories, captions, facts=facts)


@lru_cache(maxsize=1)
def emoji_table() -> dict[str, Any]:
    """Return captions, aliases, categories and subcategories of the emoji, in order."""
    table: dict[str, Any] = json.loads((FOLDER / "emoji.json").read_text(encoding="utf8"))
    return table


def _cut(page: np.ndarray, columns: int, count: int) -> np.ndarray:
    """Cut a page of 64 px cells, row by row, into uint8 [N, 3, 64, 64]."""
    cells = page.reshape(-1, 64, columns, 64, 3).transpose(0, 2, 4, 1, 3)
    return np.ascontiguousarray(cells.reshape(-1, 3, 64, 64)[:count])
