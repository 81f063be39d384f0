"""Surnames that ship inside the package: a small set of text."""

from collections.abc import Mapping
from typing import Any

from gansmith.data.prepare.texts import Text, tokenised
from gansmith.data.source import Values
from gansmith.data.sources.embedded_files import FOLDER
from gansmith.registry import sources


@sources.add(kinds=("text",))
def names(tokens: Mapping[str, Any] | None = None) -> Values:
    """The 15,000 most frequent surnames of the US Census of 1990, in small letters, sorted.

    Args:
        tokens: as for a file of lines.
    """
    lines = (FOLDER / "names.txt").read_text(encoding="ascii").splitlines()
    texts = [Text(line, f"line {number}") for number, line in enumerate(lines, 1)]
    return tokenised("names", texts, tokens or {}, {"kind": "embedded", "lines": len(lines)})
