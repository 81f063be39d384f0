"""A text file of lines, each a sample: names, captions, sentences."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gansmith.data.prepare.texts import Text, read_file, tokenised
from gansmith.data.source import Values
from gansmith.registry import sources


@sources.add(
    accepts=lambda path: path.suffix.lower() == ".txt" and not path.is_dir(),
    kinds=("text",),
    claims=lambda path: True,
)
def lines(path: Path, tokens: Mapping[str, Any] | None = None) -> Values:
    """Read a text file, UTF-8, of which each line is a text; empty lines are left out.

    Args:
        path: the file.
        tokens: ``unit``, what a token is: characters, words or pairs (byte pairs; needs the package
            tokenizers); absent: words where the median line has four of them. ``length``: tokens
            that a line may have; longer ones are left out. ``vocabulary``: how many tokens there
            may be; rarer ones count as one, ``<unk>``.

    Raises:
        DataError: the file is unreadable, not UTF-8, or has no lines, or many are very long.
    """
    found = read_file(path).removesuffix("\n").split("\n")
    texts = [
        Text(line.strip(), f"line {number}") for number, line in enumerate(found, 1) if line.strip()
    ]
    facts = {"lines": len(found), "empty": len(found) - len(texts)}
    return tokenised(path.name, texts, tokens or {}, facts)
