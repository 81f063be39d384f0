"""What must be said beside a number so that it is not read for more than it is."""

from collections.abc import Sequence

import torch
from torch import Tensor

from gansmith.evaluation.sides import Choice, Side
from gansmith.features import Extractor
from gansmith.registry import metrics as registry

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


def unlike_formats(real: float | None, fake: float | None) -> list[str]:
    """Say that the files of one side lose detail, as JPEG does, and those of the other do not.

    Args:
        real: share of the reals in such a format; None where they are not files.
        fake: share of the fakes.

    Reference: Parmar et al. 2021, arXiv:2104.11222.
    """
    if real is None or fake is None or abs(real - fake) < 0.1:
        return []
    return [
        f"{real:.0%} of the reals and {fake:.0%} of the fakes are files of a format that loses "
        f"detail (JPEG): the numbers include what it does to images; save both in one format"
    ]


def unused(chosen: Sequence[Choice], held_out: bool) -> list[str]:
    """Say that held-out reals were given which no chosen metric uses."""
    looked = any("held_out" in registry.get(name).facts.needs for name, _ in chosen)
    if looked or not held_out:
        return []
    return ["the held-out reals are not used: only memorisation does, which was not requested"]


def _constant(features: Tensor) -> list[str]:
    constant, width = int((features.amax(0) == features.amin(0)).sum()), features.shape[1]
    if constant == width:
        return ["all reals have equal features: these numbers say nothing about diversity"]
    return [f"{constant} of {width} features are constant over the reals"] if constant else []
