"""The failure zoo: runs made to fail in known ways, and healthy ones, to test a doctor on.

A specimen is a place (data set and architecture), a way (how it fails, or how it stays healthy) and
a seed. ``make`` trains it and keeps its records in a small compressed file; ``pack`` moves such
files into one archive, and ``read_all`` gives them back. What counts is what came of a run: a
specimen whose intended failure did not happen, by a measure that the detectors do not use for it,
is kept but not scored.
"""

from gansmith.testing.zoo.places import PLACES, Place
from gansmith.testing.zoo.specimens import Specimen, specimens
from gansmith.testing.zoo.store import Record, names_of, pack, read_all, read_record, write_record
from gansmith.testing.zoo.train import make, train_specimen
from gansmith.testing.zoo.ways import WAYS, Way

__all__ = [
    "PLACES",
    "WAYS",
    "Place",
    "Record",
    "Specimen",
    "Way",
    "make",
    "names_of",
    "pack",
    "read_all",
    "read_record",
    "specimens",
    "train_specimen",
    "write_record",
]
