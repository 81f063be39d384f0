"""Tables: a sample is a row; networks see numbers of one scale and one number a category."""

from gansmith.kinds.files import array_bytes, picture_writers
from gansmith.kinds.kind import Defaults, Kind, Said, Surroundings
from gansmith.kinds.tables.coding import from_unit, made, to_unit
from gansmith.kinds.tables.common import in_common, said
from gansmith.kinds.tables.drawing import histograms
from gansmith.kinds.tables.fitting import fit
from gansmith.kinds.tables.margins import Margins
from gansmith.kinds.tables.written import as_csv, as_parquet
from gansmith.registry import kinds

FURTHER = ("tree_auc", "column_shapes", "pair_trends", "efficacy", "nearest_record")
FEW = 5000  # rows below which small networks and strong penalties do better


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
                ("tree_auc", "diversity", "prdc"),
                "whether trees tell rows from real ones, and whether they are as varied",
            ),
            further=lambda shape: FURTHER,
            lr=_lr,
            pictured=2048,
        ),
        compares_raw=True,
        legend="Grey bars are real rows, blue ones generated.",
        fit=fit,
        to_unit=to_unit,
        from_unit=from_unit,
        made=made,
        said=said,
        common=in_common,
        corrects=Margins,
        self_contained=False,
        kept=".csv",
    )


def _batch(around: Surroundings) -> Said:
    batch = 64 if around.count < FEW else 128
    while batch > max(around.count, 1):
        batch //= 2
    return batch, "rows are cheap, and many small steps go further"


def _network(around: Surroundings) -> Said:
    because = "columns have no neighbourhoods for convolutions"
    if around.count < FEW:
        return {"name": "residual_mlp", "width": 128, "blocks": 1}, because
    return {"name": "residual_mlp"}, because


def _slope(around: Surroundings) -> float:
    return 5.0 if around.count < FEW else 1.0  # as in the recipes table and adult


def _lr(around: Surroundings) -> Said | None:
    if not around.small_machine:
        return None
    return 1e-3, "higher than usual, since a processor makes few steps; no momentum"
