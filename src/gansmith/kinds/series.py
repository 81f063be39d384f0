"""Series: [time, channels], real numbers, standardised channel by channel for the networks."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gansmith.errors import RunError, as_float
from gansmith.kinds.curves import curves
from gansmith.kinds.files import array_bytes, picture_writers
from gansmith.kinds.kind import Defaults, Kind, Said, Surroundings
from gansmith.kinds.known import Facts, Known
from gansmith.registry import kinds

SHORTEST = 8  # times from which convolutions have something to do
SCALE = "standard"  # the fact that holds mean and scale of each channel


@kinds.add
def series() -> Kind:
    """Series: values of one or more channels over time; images are curves, files CSV.

    A sample is [time, channels]. Networks see each channel less its mean, over its standard
    deviation, both of the samples to train on; what users get is in the units of the data again.
    """
    return Kind(
        name="series",
        plural="series",
        axes=("time", "channels"),
        shown=curves,
        written={".csv": _rows, ".npz": array_bytes, **picture_writers(curves)},
        defaults=Defaults(
            batch=_batch,
            network=_network,
            slope=_slope,
            extractor=("series", "values, spectrum and autocorrelation of each channel"),
            lr=_lr,
            interval=3,
            pictured=256,
        ),
        portrays=True,
        compares_raw=True,
        legend="Grey curves are real, blue ones generated.",
        arranged=_arranged,
        fit=fit,
        to_unit=to_unit,
        from_unit=from_unit,
        mask=mask,
    )


def _batch(around: Surroundings) -> Said:
    return min(64, around.count), "series are cheap, and many small steps go further"


def _network(around: Surroundings) -> Said:
    if around.shape[0] < SHORTEST:
        return {"name": "mlp"}, f"of fewer than {SHORTEST} times convolutions see little"
    return {"name": "conv1d"}, "what happens in a series may happen at any time of it"


def _slope(around: Surroundings) -> float:
    return max(0.1, round(math.prod(around.shape) / 25, 2))  # 5 of 128 numbers, as in ``waves``


def _lr(around: Surroundings) -> Said | None:
    if not around.small_machine:
        return None
    return 1e-3, "higher than usual, since a processor makes few steps; no momentum"


def fit(values: np.ndarray, facts: Facts) -> dict[str, Any]:
    """Return the facts that scale series: mean and standard deviation of each channel.

    A channel that never changes is only shifted.

    Args:
        values: of samples to train on, [N, time, channels].
        facts: of the data; none is read.
    """
    whole = values.astype(np.float64)
    mean, deviation = whole.mean((0, 1)), whole.std((0, 1))
    scale = np.where(deviation > 1e-12 * np.maximum(1.0, np.abs(mean)), deviation, 1.0)
    return {SCALE: {"mean": mean.tolist(), "scale": scale.tolist()}}


def to_unit(stored: Any, facts: Facts) -> Any:
    """Return series [N, time, channels] as networks see them, float32."""
    found = _scale(facts, int(stored.shape[-1]))
    if found is None:
        return np.asarray(stored, np.float32)
    mean, scale = (np.asarray(part) for part in found)
    return ((np.asarray(stored, np.float64) - mean) / scale).astype(np.float32)


def from_unit(samples: Tensor, facts: Facts) -> Tensor:
    """Return series in the units of the data; the inverse of ``to_unit``."""
    found = _scale(facts, int(samples.shape[-1]))
    if found is None:
        return samples
    mean, scale = (torch.tensor(part, dtype=samples.dtype, device=samples.device) for part in found)
    return samples * scale + mean


def _scale(facts: Facts, channels: int) -> tuple[Sequence[float], Sequence[float]] | None:
    """Return mean and scale of each channel; None where series are as networks see them.

    Raises:
        RunError: what is recorded is not a number for each channel.
    """
    if facts.get(SCALE) is None:
        return None
    found = facts[SCALE] if isinstance(facts[SCALE], Mapping) else {}
    mean, scale = (_finite(found.get(name)) for name in ("mean", "scale"))
    if len(mean) != channels or len(scale) != channels or not all(scale):
        raise RunError(
            f"data.facts.{SCALE} in environment.json does not hold a mean and a scale for each of "
            f"{channels} channels, without which series have no units; put the file back"
        )
    return mean, scale


def _finite(numbers: object) -> list[float]:
    """Return a list of finite numbers; empty where it is none."""
    listed = numbers if isinstance(numbers, list | tuple) else []
    found = [as_float(one) for one in listed if isinstance(one, int | float)]
    return found if len(found) == len(listed) and all(map(math.isfinite, found)) else []


def mask(lengths: Tensor, length: int) -> Tensor:
    """Return which times of series count, bool [N, length], by how many each has, int64 [N]."""
    return torch.arange(length, device=lengths.device) < lengths[:, None]


def _arranged(values: Any) -> Any:
    """Return rows of one channel as [N, time, 1]; other arrays as they are."""
    return values[:, :, None] if values.ndim == 2 else values


def _rows(samples: Tensor, known: Known) -> bytes:
    """Return a table: a row for each time of each series, with its number and its values."""
    columns = known.facts.get("columns") or {}
    channels = names_of(known.facts, samples.shape[2])
    groups = known.groups
    text = io.StringIO(newline="")
    table = csv.writer(text)
    head = [columns.get("id", "id"), columns.get("time", "time"), *channels]
    table.writerow(head + (["label"] if groups else []))
    for number, one in enumerate(samples.tolist()):
        label = [groups.names[int(groups.of[number])]] if groups else []
        for time, values in enumerate(one):
            table.writerow([number, time, *(f"{value:.9g}" for value in values), *label])
    return text.getvalue().encode()


def names_of(facts: Facts, count: int) -> list[str]:
    """Return the names of the channels, or numbered ones where the data have none."""
    names = facts.get("channels")
    if isinstance(names, list | tuple) and len(names) == count:
        return [str(name) for name in names]
    return [f"channel_{number}" for number in range(count)] if count > 1 else ["value"]
