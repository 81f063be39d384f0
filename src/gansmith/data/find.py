"""Which source is meant by a path or a name."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gansmith import shown
from gansmith.data.memory import WORD, absent, as_source
from gansmith.data.source import Photographs, Pictures, Source, Values
from gansmith.errors import DataError, GansmithError, suggest
from gansmith.imports import PATH
from gansmith.reading import exists, expanded, special, toml_tree
from gansmith.recipe.returns import naming
from gansmith.registry import sources
from gansmith.shown import value


def find_source(source: str | Path | Source, side: str | None = None, **context: Any) -> Source:
    """Return the source of that name, or at that path.

    After a colon a name may have options: ``mixture:modes=25,sigma=0.2``, or just a side:
    ``emoji:twemoji``, ``hub:owner/name,split=test``.

    ``FILE.py:FUNCTION`` or ``module:function`` is a source of the user's own, which returns what
    ``as_source`` takes; what is held in memory already is returned as it is.

    A name is looked up first; write ``./mnist`` for a folder of that name.

    Raises:
        DataError: there is no such name or path, the file is of no known kind, or an option is
            unknown or has an impossible value.
    """
    if isinstance(source, Pictures | Values | Photographs):
        return source
    named = {part.name: part for part in sources if "accepts" not in part.facts}
    word, _, after = str(source).partition(":")
    if isinstance(source, str) and word in named:
        plain = named[word].facts.get("word", "side")
        options = _options(after, plain) | ({"side": side} if side else {})
        if "side" in options and "side" not in named[word].options:
            raise DataError(f"{word} has no sides, so {value(options['side'])} cannot be chosen")
        return _build(word, options, context)
    if word == WORD:
        raise absent(str(source))
    path = expanded(source)
    if PATH.fullmatch(str(source)) and not exists(path):
        return _own(str(source), context)
    if not exists(path):
        raise DataError(_missing(source, list(named)))
    if special(path):
        raise DataError(f"{path} is {special(path)} and not a file; save the data to a file first")
    for part in sources:
        if "accepts" in part.facts and part.facts["accepts"](path):
            return _build(part.name, {}, {"path": path, **context})
    raise DataError(
        f"{path} is no kind of file that holds a data set; give a folder of pictures, a .zip or "
        f".tar archive, an .npz or .npy array, or one of {', '.join(sorted(named))}"
    )


def _options(text: str, plain: str) -> dict[str, Any]:
    """Read ``a=1,b=2``; a single word is the side, or whatever the source takes as one.

    What is no number needs no quotes.
    """
    if text and "=" not in text:
        return {plain: text}
    first, _, rest = text.partition(",")
    if first and "=" not in first:
        return {plain: first} | _options(rest, plain)
    try:
        return toml_tree(re.sub(r"=\s*([A-Za-z][\w/.-]*)", r'="\1"', text).replace(",", "\n"))
    except ValueError as error:
        raise DataError(f"{value(text)} is no list of options like modes=25,sigma=0.2") from error


def _build(name: str, options: Mapping[str, Any], context: Mapping[str, Any]) -> Source:
    try:
        built: Source = sources.build(name, options, **context)
    except (ValueError, TypeError) as error:
        raise DataError(f"data set {name}: {error}") from error
    return built


def _own(name: str, context: Mapping[str, Any]) -> Source:
    """Return the source that a function of the user's own makes.

    Raises:
        DataError: it is not there, failed, or returned something that is no data set.
    """
    try:
        with naming(sources.get(name)):
            found = sources.build(name, **context)
        return as_source(found)
    except (ValueError, GansmithError) as error:
        said = str(error).removeprefix("source ")
        raise DataError(
            f"source {said}" if name in said else f"source '{name}': {error}"
        ) from error


def _missing(source: str | Path, names: list[str]) -> str:
    hint = suggest(str(source), names) if isinstance(source, str) and "/" not in source else ""
    path = expanded(source)
    if exists(path.parent) and os.path.islink(path):
        return f"{path} is a link that leads nowhere; mend it or give another path"
    return f"there is no file or folder {shown.path(path)}" + (
        f", and no data set of that name{hint}" if hint else "; check the path"
    )
