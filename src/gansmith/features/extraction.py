"""Features of many samples: batch by batch, in little memory, on the CPU at the end."""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from jaxtyping import Float, Shaped
from torch import Tensor

from gansmith.data.units import to_unit
from gansmith.features.extractor import Extractor

Samples = Shaped[Tensor, " batch ..."] | Shaped[np.ndarray, " batch ..."]
Progress = Callable[[int, int], None]


def extract(
    extractor: Extractor,
    samples: Samples,
    batch_size: int = 64,
    progress: Progress | None = None,
) -> Float[Tensor, " batch width"]:
    """Return the features of all samples as float32 [batch, width] on the CPU.

    Args:
        extractor: what to apply.
        samples: floats in [-1, 1] as [batch, channels, height, width] or [batch, values], or bytes
            as [batch, height, width, channels] or [batch, channels, height, width].
        batch_size: how many samples to hold on the extractor's device at once.
        progress: called with (samples done, samples in all) after each batch.

    Raises:
        ValueError: there is no sample, or the extractor cannot use samples of this shape.
    """
    total = len(samples)
    if total == 0:
        raise ValueError("there are no samples to take features of; at least one is needed")
    done, parts = 0, []
    for batch in _batches(samples, batch_size):
        parts.append(extractor(as_unit(batch)).to("cpu", torch.float32))
        done += len(batch)
        if progress is not None:
            progress(done, total)
    return torch.cat(parts)


def as_unit(samples: Samples) -> Tensor:
    """Return samples as float32 in [-1, 1]; bytes may have their channels first or last."""
    if isinstance(samples, np.ndarray):
        samples = torch.from_numpy(samples)
    if samples.dtype == torch.uint8 and samples.ndim == 3:
        samples = samples[:, None]
    elif samples.dtype == torch.uint8 and samples.shape[-1] <= 4 < samples.shape[1]:
        samples = samples.permute(0, 3, 1, 2)
    return to_unit(samples if samples.dtype == torch.uint8 else samples.to(torch.float32))


def _batches(samples: Samples, batch_size: int) -> Iterator[Samples]:
    for start in range(0, len(samples), batch_size):
        yield samples[start : start + batch_size]
