"""Both sides of a comparison as rows of a table."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from gansmith.kinds.tables.coding import of_columns
from gansmith.kinds.tables.columns import TABLE, Column, columns_of
from gansmith.metrics.maths.checks import Features, one_side

Learned = list[tuple[int, Column]]


class Rows:
    """Rows as stored, and their columns but those that are not learned.

    Args:
        metric: name of the metric, for messages.
        table: what is known of the table.

    Raises:
        ValueError: nothing is known of its columns.
    """

    def __init__(self, metric: str, table: Mapping[str, Any]) -> None:
        self.metric, self.all = metric, columns_of({TABLE: table})
        if not self.all:
            raise ValueError(f"{metric} is for tables, whose columns it must know")
        self.target = str(table.get("target", ""))
        self.columns = [column for column in self.all if column.type != "key"]

    def of(self, side: str, samples: Features, least: int = 2) -> np.ndarray:
        """Return rows as networks see them as stored ones, float64 [rows, columns but keys].

        Raises:
            ValueError: there are too few, or a value is not finite.
        """
        rows = one_side(self.metric, side, samples, exact=False)
        if len(rows) < least:
            raise ValueError(
                f"{self.metric} needs at least {least} {side} rows but got {len(rows)}; raise the "
                f"number of samples"
            )
        stored = of_columns(rows.to(torch.float32), self.all)
        learned = [place for place, column in enumerate(self.all) if column.type != "key"]
        return np.asarray(stored[:, learned])

    @property
    def predicted(self) -> int:
        """Number of the column that is predicted from the others."""
        names = [column.name for column in self.columns]
        return names.index(self.target) if self.target in names else len(names) - 1
