"""Tables: a sample is a row; networks see numbers of one scale and one number a category."""

from gansmith.kinds.files import array_bytes, picture_writers
from gansmith.kinds.kind import Defaults, Kind, Said, Surroundings
from gansmith.kinds.tables.coding import from_unit, made, to_unit
from gansmith.kinds.tables.drawing import histograms
from gansmith.kinds.tables.fitting import fit
from gansmith.kinds.tables.written import as_csv, as_parquet
from gansmith.registry import kinds


@kinds.add
def table() -> Kind:
    """Tables: rows of numbers, dates and categories; images are histograms, files CSV and Parquet.

    A sample is [values]: as networks see it a normal score, or a mode and a place in it, for each
    number, and one number a category; what users get is rows in the columns of the data again.
    """
    return Kind(
        name="table",
        plural="rows",
        axes=("values",),
        shown=histograms,
        written={
            ".csv": as_csv,
            ".parquet": as_parquet,
            ".npz": array_bytes,
            **picture_writers(histograms),
        },
        defaults=Defaults(
            batch=_batch,
            network=_network,
            slope=_slope,
            extractor=("table", "numbers as ranks and one number a category; no network"),
            metrics=(
                ("tree_auc", "column_shapes", "pair_trends", "diversity", "prdc"),
                "whether trees tell rows from real ones, and what they would tell them by",
            ),
            lr=_lr,
            pictured=2048,
        ),
        compares_raw=True,
        legend="Grey bars are real rows, blue ones generated.",
        fit=fit,
        to_unit=to_unit,
        from_unit=from_unit,
        made=made,
    )


def _batch(around: Surroundings) -> Said:
    batch = 128
    while batch > max(around.count, 1):
        batch //= 2
    return batch, "rows are cheap, and many small steps go further"


def _network(around: Surroundings) -> Said:
    return {"name": "residual_mlp"}, "columns have no neighbourhoods for convolutions"


def _slope(around: Surroundings) -> float:
    return 1.0


def _lr(around: Surroundings) -> Said | None:
    return None
