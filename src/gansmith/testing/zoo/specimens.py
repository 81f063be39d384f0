"""Every specimen of the zoo, in an order in which any beginning is a fair sample."""

from collections.abc import Sequence
from dataclasses import dataclass

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


def specimens(seeds: Sequence[int] = (0, 1)) -> list[Specimen]:
    """Return the specimens of the zoo: with two seeds 400 or so, each place and way in turn."""
    found: list[Specimen] = []
    places, ways = list(PLACES.values()), list(WAYS.values())
    for seed in seeds:
        for turn in range(len(places)):
            for number, way in enumerate(ways):
                place = places[(number + turn) % len(places)]
                if way.where(place):
                    found.append(Specimen(place, way, seed))
    return found
