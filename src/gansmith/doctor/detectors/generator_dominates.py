"""G wins: D cannot tell fakes that are far from real, and has nothing left to teach."""

import math

import numpy as np

from gansmith.doctor.detectors.divergence import divergence
from gansmith.doctor.detectors.oscillation import oscillation
from gansmith.doctor.detectors.unsuitable_loss import unsuitable_loss
from gansmith.doctor.evidence import Diagnosis, Evidence
from gansmith.doctor.history import History, median
from gansmith.doctor.outlook import outlook
from gansmith.doctor.quality import (
    improves,
    is_held_above,
    out_of_step,
    pace,
    separation,
    unlearned,
    way_left,
)
from gansmith.doctor.statistics import confidence, mean_error, ratio, since, smooth
from gansmith.registry import detectors

CHANCE = 0.5  # standard deviations between mean scores below which the two sides overlap
RANKED = 0.64  # share of pairs ranked correctly that normal scores so far apart give
PASSES = 0.6  # share of the way left below which a fall with significance is a game that works
BARELY = 0.65  # the same where the distance still falls, or the fakes are passable
NEAR = 0.35  # share of the way left by some measure that no G reaches without a teacher
ENOUGH = 8  # exams from which a run that still comes nearer is no longer young
STALE = 10.0  # G's steps over D's, as shares of their weights; healthy games are within 0.3 to 3.3
TAUGHT = 0.9  # share of pairs ranked correctly up to which a D that hardly moves is no teacher
PART = 0.75  # of the reals' own precision, from which nearly all fakes lie among the reals
LEADS = 0.75  # share of pairs ranked correctly by a D that leads at the best times of a round
FAR = 0.5  # share of the way from untrained to real that is left


@detectors.add
def generator_dominates(history: History) -> Diagnosis | None:
    """D is at chance, ranks fakes above reals, or stands still, while the fakes are far from real.

    At the end of a good run D is at chance too; the exams tell the two apart, so without exams
    there is no such diagnosis. A run whose distance still falls must be farther, unless D was at
    chance all through the second half: what falls then does so by no merit of the game; before the
    eighth exam it is a suspicion. A D that moves ten times less than G, each by its own weights, is
    stale: what it ranks right it saw long ago. Where the loss itself holds fakes above reals, their
    order is no sign.

    Reference: Goodfellow et al. 2014, arXiv:1406.2661; Karras et al. 2020, arXiv:2006.06676.
    """
    gap = separation(history).known
    left, ranked = way_left(history), _ranked(history)
    stale = _stale(history, ranked)
    if stale < 0.5 and is_held_above(history):
        return None
    plain = stale >= 0.5 or _upside_down(history)
    if len(gap.values) < 8 or history.exams < (2 if plain else 4):
        return None
    now = min(median(gap.values[-max(3, len(gap.values) // n) :]) for n in (2, 5))
    guesses = now < CHANCE if math.isnan(ranked) else ranked < RANKED
    if not ((guesses or stale >= 0.3) and left > 0.9 * FAR):
        return None
    sure = confidence(left, FAR, 0.8)
    nearing = improves(history) and left < 0.95 and not _by_no_merit(history)
    if stale < 0.5 and (nearing or _passable(history)):
        sure = confidence(left, BARELY, 0.9)  # it may get there yet, or is not so bad
    if stale < 0.5 and history.exams < ENOUGH and improves(history):
        sure = min(sure, 0.45)  # D is at chance in young games too
    sure = min(sure, 0.4) if pace(history) < 1 / STALE else sure  # a G that stands still
    sure = sure if guesses else min(sure, stale)
    sure = min(sure, 0.4) if stale < 0.5 and _otherwise(history) else sure
    sure = min(sure, 0.6) if _makes_a_part(history) else sure
    began = since(gap, smooth(gap.values, 5) < CHANCE)
    began = history.kimg if math.isnan(began) else began
    evidence = _evidence(now, ranked, left, guesses)
    steps = [out_of_step(history, "discriminator", (None, STALE))] if stale >= 0.3 else []
    return Diagnosis("generator_dominates", sure, (*steps, *evidence), began)


def _stale(history: History, ranked: float) -> float:
    """How sure it is that D stands still, while it does not win."""
    return confidence(pace(history), STALE, 5 * STALE) if not ranked >= TAUGHT else 0.0


def _ranked(history: History) -> float:
    """Share of pairs that D ranks correctly, lately or on the mean of the second half.

    A generator that outruns its discriminator is now on one side of the reals, now on the other.
    """
    values = history.column("scores/ranked_right").known.values
    half = float(values[len(values) // 2 :].mean()) if len(values) else math.nan
    return min(history.recent("scores/ranked_right", 0.2), half)


def _upside_down(history: History) -> bool:
    """Whether D ranked fakes above reals all through the second half of a run that is not short."""
    values = history.column("scores/ranked_right").known.values
    return len(values) >= 16 and float(values[len(values) // 2 :].mean()) < 0.3


def _passable(history: History) -> bool:
    """Whether many fakes lie among the reals and near a part of them: an end of a modest game."""
    names = ("precision", "coverage")
    own = [history.recent(f"metrics/{name}", 0.0, 3) for name in names]
    reals = [history.recent(f"floor/{name}") for name in names]
    return ratio(own[0], reals[0]) > 0.4 and ratio(own[1], reals[1]) > 0.15


def _makes_a_part(history: History) -> bool:
    """Whether nearly all fakes lie among the reals, exam by exam: what is far is what is left out.

    A discriminator that has nothing against them does not see that they are alike.
    """
    good = history.column("metrics/precision").known.values[-3:]
    return len(good) == 3 and float(good.min()) > PART * history.recent("floor/precision")


def _by_no_merit(history: History) -> bool:
    """Whether a distance falls though D ranked no better than chance over the second half.

    By its own sampling error; fakes that are most of their way by some measure learned from it.
    """
    ahead = outlook(history)
    falls = ahead is not None and ahead.trend == "falling" and way_left(history) < PASSES
    if unlearned(history) < NEAR or falls:
        return False
    values = history.column("scores/ranked_right").known.values
    half = values[len(values) // 2 :]
    return len(half) >= 8 and float(half.mean()) - 2 * mean_error(half) <= 0.5


def _otherwise(history: History) -> bool:
    """Whether the game breaks, has no bound, or goes round: D is at chance on average then too.

    In a round D leads for a time; where it never does, going round is what G does without it.
    """
    ranks = history.column("scores/ranked_right").known.values
    never = len(ranks) >= 16 and float(np.quantile(ranks[len(ranks) // 2 :], 0.9)) < LEADS
    looks = (divergence, unsuitable_loss) if never else (oscillation, divergence, unsuitable_loss)
    found = (look(history) for look in looks)
    return any(diagnosis is not None and diagnosis.confidence >= 0.5 for diagnosis in found)


def _evidence(now: float, ranked: float, left: float, guesses: bool) -> tuple[Evidence, ...]:
    gap = f"real scores lie {now:.2f} standard deviations above fake ones"
    gap += ", so D is at chance or worse" if guesses else ""
    way = f"{left:.0%} of the way from the untrained generator to real data is left"
    found = [
        Evidence("scores/real/mean", now, (CHANCE, None), gap),
        Evidence("metrics/frechet_distance", left, (None, FAR), way),
    ]
    if not math.isnan(ranked):
        says = f"the discriminator ranks {ranked:.1%} of real-fake pairs right; chance is 50%"
        found.append(Evidence("scores/ranked_right", ranked, (RANKED, None), says))
    return tuple(found)
