"""Vectors: points of any dimension, as they are; their values are their features."""

import csv
import io

from PIL import Image
from torch import Tensor

from gansmith.kinds.drawing import scatter
from gansmith.kinds.files import array_bytes, picture_writers
from gansmith.kinds.kind import Defaults, Kind, Said, Surroundings
from gansmith.kinds.known import Facts, Known
from gansmith.kinds.units import to_unit
from gansmith.registry import kinds


@kinds.add
def vector() -> Kind:
    """Vectors: points in any number of dimensions; images are scatter plots, files CSV.

    A sample is [values], real numbers that networks see as they are.
    """
    return Kind(
        name="vector",
        plural="vectors",
        axes=("values",),
        shown=_points,
        written={".csv": _rows, ".npz": array_bytes, **picture_writers(_points)},
        defaults=Defaults(
            batch=_batch,
            network=_network,
            slope=lambda around: 0.1,
            extractor=("identity", "vectors are compared as they are"),
        ),
        compares_raw=True,
        unlabelled=(".csv",),
        legend="Grey points are real, blue ones generated.",
        to_unit=lambda stored, facts: to_unit(stored),
    )


def _points(samples: Tensor, real: Tensor | None, facts: Facts) -> Image.Image:
    return scatter(samples.float().numpy(), None if real is None else real.float().numpy())


def _rows(samples: Tensor, known: Known) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(samples.tolist())
    return text.getvalue().encode()


def _batch(around: Surroundings) -> Said:
    return min(128, around.count), "vectors are cheap"


def _network(around: Surroundings) -> Said:
    return {"name": "mlp"}, "vectors have no neighbourhoods for convolutions"
