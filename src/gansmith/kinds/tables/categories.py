"""The categories of a table's columns as one list, each at a place in a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from gansmith.kinds.tables.columns import Column, columns_of, places
from gansmith.shown import listed
from gansmith.shown import value as quoted


@dataclass(frozen=True)
class Category:
    """A category of a column.

    Attributes:
        column: that it is of.
        text: as users name it.
        place: index in a row as networks see it.
        count: training rows that have it.
    """

    column: str
    text: str
    place: int
    count: int


def categories_of(facts: Mapping[str, Any]) -> tuple[Category, ...]:
    """Return all categories of all columns that have more than one, in order."""
    return tuple(
        Category(
            place.column.name, text, place.choices.start + number, _count(place.column, number)
        )
        for place in places(columns_of(facts))
        if place.column.type == "categorical" and place.column.choices
        for number, text in enumerate(place.column.categories)
    )


def _count(column: Column, number: int) -> int:
    return column.counts[number] if number < len(column.counts) else 0


def find(categories: Sequence[Category], said: str) -> int:
    """Return the number of the category that ``COLUMN=CATEGORY`` names.

    Raises:
        ValueError: there is no such column or category, or the form is another.
    """
    columns = list(dict.fromkeys(one.column for one in categories))
    known = sorted((c for c in columns if said.startswith(f"{c}=")), key=len, reverse=True)
    if not known:
        raise ValueError(
            f"a category is asked for as COLUMN=CATEGORY, but {quoted(said)} names none of the "
            f"columns {listed(columns)}"
        )
    text = said[len(known[0]) + 1 :]
    for number, one in enumerate(categories):
        if one.column == known[0] and one.text == text:
            return number
    there = listed(one.text for one in categories if one.column == known[0])
    raise ValueError(f"'{known[0]}' has no category {quoted(text)}; there are: {there}")


def evened(categories: Sequence[Category]) -> Tensor:
    """Return the weight of a training row for each category that it has, float64 [categories].

    Each column counts alike; within a column a category is drawn in proportion to the logarithm of
    1 + its rows, and of these any, so that rare ones are seen.

    Reference: Xu et al. 2019, arXiv:1907.00503, section 4.3.
    """
    counts = torch.tensor([float(one.count) for one in categories], dtype=torch.float64)
    return shares(categories, torch.log1p(counts)) / counts.clamp(min=1)


def as_found(categories: Sequence[Category]) -> Tensor:
    """Return the chance of each category where a column is drawn at random, and then a row."""
    counts = torch.tensor([float(one.count) for one in categories], dtype=torch.float64)
    return shares(categories, counts)


def shares(categories: Sequence[Category], weights: Tensor) -> Tensor:
    """Return weights so that those of a column have the same sum, and all the sum 1."""
    alike = same_column(categories).double()
    columns = len({one.column for one in categories})
    return weights / (alike @ weights).clamp(min=1e-300) / max(columns, 1)


def same_column(categories: Sequence[Category]) -> Tensor:
    """Return which categories are of one column, bool [categories, categories]."""
    names = {name: n for n, name in enumerate(dict.fromkeys(one.column for one in categories))}
    column = torch.tensor([names[one.column] for one in categories], dtype=torch.int64)
    return column[:, None] == column
