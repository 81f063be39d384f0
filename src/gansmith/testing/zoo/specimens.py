"""Every specimen of the zoo, in an order in which any beginning is a fair sample."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np

from gansmith.testing.zoo.elsewhere import AT, WAYS_ELSEWHERE
from gansmith.testing.zoo.elsewhere import TURNS as TURNS_AT
from gansmith.testing.zoo.places import PLACES, Place
from gansmith.testing.zoo.ways import WAYS, Way


@dataclass(frozen=True)
class Specimen:
    """A run to make: where, how, and with which seed."""

    place: Place
    way: Way
    seed: int

    @property
    def name(self) -> str:
        """Name of the specimen and of its file."""
        return f"{self.way.name}--{self.place.name}--{self.seed}"


TURNS = 10
OPEN = 6  # turns of seed 0 and seed 1; after them two of seed 2 and two of seed 3
RARE, MORE = ("underfitting", "undertrained"), 4  # few come out as intended: so many turns more
SELDOM = ("vanishing_gradient", "unsuitable_loss")  # the same at the places of later seeds


def specimens(turns: int = TURNS) -> list[Specimen]:
    """Return the specimens of the zoo: in each turn every way once, at the next of its places.

    Healthy ways and failures take turns, and so do seed 0 and seed 1: what was looked at while
    detectors changed (seed 0) and what was seen in sums only (seed 1) share no run and hardly a
    place and way. The turns of seed 3 are for a last measurement of detectors that no longer
    change, as those of seed 2 once were. Rare failures have more turns, of seed 2, at the end.
    At the places of later seeds seldom ones have twice the turns.
    """
    healthy = [way for way in WAYS.values() if not way.failure]
    failing = [way for way in WAYS.values() if way.failure]
    ways = [way for pair in zip_longest(failing, healthy) for way in pair if way]
    found: list[Specimen] = []
    for turn in range(turns + (MORE if turns >= TURNS else 0)):
        seed = turn % 2 if turn < OPEN else 2 if turn >= turns else turn // 2 - 1
        for number, way in enumerate(ways):
            if turn >= turns and way.failure not in RARE:
                continue
            suited = [place for place in PLACES.values() if way.where(place)]
            specimen = Specimen(suited[(number + turn) % len(suited)], way, seed)
            found += [specimen] if specimen not in found else []
    if turns >= TURNS:
        for seed, places in AT.items():
            found += _turns(seed, places, TURNS_AT[seed])
    return found


def _turns(seed: int, places: Sequence[Place], turns: int) -> list[Specimen]:
    ways = [*WAYS.values(), *WAYS_ELSEWHERE.values()]
    found = {}
    for turn in range(2 * turns):
        for number, way in enumerate(ways):
            if turn >= turns and way.failure not in SELDOM:
                continue
            suited = [place for place in places if way.where(place)]
            if suited:
                specimen = Specimen(suited[(number + turn) % len(suited)], way, seed)
                found[specimen.name] = specimen
    made = list(found.values())
    order = np.random.default_rng(seed).permutation(len(made))
    return [made[place] for place in order]
