"""Condition ignored: whatever class is asked for, the generator makes what it likes."""

from collections.abc import Iterator

from gansmith.doctor.evidence import Diagnosis, Doubt, Sign, doubted
from gansmith.doctor.history import History, Values, median
from gansmith.doctor.measurements.condition import (
    chance_of_the_class,
    condition_consistency,
    condition_sensitivity,
    consistency_over_chance,
)
from gansmith.doctor.measurements.progress import has_learned
from gansmith.doctor.statistics import confidence, rises, since
from gansmith.errors import counted
from gansmith.registry import detectors

MIN_EXAMS = 3
EXAMS_TO_LEARN_A_CLASS = 4  # before them a conditional generator is still learning what it is
EXAMS_TO_TELL_A_CLASS = 6
EXAMS_OF_NOTHING = 10  # the same where its samples are nothing yet


@detectors.add
def condition_ignored(history: History) -> Diagnosis | None:
    """Samples do not change with the class, or are recognised as it no more often than by chance.

    The first is a test of the generator alone: the same noise and another class must give another
    sample. The second sees classes that are told apart and mistaken: reals, judged in the same way,
    set the scale, and where their own classes cannot be told apart by the features, it is silent.
    What still climbs is left alone; with fewer than six exams it is a suspicion, and so is the
    second of a generator whose samples are nothing yet.

    Reference: Ravuri and Vinyals 2019, arXiv:1905.10887.
    """
    looks = (_insensitive(history), _mistaken(history))
    found = sorted((sign for sign in looks if sign), key=lambda sign: -sign.confidence)
    return Diagnosis.of_signs("condition_ignored", found) if found else None


def _insensitive(history: History) -> Sign | None:
    """The same noise gives the same sample, whatever class is asked for."""
    series, least = history.column("metrics/condition_sensitivity").known, condition_sensitivity.low
    now = condition_sensitivity(history)
    if len(series.values) < MIN_EXAMS or not now < 2 * least or _climbs(series.values, least / 2):
        return None
    says = (
        f"asked for another class with the same noise, a sample moves by {now:.2g} of the distance"
        " between two samples"
    )
    sign = Sign(
        confidence(max(now, 1e-6), least, least / 5),
        condition_sensitivity.at_least("metrics/condition_sensitivity", now, says),
        since(series, series.values < 2 * least),
    )
    return doubted(sign, _doubts(len(series.values), EXAMS_TO_LEARN_A_CLASS))


def _mistaken(history: History) -> Sign | None:
    """Samples do not look like the class that they were asked for."""
    series = history.column("metrics/condition_consistency").known
    consistency, now = consistency_over_chance(history), condition_consistency(history)
    count, least = len(consistency), condition_consistency.low
    if count < EXAMS_TO_LEARN_A_CLASS or not now < 1.5 * least or _climbs(consistency, 0.1):
        return None
    says = (
        f"{float(series.values[-1]):.0%} of the fakes look like the class they were asked for;"
        f" chance is {chance_of_the_class(history):.0%}, reals reach"
        f" {history.recent('floor/condition_consistency'):.0%}"
    )
    sign = Sign(
        confidence(max(now, 0.01), least, 0.1),
        condition_consistency.at_least("metrics/condition_consistency", now, says),
        since(series, consistency < 2 * least),
    )
    enough = EXAMS_TO_TELL_A_CLASS if has_learned(history) else EXAMS_OF_NOTHING
    return doubted(sign, _doubts(count, enough))


def _doubts(exams: int, enough: int) -> Iterator[Doubt]:
    if exams < enough:
        yield Doubt(0.4, f"only {counted(exams, 'exam')} yet")


def _climbs(values: Values, least: float) -> bool:
    """Whether the last exams climb, from what is no longer nothing."""
    return rises(values[-5:]) and median(values[-3:]) > least
