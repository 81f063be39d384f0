"""Artefacts: the spectrum of the fakes has what that of the reals has not."""

import math
from collections.abc import Iterator

from gansmith.doctor.evidence import Diagnosis, Doubt, Evidence, Sign, doubted
from gansmith.doctor.history import History, Series
from gansmith.doctor.measurements.balance import mean_rank_accuracy, pace, rank_accuracy
from gansmith.doctor.measurements.maturity import is_barely_trained, weight_change
from gansmith.doctor.measurements.progress import (
    has_learned,
    improves,
    remaining_distance,
    untrained_value,
)
from gansmith.doctor.measurements.spectrum import (
    MIN_EXAMS,
    checkerboard,
    checkerboard_prominence,
    fades,
    fine_detail,
    grain,
    least_of_the_newest,
    weakens,
)
from gansmith.doctor.statistics import confidence, ratio, since, together
from gansmith.registry import detectors

MAX_LEARNED_FINE_DETAIL = 2.5  # times the reals' power, where the untrained net had less
STRONG_CHECKERBOARD = 1.4  # times the healthy limit
STRONG_FINE_DETAIL = 3.0  # times the healthy limit
MIN_GROWTH_OF_A_LEARNED_SIGN = 1.25  # over the untrained net
MIN_GROWTH_OF_A_PATTERN = 1.5  # over the first exam
RANK_ACCURACY_OF_AN_EVEN_GAME = (0.3, 0.9)
MIN_WEIGHT_CHANGE_OF_A_NEW_NETWORK = 4.0
MAX_REMAINING_DISTANCE = 0.7
CHANGE_OF_DISTANCE = (0.9, 1.1)  # over the untrained net's, within which G has not moved


@detectors.add(yields_to={"samples_differ": 0.0})
def artefacts(history: History) -> Diagnosis | None:
    """A checkerboard, or too much fine detail, to the end; measured against the reals' spectrum.

    Blur is no artefact: an early or small generator is blurred. The pattern must be there in each
    of the last three exams and not be fading. Fakes that are not yet like the data, or are getting
    there, or come from weights that have hardly moved, are rough all over: then it stays a
    suspicion, unless training itself made the pattern, or all but the pattern has changed. In a
    game that neither player wins, a generator is free to unlearn it.

    Reference: Odena et al. 2016, Distill; Durall et al. 2020, arXiv:2003.01826.
    """
    if len(_curve(history, "metrics/high_frequency_ratio").values) < MIN_EXAMS:
        return None
    found = [sign for sign in (_checkerboard(history), _fine_detail(history)) if sign]
    if not found:
        return None
    times = [sign.since_kimg for sign in found if not math.isnan(sign.since_kimg)]
    began = min(times, default=history.kimg)
    diagnosis = Diagnosis.of_signs("artefacts", found, together, began=began)
    return doubted(diagnosis, _doubts(history, found))


def _doubts(history: History, found: list[Sign]) -> Iterator[Doubt]:
    """Why fakes may be rough all over, and no more than that."""
    if is_barely_trained(history):
        yield Doubt(0.3, "the generator's weights have barely changed")
    if _is_plain(history, found):
        return
    remaining = remaining_distance(history)
    if remaining > MAX_REMAINING_DISTANCE:
        yield Doubt(0.3, "the samples are still far from the data")
    elif remaining > remaining_distance.high and improves(history) and _all_weaken(history, found):
        yield Doubt(0.3, "the samples come nearer to the data, and the pattern gets weaker")


def _all_weaken(history: History, found: list[Sign]) -> bool:
    return all(weakens(_curve(history, sign.evidence.signal).values) for sign in found)


def _is_plain(history: History, found: list[Sign]) -> bool:
    """Whether the pattern stands out of whatever else is wrong with the fakes."""
    strong = (
        checkerboard(history) > STRONG_CHECKERBOARD * checkerboard.high
        or fine_detail(history) > STRONG_FINE_DETAIL * fine_detail.high
    )
    if has_learned(history) or _is_even(history):
        return strong or any(_was_learned(_curve(history, s.evidence.signal)) for s in found)
    return strong and (_strays(history) or _grew(history) or _is_built_in(history))


def _checkerboard(history: History) -> Sign | None:
    """The pattern must be strong against the reals' contrast, and alone in the spectrum."""
    curve, level, limit = (
        _curve(history, "metrics/checkerboard"),
        checkerboard(history),
        checkerboard.high,
    )
    if math.isnan(level) or level < limit / 2 or fades(curve.values):
        return None
    now = least_of_the_newest(curve.values)
    says = (
        f"a pattern of one pixel on, one off has {now:.0%} of the reals' contrast, and stands"
        f" {checkerboard_prominence(history):.0f} dB above its neighbours: a checkerboard or"
        " stripes"
    )
    evidence = checkerboard.at_most("metrics/checkerboard", now, says)
    began = since(curve, curve.values > limit / 2)
    return Sign(confidence(level, limit, 2 * limit), evidence, began)


def _fine_detail(history: History) -> Sign | None:
    """Far more fine detail than the reals have, where it shows.

    Many times next to nothing, in smooth data, is little.
    """
    curve, now = _curve(history, "metrics/high_frequency_ratio"), fine_detail(history)
    limit = MAX_LEARNED_FINE_DETAIL if _was_learned(curve) else fine_detail.high
    if now < limit / 2 or fades(curve.values):
        return None
    says = f"the fakes have {now:.1f} times the reals' power above half the highest frequency"
    evidence = Evidence("metrics/high_frequency_ratio", now, (fine_detail.healthy[0], limit), says)
    began = since(curve, curve.values > limit / 2)
    sign = Sign(confidence(now, limit, 2 * limit), evidence, began)
    return doubted(sign, _doubts_of_grain(history))


def _doubts_of_grain(history: History) -> Iterator[Doubt]:
    amplitude = grain(history)
    if not math.isnan(amplitude):
        shows = confidence(amplitude, grain.high, 1.5 * grain.high)
        yield Doubt(shows, f"its amplitude is only {amplitude:.0%} of the reals' contrast")


def _curve(history: History, name: str) -> Series:
    return history.column(name).known


def _was_learned(curve: Series) -> bool:
    """Whether it is stronger than in the untrained net: training smooths, so this was learned."""
    first = abs(float(curve.values[0]))
    return least_of_the_newest(curve.values) > MIN_GROWTH_OF_A_LEARNED_SIGN * first


def _strays(history: History) -> bool:
    """Whether G moved without getting nearer, rejected by D: all but the pattern changed."""
    start = untrained_value(history, "frechet_distance")
    low, high = CHANGE_OF_DISTANCE
    moved = not low < ratio(history.recent("metrics/frechet_distance"), start) < high
    return moved and rank_accuracy(history) > 0.7 and not improves(history)


def _grew(history: History) -> bool:
    """Whether a game made the pattern: D leads, and it is half as strong again as at the start."""
    board = _curve(history, "metrics/checkerboard").values
    if not len(board):
        return False
    grown = least_of_the_newest(board) > MIN_GROWTH_OF_A_PATTERN * float(board[0])
    return grown and rank_accuracy(history) > mean_rank_accuracy.low


def _is_built_in(history: History) -> bool:
    """Whether G became another net, in pace with a D that rejects its samples, for nothing."""
    changed = weight_change(history) > MIN_WEIGHT_CHANGE_OF_A_NEW_NETWORK
    return changed and _in_pace(history) and rank_accuracy(history) > mean_rank_accuracy.low


def _is_even(history: History) -> bool:
    """Whether both players moved and neither won the second half: G could unlearn what it makes."""
    low, high = RANK_ACCURACY_OF_AN_EVEN_GAME
    return low < mean_rank_accuracy(history) < high and _in_pace(history)


def _in_pace(history: History) -> bool:
    return pace.low < pace(history) < pace.high
