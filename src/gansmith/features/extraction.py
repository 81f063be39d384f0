"""Features of many samples: batch by batch, on one device or several, on the CPU at the end."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import numpy as np
import torch
from jaxtyping import Float, Shaped
from torch import Tensor

from gansmith.features.extractor import Extractor
from gansmith.kinds.units import as_unit as as_unit

Samples = Shaped[Tensor, " batch ..."] | Shaped[np.ndarray, " batch ..."]
Progress = Callable[[int, int], None]


def extract(
    extractor: Extractor | Sequence[Extractor],
    samples: Samples,
    batch_size: int = 64,
    progress: Progress | None = None,
) -> Float[Tensor, " batch width"]:
    """Return the features of all samples as float32 [batch, width] on the CPU.

    Args:
        extractor: what to apply; of several, the same on as many devices, each takes its share of
            the batches.
        samples: floats in [-1, 1] as [batch, channels, height, width] or [batch, values], or bytes
            as [batch, height, width, channels] or [batch, channels, height, width].
        batch_size: how many samples to hold on an extractor's device at once.
        progress: called with (samples done, samples in all) after each batch.

    Raises:
        ValueError: there is no sample, or the extractor cannot use samples of this shape.
    """
    if len(samples) == 0:
        raise ValueError("there are no samples to take features of; at least one is needed")
    team = list(extractor) if isinstance(extractor, Sequence) else [extractor]
    starts = range(0, len(samples), batch_size)
    report = _Report(progress, len(samples))

    def share_of(number: int) -> list[Tensor]:
        parts = []
        for start in starts[number :: len(team)]:
            batch = samples[start : start + batch_size]
            parts.append(team[number](as_unit(batch)).to("cpu", torch.float32))
            report.more(len(batch))
        return parts

    if len(team) == 1:
        return torch.cat(share_of(0))
    with ThreadPoolExecutor(len(team)) as threads:
        shares = list(threads.map(share_of, range(len(team))))
    return torch.cat([shares[i % len(team)][i // len(team)] for i in range(len(starts))])


class _Report:
    """Counts what several threads have done, and says so."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total, self._done, self._lock = progress, total, 0, Lock()

    def more(self, count: int) -> None:
        with self._lock:
            self._done += count
            if self._progress is not None:
                self._progress(self._done, self._total)
