"""Texts as tokens, and their n-grams: what the metrics of texts share."""

from collections import Counter
from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

from gansmith.data.prepare.vocabulary import splitter, usual_unit
from gansmith.kinds.text import strings

Tokens = Sequence[str]
Gram = tuple[str, ...]
BEGIN, END = "\x02", "\x03"  # stand before and after a text


def texts_of(metric: str, *sides: Tensor) -> list[list[str]]:
    """Return each side, code points [texts, characters], as strings.

    Raises:
        ValueError: a side has fewer than two texts, or is no matrix.
    """
    for side in sides:
        if side.ndim != 2 or len(side) < 2:
            raise ValueError(
                f"{metric} needs two texts or more on each side, as code points [texts, "
                f"characters], but got {list(side.shape)}"
            )
    return [strings(torch.as_tensor(side)) for side in sides]


def tokens_of(metric: str, real: Tensor, *others: Tensor) -> list[list[Tokens]]:
    """Return each side as texts of tokens: words where the median real has four, else characters.

    Raises:
        ValueError: a side has fewer than two texts, or is no matrix.
    """
    sides = texts_of(metric, real, *others)
    split = splitter(usual_unit(sides[0])[0])
    return [[split(text) for text in side] for side in sides]


def grams(tokens: Tokens, size: int) -> Counter[Gram]:
    """Return how often each n-gram stands in a text."""
    return Counter(zip(*(tokens[start:] for start in range(size)), strict=False))


def framed(tokens: Tokens, size: int) -> Tokens:
    """Return a text with so many begins before it that each token ends an n-gram, and an end."""
    return [*[BEGIN] * (size - 1), *tokens, END]


def counted(texts: Iterable[Tokens], size: int) -> Counter[Gram]:
    """Return how often each n-gram stands in texts with begins and ends."""
    total: Counter[Gram] = Counter()
    for tokens in texts:
        framed_text = framed(tokens, size)
        total.update(zip(*(framed_text[start:] for start in range(size)), strict=False))
    return total
