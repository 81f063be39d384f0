"""A few large photographs as a data set: random crops, and a strip of each held out."""

from typing import Any

import numpy as np

from gansmith.data.held_out import content_hashes, set_digest
from gansmith.data.prepare.defaults import Most, check_channels, read_size, shrink
from gansmith.data.prepare.photograph_crops import SLOTS, Crops, cut_away, pyramid
from gansmith.data.samples import Data
from gansmith.data.source import Photographs

SIZE = 64
STRIP = 0.3  # least held-out part of a photograph: a thinner strip has no room for a crop


def open_photographs(
    source: Photographs,
    size: int | tuple[int, int] | None,
    channels: int | None,
    held_out: float,
    seed: int,
    most: Most | None = None,
) -> Data:
    """Open photographs to train on crops of them, [C, H, W] each.

    Raises:
        DataError: size or channels are impossible.
    """
    check_channels(channels)
    usual = read_size(SIZE)
    target = read_size(size) if size is not None else shrink(usual, most)
    depth = channels or 3
    strip = max(held_out, STRIP) if held_out > 0 else 0.0
    parts = [cut_away(picture, strip) for picture in source.pictures]
    train = [pyramid(rest, target, depth) for rest, _ in parts]
    held = [pyramid(end, target, depth) for _, end in parts] if strip else []
    slots = round(SLOTS * held_out)
    contents = np.concatenate([content_hashes(picture[None]) for picture in source.pictures])
    digest = set_digest(contents, None, (depth, *target, strip, seed))
    why = "as requested" if size else "the usual size of crops"
    chosen = f"{target[0]} x {target[1]}: {why}"
    if most and size is None and target != usual:
        chosen = most.why
    facts = {
        "shape": [depth, *target],
        "train": SLOTS * len(train),
        "held_out": slots * len(held),
        "digest": digest,
        "choices": {"size": chosen},
    }
    return Data(
        train=Crops(train, target, SLOTS, seed),
        held_out=Crops(held, target, slots, seed + 1),
        shape=(depth, *target),
        classes=(),
        name=source.name,
        digest=digest,
        facts={**_describe(source, strip, seed), **facts},
    )


def _describe(source: Photographs, strip: float, seed: int) -> dict[str, Any]:
    rule = "a strip at the end of the longer side of each photograph is held out"
    return {
        "name": source.name,
        **source.facts,
        "photographs": list(source.titles),
        "crops": "random, at scales a factor sqrt(2) apart (lanczos), each photograph as often",
        "split": {"rule": rule, "held_out": strip, "seed": seed},
    }
