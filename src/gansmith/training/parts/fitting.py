"""Weights into a network that may be another: by name and shape, from either end."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

LEAST = 0.01  # share of G's numbers below which going on from there means starting anew
NUMBERED = re.compile(r"(.*?)\.(\d+)\.(.*)")

Weights = Mapping[str, Tensor]


@dataclass(frozen=True)
class Taken:
    """What a network took: names of tensors, and how many numbers are in them."""

    player: str
    taken: tuple[str, ...]
    skipped: tuple[str, ...]
    fresh: tuple[str, ...]
    numbers: int
    of: int

    def says(self) -> str:
        """Return one sentence."""
        share = f"{self.numbers:,} of {self.of:,} numbers ({self.numbers / max(self.of, 1):.0%})"
        fresh = f"; starts anew: {_some(self.fresh)}" if self.fresh else ""
        skipped = f"; left behind: {_some(self.skipped)}" if self.skipped else ""
        return f"{self.player} takes {share} from there{fresh}{skipped}"


def fill(network: nn.Module, weights: Weights, player: str) -> Taken:
    """Copy what fits into a network.

    Networks for another resolution have more or fewer grids: they are matched from the coarsest on,
    or from the finest where more of them fits that way.

    Args:
        network: is changed.
        weights: by parameter.
        player: name of the network.
    """
    own = network.state_dict()
    ways = [dict(weights), _aligned(weights, own)]
    named = max(
        ways[::-1] if player == "discriminator" else ways, key=lambda way: _fitting(way, own)
    )
    fits = {n: w for n, w in named.items() if n in own and own[n].shape == w.shape}
    with torch.no_grad():
        for name, weight in fits.items():
            own[name].copy_(weight)
    return Taken(
        player=player,
        taken=tuple(fits),
        skipped=tuple(name for name in named if name not in fits),
        fresh=tuple(name for name in own if name not in fits),
        numbers=_fitting(named, own),
        of=sum(weight.numel() for weight in own.values()),
    )


def _fitting(weights: Weights, own: Weights) -> int:
    """Return how many numbers fit by name and shape."""
    fits = [w.numel() for n, w in weights.items() if n in own and own[n].shape == w.shape]
    return sum(fits)


def _aligned(weights: Weights, own: Weights) -> dict[str, Tensor]:
    """Rename numbered layers so that the last of each list meet, not the first."""
    theirs, ours = _lengths(weights), _lengths(own)
    renamed = {}
    for name, weight in weights.items():
        if found := NUMBERED.fullmatch(name):
            before, number, after = found.groups()
            moved = int(number) + ours.get(before, 0) - theirs[before]
            name = f"{before}.{moved}.{after}"
        renamed[name] = weight
    return renamed


def _lengths(weights: Weights) -> dict[str, int]:
    lengths: dict[str, int] = {}
    for found in filter(None, map(NUMBERED.fullmatch, weights)):
        before, number, _ = found.groups()
        lengths[before] = max(lengths.get(before, 0), int(number) + 1)
    return lengths


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
