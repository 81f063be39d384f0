"""From what was seen of a column to its type, unless the user says it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from gansmith.data.tables.cells import Cells
from gansmith.data.tables.survey import MOST, Survey
from gansmith.errors import DataError, suggest
from gansmith.kinds.tables.columns import TYPES, Column, Type
from gansmith.kinds.tables.dates import form_of, is_date
from gansmith.shown import listed
from gansmith.shown import value as quoted

DROP = "drop"
FEW = 10  # different whole numbers up to which they are categories
SEEN = 10  # rows for each of them, at least
SOME = 20  # rows from which nothing but different values is a key
MOSTLY = 0.9  # share of numbers from which the rest are taken for mistakes
KEYS = ("id", "index", "key", "no", "nr", "number", "row", "")
OPTIONS = ("type", "scale", "modes", "missing", "form")

Said = Mapping[str, str | Mapping[str, Any]]


def columns_found(cells: Cells, found: Sequence[Survey], said: Said) -> list[Column | None]:
    """Return each column with its type; None for those that are to be left out.

    Args:
        cells: the table.
        found: what was seen of each column.
        said: what the user says of columns, by name: a type, or a table of options.

    Raises:
        DataError: a column is named that is not there, an option is wrong, or its cells are not of
            the type.
    """
    options = _options(cells, said)
    types = cells.arrow or ("",) * len(found)
    return [
        _column(cells, name, known, options.get(name, {}), arrow)
        for name, known, arrow in zip(cells.names, found, types, strict=True)
    ]


def _options(cells: Cells, said: Said) -> dict[str, Mapping[str, Any]]:
    """Return what is said of columns as tables of options."""
    options: dict[str, Mapping[str, Any]] = {}
    for name, given in said.items():
        if name not in cells.names:
            hint = suggest(name, cells.names)
            raise DataError(
                f"{cells.name} has no column {quoted(name)}{hint}; it has {listed(cells.names)}"
            )
        options[name] = given if isinstance(given, Mapping) else {"type": given}
        for option in options[name]:
            if option not in OPTIONS:
                raise DataError(
                    f"data.columns.{name} has no option {quoted(option)}; there are "
                    f"{listed(OPTIONS)}"
                )
    return options


def _column(
    cells: Cells, name: str, known: Survey, said: Mapping[str, Any], arrow: str
) -> Column | None:
    kind = said.get("type") or _type(cells, name, known, said)
    if kind == DROP:
        return None
    if kind not in TYPES:
        raise DataError(
            f"data.columns.{name} cannot be {quoted(kind)}; it is one of {listed((*TYPES, DROP))}"
        )
    column = Column(
        name, cast(Type, kind), arrow=arrow, space=" " if known.spaced and known.rows else ""
    )
    column = _scaled(column, said)
    words = _missing(known, said)
    if kind == "categorical":
        return _categorical(cells, column, known)
    first = words.most_common(1)[0][0] if words else None
    if kind == "date":
        return replace(column, missing=first, form=_form(cells, column, known, said))
    if kind == "key":
        return column
    return replace(column, missing=first, **_digits(cells, column, known, said))


def _scaled(column: Column, said: Mapping[str, Any]) -> Column:
    scale, most = said.get("scale", column.scale), said.get("modes", column.most)
    if scale not in ("quantiles", "modes") or type(most) is not int or not 1 <= most <= 50:
        raise DataError(
            f'data.columns.{column.name} has scale = "quantiles" or "modes", and modes from 1 to '
            f"50, but {quoted(scale)} and {quoted(most)} are given"
        )
    return replace(column, scale=scale, most=most)


def _missing(known: Survey, said: Mapping[str, Any]) -> Any:
    """Return how often each way to write a missing value occurs."""
    words = known.missing.copy()
    word = said.get("missing")
    if isinstance(word, str) and word in known.texts:
        words[word] += known.texts[word]
        del known.texts[word]
    return words


def _type(cells: Cells, name: str, known: Survey, said: Mapping[str, Any]) -> str:
    """Return the type that the cells of a column have.

    Raises:
        DataError: nearly all are numbers, and some are not.
    """
    if not known.there:
        return "categorical"
    different = MOST + 1 if known.many else len(known.texts)
    single = known.there >= SOME and not known.repeated and not known.missing
    if known.numbers == known.there:
        if known.whole and single and (_like_key(name) or _in_order(known)):
            return "key"
        few = different <= FEW and known.there >= SEEN * different
        if different <= 2 or (known.whole and few):
            return "categorical"
        return "integer" if known.whole else "continuous"
    if form_of(known.looked):
        return "date"
    if known.numbers >= MOSTLY * known.there and different > FEW and known.odd:
        line, text = known.odd
        raise DataError(
            f"{cells.name}: line {line} has {quoted(text)} in '{name}', where nearly all others "
            f"are numbers; correct it, leave it empty, or say what it is with --set "
            f'data.columns.{name}=categorical (or {{missing = "{text}"}})'
        )
    tells_apart = known.many or (known.there >= SOME and different > known.there / 2)
    return "key" if tells_apart else "categorical"


def _like_key(name: str) -> bool:
    word = name.lower().replace("-", "_").replace(" ", "_")
    return word in KEYS or word.endswith("_id") or word.startswith("unnamed")


def _in_order(known: Survey) -> bool:
    """Say whether whole numbers that are all different leave none out, as numbers of rows do."""
    return known.high - known.low == known.there - 1


def _categorical(cells: Cells, column: Column, known: Survey) -> Column:
    if known.many:
        raise DataError(
            f"{cells.name}: '{column.name}' has more than {MOST:,} different texts, too many for "
            f"categories; leave it out with --set data.columns.{column.name}=drop, or group them"
        )
    texts = known.texts + known.missing
    ordered = sorted(texts, key=lambda text: (-texts[text], text))
    word = known.missing.most_common(1)
    return replace(column, categories=tuple(ordered), missing=word[0][0] if word else None)


def _form(cells: Cells, column: Column, known: Survey, said: Mapping[str, Any]) -> str:
    form = str(said.get("form") or form_of(known.looked))
    if not form or not is_date(form):
        example = known.looked[0] if known.looked else ""
        raise DataError(
            f"{cells.name}: '{column.name}' has no known form of dates ({quoted(example)}); "
            f'say it with --set data.columns.{column.name}.form="%d.%m.%Y"'
        )
    return form


def _digits(cells: Cells, column: Column, known: Survey, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return how the numbers of a column are written.

    Raises:
        DataError: a cell is not a number.
    """
    word = said.get("missing")
    if known.odd and known.odd[1] != word:
        line, text = known.odd
        raise DataError(
            f"{cells.name}: line {line} has {quoted(text)} in '{column.name}', which is not a "
            f"number; correct it, leave it empty, or make the column categorical"
        )
    least, most = known.digits
    decimals = None if known.fine else most
    return {"decimals": decimals, "least": min(least, most), "comma": known.commas}
