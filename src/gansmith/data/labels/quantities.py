"""Labels that are whole numbers, and yet quantities: ages, years, scores."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import median

from gansmith.data.audit.findings import DataFinding
from gansmith.data.labels.classes import NO_LABELS
from gansmith.errors import counted

MANY = 20  # classes, above which numbers that are not plain indices are taken for quantities
SOME = 5  # classes, from which numbers far apart are
FEW = 20  # samples of the median class, below which indices are taken for quantities too
APART = 5  # from one value to the next
CONTINUOUS = "Ding et al. 2020, arXiv:2011.07466"


def quantities(classes: Mapping[str, int]) -> DataFinding | None:
    """Say that classes named by whole numbers look like measured values.

    Indices from 0 or 1 without a gap are classes, if the median class has 20 samples at least or
    there are no more than 20 classes. Numbers with a leading zero are names.

    Args:
        classes: samples of each class by its name.
    """
    filled = {name: count for name, count in classes.items() if count}
    if len(filled) < SOME or not all(map(_is_number, filled)):
        return None
    values = sorted(map(int, filled))
    middle = median(filled.values())
    if not _look_measured(values, middle):
        return None
    says = (
        f"the labels are {counted(len(values), 'whole number')} from {values[0]} to {values[-1]}, "
        f"with {middle:g} samples of the median one: these look like quantities, not classes, and "
        f"as classes nothing says that {values[0]} is nearer to {values[1]} than to {values[-1]}"
    )
    fix = (
        "if they are ages, years, scores or the like, save bins as words ('20 to 29', '30 to 39'), "
        "or set data.labels = false to do without; if they are classes, this may stay"
    )
    return DataFinding(
        "quantities", "warn", "data.labels", says, fix, NO_LABELS, CONTINUOUS, len(values)
    )


def _is_number(name: str) -> bool:
    digits = name.removeprefix("-")
    return digits.isdecimal() and len(digits) < 19 and (digits == "0" or digits[0] != "0")


def _look_measured(values: Sequence[int], middle: float) -> bool:
    plain = values[0] in (0, 1) and values[-1] - values[0] == len(values) - 1
    if len(values) > MANY:
        return not plain or middle < FEW
    steps = {after - before for before, after in pairwise(values)}
    far = (values[-1] - values[0]) >= APART * (len(values) - 1)
    return far and (len(steps) == 1 or middle < FEW)
