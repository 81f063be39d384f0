"""Which trial may win: none whose samples are less varied than the best's."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

GUARDED = ("coverage", "diversity_ratio", "modes")  # more is more varied
LEAST = 0.9  # of the most varied trial's numbers, below which one cannot win


@dataclass(frozen=True)
class Outcome:
    """What a trial came to.

    Args:
        number: of the trial.
        loss: the objective, lower is better.
        variety: the numbers that tell how varied its samples are.
    """

    number: int
    loss: float
    variety: Mapping[str, float] = field(default_factory=dict)


def variety_of(metrics: Mapping[str, float | None]) -> dict[str, float]:
    """Return the numbers among an exam's that tell how varied samples are, at most 1 where a share.

    A ratio above 1 is no more varied than the data themselves: it may be noise.
    """
    known = {name: metrics[name] for name in GUARDED if name in metrics}
    return {
        name: float(value) if name == "modes" else min(float(value), 1.0)
        for name, value in known.items()
        if value is not None and math.isfinite(value)
    }


def most_varied(outcomes: Iterable[Outcome]) -> dict[str, float]:
    """Return the numbers of the most varied trial: each counts as a share of the highest."""
    known = list(outcomes)
    names = {name for outcome in known for name in outcome.variety}
    highest = {n: max(outcome.variety.get(n, 0.0) for outcome in known) for n in names}

    def varied(outcome: Outcome) -> float:
        return sum(outcome.variety.get(n, 0.0) / most for n, most in highest.items() if most > 0)

    return dict(max(known, key=varied).variety) if known else {}


def lacking(outcome: Outcome, most: Mapping[str, float]) -> dict[str, float]:
    """Return by how much each number lacks what a winner needs, as a share; empty: nothing does."""
    shares = {n: outcome.variety.get(n, 0.0) / value for n, value in most.items() if value > 0}
    return {name: LEAST - share for name, share in shares.items() if share < LEAST}


def ranked(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Return those that may win, best first; the most varied always may."""
    known = [one for one in outcomes if math.isfinite(one.loss)]
    most = most_varied(known)
    return sorted((one for one in known if not lacking(one, most)), key=lambda one: one.loss)
