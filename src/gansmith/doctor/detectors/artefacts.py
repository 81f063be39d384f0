"""Artefacts: the spectrum of the fakes has what that of the reals has not."""

import math

from gansmith.doctor.evidence import Diagnosis, Evidence
from gansmith.doctor.history import History, Series, Values, median
from gansmith.doctor.quality import (
    has_learned,
    improves,
    is_raw,
    pace,
    untrained,
    way_left,
    way_of_weights,
)
from gansmith.doctor.statistics import confidence, ratio, since, together
from gansmith.registry import detectors

BOARD = 0.19  # amplitude of the finest pattern over the reals' contrast, where it stands out
STANDS_OUT = 17.0  # decibels over neighbouring patterns; a pattern that does so counts in full
SHARP = 3.5  # power above half the highest frequency, over the reals': 5 decibels
LEARNED = 2.5  # the same, where the untrained net had less
GRAIN = 0.25  # amplitude of fine detail over the reals' contrast below which it is hardly seen
LOSES, WINS = 0.3, 0.9  # shares of pairs ranked correctly by a D that is upside down, or wins
LEADS = 0.55  # share of pairs ranked correctly by a D that has a say
FAR_OFF = 4.0  # sum of steps, each as a share of the weights, after which a net is another
ENOUGH = 4  # exams before which a generator has not yet found its textures


@detectors.add
def artefacts(history: History) -> Diagnosis | None:
    """A checkerboard, or too much fine detail, to the end; measured against the reals' spectrum.

    Blur is no artefact: a young or small generator is blurred. The pattern must be there in each of
    the last three exams and not be fading. Fakes that are not yet like the data, or are getting
    there, or come from weights that have hardly moved, are rough all over: then it stays a
    suspicion, unless training itself made the pattern, or all but the pattern has changed. In a
    game that neither player wins, a generator is free to unlearn it.

    Reference: Odena et al. 2016, Distill; Durall et al. 2020, arXiv:2003.01826.
    """
    if len(history.column("metrics/high_frequency_ratio").known.values) < ENOUGH:
        return None
    found = [item for item in (_checkerboard(history), _noise(history)) if item]
    if not found:
        return None
    left = way_left(history)
    weaker = all(_weakens(history.column(e.signal).known.values) for _, _, e in found)
    learned = any(_learned(history.column(e.signal).known) for _, _, e in found)
    strong = _pattern(history) > 1.4 * BOARD or _sharpness(history) > 3 * SHARP
    made = _strays(history) or _grew(history) or _is_built_in(history)
    could = has_learned(history) or _balanced(history)
    plain = (learned or strong) if could else strong and made
    unready = left > 0.7 or (left > 0.5 and weaker and improves(history))
    rough = (unready and not plain) or is_raw(history)
    sure = min(together(*(c for c, _, _ in found)), 0.3 if rough else 1.0)
    began = min((b for _, b, _ in found if not math.isnan(b)), default=history.kimg)
    return Diagnosis("artefacts", sure, tuple(e for _, _, e in found), began)


def _checkerboard(history: History) -> tuple[float, float, Evidence] | None:
    """The pattern must be strong against the reals' contrast, and alone in the spectrum."""
    board = history.column("metrics/checkerboard").known
    level = _pattern(history)
    if math.isnan(level) or level < BOARD / 2 or _fades(board.values):
        return None
    now = float(board.values[-3:].min())
    says = (
        f"a pattern of one pixel on, one off has {now:.0%} of the reals' contrast, and stands"
        f" {_excess(history):.0f} dB above its neighbours: a checkerboard or stripes"
    )
    evidence = Evidence("metrics/checkerboard", now, (None, BOARD), says)
    return confidence(level, BOARD, 2 * BOARD), since(board, board.values > BOARD / 2), evidence


def _pattern(history: History) -> float:
    """Amplitude of the finest pattern, less where its neighbours are as strong; NaN: unknown."""
    board = history.column("metrics/checkerboard").known.values
    if len(board) < ENOUGH or not history.column("metrics/checkerboard_excess").known:
        return math.nan
    return float(board[-3:].min()) * 10 ** ((_excess(history) - STANDS_OUT) / 20)


def _strays(history: History) -> bool:
    """Whether G moved without getting nearer, told by D: all but the pattern changed."""
    now, start = history.recent("metrics/frechet_distance"), untrained(history, "frechet_distance")
    moved = not 0.9 < ratio(now, start) < 1.1
    return moved and history.recent("scores/ranked_right", 0.2) > 0.7 and not improves(history)


def _grew(history: History) -> bool:
    """Whether a game made the pattern: D leads, and it is half as strong again as at the start."""
    board = history.column("metrics/checkerboard").known.values
    leads = history.recent("scores/ranked_right", 0.2) > LEADS
    return leads and float(board[-3:].min()) > 1.5 * float(board[0])


def _is_built_in(history: History) -> bool:
    """Whether G became another net, in pace with a D that tells it what is wrong, for nothing."""
    told = history.recent("scores/ranked_right", 0.2) > LEADS and 0.1 < pace(history) < 10
    return told and way_of_weights(history) > FAR_OFF


def _balanced(history: History) -> bool:
    """Whether both players moved and neither won the second half: G could unlearn what it makes."""
    ranks = history.column("scores/ranked_right").known.values
    neither = len(ranks) >= 8 and LOSES < float(ranks[len(ranks) // 2 :].mean()) < WINS
    return neither and 0.1 < pace(history) < 10


def _excess(history: History) -> float:
    return float(history.column("metrics/checkerboard_excess").known.values[-3:].min())


def _noise(history: History) -> tuple[float, float, Evidence] | None:
    series = history.column("metrics/high_frequency_ratio").known
    now = _sharpness(history)
    limit = LEARNED if _learned(series) else SHARP
    if now < limit / 2 or _fades(series.values):
        return None
    says = f"the fakes have {now:.1f} times the reals' power above half the highest frequency"
    evidence = Evidence("metrics/high_frequency_ratio", now, (0.5, limit), says)
    sure = min(confidence(now, limit, 2 * limit), _seen(history))
    return sure, since(series, series.values > limit / 2), evidence


def _seen(history: History) -> float:
    """Whether noise shows: many times next to nothing, in smooth data, is little; 1 if unknown."""
    grain = history.column("metrics/grain").known.values[-3:]
    return confidence(float(grain.min()), GRAIN, 1.5 * GRAIN) if len(grain) else 1.0


def _sharpness(history: History) -> float:
    """Power above half the highest frequency over the reals', the least of the last three exams."""
    return float(history.column("metrics/high_frequency_ratio").known.values[-3:].min())


def _learned(series: Series) -> bool:
    """Whether it is stronger than in the untrained net: training smooths, so this was learned."""
    return float(series.values[-3:].min()) > 1.25 * abs(float(series.values[0]))


def _weakens(values: Values) -> bool:
    middle = median(values[len(values) // 3 : -len(values) // 3])
    return median(values[-3:]) < 0.95 * middle


def _fades(values: Values) -> bool:
    """Whether the newest values lie well below those of the middle of the run."""
    middle = median(values[len(values) // 3 : -len(values) // 3])
    return median(values[-3:]) < 0.7 * middle
