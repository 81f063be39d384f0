"""Rows of tables as a foreign loop has them: data frames and files."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gansmith.data.sources.tabular import claims, values_of
from gansmith.data.tables.cells import Cells, cells_of_file, cells_of_frame, is_frame
from gansmith.kinds.kind import Kind, kind_named
from gansmith.kinds.tables.columns import columns_of
from gansmith.kinds.tables.common import in_common, said

ENDINGS = (".csv", ".tsv", ".parquet")


def is_table(given: Any) -> bool:
    """Say whether reals are rows of a table: a data frame, or a file of rows."""
    if is_frame(given):
        return True
    named = isinstance(given, str | os.PathLike) and Path(given).suffix.lower() in ENDINGS
    return named and Path(given).is_file() and claims(Path(given))


class TableScale:
    """How to bring rows to what extractors expect; the columns are those of the reals.

    Args:
        real: a data frame, or the path of a .csv, .tsv or .parquet file.
        count: rows that are looked at at most, an even choice.

    Raises:
        DataError: it cannot be read, or has no column to learn.
    """

    def __init__(self, real: Any, count: int) -> None:
        source = values_of(_cells(real), {}, count)
        self.kind: Kind = kind_named("table")
        assert self.kind.fit is not None
        self.columns = source.facts, source.values
        self.facts: Mapping[str, Any] = {
            **source.facts,
            **self.kind.fit(source.values, source.facts),
        }
        self.reals = self._unit(source.values)
        self.shape = tuple(self.reals.shape[1:])

    def __call__(self, samples: Tensor) -> Tensor:
        """Return rows that were read already."""
        return samples

    def read(self, given: Any) -> Tensor:
        """Return rows as networks of gansmith would see them, float32 on the CPU.

        Raises:
            ValueError: it is neither a data frame nor a file.
            DataError: its columns are not those of the reals, or it has a category of its own.
        """
        source = values_of(_cells(given), said(self.facts)["columns"])
        rows = ("the samples", source.values, source.facts)
        (_, values), _, notes = in_common([("the reals", self.columns[1], self.columns[0]), rows])
        if notes:
            raise ValueError(notes[0])
        return self._unit(values)

    def _unit(self, values: np.ndarray) -> Tensor:
        return torch.from_numpy(self.kind.to_unit(values, self.facts))

    @property
    def record(self) -> dict[str, Any]:
        """What a run folder remembers of the data beside their number."""
        names = [column.name for column in columns_of(self.facts)]
        return {"kind": self.kind.recorded.as_dict(), "columns": names}


def _cells(given: Any) -> Cells:
    if is_frame(given):
        return cells_of_frame(given)
    if isinstance(given, str | os.PathLike):
        return cells_of_file(Path(given))
    raise ValueError(
        f"rows of a table come as a data frame or as the path of a file, and not as a "
        f"{type(given).__name__}"
    )
