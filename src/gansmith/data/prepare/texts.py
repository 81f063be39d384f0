"""Text files to texts, and texts to rows of token numbers."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from gansmith.data.prepare.vocabulary import UNITS, Vocabulary, make_vocabulary, usual_unit
from gansmith.data.source import Source, Values
from gansmith.errors import DataError, counted
from gansmith.kinds.text import TOKENS
from gansmith.reading import MEGABYTE, read_bytes

LARGEST = 1024 * MEGABYTE
LONGEST = {"characters": 256, "words": 64, "pairs": 128}  # tokens of a text where nobody says
LEFT_OUT = 0.05  # share of texts that may be too long where nobody says how long they may be
MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
AS_WRITTEN = {"unit": "characters", "length": 1 << 20, "vocabulary": 1 << 21}


class Text(NamedTuple):
    """A text and where it stands, for messages."""

    content: str
    where: str


def read_file(path: Path) -> str:
    """Return the content of a text file, its line breaks those of Unix.

    Raises:
        DataError: it cannot be read, is not UTF-8 (names the line), or is not text.
    """
    try:
        content = read_bytes(path, LARGEST)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from error
    if content[:2] in MARKS:
        raise DataError(f"{path.name} is {MARKS[content[:2]]}; save it as UTF-8", "encoding")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise DataError(
            f"{path.name}: line {line} is not UTF-8 (byte 0x{content[error.start]:02x}); save the "
            f"file as UTF-8",
            "encoding",
        ) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise DataError(
            f"{path.name}: line {line} holds a zero byte, which no text has; give a text file",
            "encoding",
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def tokenised(
    name: str, texts: Sequence[Text], wanted: Mapping[str, Any], facts: Mapping[str, Any]
) -> Values:
    """Return texts as rows of token numbers, float32 [N, places], each with its end.

    Args:
        name: of the set.
        texts: none of them empty.
        wanted: ``unit``, ``length`` (tokens a text may have) and ``vocabulary`` (tokens in all).
        facts: what else is to be said.

    Raises:
        DataError: there are none, or many are longer than usual.
    """
    if not texts:
        raise DataError(f"{name} holds no text; give a file with at least two lines")
    written = [text.content for text in texts]
    unit, because = (wanted["unit"], "") if wanted.get("unit") else usual_unit(written)
    if unit not in UNITS:
        raise DataError(f"data.tokens.unit must be one of {', '.join(UNITS)} but is '{unit}'")
    vocabulary = make_vocabulary(written, unit, wanted.get("vocabulary"))
    rows = vocabulary.numbers(written)
    kept, notes = _short_enough(name, texts, rows, unit, wanted.get("length"))
    told = {**facts, TOKENS: _described(vocabulary), "warnings": notes + _unknown(vocabulary)}
    told |= {"choices": {TOKENS: f"{unit}: {because}"}} if because else {}
    return Values(name, _padded([rows[row] for row in kept]), facts=told, declared="text")


def as_written(source: Source) -> Tensor:
    """Return texts as code points [N, characters], as metrics compare them."""
    assert isinstance(source, Values)
    return source.kind.compared(torch.from_numpy(source.values), source.facts)


def _described(vocabulary: Vocabulary) -> dict[str, Any]:
    tokens = {"unit": vocabulary.unit, "vocabulary": list(vocabulary.tokens)}
    return tokens | {"covered": round(vocabulary.covered, 6)}


def _unknown(vocabulary: Vocabulary) -> list[str]:
    if vocabulary.covered == 1.0:
        return []
    return [
        f"{1 - vocabulary.covered:.2%} of all {vocabulary.unit} are not among the "
        f"{len(vocabulary.tokens) - 2:,} most frequent and count as <unk>"
    ]


def _short_enough(
    name: str,
    texts: Sequence[Text],
    rows: Sequence[Sequence[int]],
    unit: str,
    said: int | None,
) -> tuple[list[int], list[str]]:
    """Return which texts are not too long, and what to say of the others.

    Raises:
        DataError: many are too long and nobody said how long they may be, or none is left.
    """
    most = said or LONGEST[unit]
    kept = [row for row, numbers in enumerate(rows) if len(numbers) <= most]
    if len(kept) == len(rows):
        return kept, []
    first = next(row for row, numbers in enumerate(rows) if len(numbers) > most)
    long = len(rows) - len(kept)
    says = (
        f"{counted(long, 'text')} of {len(rows):,} in {name} {'has' if long == 1 else 'have'} more "
        f"than {most} {unit} (the first: {texts[first].where}, {len(rows[first]):,})"
    )
    if not kept or (said is None and long > LEFT_OUT * len(rows)):
        raise DataError(f"{says}; set data.tokens.length to how many they may have, or split them")
    return kept, [f"{says}; left out"]


def _padded(rows: Sequence[Sequence[int]]) -> np.ndarray:
    """Return rows of numbers as one array with an end, 0, after each."""
    places = max(map(len, rows)) + 1
    values = np.zeros((len(rows), places), np.float32)
    for target, row in zip(values, rows, strict=True):
        target[: len(row)] = row
    return values
