"""How varied samples are, by modes and classes, and whether their variety still grows."""

from collections.abc import Iterable

import numpy as np

from gansmith.doctor.history import History, Values, median
from gansmith.doctor.measurements.fidelity import (
    EXAMS,
    floor,
    lately,
    over_reals,
    relative_coverage,
    spacing,
)
from gansmith.doctor.measurements.measurement import measured
from gansmith.doctor.measurements.progress import are_vectors, untrained_value
from gansmith.doctor.statistics import centre, rises, second_half

MIN_EXAMS_OF_A_HABIT = 8
MAX_EXCESS_DUPLICATES = 0.8  # nearly all fakes repeat another: what a few samples come to
MAX_DIVERSITY = 2.0  # times the reals': far outliers, against which all else lies close together
MAX_SHARE_OF_THE_UNTRAINED_DIVERSITY = 0.6
MIN_PRECISION = 0.05  # below it no image lies near a real
MAX_LACK_OF_A_GROWING_VARIETY = 0.9  # over that of the middle of the run


@measured(unit="share of the reals' own", healthy=(0.5, None))
def class_diversity(history: History) -> float:
    """Mean feature distance between fakes of the narrowest class, over that of reals of it."""
    return lately(history, "class_diversity_ratio")


@measured(unit="share of the modes", healthy=(0.85, None))
def effective_modes(history: History) -> float:
    """Modes that samples are spread over, exp(entropy of the nearest modes), over all modes."""
    return median(mode_shares(history)[-EXAMS:])


def mode_shares(history: History) -> Values:
    """Return the share of the modes that samples are spread over, exam by exam."""
    return np.asarray(np.exp(-history.column("metrics/reverse_kl").known.values))


@measured(unit="share of the modes", healthy=(None, 0.1))
def missing_modes(history: History) -> float:
    """Share of the modes without a good sample."""
    return 1.0 - over_reals(history, "modes")


def is_near_no_real(history: History) -> bool:
    """Say whether hardly any image lies near a real: then all are alike in what they lack."""
    return not are_vectors(history) and lately(history, "precision") < MIN_PRECISION


def narrowed(history: History) -> bool:
    """Say whether training made the fakes far more alike than those of the untrained net were."""
    before = untrained_value(history, "diversity_ratio")
    return lately(history, "diversity_ratio") < MAX_SHARE_OF_THE_UNTRAINED_DIVERSITY * before


def repeats_throughout(history: History) -> bool:
    """Say whether nearly all fakes were copies of others at every exam of the second half.

    By a spacing of next to nothing, or by near-duplicates that lie near few of the reals.
    """
    if is_crowded_throughout(history):
        return True
    values = history.column("metrics/duplicate_share").known.values
    if relative_coverage(history) > relative_coverage.low or len(values) < MIN_EXAMS_OF_A_HABIT:
        return False
    excess = second_half(values) - floor(history, "duplicate_share", 0.0)
    return float(excess.min()) > MAX_EXCESS_DUPLICATES


def is_crowded_throughout(history: History) -> bool:
    """Say whether the spacing was next to nothing at every exam of the second half."""
    values = history.column("metrics/spacing_ratio").known.values
    if len(values) < MIN_EXAMS_OF_A_HABIT:
        return False
    near = float(second_half(values).max()) < spacing.low / 2
    return near and lately(history, "diversity_ratio") < MAX_DIVERSITY


def any_lack_shrinks(history: History, signals: Iterable[str]) -> bool:
    """Say whether one of these signs of narrowness shrank by a tenth since the middle of the run.

    What is lacking is the difference of a metric from its value between reals.
    """
    return any(_lack_shrinks(history, name) for name in signals)


def _lack_shrinks(history: History, name: str) -> bool:
    values = history.column(name).known.values
    lack = np.abs(floor(history, name.removeprefix("metrics/"), 1.0) - values)
    before = median(centre(lack))
    return len(lack) > 2 * EXAMS and median(lack[-EXAMS:]) < MAX_LACK_OF_A_GROWING_VARIETY * before


def variety_climbs(history: History) -> bool:
    """Say whether all measures of variety climb from exam to exam."""
    names = ("metrics/diversity_ratio", "metrics/recall")
    curves = [history.column(name).known.values for name in names]
    curves.append(mode_shares(history))
    known = [values for values in curves if len(values)]
    return bool(known) and all(rises(values) for values in known)
