"""A folder of text files: each a document, which is cut into passages."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gansmith.data.prepare.texts import LONGEST, Text, read_file, tokenised
from gansmith.data.prepare.vocabulary import make_vocabulary, usual_unit
from gansmith.data.source import Values
from gansmith.kinds.text import JOINS
from gansmith.registry import sources

ENDING = ".txt"
ENTRIES = 1000  # of a folder that are looked at to find out what it holds


def is_documents(path: Path) -> bool:
    """True for a folder of text files and no others; hidden ones do not count."""
    try:
        names = [entry.name for entry, _ in zip(os.scandir(path), range(ENTRIES), strict=False)]
    except OSError:
        return False
    seen = [name for name in names if not name.startswith(".")]
    return bool(seen) and all(name.lower().endswith(ENDING) for name in seen)


@sources.add(accepts=is_documents, kinds=("text",), claims=lambda path: True)
def documents(path: Path, tokens: Mapping[str, Any] | None = None) -> Values:
    """Read a folder of text files, UTF-8, each a document, cut into passages one after the other.

    Args:
        path: the folder.
        tokens: as for a file of lines; ``length`` is how many tokens a passage has (absent: 256
            characters, 64 words or 128 byte pairs).

    Raises:
        DataError: a file is unreadable or not UTF-8, or there is no text in any.
    """
    names = sorted(name for name in os.listdir(path) if name.lower().endswith(ENDING))
    whole = {name: read_file(path / name).strip() for name in names if not name.startswith(".")}
    written = {name: text for name, text in whole.items() if text}
    wanted = dict(tokens or {})
    if written:
        wanted["unit"] = wanted.get("unit") or usual_unit(list(written.values()))[0]
    passages = list(_passages(written, wanted))
    facts = {"documents": len(written), "empty": len(whole) - len(written)}
    return tokenised(path.resolve().name, passages, wanted, facts)


def _passages(documents: Mapping[str, str], wanted: Mapping[str, Any]) -> Iterator[Text]:
    """Yield the passages of all documents, each of so many tokens as are wanted."""
    if not documents:
        return
    unit = str(wanted["unit"])
    length = int(wanted.get("length") or LONGEST.get(unit, 1))
    split = make_vocabulary(list(documents.values()), unit, wanted.get("vocabulary")).split
    for name, document in documents.items():
        pieces = split(document)
        for start in range(0, len(pieces), length):
            passage = JOINS[unit](pieces[start : start + length])
            if passage.strip():
                yield Text(passage, f"{name}, {unit} {start + 1}")
