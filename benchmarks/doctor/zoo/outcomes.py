"""The outcome of a run: whether it is what it was made to be."""

from collections.abc import Callable

import numpy as np

from gansmith.doctor.history import History
from gansmith.doctor.measurements.progress import remaining_since, untrained_value
from gansmith.doctor.periodicity import swings
from gansmith.doctor.statistics import ratio

SCORED = 256  # samples of a side whose scores an exam compares


def confirmed(failure: str, history: History) -> bool:
    """Return whether the intended outcome came about, by rules on the records.

    What is built in (a checkerboard, copies in the data) is certain. Near and far from the data
    follow from modes, coverage and distance; no detector is used.
    """
    check = OUTCOMES.get(failure)
    return check is None or check(history)


def came_to(failure: str, history: History) -> str:
    """Return the failure that came about, where two of them differ by the outcome only.

    D wins with or without G's gradient vanishing: the scenario does not determine which.
    """
    if failure not in ("vanishing_gradient", "discriminator_dominates"):
        return failure
    return "vanishing_gradient" if _gradient_vanished(history) else "discriminator_dominates"


def way_left(history: History) -> float:
    """Distance to the data as a share of the untrained generator's, as when the rules were set."""
    return remaining_since(history, start=untrained_value(history, "frechet_distance"))


def _near(history: History) -> bool:
    """At most half of the initial distance remains, and no part of the data is missing.

    On toys nine tenths of the modes are found. Elsewhere near-duplicate fakes close to few reals
    are not healthy, nor are rough ones or a discriminator that has overfitted. A conditional
    generator follows its condition, where the features separate the classes, and varies within a
    class a third as much as the reals do.
    """
    modes = ratio(history.recent("metrics/modes"), history.recent("floor/modes"))
    alike = history.recent("metrics/duplicate_share") - history.recent("floor/duplicate_share")
    reach = ratio(history.recent("metrics/coverage"), history.recent("floor/coverage"))
    repeats = alike > 0.8 and reach < 0.35
    obeys = not history.recent("metrics/class_diversity_ratio") < 1 / 3 and not _ignores_class(
        history
    )
    whole = not modes < 0.9 and not repeats and not _rough(history)
    return way_left(history) < 0.5 and whole and obeys and not _overfits(history)


def _ignores_class(history: History) -> bool:
    """Whether fakes match their class less than half as often as reals do."""
    fakes, reals = (
        history.recent(f"{side}/condition_consistency") for side in ("metrics", "floor")
    )
    return reals > 0.3 and fakes < reals / 2


def _lost(history: History) -> bool:
    """The distance is three times that between reals, so that what is missing is a real loss.

    A missing half that is a thin strip beside the rest hardly changes the distance.
    """
    now, reals = (history.recent(f"{side}/frechet_distance") for side in ("metrics", "floor"))
    return not now < 3 * reals


def _stays_far(history: History) -> bool:
    return way_left(history) > 0.5


def _outran_discriminator(history: History) -> bool:
    """Far from the data, and D ranks at most three quarters of the pairs right."""
    ranks = history.column("scores/ranked_right").known.values
    return _stays_far(history) and not ranks[len(ranks) // 2 :].mean() > 0.75


def _gradient_vanished(history: History) -> bool:
    """The gradient at the samples fell below 1/50 of its early level."""
    values = history.column("gradient/samples").known.values
    if not len(values):
        return False
    early = max(float(values[0]), float(np.percentile(values[:16], 75)))
    return float(np.median(values[-5:])) < 0.02 * early


def _loss_fails(history: History) -> bool:
    """Far from the data; with minimax only where D saturates half of the scores or more.

    Otherwise minimax is as good as another loss, and the run has another cause.
    """
    loss = history.recipe.get("loss", {})
    sure = history.recent("scores/saturated", 0.2)
    return _stays_far(history) and not (loss.get("name") == "minimax" and sure < 0.5)


def _broke(history: History) -> bool:
    broken = any(row.get("nonfinite") for row in history.signals)
    losses = history.column("loss/discriminator").known.values
    huge = bool(len(losses) and np.abs(losses).max() > 1e3)
    return broken or (huge and not way_left(history) < 0.3)  # large losses of a run that works


def _swings(history: History) -> bool:
    """The distance came back up by half, or down to two thirds, four times or more."""
    series = history.column("metrics/frechet_distance").known
    values = series.values[series.kimg > history.kimg / 5]
    return len(values) > 4 and len(swings(values, 1.5)) >= 4


def _still_falls(history: History) -> bool:
    """More than three fifths of the distance remain, and it still falls."""
    return way_left(history) > 0.6 and _falls(history)


def _rests_far(history: History) -> bool:
    """More than half of the distance remains, on a plateau."""
    return way_left(history) > 0.5 and not _falls(history)


def _falls(history: History) -> bool:
    """Whether the distance falls over the second half, with significance: Kendall's tau, 5 %.

    By a twentieth at least, from the first third of that half to its last.
    """
    series = history.column("metrics/frechet_distance").known
    values = series.values[series.kimg >= history.kimg / 2]
    count = len(values)
    steps = np.sign(values[None, :] - values[:, None])[np.triu_indices(count, 1)].sum()
    spread = (count * (count - 1) * (2 * count + 5) / 18) ** 0.5  # of a curve without a trend
    third = max(1, count // 3)
    material = np.median(values[-third:]) < 0.95 * np.median(values[:third])
    return bool(steps + 1 < -1.645 * spread and material)


def _rough(history: History) -> bool:
    """Fine detail has three times the power that reals have, and shows; or a pattern does.

    It is visible above a quarter of the reals' contrast, where that was recorded; the finest
    pattern above a seventh. A rough run is not healthy, and a run made to have artefacts must be
    rough: against a discriminator that ignores fine detail a generator may still make none.
    """
    fine, grain, pattern = (
        history.recent(f"metrics/{n}") for n in ("high_frequency_ratio", "grain", "checkerboard")
    )
    return (fine > 3 and not grain < 0.25) or pattern > 1 / 7


def _overfits(history: History) -> bool:
    """D's mean score of held-out reals lies below that of training reals in the late exams.

    Exams compare the same two sets each time, so that sampling error persists too: the difference
    must be three times the standard error of two means of that many samples.
    """
    own, other = (history.column(f"scores/{s}/mean").known.values for s in ("trained", "held_out"))
    half, spread = len(own) // 2, history.recent("scores/real/std", 0.5)
    if len(own) < 8 or len(own) != len(other):
        return False
    count = min(float(history.data.get("train") or SCORED), SCORED)
    ahead = float(np.mean((own - other)[half:])) > 3 * spread * (2 / count) ** 0.5
    return ahead and bool((own[half:] > other[half:]).mean() > 0.9)


def _ignores_condition(history: History) -> bool:
    """Fakes match their class, above chance, less than a fifth as often as reals do.

    Where features do not separate the classes: samples do not change with the class.
    """
    fakes, reals = (
        history.recent(f"{side}/condition_consistency") for side in ("metrics", "floor")
    )
    chance = history.recent("metrics/condition_chance")
    separable = reals - chance > 0.15
    moves = history.recent("metrics/condition_sensitivity") > 0.2
    return (fakes - chance) / (reals - chance) < 0.2 if separable else not moves


OUTCOMES: dict[str, Callable[[History], bool]] = {
    "": _near,
    "mode_collapse": _lost,
    "vanishing_gradient": _stays_far,
    "discriminator_dominates": _stays_far,
    "generator_dominates": _outran_discriminator,
    "unsuitable_loss": _loss_fails,
    "artefacts": _rough,
    "divergence": _broke,
    "oscillation": _swings,
    "condition_ignored": _ignores_condition,
    "undertrained": _still_falls,
    "underfitting": _rests_far,
    "discriminator_overfitting": _overfits,
}
