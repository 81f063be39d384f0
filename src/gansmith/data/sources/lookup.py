"""Which source is meant by a path or a name."""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gansmith import shown
from gansmith.data.in_memory import WORD, absent, as_source, read_again
from gansmith.data.source import Photographs, Pictures, Source, Values
from gansmith.data.windows import windowed
from gansmith.errors import DataError, GansmithError, suggest
from gansmith.facts import SourceFacts
from gansmith.imports import PATH
from gansmith.reading import exists, expanded, special, toml_tree
from gansmith.recipe.returns import naming
from gansmith.registry import Part, sources
from gansmith.shown import value

OTHERS = {
    **dict.fromkeys((".pt", ".pth"), "a file of torch; save its samples with numpy.savez"),
    ".ckpt": "a checkpoint of a network; give the data that it was trained on",
    ".safetensors": "a file of weights or tensors; save its samples with numpy.savez",
}


def find_source(
    source: str | Path | Source, side: str | None = None, kind: str | None = None, **context: Any
) -> Source:
    """Return the source of that name, or at that path.

    After a colon a name may have options: ``mixture:modes=25,sigma=0.2``, or just a side:
    ``emoji:twemoji``, ``hub:owner/name,split=test``.

    A name of a set that ships, of which there is a file or folder too, is refused: ``./mnist`` is
    the folder, ``mnist:`` the set. A backslash counts as ``/`` where there is no such path.

    ``FILE.py:FUNCTION`` or ``module:function`` is a source of the user's own, which returns what
    ``as_source`` takes; what is held in memory already is returned as it is.

    Args:
        source: what is meant.
        side: of a set that has sides.
        kind: what a sample is to be, ``data.kind``; absent: as the source says.
        context: what else sources are asked with.

    Raises:
        DataError: there is no such name or path, there are both, the file is of no known kind, its
            samples are not of the kind that is asked for, or an option is unknown or has an
            impossible value.
    """
    windows = context.get("windows")
    kind = kind or ("series" if windows else None)
    found = _cut(_found(source, side, {**context, "kind": kind or ""}), windows)
    of_array = isinstance(found, Values) and "layout" in found.facts  # read as it seemed
    if kind and isinstance(found, Values) and of_array and found.kind.name != kind:
        found = read_again(found, kind)
    held = found.kind.name if isinstance(found, Values) else "image"
    if kind and kind != held:
        raise DataError(f"{found.name} holds samples of the kind '{held}'; leave data.kind out")
    return found


def _cut(found: Source, windows: Mapping[str, Any] | None) -> Source:
    """Return series as windows where these are asked for and the source did not cut them.

    Raises:
        DataError: samples are no series.
    """
    if not windows or (isinstance(found, Values) and "windows" in found.facts):
        return found
    if not isinstance(found, Values) or found.kind.name != "series":
        raise DataError(f"{found.name} holds no series to cut; leave data.windows out")
    return windowed(found, windows)


def _found(source: str | Path | Source, side: str | None, context: Mapping[str, Any]) -> Source:
    if isinstance(source, Pictures | Values | Photographs):
        _refuse_reading(source, context)
        return source
    named = {part.name: part for part in sources if part.facts.accepts is None}
    word, colon, _ = str(source).partition(":")
    if isinstance(source, str) and word in named:
        if not colon:
            _refuse_two(word)
        return _named(named[word], source, side, context)
    if word == WORD:
        raise absent(str(source))
    path = as_path(source)
    if PATH.fullmatch(str(source)) and not exists(path):
        return _own(str(source), context)
    if not exists(path):
        raise DataError(_missing(source, list(named)))
    return _at(path, sorted(named), context)


def _refuse_reading(source: Source, context: Mapping[str, Any]) -> None:
    """Refuse options of reading a table where its rows are in memory already.

    Raises:
        DataError: says what to do.
    """
    if "table" in source.facts and any(context.get(n) for n in ("columns", "rows", "target")):
        raise DataError(
            f"the rows of the {source.name} are in memory, so that data.columns, data.rows and "
            f"data.target come too late; write it to a file: frame.to_csv('rows.csv', index=False)"
        )


def _named(
    part: Part[SourceFacts], source: str, side: str | None, context: Mapping[str, Any]
) -> Source:
    """Return a source that is meant by a name and perhaps options."""
    after = source.partition(":")[2]
    options = _options(after, part.facts.word) | ({"side": side} if side else {})
    if "side" in options and "side" not in part.options:
        raise DataError(f"{part.name} has no sides, so {value(options['side'])} cannot be chosen")
    return _build(part.name, options, context)


def _at(path: Path, named: Sequence[str], context: Mapping[str, Any]) -> Source:
    """Return the source at a path.

    Raises:
        DataError: it is of no known kind.
    """
    if special(path):
        raise DataError(f"{path} is {special(path)} and not a file; save the data to a file first")
    taking = [part for part in sources if part.facts.accepts and part.facts.accepts(path)]
    said = context.get("kind")
    wanted = said or _claimed(path, taking)  # a file that may hold two kinds
    giving = [part for part in taking if not part.facts.kinds or wanted in part.facts.kinds]
    if giving:
        return _build(giving[0].name, {}, {"path": path, **context})
    if taking:
        holds = " or ".join(dict.fromkeys(kind for part in taking for kind in part.facts.kinds))
        raise DataError(f"{path} holds samples of the kind '{holds}'; leave data.kind out")
    if path.suffix.lower() in OTHERS:
        raise DataError(f"{path} is {OTHERS[path.suffix.lower()]}")
    raise DataError(
        f"{path} is not a kind of file that holds a data set; give a folder of images, a .zip or "
        f".tar archive, an .npz or .npy array, a .txt of lines, or one of {', '.join(named)}"
    )


def _claimed(path: Path, taking: Sequence[Part[SourceFacts]]) -> str:
    """Return the kind of the samples of a file that may hold several, by how it looks."""
    claiming = (part for part in taking if part.facts.claims and part.facts.claims(path))
    return next((part.facts.kinds[0] for part in claiming), "image")


def as_path(source: str | Path) -> Path:
    """Return the path that is meant; where it is not there, one with ``/`` for backslashes."""
    path = expanded(source)
    if "\\" not in str(source) or exists(path):
        return path
    other = expanded(str(source).replace("\\", "/"))
    return other if exists(other) else path


def _refuse_two(word: str) -> None:
    """Refuse a name that is a set that ships and a path here too; a run folder is not data.

    Raises:
        DataError: says how to write each.
    """
    here = Path(word)
    if exists(here) and not (here / "recipe.toml").is_file():
        kind = "folder" if here.is_dir() else "file"
        raise DataError(
            f"'{word}' is both a {kind} here and a data set that ships with gansmith; write "
            f"./{word} for the {kind}, or {word}: for the set that ships"
        )


def _options(text: str, plain: str) -> dict[str, Any]:
    """Read ``a=1,b=2``; a single word is the side, or whatever the source takes as one.

    What is not a number needs no quotes.
    """
    if text and "=" not in text:
        return {plain: text}
    first, _, rest = text.partition(",")
    if first and "=" not in first:
        return {plain: first} | _options(rest, plain)
    try:
        return toml_tree(re.sub(r"=\s*([A-Za-z][\w/.-]*)", r'="\1"', text).replace(",", "\n"))
    except ValueError as error:
        raise DataError(f"{value(text)} is not a list of options as modes=25,sigma=.2") from error


def _build(name: str, options: Mapping[str, Any], context: Mapping[str, Any]) -> Source:
    try:
        built: Source = sources.build(name, options, **context)
    except (ValueError, TypeError) as error:
        raise DataError(f"data set {name}: {error}") from error
    return built


def _own(name: str, context: Mapping[str, Any]) -> Source:
    """Return the source that a function of the user's own makes.

    Raises:
        DataError: it is not there, failed, or returned something that is not a data set.
    """
    try:
        with naming(sources.get(name)):
            found = sources.build(name, **context)
        return as_source(found, kind=str(context.get("kind") or ""))
    except (ValueError, GansmithError) as error:
        said = str(error).removeprefix("source ")
        raise DataError(
            f"source {said}" if name in said else f"source '{name}': {error}"
        ) from error


def _missing(source: str | Path, names: list[str]) -> str:
    hint = suggest(str(source), names) if _may_be_name(source) else ""
    path = expanded(source)
    if exists(path.parent) and os.path.islink(path):
        return f"{path} is a broken link; correct it or give another path"
    return f"there is no file or folder {shown.path(path)}" + (
        f", and no data set of that name{hint}" if hint else "; check the path"
    )


def _may_be_name(source: str | Path) -> bool:
    return isinstance(source, str) and "/" not in source and "\\" not in source
