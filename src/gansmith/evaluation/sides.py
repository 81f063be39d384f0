"""One side of a comparison: its features, and what else metrics may work on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import torch
from torch import Tensor

from gansmith.features import Extractor, as_unit, extract, kept_features
from gansmith.registry import metrics as registry

Choice = tuple[str, Mapping[str, Any]]
BATCH = 256


@dataclass(frozen=True)
class Side:
    """What a side is to a metric.

    ``samples`` are in [-1, 1], ``probabilities`` are those of a classifier [samples, classes]; both
    are there only if a metric works on them. ``labels`` are classes, where they are known, and
    ``places`` say which samples these are, as they were read.
    """

    features: Tensor
    samples: Tensor | None = None
    probabilities: Tensor | None = None
    labels: Tensor | None = None
    places: Tensor | None = None

    def of(self, kind: str) -> Tensor | None:
        """Return what a metric declared to work on: "features", "samples" or "probabilities"."""
        found: Tensor | None = getattr(self, kind)
        return found

    def __len__(self) -> int:
        return len(self.features)

    def __getitem__(self, rows: Tensor) -> "Side":
        kept = {field.name: self.of(field.name) for field in fields(self)}
        return Side(**{name: values[rows] for name, values in kept.items() if values is not None})


def side_of(
    samples: Tensor,
    extractor: Extractor | Sequence[Extractor],
    chosen: Sequence[Choice],
    progress: Callable[[int, int], None] | None = None,
    labels: Tensor | None = None,
    keep: bool = False,
) -> Side:
    """Return what the chosen metrics need of samples (bytes, or floats in [-1, 1]).

    Args:
        samples: of this side.
        extractor: of the features; several are the same one on as many devices.
        chosen: metrics with their options.
        progress: called with (samples done, samples in all).
        labels: class of each sample, where known.
        keep: keep the features on disk, and find those of an earlier time.
    """
    kinds = {registry.get(name).facts.of for name, _ in chosen}
    team = list(extractor) if isinstance(extractor, Sequence) else [extractor]
    compute = kept_features if keep else extract
    features = compute(team, samples, progress=progress)
    classified = "probabilities" in kinds
    return Side(
        features=features,
        samples=as_unit(samples) if "samples" in kinds else None,
        probabilities=_probabilities(samples, features, team[0]) if classified else None,
        labels=labels,
        places=torch.arange(len(samples)),
    )


def _probabilities(samples: Tensor, features: Tensor, extractor: Extractor) -> Tensor | None:
    """From the features where the extractor has a head; any other classifier sees the samples."""
    head, classify = (getattr(extractor, name, None) for name in ("head", "probabilities"))
    if head is not None:
        return torch.cat([head(part).cpu() for part in torch.split(features, BATCH)])
    if classify is None:
        return None
    return torch.cat([classify(as_unit(part)).cpu() for part in torch.split(samples, BATCH)])
