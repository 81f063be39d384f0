"""Rows as stored to rows as networks see them, and back."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from gansmith.kinds.tables.columns import Column, Place, columns_of, places, width
from gansmith.kinds.tables.mixture import Mixture

KEY = 20_190_703  # of the numbers that break ties and pick modes
WIDE = 4.0  # deviations of a mode that 1 stands for
END = 0.99  # of a number within a mode
STEPS = 1000  # ranks that are told apart where values recur


def to_unit(stored: Any, facts: Mapping[str, Any]) -> Any:
    """Return rows as networks see them, float32 [rows, width].

    A categorical column is one number a category, 1 for the one that it is. A number or date of
    the scale "quantiles" is its normal score: the quantile of the standard normal at its rank, ties
    broken at random, which is exactly reversible. Of the scale "modes" it is (x - mean) / (4
    deviations) within a mode that is drawn by its posterior, and one number a mode. A missing value
    is a category or mode of its own.

    Args:
        stored: rows [rows, columns]: numbers, category numbers, NaN for missing values.
        facts: of the table, fitted.

    Reference: Xu et al. 2019, arXiv:1907.00503 (modes).
    """
    columns = columns_of(facts)
    values = np.asarray(stored, np.float64)
    draws = np.random.Generator(np.random.Philox(key=KEY)).random(values.shape)
    found = np.zeros((len(values), width(columns)), np.float32)
    for number, place in enumerate(places(columns)):
        _code(place, values[:, number], draws[:, number], found)
    return found


def _code(place: Place, values: np.ndarray, draws: np.ndarray, out: np.ndarray) -> None:
    """Write one column into rows as networks see them."""
    column, rows = place.column, np.arange(len(values))
    if not column.choices and not column.spread:
        return
    if column.type == "categorical":
        out[rows, place.choices.start + np.nan_to_num(values).astype(np.int64)] = 1.0
        return
    there = np.isfinite(values)
    chosen, numbers = _modes_of(column, values[there], draws[there])
    if place.number is not None:
        out[rows[there], place.number] = numbers
    if column.choices:
        out[rows[there], place.choices.start + chosen] = 1.0
        if column.share > 0:
            out[rows[~there], place.choices.stop - 1] = 1.0


def _modes_of(
    column: Column, values: np.ndarray, draws: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the mode of each value, and where it lies in it."""
    if not column.spread:
        return np.zeros(len(values), np.int64), np.zeros(len(values))
    if column.scale == "quantiles":
        return np.zeros(len(values), np.int64), score(column, values, draws)
    mixture = Mixture(*map(np.array, zip(*column.modes, strict=True)))
    sums = mixture.posterior(values).cumsum(1)
    mode = np.minimum((sums < draws[:, None]).sum(1), len(column.modes) - 1)
    number = (values - mixture.means[mode]) / (WIDE * mixture.deviations[mode])
    for place, atom in enumerate(column.atoms):
        mode = np.where(values == atom, len(column.modes) + place, mode)
        number = np.where(values == atom, 0.0, number)
    return mode, np.clip(number, -END, END)


def score(column: Column, values: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Return normal scores: of equal values any in the stretch of ranks that they fill."""
    grid, edge = np.array(column.grid), _edge(column)
    below, above = np.searchsorted(grid, values, "left"), np.searchsorted(grid, values, "right")
    if column.ranks:
        ranks = np.append(0.0, column.ranks)
        rank = ranks[below] + draws * (ranks[above] - ranks[below])
    else:
        steps = np.linspace(0, 1, len(grid))
        first, last = steps[np.minimum(below, len(grid) - 1)], steps[np.maximum(above - 1, 0)]
        tied = first + draws * (last - first)
        rank = np.where(above - below > 1, tied, np.interp(values, grid, steps))
    return np.asarray(torch.special.ndtri(torch.from_numpy(edge + rank * (1 - 2 * edge))))


def _edge(column: Column) -> float:
    """Return the rank of the smallest value, which is not 0 so that its score is finite."""
    return 0.5 / (STEPS if column.ranks else len(column.grid))


def from_unit(samples: Tensor, facts: Mapping[str, Any]) -> Tensor:
    """Return rows as stored, float64 [rows, columns]; the inverse of ``to_unit``.

    Numbers are rounded to the digits that the column has, and lie within its range.
    """
    parts = [_decoded(place, samples) for place in places(columns_of(facts))]
    return torch.stack(parts, 1)


def _decoded(place: Place, samples: Tensor) -> Tensor:
    column, count = place.column, len(samples)
    if column.type == "key":
        return torch.arange(1, count + 1, dtype=torch.float64, device=samples.device)
    choice = samples[:, place.choices].argmax(1) if column.choices else None
    if column.type == "categorical":
        none = torch.zeros(count, dtype=torch.float64, device=samples.device)
        return none if choice is None else choice.double()
    number = samples[:, place.number].double() if place.number is not None else None
    return _number(column, number, choice, samples)


def _number(
    column: Column, number: Tensor | None, choice: Tensor | None, samples: Tensor
) -> Tensor:
    """Return the values of a column of numbers or dates."""
    whole = torch.full((len(samples),), column.low, dtype=torch.float64, device=samples.device)
    if number is not None:
        whole = _unscaled(column, number, choice)
    if choice is not None and column.share > 0:
        whole = torch.where(choice == column.choices - 1, torch.nan, whole)
    if column.share >= 1:
        whole = torch.full_like(whole, torch.nan)
    return rounded(column, whole.clamp(column.low, column.high))


def _unscaled(column: Column, number: Tensor, choice: Tensor | None) -> Tensor:
    if column.scale == "quantiles":
        return quantile(column, number)
    known = [(mean, deviation) for mean, deviation, _ in column.modes]
    known += [(atom, 0.0) for atom in column.atoms] + [(column.low, 0.0)]
    table = number.new_tensor(known)
    mode = torch.zeros_like(number, dtype=torch.int64) if choice is None else choice
    mean, deviation = table[mode.clamp(max=len(known) - 1)].unbind(1)
    return number.clamp(-1, 1) * WIDE * deviation + mean


def quantile(column: Column, number: Tensor) -> Tensor:
    """Return the quantile of the column at the normal rank of each number."""
    grid, edge = number.new_tensor(column.grid), _edge(column)
    rank = ((torch.special.ndtr(number) - edge) / (1 - 2 * edge)).clamp(0, 1)
    if column.ranks:
        ends = number.new_tensor(column.ranks)[:-1]
        held: Tensor = grid[torch.searchsorted(ends, rank, right=True)]
        return held
    at = rank * (len(grid) - 1)
    low = at.floor().long().clamp(0, len(grid) - 2)
    between: Tensor = grid[low] + (at - low) * (grid[low + 1] - grid[low])
    return between


def rounded(column: Column, values: Tensor) -> Tensor:
    """Return values of a column with as many digits as it has."""
    digits = 0 if column.type in ("integer", "date") else column.decimals
    return values if digits is None else torch.round(values, decimals=digits)


def made(facts: Mapping[str, Any]) -> Callable[[Tensor], Tensor]:
    """Return what turns a network's raw numbers [rows, width] into rows.

    Choices are one category or mode each, 1 and otherwise 0, as those of real rows are; their
    gradient is that of the probabilities (straight through). Numbers within a mode are bounded.

    Args:
        facts: of the table, fitted.

    Reference: Bengio et al. 2013, arXiv:1308.3432.
    """
    known = places(columns_of(facts))

    def rows(raw: Tensor) -> Tensor:
        parts: list[Tensor] = []
        for place in known:
            if place.number is not None:
                number = raw[:, place.number, None]
                parts.append(torch.tanh(number) if place.column.scale == "modes" else number)
            if place.column.choices:
                parts.append(one_of(raw[:, place.choices]))
        return torch.cat(parts, 1)

    return rows


def one_of(logits: Tensor) -> Tensor:
    """Return the likeliest choice as 1 among zeros, with the gradient of the probabilities."""
    chances = logits.softmax(1)
    hard = F.one_hot(chances.argmax(1), chances.shape[1]).to(chances.dtype)
    return hard + (chances - chances.detach())


def of_columns(samples: Tensor, columns: Sequence[Column]) -> np.ndarray:
    """Return rows as networks see them as stored ones, float64 [rows, columns]."""
    return torch.stack([_decoded(place, samples) for place in places(columns)], 1).numpy()
