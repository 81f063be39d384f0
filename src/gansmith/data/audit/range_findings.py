"""Findings about the range of stored values."""

from dataclasses import replace

from gansmith.data.audit.findings import DataFinding, of_source
from gansmith.data.used_range import Levels, likely_range

FAR = 100.0  # numbers beyond it are far from where networks start
TANH = "Radford et al. 2015, arXiv:1511.06434"


def half_range(low: float, high: float) -> DataFinding | None:
    """Name floating point images in [0, 1]."""
    if low < 0.0 or high <= low:
        return None
    says = (
        f"pixels run from {low:.4g} to {high:.4g}, as pictures in [0, 1] do, but samples lie in "
        f"[-1, 1]: training refuses them"
    )
    fix = "save 2 * x - 1, or bytes (uint8, 0 to 255), or set data.range"
    found = of_source("data_range", "refuse", says, fix, TANH, 1)
    return replace(found, changes={"data.range": likely_range(low, high)})


def narrow_range(levels: Levels) -> DataFinding | None:
    """Name stored values that use a small part of their range, as 12 bits in files of 16."""
    if not levels.narrow:
        return None
    fix = "set data.range to the values of black and white, or save them with their full range"
    where = "data.range"
    return DataFinding(
        "data_range", levels.severity, where, levels.says(), fix, levels.changes(), TANH, 1
    )


def far_numbers(low: float, high: float) -> DataFinding | None:
    """Name numbers far from where networks start."""
    if max(abs(low), abs(high)) <= FAR:
        return None
    says = (
        f"numbers from {low:.4g} to {high:.4g}: networks start with outputs near 1 and need "
        f"long to get there"
    )
    fix = "scale the vectors so that their standard deviation is near 1"
    return of_source("data_range", "warn", says, fix, "LeCun et al. 1998, Efficient BackProp", 1)
