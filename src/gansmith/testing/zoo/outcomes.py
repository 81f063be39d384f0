"""What came of a run: whether a specimen is what it was made to be."""

from collections.abc import Callable

import numpy as np

from gansmith.doctor.history import History
from gansmith.doctor.measurements.progress import remaining_since, untrained_value
from gansmith.doctor.periodicity import swings
from gansmith.doctor.statistics import ratio

SCORED = 256  # samples of a side whose scores an exam compares


def confirmed(failure: str, history: History) -> bool:
    """Say whether what was intended came about, from the records and by what the failure means.

    What is built in (a deaf or checkered generator, copies in the data) is certain. ``far`` and
    ``near`` are told from modes, coverage and distance, with no detector asked.
    """
    check = OUTCOMES.get(failure)
    return check is None or check(history)


def came_to(failure: str, history: History) -> str:
    """Return what a run made to fail in a way came to, where two failures differ by the outcome.

    D wins with G's gradient gone, or with it alive: what it was made to be cannot choose which.
    """
    if failure not in ("vanishing_gradient", "discriminator_dominates"):
        return failure
    return "vanishing_gradient" if _goes_silent(history) else "discriminator_dominates"


def way_left(history: History) -> float:
    """The way left from the untrained generator, as it was when these rules were laid down."""
    return remaining_since(history, start=untrained_value(history, "frechet_distance"))


def _near(history: History) -> bool:
    """More than half of the way is gone, and no part of the data is plainly left out.

    On toys nine tenths of the modes are there; elsewhere, fakes that nearly all repeat another and
    lie near few reals are no health, and rough ones or a discriminator that knows its own samples
    by heart are none either. A conditional generator hears what it is asked for, where the
    reals tell it, and varies within a class a third as much as they do.
    """
    modes = ratio(history.recent("metrics/modes"), history.recent("floor/modes"))
    alike = history.recent("metrics/duplicate_share") - history.recent("floor/duplicate_share")
    reach = ratio(history.recent("metrics/coverage"), history.recent("floor/coverage"))
    repeats = alike > 0.8 and reach < 0.35
    obeys = not history.recent("metrics/class_diversity_ratio") < 1 / 3 and not _deaf(history)
    whole = not modes < 0.9 and not repeats and not _rough(history)
    return way_left(history) < 0.5 and whole and obeys and not _knows_its_own(history)


def _deaf(history: History) -> bool:
    """Whether fakes look like the class they were asked for less than half as often as reals do."""
    fakes, reals = (
        history.recent(f"{side}/condition_consistency") for side in ("metrics", "floor")
    )
    return reals > 0.3 and fakes < reals / 2


def _lost(history: History) -> bool:
    """The distance is three times that of reals: what is never made is missed.

    Where a half that is left out is a thin strip beside the rest, hardly anything is lost.
    """
    now, reals = (history.recent(f"{side}/frechet_distance") for side in ("metrics", "floor"))
    return not now < 3 * reals


def _stays_far(history: History) -> bool:
    return way_left(history) > 0.5


def _unopposed(history: History) -> bool:
    """Far from the data, and D ranks no more than three quarters right: it has little to say."""
    ranks = history.column("scores/ranked_right").known.values
    return _stays_far(history) and not ranks[len(ranks) // 2 :].mean() > 0.75


def _goes_silent(history: History) -> bool:
    """The slope at the samples fell to a fiftieth of the first, or of a quarter of the first."""
    values = history.column("gradient/samples").known.values
    if not len(values):
        return False
    early = max(float(values[0]), float(np.percentile(values[:16], 75)))
    return float(np.median(values[-5:])) < 0.02 * early


def _loss_fails(history: History) -> bool:
    """Far from the data; and what minimax is to blame for is a D that is sure of half the scores.

    With a D that doubts, minimax is as good as another loss, and the run has another reason.
    """
    loss = history.recipe.get("loss", {})
    sure = history.recent("scores/saturated", 0.2)
    return _stays_far(history) and not (loss.get("name") == "minimax" and sure < 0.5)


def _broke(history: History) -> bool:
    broken = any(row.get("nonfinite") for row in history.signals)
    losses = history.column("loss/discriminator").known.values
    huge = bool(len(losses) and np.abs(losses).max() > 1e3)
    return broken or (huge and not way_left(history) < 0.3)  # large, and yet it works


def _swings(history: History) -> bool:
    """The distance came back up by half, or down to two thirds, four times or more."""
    series = history.column("metrics/frechet_distance").known
    values = series.values[series.kimg > history.kimg / 5]
    return len(values) > 4 and len(swings(values, 1.5)) >= 4


def _still_falls(history: History) -> bool:
    """Between three fifths and half of the way it is a matter of taste whether that is far."""
    return way_left(history) > 0.6 and _falls(history)


def _rests_far(history: History) -> bool:
    """A run that still falls is no plateau: it is undertrained."""
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

    It shows above a quarter of the reals' contrast, where records tell; the finest pattern, which
    stands alone, above a seventh. What is rough is not healthy, and what is made to be rough must
    be: a discriminator that overlooks fine detail may find a generator that makes none.
    """
    fine, grain, pattern = (
        history.recent(f"metrics/{n}") for n in ("high_frequency_ratio", "grain", "checkerboard")
    )
    return (fine > 3 and not grain < 0.25) or pattern > 1 / 7


def _knows_its_own(history: History) -> bool:
    """D's mean score of held-out reals lies below that of training reals in the late exams.

    Exams compare the same two sets each time, so that a difference by the draw of them lasts too:
    it must be three times the standard error of two means of so many samples.
    """
    own, other = (history.column(f"scores/{s}/mean").known.values for s in ("trained", "held_out"))
    half, spread = len(own) // 2, history.recent("scores/real/std", 0.5)
    if len(own) < 8 or len(own) != len(other):
        return False
    count = min(float(history.data.get("train") or SCORED), SCORED)
    ahead = float(np.mean((own - other)[half:])) > 3 * spread * (2 / count) ** 0.5
    return ahead and bool((own[half:] > other[half:]).mean() > 0.9)


def _does_not_hear(history: History) -> bool:
    """Fakes have the class asked for less than a fifth as often over chance as reals have theirs.

    Between a fifth and half they hear in part. Where features do not tell the classes, samples that
    move with the class hear it.
    """
    fakes, reals = (
        history.recent(f"{side}/condition_consistency") for side in ("metrics", "floor")
    )
    chance = history.recent("metrics/condition_chance")
    told = reals - chance > 0.15
    moves = history.recent("metrics/condition_sensitivity") > 0.2
    return (fakes - chance) / (reals - chance) < 0.2 if told else not moves


OUTCOMES: dict[str, Callable[[History], bool]] = {
    "": _near,
    "mode_collapse": _lost,
    "vanishing_gradient": _stays_far,
    "discriminator_dominates": _stays_far,
    "generator_dominates": _unopposed,
    "unsuitable_loss": _loss_fails,
    "artefacts": _rough,
    "divergence": _broke,
    "oscillation": _swings,
    "condition_ignored": _does_not_hear,
    "undertrained": _still_falls,
    "underfitting": _rests_far,
    "discriminator_overfitting": _knows_its_own,
}
