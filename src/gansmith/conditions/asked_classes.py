"""What a user may say of classes: one, several in turn, or a place between some."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

Number = Callable[[Any], int]


def read_classes(said: str) -> Any:
    """Return ["a", "b"] for "a,b", {"a": 0.7, "b": 0.3} for "a:0.7+b:0.3", else what was said.

    Raises:
        ValueError: a share is no number.
    """
    if "," in said:
        return [one.strip() for one in said.split(",") if one.strip()]
    if "+" not in said:
        return said
    parts = [one.rpartition(":") for one in said.split("+")]
    return {(name or last).strip(): _share(last, said) if name else 1.0 for name, _, last in parts}


def rows_of_classes(given: Any, count: int, classes: int, number: Number) -> Tensor:
    """Return what each of ``count`` samples is asked to be of.

    Args:
        given: a class; a list of several, which come in turn; or a mapping of class to share: a
            place between them.
        count: of samples.
        classes: how many there are.
        number: the number of a class by what a user calls it.

    Returns:
        numbers of classes, int64 [count], or shares of all classes, float32 [count, classes].

    Raises:
        ValueError: there is no such class, or a share is not above 0.
    """
    if isinstance(given, Mapping):
        return _between(given, classes, number).expand(count, -1)
    several = given if isinstance(given, Sequence) and not isinstance(given, str) else [given]
    numbers = torch.tensor([number(one) for one in several])
    return numbers[torch.arange(count) % len(numbers)]


def checked_shares(shares: Tensor, classes: int) -> Tensor:
    """Return shares of classes, float32 [count, classes].

    Raises:
        ValueError: they are not that, or a row does not add up to 1.
    """
    rows = shares.float()
    whole = rows.shape[1:] == (classes,) and bool((rows >= 0).all())
    if not whole or not torch.allclose(rows.sum(1), torch.ones(len(rows)), atol=1e-4):
        raise ValueError(
            f"shares of classes are [count, {classes}], none below 0, and each row adds up to 1"
        )
    return rows


def _share(word: str, said: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise ValueError(
            f"{word.strip()!r} in {said!r} is no share of a class; write it as a:0.7+b:0.3"
        ) from None


def _between(given: Mapping[Any, float], classes: int, number: Number) -> Tensor:
    found = torch.zeros(1, classes)
    for name, share in given.items():
        if not (math.isfinite(share) and share > 0):
            raise ValueError(f"the share of class {name} must be above 0 but is {share:g}")
        found[0, number(name)] += share
    return found / found.sum()
