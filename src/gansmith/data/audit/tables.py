"""What a look at a table finds: types of columns, copies, keys, constants, missing values."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from gansmith.data.audit.findings import COPIED, DataFinding, of_source, too_few
from gansmith.data.audit.report import AuditReport
from gansmith.errors import counted
from gansmith.finding import most_serious_first
from gansmith.kinds.tables.columns import TABLE, Column, columns_of
from gansmith.shown import listed

PAGE = "docs/kinds.md, Tables"
FEW = 100  # rows to train on, below which a table is copied rather than learned
RARE = 10  # rows of a category, below which it is hard to learn
HALF = 0.5  # share of missing values from which a column says little


def audit_table(name: str, rows: np.ndarray, facts: Mapping[str, Any]) -> AuditReport:
    """Look at every row of a table.

    Args:
        name: of the table.
        rows: as stored, [rows, columns].
        facts: of the table, with its columns.
    """
    columns = columns_of(facts)
    table = facts[TABLE]
    told: dict[str, Any] = {
        "rows": int(table.get("rows", len(rows))),
        "columns": {column.name: type_of(column) for column in columns},
        "target": str(table.get("target", "")),
    }
    told |= {"missing": dict(table["missing"])} if table.get("missing") else {}
    if len(rows) < 2:
        return AuditReport(name, told, (too_few(len(rows), "row"),))
    found = _findings(rows, columns, table.get("missing") or {})
    return AuditReport(name, told, most_serious_first(list(found)))


def type_of(column: Column) -> str:
    """Return the type of a column in words, for people."""
    if column.type == "categorical":
        return f"categorical ({len(column.categories)})"
    return f"date ({column.form})" if column.type == "date" else column.type


def _findings(
    rows: np.ndarray, columns: Sequence[Column], missing: Mapping[str, int]
) -> Iterator[DataFinding | None]:
    learned = [place for place, column in enumerate(columns) if column.type != "key"]
    twice = len(rows) - len(np.unique(np.nan_to_num(rows[:, learned], nan=-1e300), axis=0))
    yield _copies(twice) if twice else None
    if len(rows) < FEW:
        says = f"{len(rows)} rows are few: what is made will be close to them"
        yield of_source("few_rows", "warn", says, "add rows", PAGE, len(rows))
    yield _keys([column for column in columns if column.type == "key"])
    yield _constant([columns[n].name for n in learned if _is_constant(rows[:, n])])
    yield from _missing(missing, len(rows), columns)
    yield _rare(rows, columns)
    yield _twins(rows, columns, learned)


def _copies(count: int) -> DataFinding:
    says = (
        f"{counted(count, 'row')} too many, being equal to others but for keys: they count twice "
        f"in training (and are never divided between training and held-out part)"
    )
    fix = "remove them if they are copies and no two of a kind, as copies are memorised first"
    return of_source("duplicates", "warn", says, fix, COPIED, count)


def _keys(keys: Sequence[Column]) -> DataFinding | None:
    if not keys:
        return None
    names = [key.name for key in keys]
    says = (
        f"{listed(names)} tell{'s' * (len(names) == 1)} rows apart, as names and numbers of people "
        f"do: learned, samples would give rows away; so they are numbered anew"
    )
    fix = f'leave them out, or say what they are if they are not keys: data.columns."{names[0]}"'
    return DataFinding("key_columns", "note", "data.columns", says, fix, {}, PAGE, len(names))


def _is_constant(values: np.ndarray) -> bool:
    there = values[np.isfinite(values)]
    return len(there) in (0, len(values)) and (not len(there) or bool((there == there[0]).all()))


def _constant(names: Sequence[str]) -> DataFinding | None:
    if not names:
        return None
    says = f"{listed(names)} never change{'s' * (len(names) == 1)}: there is nothing to learn"
    fix = "samples get that value; leave the column out if nobody needs it"
    return DataFinding("constant_columns", "note", "data.columns", says, fix, {}, PAGE, len(names))


def _missing(
    missing: Mapping[str, int], rows: int, columns: Sequence[Column]
) -> Iterator[DataFinding]:
    known = {column.name for column in columns}
    shares = {name: count / rows for name, count in missing.items() if name in known}
    most = [name for name, share in shares.items() if share >= HALF]
    if most:
        told = listed(f"{name} ({min(shares[name], 1):.0%})" for name in most)
        says = f"most values are missing in {told}: little can be learned of the rest"
        fix = "leave such a column out"
        yield DataFinding("missing_values", "warn", "data.columns", says, fix, {}, PAGE, len(most))
    rest = [name for name in shares if name not in most]
    if rest:
        told = listed(f"{name} ({shares[name]:.1%})" for name in rest)
        says = f"values are missing in {told}; samples have missing values as often"
        fix = "fill them first if samples should have none"
        yield DataFinding("missing_values", "note", "data.columns", says, fix, {}, PAGE, len(rest))


def _rare(rows: np.ndarray, columns: Sequence[Column]) -> DataFinding | None:
    """Name the columns with categories of few rows."""
    rare: dict[str, int] = {}
    for place, column in enumerate(columns):
        if column.type == "categorical":
            counts = np.bincount(rows[:, place].astype(np.int64), minlength=1)
            few = int(((counts > 0) & (counts < RARE)).sum())
            rare |= {column.name: few} if few else {}
    if not rare:
        return None
    told = listed(f"{name} ({few})" for name, few in rare.items())
    says = f"categories of fewer than {RARE} rows are hard to learn: {told}"
    fix = 'condition = "category" shows them more often; or merge them'
    changes = {"condition.name": "category"}
    return DataFinding("rare_categories", "note", "condition", says, fix, changes, PAGE, len(rare))


def _twins(
    rows: np.ndarray, columns: Sequence[Column], learned: Sequence[int]
) -> DataFinding | None:
    """Name columns of which each tells the other, as a code and its name do."""
    filled = np.nan_to_num(rows, nan=-1e300)
    codes = {n: np.unique(filled[:, n], return_inverse=True)[1] for n in learned}
    sizes = {n: int(code.max()) + 1 for n, code in codes.items()}
    pairs = [
        (columns[first].name, columns[second].name)
        for place, first in enumerate(learned)
        for second in learned[place + 1 :]
        if sizes[first] == sizes[second] > 2 and _one_to_one(codes, sizes, first, second)
    ]
    if not pairs:
        return None
    told = listed(f"{first} and {second}" for first, second in pairs)
    says = f"each of {told} tells the other: samples need not keep to that"
    fix = "leave one of them out, and add it again afterwards"
    return DataFinding("twin_columns", "note", "data.columns", says, fix, {}, PAGE, len(pairs))


def _one_to_one(
    codes: Mapping[int, np.ndarray], sizes: Mapping[int, int], first: int, second: int
) -> bool:
    joint = codes[first].astype(np.int64) * sizes[second] + codes[second]
    return len(np.unique(joint)) == sizes[first] and sizes[first] < len(joint)
