"""What the rows of ``reliability.py`` share: undisturbed runs, places, counting what failed."""

import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from killing import forked
from reliability_runs import DIGITS, RING, Case, trained

import gansmith
from gansmith.reporting.page import write_report

LONGER = 0.8  # kimg of a run that is lengthened
Row = tuple[str, int, list[str]]  # what was tried, how often, what failed


def tally(title: str, cases: Iterable[tuple[str, Case]]) -> Row:
    """Try cases and print how they went."""
    tried, failed, begun = 0, [], time.monotonic()
    for name, case in cases:
        tried += 1
        try:
            wrong = case()
        except Exception as error:
            wrong = f"{type(error).__name__}: {error}"
        if wrong:
            failed.append(f"{name}: {wrong}")
            print(f"    {failed[-1]}", flush=True)
    told = f"{title}: {tried} tried, {len(failed)} failed ({time.monotonic() - begun:.0f} s)"
    print(told, flush=True)
    return title, tried, failed


class Bench:
    """A place for runs, and the runs that nobody disturbed."""

    def __init__(self, scratch: Path, quick: bool) -> None:
        self.scratch, self.quick, self.made = scratch, quick, 0
        warm(scratch / "warm")
        self.whole, self.longer = scratch / "whole", scratch / "longer"
        self.digits = scratch / "digits"
        for tree, run, kimg in (
            (RING, self.whole, None),
            (RING, self.longer, LONGER),
            (DIGITS, self.digits, None),
        ):
            code, says = forked(lambda tree=tree, run=run, kimg=kimg: trained(tree, run, kimg))
            if code:
                raise RuntimeError(says)
        self.pair = scratch / "pair"
        shutil.copytree(self.whole, self.pair)
        trained_twice(self.pair)

    def place(self) -> Path:
        """Return a new path for a run."""
        self.made += 1
        return self.scratch / f"run-{self.made}"

    def some(self, items: list[Any], quick: int) -> list[Any]:
        """Return all items, or when in a hurry some that are spread over them."""
        if not self.quick or len(items) <= quick:
            return items
        return [items[(2 * n + 1) * len(items) // (2 * quick)] for n in range(quick)]


def warm(run: Path) -> None:
    """Import here what every fork needs."""
    for tree in (RING, DIGITS):
        trained(tree, run / str(len(tree)))
    gansmith.diagnose(run / str(len(RING)))
    write_report(run / str(len(RING)))
    gansmith.load(run / str(len(RING))).sample(4)


def trained_twice(run: Path) -> None:
    """Lengthen a run that keeps two checkpoints, so that it has one to fall back on."""
    shutil.rmtree(run)
    tree = RING | {"checkpoints": {"keep": 2}}
    code, says = forked(lambda: trained(tree, run))
    if code:
        raise RuntimeError(says)


def counted(title: str, tried: int, failed: Iterable[object]) -> Row:
    told = [str(failure) for failure in failed]
    print(f"{title}: {tried} tried, {len(told)} failed", *told, sep="\n    ", flush=True)
    return title, tried, told
