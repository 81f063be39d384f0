"""Underfitting: everything is calm, nothing gets better, and the fakes are still far from real."""

import math
from collections.abc import Callable

import numpy as np

from gansmith.doctor.class_order import jumps
from gansmith.doctor.detectors.artefacts import artefacts
from gansmith.doctor.detectors.divergence import divergence
from gansmith.doctor.detectors.mode_collapse import LOST, mode_collapse
from gansmith.doctor.detectors.unsuitable_loss import unsuitable_loss
from gansmith.doctor.evidence import Diagnosis, Evidence
from gansmith.doctor.history import History, Series, median
from gansmith.doctor.outlook import Outlook, outlook
from gansmith.doctor.quality import (
    ANOTHER,
    YOUNG,
    are_vectors,
    beginning,
    came_down,
    distance,
    has_learned,
    is_raw,
    lacks_room,
    pace,
    separation,
    untrained,
    way_left,
    way_of_weights,
)
from gansmith.doctor.statistics import confidence, ratio
from gansmith.registry import detectors

FAR = 0.5  # share of the way from untrained to real that is left on the plateau
DRIFT = 2.0  # forecast over today for twice the training: a distance that creeps up is no fall
HOPE = 1 / 3  # of the way left: less than twice the training closes, at the best that is likely
ALIVE = 0.03  # gradient over its early level
IN_PACE = 0.3  # G's steps over D's, as shares of their weights
ASTRAY = 0.2  # of the logarithm of the distance, away from that of the untrained net
SIDES = ("metrics", "floor")
TOLD = 0.65  # share of pairs ranked correctly by a D that tells nearly all
DETAIL = "metrics/high_frequency_ratio"
BLURRED = 0.3  # of the reals' power above half the highest frequency
ALL = 0.95  # share of pairs ranked correctly by a D that tells all
SLOW = 0.3  # of its peak, at which a learning rate has been brought down
EXAMS = 4  # from which a generator that is too small is told so
BEHIND = 0.05  # G's steps, as shares of its weights, over D's


@detectors.add
def underfitting(history: History) -> Diagnosis | None:
    """A plateau far from the data, with D telling fakes easily and G's gradient alive.

    The generator is told where to go and gets no nearer: it, or the discriminator that tells it,
    is too small or of the wrong kind. A plateau that came when a schedule brought the learning rate
    down, or of a generator without variety, has another reason. Where a collapse or artefacts are
    found as well, they come first; a game that breaks or has no bound is no plateau. A generator
    that is too small by its size needs no plateau to be told so.

    Reference: Goodfellow et al. 2016, Deep Learning, chapter 5.2 (underfitting).
    """
    if small := _no_room(history):
        return small
    ahead, left, beside = outlook(history), way_left(history), _beside(history)
    settled = beside >= 0.5 and _never_nearer(history)  # whatever the distance does
    if ahead is None or not (settled or _rests(history, ahead)):
        return None
    if not (left > 0.8 * FAR or beside >= 0.5):
        return None
    learned = are_vectors(history) or has_learned(history) or _strays(history)
    if not (_moves(history) and learned) or is_raw(history):
        return None
    gap = median(separation(history).known.values[-max(3, history.ticks // 5) :])
    alive, alike = _alive(history), _variety(history) < LOST
    if not (gap >= 0.5 and not alive < ALIVE) or (alike and not _lacks_detail(history)):
        return None
    sure = max(confidence(left, FAR, 0.75), beside)
    sure = min(sure, 0.75) if _found(history, mode_collapse, artefacts) else sure
    sure = min(sure, 0.4) if _found(history, divergence, unsuitable_loss) else sure
    sure = min(sure, 0.4) if _descends(history) or jumps(history) else sure
    if not settled and _slowed(history) < _within(history, 1.1 * ahead.best):
        return None
    began = _within(history, 1.3 * ahead.best)
    return Diagnosis("underfitting", sure, _evidence(history, left, gap, ahead.says), began)


def _no_room(history: History) -> Diagnosis | None:
    """A generator of a handful of numbers, far from the data under a D that tells its samples."""
    why, left = lacks_room(history), way_left(history)
    ranked = history.recent("scores/ranked_right", 0.2)
    if not why or history.exams < EXAMS or not left > FAR or ranked < TOLD:
        return None
    parameters = history.data["networks"]["generator"].get("parameters")
    way = f"{left:.0%} of the way from the untrained generator to real data is left"
    evidence = (
        Evidence("metrics/frechet_distance", left, (None, FAR), way),
        Evidence(
            "networks/generator",
            float(parameters) if isinstance(parameters, int) else math.nan,
            (None, None),
            f"{why}, so the generator looks too small for these data",
        ),
    )
    sure = confidence(left, FAR, 0.75)
    sure = min(sure, 0.4) if _found(history, divergence, unsuitable_loss) else sure
    return Diagnosis("underfitting", sure, evidence, 0.0)


def _beside(history: History) -> float:
    """How sure it is that vectors lie beside the data: few among them, and D tells nearly all.

    Two moments and a thin cover are soon right of a cloud over what is a curve or some clusters.
    """
    ranks = history.column("scores/ranked_right").known.values
    if not are_vectors(history) or len(ranks) < 8 or ranks[len(ranks) // 2 :].mean() < TOLD:
        return 0.0
    own = [_third(history, name) for name in ("precision", "coverage")]
    own = own[:1] if _no_nearer(history) else own
    return confidence(1 - max(own, default=1.0), FAR, 0.75)


def _no_nearer(history: History) -> bool:
    """Whether no more of what is made lies among the data at the end than a third before."""
    values = history.column("metrics/precision").known.values
    third = len(values) // 3
    before, now = (values[-k * third :][:third] for k in (2, 1))
    return third >= 3 and median(now) < 1.05 * median(before)


def _never_nearer(history: History) -> bool:
    """Whether the share of fakes among the data was the same through nearly all of the run."""
    series = history.column("metrics/precision").known
    values = series.values[series.kimg > 0.2 * history.kimg]
    return len(values) >= 8 and float(values.max()) < 1.2 * float(values.min())


def _lacks_detail(history: History) -> bool:
    """Whether G never makes the detail by which D tells all: alike, but in what they lack."""
    fine, ranks = (history.column(n).known.values for n in (DETAIL, "scores/ranked_right"))
    if are_vectors(history) or min(len(fine), len(ranks)) < 8:
        return False
    return bool(fine[len(fine) // 2 :].max() < BLURRED and ranks[len(ranks) // 2 :].mean() > ALL)


def _third(history: History, name: str) -> float:
    """A metric over the last third of the exams, as a share of the reals' own; its best."""
    values = history.column(f"metrics/{name}").known.values
    best = float(values[-max(1, len(values) // 3) :].max(initial=0.0))
    return ratio(best, history.recent(f"floor/{name}"))


def _rests(history: History, ahead: Outlook) -> bool:
    """Whether it is a plateau, or too rough for one but with little hope for the way left."""
    now, floor = (history.recent(f"{side}/frechet_distance", 0.0, 2) for side in SIDES)
    hopeless = now > floor > 0 and -math.log(ahead.low) < HOPE * math.log(now / floor)
    drifts = ahead.trend == "rising" and ahead.share < DRIFT
    unclear = ahead.trend == "unclear" and (hopeless or _stuck(history))
    return ahead.trend == "plateau" or drifts or unclear


def _stuck(history: History) -> bool:
    """Whether the last third of the exams is no nearer to the data than the first one was.

    Nor than where the way began, whatever happened since.
    """
    series = distance(history)
    values = series.values[series.kimg > YOUNG * history.kimg]
    third, start = len(values) // 3, beginning(history)
    late = median(values[-third:]) if third >= 3 else 0.0
    return late > 0.9 * median(values[:third]) or late > start


def _found(history: History, *looks: Callable[[History], Diagnosis | None]) -> bool:
    found = (look(history) for look in looks)
    return any(diagnosis is not None and diagnosis.confidence >= 0.5 for diagnosis in found)


def _descends(history: History) -> bool:
    """Whether pictures came down from a peak that lay beyond the untrained ones, not long ago.

    Few exams after such a peak look like a plateau; a run is given as long again to show one.
    """
    return came_down(history) and way_of_weights(history) < 2 * ANOTHER


def _moves(history: History) -> bool:
    """Whether G's steps are not far behind D's: a G that hardly moves has another reason."""
    steps = [history.recent(f"update/{name}") for name in ("generator", "discriminator")]
    return ratio(*steps) > BEHIND


def _strays(history: History) -> bool:
    """Whether G keeps pace with D and changed what it makes, and came no nearer for all that."""
    values = history.column("metrics/frechet_distance").known.values
    start = untrained(history, "frechet_distance")
    return pace(history) > IN_PACE and bool(np.abs(np.log(values / start)).max() > ASTRAY)


def _evidence(history: History, left: float, gap: float, says: str) -> tuple[Evidence, ...]:
    way = f"{left:.0%} of the way from the untrained generator to real data is left; {says}"
    why = _order(history) or _net(history)
    easily = f"the discriminator tells real from fake by {gap:.1f} standard deviations{why}"
    return (
        Evidence("metrics/frechet_distance", left, (None, FAR), way),
        Evidence("scores/real/mean", gap, (0.0, 0.5), easily),
    )


def _order(history: History) -> str:
    """Say that scores jump as they do where a loop shows class after class."""
    if not (apart := jumps(history)):
        return ""
    return (
        f", and its mean score of reals jumps from tick to tick by {apart:.2f} of their spread"
        " within a batch, as where a loop shows its data in order of class"
    )


def _net(history: History) -> str:
    """Name the net that looks too small, from what each has learned to do."""
    ranked = history.recent("scores/ranked_right", 0.2)
    if math.isnan(ranked):
        return ""
    which = "generator" if ranked > 0.75 else "discriminator"
    return f", so the {which} looks too small for these data"


def _alive(history: History) -> float:
    names = ("gradient/samples", "gradient/generator")
    found = []
    for name in names:
        values = history.column(name).known.values
        found.append(ratio(history.recent(name), float(np.max(values[:5], initial=0.0))))
    known = [value for value in found if not math.isnan(value)]
    return min(known, default=math.nan)


def _variety(history: History) -> float:
    floor = history.recent("floor/diversity_ratio")
    return ratio(history.recent("metrics/diversity_ratio", 0.0, 3), floor)


def _slowed(history: History) -> float:
    """Since when a schedule that brings the generator's rate near zero has halved it; or never."""
    rate = history.column("knob/optimizers.generator.lr").known
    if not rate or float(np.median(rate.values[-len(rate.values) // 4 :])) > SLOW * _peak(rate):
        return math.inf
    return float(rate.kimg[np.flatnonzero(rate.values > _peak(rate) / 2)[-1]])


def _peak(rate: Series) -> float:
    return float(rate.values.max())


def _within(history: History, limit: float) -> float:
    """The kimg from which the distance has been as small as that."""
    series = history.column("metrics/frechet_distance").known
    near = np.flatnonzero(series.values < limit)
    return float(series.kimg[near[0]]) if len(near) else history.kimg
