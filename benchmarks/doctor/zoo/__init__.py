"""The failure zoo: runs made to fail in known ways, and healthy ones, to test the doctor on.

A planned run is a setting (data set and architecture), a scenario (how it fails, or how it stays
healthy) and a seed. ``make`` trains it and keeps its records in a small compressed file; ``pack``
moves such files into one archive, and ``read_all`` gives them back. What counts is the outcome: a
run whose intended failure did not happen, by a measure that the detectors do not use for it, is
kept but not scored.
"""

from benchmarks.doctor.zoo.held_out_settings import TEST_SEED, VALIDATION_SEED
from benchmarks.doctor.zoo.planned_runs import SPLITS, PlannedRun, planned_runs, split_of
from benchmarks.doctor.zoo.scenarios import SCENARIOS, Scenario
from benchmarks.doctor.zoo.settings import SETTINGS, Setting
from benchmarks.doctor.zoo.store import (
    RECORDS,
    Record,
    names_of,
    pack,
    read_all,
    read_record,
    write_record,
)
from benchmarks.doctor.zoo.train import make, train_planned

__all__ = [
    "RECORDS",
    "SCENARIOS",
    "SETTINGS",
    "SPLITS",
    "TEST_SEED",
    "VALIDATION_SEED",
    "PlannedRun",
    "Record",
    "Scenario",
    "Setting",
    "make",
    "names_of",
    "pack",
    "planned_runs",
    "read_all",
    "read_record",
    "split_of",
    "train_planned",
    "write_record",
]
