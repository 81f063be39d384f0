"""Text to words and back: punctuation stands for itself, as in the usual corpora."""

import re
from collections.abc import Sequence

# a contraction's ending, a word with hyphens or apostrophes inside, or one sign
_WORD = re.compile(
    r"n't\b|'(?:s|re|ve|ll|d|m)\b|<\w+>|\w+(?:[-.]\w+)*?(?=n't\b)|\w+(?:[-.]\w+)*|[^\w\s]"
)
_CLOSED = re.compile(r" (n't\b|'(?:s|re|ve|ll|d|m)\b|[,.;:!?)\]}%])")
_OPENED = re.compile(r"([(\[{$#]) ")


def words(text: str) -> list[str]:
    """Return the words and signs of a text: "it's a sink." is it, 's, a, sink and a full stop."""
    return _WORD.findall(text)


def sentence(tokens: Sequence[str]) -> str:
    """Return words and signs as a text, signs without a space where none is usual."""
    return _OPENED.sub(r"\1", _CLOSED.sub(r"\1", " ".join(tokens)))
