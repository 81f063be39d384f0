"""What benchmarks/minutes.py is to reach, set by set, and whether it does."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import mean
from typing import Any

from minutes_sets import SETS, SHORT

AGAINST = "plain DCGAN"
DISTANCE = "distance, efficientnet_lite"
SHARES = {
    "clothing 32 px": 0.4,
    "horses 32 px": 0.5,
    "emoji 64 px": 0.5,
    "clothing 64 px": 0.5,
}
FEW = "400 of clothing 32 px"
FIXED = ("augment: none", "augment: shift and cutout", "augment: ada")
BOARD = ("clothing 32 px", 2.0)
Cells = Mapping[str, Mapping[str, Any]]
Found = tuple[str, bool] | None  # what was found in words, and whether it will do


def bars(done: Cells) -> list[str]:
    """Return the table of the bars: a row each, with what was found."""
    rows = ["| bar | found | |", "|---|---|---|"]
    for bar, name, finder in _bars():
        whole, short = finder(done, name), finder(done, f"{name} for {SHORT} s")
        said = f"{whole[0]}" if whole else f"after {SHORT} s: {short[0]}" if short else ""
        verdict = ("met" if whole[1] else "missed") if whole else "not yet measured"
        rows.append(f"| {name}, {SETS[name].seconds:g} s: {bar} | {said} | {verdict} |")
    return rows


def _bars() -> Iterator[tuple[str, str, Any]]:
    for name, most in SHARES.items():
        yield f"share at most {most:g}", name, lambda d, n, m=most: _share(d, n, m)
    yield f"checkerboard at most {BOARD[1]:g} times that of reals", BOARD[0], _board
    yield "no worse than the best augmentation named", FEW, _few


def _share(done: Cells, name: str, most: float) -> Found:
    own, base = value(done, name, "gansmith"), value(done, name, AGAINST)
    return (f"{own / base:.2f}", own / base <= most) if own and base else None


def _board(done: Cells, name: str) -> Found:
    own, reals = (value(done, name, arm, "checkerboard") for arm in ("gansmith", "reals"))
    if own is None or reals is None:
        return None
    return f"{own:.2g}, reals {reals:.2g}", own <= BOARD[1] * reals


def _few(done: Cells, name: str) -> Found:
    own, fixed = value(done, name, "gansmith"), {a: value(done, name, a) for a in FIXED}
    known = {arm: distance for arm, distance in fixed.items() if distance}
    if own is None or len(known) < len(FIXED):
        return None
    best = min(known, key=lambda arm: known[arm])
    return f"{own:,.0f}, {best} {known[best]:,.0f}", own <= known[best]


def value(done: Cells, name: str, arm: str, what: str = DISTANCE) -> float | None:
    """Return the mean of a number over the seeds of an arm, if it was measured."""
    return mean_of([c for c in done.values() if c["set"] == name and c["arm"] == arm], what)


def mean_of(cells: Sequence[Mapping[str, Any]], what: str) -> float | None:
    """Return the mean of a number over cells, if there are any."""
    values = [cell["metrics"][what] for cell in cells if what in cell["metrics"]]
    return mean(values) if values else None
