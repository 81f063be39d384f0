"""G wins: D cannot tell fakes that are far from real, and has nothing left to teach."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from gansmith.doctor.evidence import Diagnosis, Doubt, Evidence, doubted
from gansmith.doctor.history import History, median
from gansmith.doctor.measurements.balance import (
    CHANCE,
    loss_ranks_fakes_above,
    pace,
    pace_evidence,
    rank_accuracy,
    separation,
    separation_curve,
)
from gansmith.doctor.measurements.fidelity import floor, over_reals
from gansmith.doctor.measurements.progress import (
    improves,
    least_remaining_distance,
    remaining_distance,
    remaining_evidence,
)
from gansmith.doctor.outlook import outlook
from gansmith.doctor.statistics import (
    confidence,
    mean_error,
    newest,
    second_half,
    since,
    smooth,
)
from gansmith.errors import counted
from gansmith.registry import detectors

MIN_TICKS = 8
LONG_RUN = 16  # ticks
MIN_EXAMS, MIN_EXAMS_OF_A_CLEAR_CASE = 4, 2
MANY_EXAMS = 8  # from which a run that still comes nearer is no longer early
MAX_RANK_ACCURACY_OF_A_LAGGING_D = 0.9  # up to which a D that hardly moves is no teacher
MAX_RANK_ACCURACY_OF_AN_INVERTED_D = 0.3  # it ranks fakes above reals
MIN_RANK_ACCURACY_OF_A_LEADER = 0.75  # at the best times of an oscillation
DOUBTFUL_REMAINING_DISTANCE = 0.65  # half of the confidence where the game may still work
MIN_REMAINING_DISTANCE_OF_A_FALL = 0.6  # below it, a distance that falls is a game that works
MIN_LEAST_REMAINING_DISTANCE = 0.35  # that no G passes without a teacher
MIN_PRECISION_OF_A_PART = 0.75  # of the reals' own: nearly all fakes lie among the reals
MIN_CONFIDENCE_OF_A_LAG = 0.3
EXPLAINED_BY = {"oscillation": 0.4, "divergence": 0.4, "unsuitable_loss": 0.4}


class Game(NamedTuple):
    """How the two players stand.

    Args:
        gap: between mean scores, the smaller of the last half's and the last fifth's.
        ranked: share of pairs that D ranks correctly, lately or over the second half.
        lag: how sure it is that D hardly moves, while it does not win.
    """

    gap: float
    ranked: float
    lag: float

    @property
    def guesses(self) -> bool:
        """Whether D is at chance."""
        if math.isnan(self.ranked):
            return self.gap < separation.low
        return self.ranked < rank_accuracy.low

    @property
    def lags(self) -> bool:
        """Whether D hardly moves, surely."""
        return self.lag >= 0.5


@detectors.add(yields_to={**EXPLAINED_BY, "samples_differ": 0.0, "loop_fault": 0.0})
def generator_dominates(history: History) -> Diagnosis | None:
    """D is at chance, ranks fakes above reals, or hardly moves, while the fakes are far from real.

    At the end of a good run D is at chance too; the exams tell the two apart, so without exams
    there is no such diagnosis. A run whose distance still falls must be farther, unless D was at
    chance all through the second half: what falls then does so by no merit of the game; before the
    eighth exam it is a suspicion. A D that moves ten times less than G, each by its own weights,
    lags: what it ranks correctly it saw long ago. Where the loss itself holds fakes above reals,
    their order is no sign.

    Reference: Goodfellow et al. 2014, arXiv:1406.2661; Karras et al. 2020, arXiv:2006.06676.
    """
    game, remaining = _game(history), remaining_distance(history)
    if not (_can_be_judged(history, game) and remaining > 0.9 * remaining_distance.high):
        return None
    if not (game.guesses or game.lag >= MIN_CONFIDENCE_OF_A_LAG):
        return None
    sure = confidence(remaining, remaining_distance.high, 0.8)
    found = Diagnosis(
        "generator_dominates",
        sure if game.guesses else min(sure, game.lag),
        tuple(_evidence(history, game)),
        _began(history),
        holds_beside=_not_explained_by(history, game),
    )
    return doubted(found, _doubts(history, game))


def _game(history: History) -> Game:
    gaps = separation_curve(history).known.values
    gap = min(median(newest(gaps, share)) for share in (0.5, 0.2))
    ranked = _ranked(history)
    lag = confidence(pace(history), pace.high, 5 * pace.high)
    return Game(gap, ranked, 0.0 if ranked >= MAX_RANK_ACCURACY_OF_A_LAGGING_D else lag)


def _ranked(history: History) -> float:
    """Share of pairs that D ranks correctly, lately or on the mean of the second half.

    A generator that outruns its discriminator is now on one side of the reals, now on the other.
    """
    values = history.column("scores/ranked_right").known.values
    half = float(second_half(values).mean()) if len(values) else math.nan
    return min(rank_accuracy(history), half)


def _can_be_judged(history: History, game: Game) -> bool:
    """Whether scores say who leads, in a run long enough to tell."""
    if not game.lags and loss_ranks_fakes_above(history):
        return False
    clear = game.lags or _is_inverted(history)
    exams = MIN_EXAMS_OF_A_CLEAR_CASE if clear else MIN_EXAMS
    return len(separation_curve(history).known.values) >= MIN_TICKS and history.exams >= exams


def _is_inverted(history: History) -> bool:
    """Whether D ranked fakes above reals all through the second half of a run that is not short."""
    values = history.column("scores/ranked_right").known.values
    late = second_half(values)
    return len(values) >= LONG_RUN and float(late.mean()) < MAX_RANK_ACCURACY_OF_AN_INVERTED_D


def _began(history: History) -> float:
    gap = separation_curve(history).known
    began = since(gap, smooth(gap.values, 5) < separation.low)
    return history.kimg if math.isnan(began) else began


def _doubts(history: History, game: Game) -> Iterator[Doubt]:
    """Why a D at chance may be no failure."""
    if pace(history) < pace.low:
        yield Doubt(0.4, "the generator hardly moves, which has another reason")
    if _makes_a_part(history):
        yield Doubt(0.6, "nearly all fakes lie among the reals: what is far is what is left out")
    if not game.lags:
        yield from _doubts_of_a_working_game(history)


def _doubts_of_a_working_game(history: History) -> Iterator[Doubt]:
    remaining, nearer = remaining_distance(history), improves(history)
    may_work = confidence(remaining, DOUBTFUL_REMAINING_DISTANCE, 0.9)
    if nearer and remaining < 0.95 and not _falls_by_chance(history):
        yield Doubt(may_work, "the distance to the data still falls")
    if _is_passable(history):
        yield Doubt(may_work, "many fakes lie among the reals")
    if history.exams < MANY_EXAMS and nearer:
        yield Doubt(0.45, f"only {counted(history.exams, 'exam')} yet, and the distance falls")


def _is_passable(history: History) -> bool:
    """Whether many fakes lie among the reals and near a part of them: an end of a modest game."""
    return over_reals(history, "precision") > 0.4 and over_reals(history, "coverage") > 0.15


def _makes_a_part(history: History) -> bool:
    """Whether nearly all fakes lie among the reals, exam by exam: what is far is what is left out.

    A discriminator that has nothing against them does not see that they are alike.
    """
    good = history.column("metrics/precision").known.values[-3:]
    least = MIN_PRECISION_OF_A_PART * floor(history, "precision")
    return len(good) == 3 and float(good.min()) > least


def _falls_by_chance(history: History) -> bool:
    """Whether a distance falls though D ranked no better than chance over the second half.

    By its own sampling error; fakes that are most of their way by some measure learned from it.
    """
    if least_remaining_distance(history) < MIN_LEAST_REMAINING_DISTANCE or _falls(history):
        return False
    half = second_half(history.column("scores/ranked_right").known.values)
    return len(half) >= MIN_TICKS and float(half.mean()) - 2 * mean_error(half) <= CHANCE


def _falls(history: History) -> bool:
    ahead = outlook(history)
    near = remaining_distance(history) < MIN_REMAINING_DISTANCE_OF_A_FALL
    return ahead is not None and ahead.trend == "falling" and near


def _not_explained_by(history: History, game: Game) -> tuple[str, ...]:
    """Failures in which D is at chance on average too, but which do not explain this run.

    A D that hardly moves needs no explanation. In an oscillation D leads for a time; where it never
    does, oscillating is what G does without it.
    """
    if game.lags:
        return tuple(EXPLAINED_BY)
    ranks = history.column("scores/ranked_right").known.values
    never_leads = (
        len(ranks) >= LONG_RUN
        and float(np.quantile(second_half(ranks), 0.9)) < MIN_RANK_ACCURACY_OF_A_LEADER
    )
    return ("oscillation",) if never_leads else ()


def _evidence(history: History, game: Game) -> Iterator[Evidence]:
    if game.lag >= MIN_CONFIDENCE_OF_A_LAG:
        yield pace_evidence(history, "discriminator", (None, pace.high))
    says = f"real scores lie {game.gap:.2f} standard deviations above fake ones"
    says += ", so D is at chance or worse" if game.guesses else ""
    yield separation.at_least("scores/real/mean", game.gap, says)
    yield remaining_evidence(remaining_distance(history), remaining_distance.high)
    if not math.isnan(game.ranked):
        says = f"the discriminator ranks {game.ranked:.1%} of real-fake pairs correctly"
        says += "; chance is 50%"
        yield rank_accuracy.at_least("scores/ranked_right", game.ranked, says)
