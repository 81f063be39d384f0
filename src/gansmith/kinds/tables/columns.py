"""The columns of a table: what is known of each, and where it lies in a row as networks see it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from gansmith.errors import RunError

TABLE = "table"  # the fact that holds the columns
Type = Literal["continuous", "integer", "categorical", "date", "key"]
Scale = Literal["quantiles", "modes"]
TYPES = ("continuous", "integer", "categorical", "date", "key")


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        name: as the header has it.
        type: "continuous", "integer", "categorical", "date" (days or seconds), or "key", which
            tells rows apart and is not learned.
        categories: texts of a categorical column, most frequent first.
        missing: how a missing value is written; None: none is missing. Of a categorical column
            missing values are a category.
        decimals: most digits after the point; None: as many as it takes.
        least: fewest digits after the point.
        comma: whether the decimal point is a comma.
        space: what stands before each value.
        form: how dates are written, as ``strptime`` has it.
        arrow: type in a Parquet file; empty: of a text file.
        scale: how numbers are brought to one scale: by quantiles, or by the modes of a mixture.
        most: modes at most.
        low: smallest value of the rows to train on.
        high: largest value.
        share: of missing values among those rows.
        grid: quantiles of those rows at equal steps, where the scale is "quantiles"; or all their
            values, where these recur.
        ranks: share of the rows up to each value of the grid, where values recur.
        modes: mean, deviation and weight of each mode, where the scale is "modes".
        atoms: single values that are modes of their own.
        counts: rows of each category.
    """

    name: str
    type: Type
    categories: tuple[str, ...] = ()
    missing: str | None = None
    decimals: int | None = None
    least: int = 0
    comma: bool = False
    space: str = ""
    form: str = ""
    arrow: str = ""
    scale: Scale = "quantiles"
    most: int = 10
    low: float = 0.0
    high: float = 0.0
    share: float = 0.0
    grid: tuple[float, ...] = ()
    ranks: tuple[float, ...] = ()
    modes: tuple[tuple[float, float, float], ...] = ()
    atoms: tuple[float, ...] = ()
    counts: tuple[int, ...] = ()

    @property
    def numeric(self) -> bool:
        """Whether its values are numbers or dates."""
        return self.type in ("continuous", "integer", "date")

    @property
    def constant(self) -> bool:
        """Whether it has one value only, as far as the rows to train on tell."""
        if self.type == "categorical":
            return len(self.categories) < 2
        return self.numeric and (self.low >= self.high and not 0 < self.share < 1)

    @property
    def choices(self) -> int:
        """How many numbers say which category, mode or missing value it is; 0: none is needed."""
        if self.type == "key" or self.constant:
            return 0
        if self.type == "categorical":
            return len(self.categories)
        spread = 1 if self.scale == "quantiles" else len(self.modes)
        known = (spread if self.low < self.high else 1) + len(self.atoms) + (self.share > 0)
        return known if known > 1 else 0

    @property
    def spread(self) -> bool:
        """Whether a number of its own says where in its range, or in its mode, a value lies."""
        return self.numeric and not self.constant and self.low < self.high

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it, without what is as usual."""
        usual = {field.name: field.default for field in fields(self)}
        return {name: value for name, value in asdict(self).items() if value != usual[name]}


@dataclass(frozen=True)
class Place:
    """Where a column lies in a row as networks see it: a number if any, then its choices."""

    column: Column
    start: int

    @property
    def number(self) -> int | None:
        """Index of the number that says where a value lies; None where there is none."""
        return self.start if self.column.spread else None

    @property
    def choices(self) -> slice:
        """The numbers that say which category, mode or missing value it is."""
        first = self.start + self.column.spread
        return slice(first, first + self.column.choices)

    @property
    def stop(self) -> int:
        """Index behind its last number."""
        return int(self.choices.stop)


def places(columns: Sequence[Column]) -> list[Place]:
    """Return where each column lies, in order."""
    found: list[Place] = []
    for column in columns:
        found.append(Place(column, found[-1].stop if found else 0))
    return found


def width(columns: Sequence[Column]) -> int:
    """Return how many numbers a row has as networks see it."""
    return places(columns)[-1].stop if columns else 0


def columns_of(facts: Mapping[str, Any]) -> tuple[Column, ...]:
    """Return the columns that the facts of a table hold.

    Raises:
        RunError: they hold none.
    """
    table = facts.get(TABLE)
    listed = table.get("columns") if isinstance(table, Mapping) else None
    try:
        return tuple(_column(one) for one in listed or ())
    except (TypeError, ValueError, KeyError) as error:
        raise RunError(
            f"data.facts.{TABLE} in environment.json does not hold the columns of a table, without "
            f"which rows cannot be read; put the file back"
        ) from error


def _column(known: Mapping[str, Any]) -> Column:
    """Return a column from what JSON holds: lists become tuples."""
    given = {name: _tuples(value) for name, value in known.items()}
    column = Column(**given)
    if column.type not in TYPES or column.scale not in ("quantiles", "modes"):
        raise ValueError("no such column")
    return column


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list | tuple) else value


def as_facts(columns: Sequence[Column]) -> dict[str, Any]:
    """Return the fact of a table's columns, JSON-able."""
    return {TABLE: {"columns": [column.as_dict() for column in columns]}}


def named(columns: Sequence[Column], name: str) -> int:
    """Return the number of a column.

    Raises:
        ValueError: there is none of that name.
    """
    names = [column.name for column in columns]
    if name not in names:
        known = ", ".join(f"'{one}'" for one in names[:20])
        raise ValueError(f"there is no column '{name}'; there are: {known}")
    return names.index(name)
