"""What grows without end: losses, gradients, spreads of scores, single steps."""

import math

import numpy as np

from gansmith.doctor.history import History, Series, Values
from gansmith.doctor.measurements.measurement import measured
from gansmith.doctor.statistics import middle_third, newest, ratio, smooth

MIN_TICKS = 8
MAX_EARLY_GROWTH = 100.0  # over the first ticks, up to which a level is still an early one
MIN_GROWTH_OF_A_CURVE_THAT_GROWS = 3.0  # of its end over its middle
GROUPS = {
    "loss": ("loss/discriminator", "loss/generator"),
    "gradient": ("gradient/discriminator", "gradient/generator"),
    "scores": ("scores/real/std", "scores/fake/std"),
}


def sizes_of(history: History, group: str) -> dict[str, Series]:
    """Return the sizes of a group's curves without spikes, by name, where they are long enough."""
    curves = {name: history.column(name).known for name in GROUPS[group]}
    return {
        name: Series(curve.kimg, smooth(np.abs(curve.values)))
        for name, curve in curves.items()
        if len(curve.kimg) >= MIN_TICKS
    }


def early_level(size: Series) -> float:
    """Return the level of the first tenth; what explodes at once is large within it."""
    tenth = max(3, len(size.values) // 10)
    first, start = (float(np.median(size.values[:count])) for count in (3, tenth))
    return min(start, MAX_EARLY_GROWTH * first)


def late_level(size: Series) -> float:
    """Return the level of the last tenth."""
    return float(np.median(newest(size.values, 0.1)))


def still_grows(size: Series) -> bool:
    """Say whether a curve ends at three times the level of its middle third."""
    middle = float(np.median(middle_third(size.values)))
    return late_level(size) > MIN_GROWTH_OF_A_CURVE_THAT_GROWS * middle


@measured(unit="times the early level", healthy=(None, 100.0))
def loss_growth(history: History) -> float:
    """Late over early level of the loss that grew more; healthy runs stay below thirty.

    The early level is that of the larger loss: one player's may begin at nothing by chance. The
    same limit holds for the players' gradients and for the spread of scores.
    """
    sizes = sizes_of(history, "loss").values()
    start = max(map(early_level, sizes), default=0.0)
    return ratio(max(map(late_level, sizes), default=math.nan), start)


@measured(unit="times the weights", healthy=(None, 1.0))
def largest_step(history: History) -> float:
    """Largest single step of a player over the weights that it changes; healthy below 0.3."""
    return float(history.column(player_of_the_largest_step(history)).known.values.max(initial=0.0))


def player_of_the_largest_step(history: History) -> str:
    """Return the name of the curve that has the largest step."""
    names = ("update/generator", "update/discriminator")
    return max(names, key=lambda name: history.column(name).known.values.max(initial=0.0))


@measured(unit="times the untrained nets' scores", healthy=(None, 1e5))
def score_growth(history: History) -> float:
    """Mean scores of the last exams over those of the untrained nets; 0 if unknown.

    No loss in use takes scores as far as a hundred thousand times.
    """
    sides = [
        np.abs(history.column(f"scores/{side}/mean").known.values)
        for side in ("generated", "trained")
    ]
    sides = [side for side in sides if len(side) > 3]
    start = max((float(side[0]) for side in sides), default=0.0)
    end = max((float(np.median(side[-3:])) for side in sides), default=0.0)
    return float(np.nan_to_num(ratio(end, start)))


@measured(unit="times the early spread", healthy=(None, 10.0))
def score_spread_growth(history: History) -> float:
    """Late over early spread of scores, of the side that grew less; 0 where it grows no more.

    One side alone grows when the generator leaves a collapse, or the discriminator its start.
    """
    return float(np.nan_to_num(min(_growth_of_spread(history, side) for side in ("real", "fake"))))


def _growth_of_spread(history: History, side: str) -> float:
    known = history.column(f"scores/{side}/std").known
    if len(known.values) < MIN_TICKS:
        return 0.0
    level = smooth(known.values)
    start = float(np.median(level[: max(3, len(level) // 10)]))
    middle = float(np.median(level[len(level) // 3 : len(level) // 2]))
    end = float(np.median(level[-3:]))
    return ratio(end, start) if end > 1.5 * middle else 0.0


def vanished(values: Values, share: float) -> bool:
    """Say whether the last three values are all below a share of the largest."""
    return len(values) >= MIN_TICKS and float(values[-3:].max()) < share * float(values.max())
