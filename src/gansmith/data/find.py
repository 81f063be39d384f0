"""Which source is meant by a path or a name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gansmith.data.source import Source
from gansmith.errors import DataError, suggest
from gansmith.registry import sources


def find_source(source: str | Path, side: str | None = None, **context: Any) -> Source:
    """Return the source of that name (``emoji:twemoji`` names a side too) or at that path.

    A name is looked up first; write ``./mnist`` for a folder of that name.

    Raises:
        DataError: there is no such name or path, or the file is of no known kind.
    """
    named = {part.name: part for part in sources if "accepts" not in part.facts}
    word, _, after = str(source).partition(":")
    if isinstance(source, str) and word in named:
        side = after or side
        options = {"side": side} if side else {}
        if side and "side" not in named[word].options:
            raise DataError(f"the data set {word} has no sides, so '{side}' cannot be chosen")
        return _build(word, options, context)
    path = Path(source).expanduser()
    if not path.exists():
        raise DataError(_missing(source, list(named)))
    for part in sources:
        if "accepts" in part.facts and part.facts["accepts"](path):
            return _build(part.name, {}, {"path": path, **context})
    raise DataError(
        f"{path} is no kind of file that holds a data set; give a folder of pictures, a .zip or "
        f".tar archive, an .npz or .npy array, or one of {', '.join(sorted(named))}"
    )


def _build(name: str, options: Mapping[str, Any], context: Mapping[str, Any]) -> Source:
    built: Source = sources.build(name, options, **context)
    return built


def _missing(source: str | Path, names: list[str]) -> str:
    hint = suggest(str(source), names) if isinstance(source, str) and "/" not in source else ""
    path = Path(source).expanduser()
    if path.is_symlink():
        return f"{path} is a link that leads nowhere; mend it or give another path"
    return f"there is no file or folder {path}" + (
        f", and no data set of that name{hint}" if hint else "; check the path"
    )
