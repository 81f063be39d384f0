"""The cheap alternatives to a generator: ordinary augmentation, and rows between rows."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from gansmith.downstream.labelled import Form, Labelled

SHIFT = 1 / 8  # of a side, to either side
LIGHT = 0.2  # of the spread: brightness added, and contrast more or less
NEIGHBOURS = 5
NOISE, SCALE = 0.1, 0.2  # of the spread of a channel of a series


def varied(batch: Tensor, form: Form, draws: torch.Generator) -> Tensor:
    """Return a batch by ordinary augmentation, each sample in a way of its own.

    Images are shifted by up to an eighth of a side, with other brightness and contrast; mirrored
    and turned by quarters where the recipe says that such images could be of the set. Series are
    scaled by channel and get noise.

    Args:
        batch: images [n, C, H, W] or series [n, C, T] of zero mean and unit spread.
        form: of the samples.
        draws: random numbers.

    Reference: Shorten and Khoshgoftaar 2019, Journal of Big Data 6(60); for series Um et al. 2017,
    arXiv:1706.00527.
    """
    if form.kind == "series":
        scale = 1 + SCALE * torch.randn(*batch.shape[:2], 1, generator=draws)
        return batch * scale + NOISE * torch.randn(batch.shape, generator=draws)
    batch = _shifted(batch, draws)
    if form.flip:
        mirrored = torch.rand(len(batch), generator=draws) < 0.5
        batch = torch.where(mirrored[:, None, None, None], batch.flip(3), batch)
    if form.turn:
        quarters = torch.randint(4, (len(batch),), generator=draws).tolist()
        batch = torch.stack(
            [image.rot90(k, (1, 2)) for image, k in zip(batch, quarters, strict=True)]
        )
    light = torch.rand(2, len(batch), 1, 1, 1, generator=draws) * 2 - 1
    return batch * (1 + LIGHT * light[0]) + LIGHT * light[1]


def _shifted(batch: Tensor, draws: torch.Generator) -> Tensor:
    """Shift each image by whole pixels; what comes in repeats the border."""
    height, width = batch.shape[2:]
    down, right = int(height * SHIFT), int(width * SHIFT)
    padded = F.pad(batch, (right, right, down, down), mode="replicate")
    rows = torch.randint(2 * down + 1, (len(batch), 1), generator=draws) + torch.arange(height)
    columns = torch.randint(2 * right + 1, (len(batch), 1), generator=draws) + torch.arange(width)
    which = torch.arange(len(batch))[:, None, None]
    found: Tensor = padded.permute(0, 2, 3, 1)[which, rows[:, :, None], columns[:, None, :]]
    return found.permute(0, 3, 1, 2)


def between(
    known: Labelled, label: int, count: int, form: Form, draws: np.random.Generator
) -> Labelled:
    """Return rows of a class between rows of it and their neighbours (SMOTE).

    Of numbers a point on the way from a row to one of its five nearest of the class, distances in
    standard deviations of each column; of categories the neighbour's or its own, by where on the
    way it lies. A missing value stays missing. A class of one row repeats it.

    Args:
        known: rows [N, columns].
        label: of the class.
        count: of new rows.
        form: of the rows.
        draws: random numbers.

    Reference: Chawla et al. 2011, arXiv:1106.1813 (in print 2002), section 6.1 for categories.
    """
    own = known.samples[known.labels == label]
    rows = draws.integers(len(own), size=count)
    others = _neighbours(own, rows, form, draws)
    share = draws.random((count, 1))
    sorts = np.array([column.type == "categorical" for column in form.columns] or [False])
    moved = own[rows] + share * (own[others] - own[rows])
    picked = np.where(share < 0.5, own[rows], own[others])
    return Labelled(np.where(sorts, picked, moved), np.full(count, label))


def _neighbours(
    own: np.ndarray, rows: np.ndarray, form: Form, draws: np.random.Generator
) -> np.ndarray:
    """Return for each of these rows one of its nearest others."""
    if len(own) < 2:
        return rows
    there = np.isfinite(own)
    held = np.maximum(there.sum(0), 1)
    moved = np.where(there, own - np.where(there, own, 0.0).sum(0) / held, 0.0)
    scaled = moved / np.maximum(np.sqrt((moved**2).sum(0) / held), 1e-9)
    for place, column in enumerate(form.columns):
        if column.type == "categorical":
            scaled[:, place] = 0.0  # category numbers have no distances
    asked, back = np.unique(rows, return_inverse=True)
    found = []
    for part in np.array_split(asked, max(1, len(asked) * len(own) // 2**22)):
        apart = _apart(scaled, part)
        apart[np.arange(len(part)), part] = np.inf
        found.append(np.argsort(apart, 1)[:, : min(NEIGHBOURS, len(own) - 1)])
    near = np.concatenate(found)
    return near[back, draws.integers(near.shape[1], size=len(rows))]


def _apart(scaled: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Return squared distances [part, rows] without a third axis."""
    squares = (scaled**2).sum(1)
    found: np.ndarray = squares[part, None] + squares[None] - 2 * scaled[part] @ scaled.T
    return found
