"""What the columns of tables show: categories that are lost, columns that do not vary, copies."""

import math

from gansmith.doctor.history import History
from gansmith.doctor.measurements.fidelity import floor, lately
from gansmith.doctor.measurements.measurement import measured


@measured(unit="share of the categories", healthy=(None, 0.05))
def lost_categories(history: History) -> float:
    """Share of the reals' categories that no row has, beyond what as many reals lack."""
    return _beyond(history, "lost_categories")


@measured(unit="share of the columns", healthy=(None, 0.0))
def flat_columns(history: History) -> float:
    """Share of the columns that are as good as constant in generated rows only."""
    return _beyond(history, "flat_columns")


@measured(unit="share of the fakes", healthy=(None, 0.05))
def copied_rows(history: History) -> float:
    """Share of the rows that equal a training row, beyond that of other reals."""
    return _beyond(history, "copied_rows")


@measured(unit="distance of unseen reals", healthy=(0.5, None))
def nearest_record(history: History) -> float:
    """Median distance of rows to their nearest training row, over that of unseen reals."""
    return lately(history, "nearest_record_ratio")


def _beyond(history: History, name: str) -> float:
    now = lately(history, name)
    return now if math.isnan(now) else max(now - floor(history, name, 0.0), 0.0)
