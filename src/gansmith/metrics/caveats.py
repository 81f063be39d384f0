"""What must be said beside a number so that it is not read for more than it is."""

import torch
from torch import Tensor

from gansmith.features import Extractor
from gansmith.metrics.sides import Side

FEW = 1000


def caveats(real: Side, fake: Side, extractor: Extractor) -> list[str]:
    """Return one sentence for each reason to read the numbers with care."""
    count, width = min(len(real), len(fake)), real.features.shape[1]
    notes = list(getattr(extractor, "notes", ()))
    if count <= width:
        notes.append(
            f"{count} samples for {width} features: the covariance is singular, so the Frechet "
            f"distance is exact but well above its value for many samples; read it against the "
            f"noise floor only"
        )
    if count < FEW:
        notes.append(f"{count} samples are few: expect the numbers to move by more than the floor")
    if real.features.shape == fake.features.shape and torch.equal(real.features, fake.features):
        notes.append("reals and fakes are the very same samples")
    return notes + _constant(real.features)


def _constant(features: Tensor) -> list[str]:
    constant, width = int((features.amax(0) == features.amin(0)).sum()), features.shape[1]
    if constant == width:
        return ["all reals have equal features: these numbers say nothing about diversity"]
    return [f"{constant} of {width} features are constant over the reals"] if constant else []
