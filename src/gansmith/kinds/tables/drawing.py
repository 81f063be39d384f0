"""Pictures of tables: how often each value of a column occurs, generated beside real."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image, ImageDraw
from torch import Tensor

from gansmith.kinds.tables.columns import Column, columns_of
from gansmith.kinds.tables.dates import as_text

GREY, BLUE, FRAME, TEXT = (190, 190, 190), (31, 90, 200), (225, 225, 225), (90, 90, 90)
CELL = (240, 130)  # pixels
ACROSS = 4  # cells
MOST = 32  # columns that are shown
BARS = 24  # of a column of numbers
CATEGORIES = 12  # that have a bar of their own; the rest share the last
FINE = 2  # drawn so many times as large, and made smaller


def histograms(
    samples: Tensor, real: Tensor | None = None, facts: Mapping[str, Any] | None = None
) -> Image.Image:
    """Return one image of rows [rows, columns]: for each column how often each value occurs.

    Args:
        samples: to show, in blue.
        real: to draw behind them, in grey.
        facts: of the table, with its columns.
    """
    columns = [one for one in columns_of(facts or {}) if one.type != "key"][:MOST]
    places = _places(columns_of(facts or {}))
    rows = max(1, -(-len(columns) // ACROSS))
    width, height = CELL[0] * FINE, CELL[1] * FINE
    page = Image.new("RGB", (max(1, min(len(columns), ACROSS)) * width, rows * height), "white")
    for number, column in enumerate(columns):
        row, across = divmod(number, ACROSS)
        shown = samples[:, places[number]].double().numpy()
        behind = None if real is None else real[:, places[number]].double().numpy()
        _cell(page, (across * width, row * height), column, shown, behind)
    return page.resize((page.width // FINE, page.height // FINE), Image.Resampling.LANCZOS)


def _places(columns: tuple[Column, ...]) -> list[int]:
    return [number for number, column in enumerate(columns) if column.type != "key"]


def _cell(
    page: Image.Image,
    corner: tuple[int, int],
    column: Column,
    shown: np.ndarray,
    behind: np.ndarray | None,
) -> None:
    """Draw one column."""
    draw, (left, top) = ImageDraw.Draw(page), corner
    width, height = CELL[0] * FINE, CELL[1] * FINE
    draw.rectangle((left, top, left + width - 1, top + height - 1), outline=FRAME, width=FINE)
    size = 10 * FINE
    draw.text((left + 5 * FINE, top + 3 * FINE), column.name[:32], fill=TEXT, font_size=size)
    draw.text(
        (left + width - 5 * FINE, top + 3 * FINE),
        _gone(shown),
        fill=TEXT,
        font_size=size,
        anchor="ra",
    )
    edges = _edges(column, shown if behind is None else behind)
    blue = _shares(column, shown, edges)
    grey = None if behind is None else _shares(column, behind, edges)
    most = max(blue.max(), 0.0 if grey is None else grey.max()) or 1.0
    floor, room = top + height - 18 * FINE, height - 40 * FINE
    step = (width - 12 * FINE) / len(blue)
    for place in range(len(blue)):
        x = left + 6 * FINE + place * step
        if grey is not None:
            box = (x, floor - room * grey[place] / most, x + step * 0.95, floor)
            draw.rectangle(box, fill=GREY)
        box = (x + step * 0.25, floor - room * blue[place] / most, x + step * 0.7, floor)
        draw.rectangle(box, fill=BLUE)
    low, high = _ends(column, edges, len(blue))
    draw.text((left + 5 * FINE, floor + 2 * FINE), low, fill=TEXT, font_size=size)
    where = (left + width - 5 * FINE, floor + 2 * FINE)
    draw.text(where, high, fill=TEXT, font_size=size, anchor="ra")


def _gone(shown: np.ndarray) -> str:
    share = float(np.isnan(shown).mean())
    return f"{share:.0%} missing" if share >= 0.005 else ""


def _edges(column: Column, values: np.ndarray) -> np.ndarray:
    """Return the ends of the bars of numbers, which a few far ones do not widen."""
    there = values[np.isfinite(values)]
    if column.type == "categorical" or not len(there):
        return np.array([0.0, 1.0])
    low, high = np.quantile(there, (0.005, 0.995))
    if low == high:
        low, high = there.min(), there.max()
    return np.linspace(low, high if high > low else low + 1.0, BARS + 1)


def _shares(column: Column, values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return the share of rows in each bar."""
    there = values[np.isfinite(values)]
    if column.type == "categorical":
        codes = np.minimum(there.astype(np.int64), CATEGORIES)
        bars = min(max(len(column.categories), 1), CATEGORIES + 1)
        return np.bincount(codes, minlength=bars)[:bars] / max(len(values), 1)
    counts = np.histogram(np.clip(there, edges[0], edges[-1]), edges)[0]
    return np.asarray(counts / max(len(values), 1))


def _ends(column: Column, edges: np.ndarray, bars: int) -> tuple[str, str]:
    """Return what stands below the first and the last bar."""
    if column.type == "categorical":
        names = column.categories or ("",)
        last = names[bars - 1] if len(names) <= CATEGORIES + 1 else f"{len(names)} categories"
        return names[0][:16] or "(empty)", "" if bars < 2 else last[:16] or "(empty)"
    if column.type == "date":
        return as_text(float(edges[0]), column.form), as_text(float(edges[-1]), column.form)
    return f"{edges[0]:.4g}", f"{edges[-1]:.4g}"
