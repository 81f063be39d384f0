"""Rows of a table for a study, in the columns of a run."""

from pathlib import Path
from typing import Any

import numpy as np

from gansmith.data.held_out import content_hashes, divide
from gansmith.data.source import Values
from gansmith.data.sources.lookup import find_source
from gansmith.deploy.loaded import LoadedGenerator
from gansmith.downstream.labelled import Form, Labelled, Part
from gansmith.downstream.synthetic import learned
from gansmith.errors import DataError
from gansmith.kinds.tables.columns import Column, columns_of, named
from gansmith.kinds.tables.common import in_columns_of, said


def read_rows(
    loaded: LoadedGenerator, data: Any, like: Form | None = None
) -> tuple[tuple[Part, Part, Part], Form]:
    """Return the parts to train on and held out, and all rows; and their form.

    The class of a row is its category in the column that the recipe calls ``data.target``.

    Args:
        loaded: the run's generator.
        data: the file of a table.
        like: form of the training data; None: these are they.

    Raises:
        DataError: the table has other columns, or the target is no category.
    """
    asked, facts = loaded.recipe.data, dict(loaded.facts)
    source = find_source(
        data, seed=loaded.recipe.seed, kind="table", rows=asked.rows, **said(facts)
    )
    if not isinstance(source, Values):
        raise DataError(f"{Path(str(data)).name} is not a table of rows; give a .csv or .parquet")
    stored = np.asarray(source.values, np.float64)
    rows, columns = in_columns_of(facts, loaded.run, source.name, stored, source.facts)
    place = _target(columns, facts)
    form = like or _form(columns, place, facts)
    labels = rows[:, place].astype(np.int64)
    if labels.max(initial=0) >= len(form.classes):
        text = columns[place].categories[int(labels.max())]
        raise DataError(f"the class '{text}' is not one of the data; leave its rows out")
    every = Part(Labelled(rows[:, learned(facts)], labels), content_hashes(rows))
    share = asked.held_out if like is None else 0.0
    train, held = divide(every.contents, share, loaded.recipe.seed)
    return (every[train], every[held], every), form


def _target(columns: list[Column], facts: dict[str, Any]) -> int:
    place = named(columns, str(facts["table"]["target"]))
    if columns[place].type != "categorical":
        raise DataError(
            f"the column '{columns[place].name}' is to be predicted (data.target) but holds "
            f"{columns[place].type} values, not classes; train with --set data.target=COLUMN"
        )
    return place


def _form(columns: list[Column], place: int, facts: dict[str, Any]) -> Form:
    kept = learned(facts)
    classes = columns_of(facts)[place].categories
    return Form("table", classes, tuple(columns[number] for number in kept))
