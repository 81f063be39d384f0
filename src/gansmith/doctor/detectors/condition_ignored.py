"""Condition ignored: whatever class is asked for, the generator makes what it likes."""

from gansmith.doctor.evidence import Diagnosis, Evidence
from gansmith.doctor.history import History, Values, median
from gansmith.doctor.quality import has_learned
from gansmith.doctor.statistics import confidence, rises, since
from gansmith.registry import detectors

ENOUGH = 4  # exams before which a conditional generator is still learning what a class is
LATE = 10  # the same where its samples are nothing yet
TELLS = 0.15  # how far reals must stand above chance: eight standard errors of 256 fakes
HEARD = 0.3  # share of the way from chance to the reals' own consistency
MOVES = 0.05  # of the distance between samples, which another class must make at least

Found = tuple[float, float, Evidence]  # confidence, since kimg, evidence


@detectors.add
def condition_ignored(history: History) -> Diagnosis | None:
    """Samples do not change with the class, or are recognised as it no more often than by chance.

    The first is a test of the generator alone: the same noise and another class must give another
    sample. The second sees classes that are heard and mistaken: reals, judged in the same way, set
    the scale, and where their own classes cannot be told apart by the features, it is silent. What
    still climbs is left alone; with fewer than six exams it is a suspicion, and so is the second of
    a generator whose samples are nothing yet.

    Reference: Ravuri and Vinyals 2019, arXiv:1905.10887.
    """
    found = [item for item in (_deaf(history), _mistaken(history)) if item]
    if not found:
        return None
    ordered = sorted(found, key=lambda item: -item[0])
    sure, began, _ = ordered[0]
    return Diagnosis("condition_ignored", sure, tuple(e for _, _, e in ordered), began)


def _deaf(history: History) -> Found | None:
    """The same noise gives the same sample, whatever class is asked for."""
    series = history.column("metrics/condition_sensitivity").known
    now = median(series.values[-3:])
    if len(series.values) < 3 or not now < 2 * MOVES or _climbs(series.values, MOVES / 2):
        return None
    says = (
        f"asked for another class with the same noise, a sample moves by {now:.2g} of the distance"
        " between two samples"
    )
    evidence = Evidence("metrics/condition_sensitivity", now, (MOVES, None), says)
    sure = confidence(max(now, 1e-6), MOVES, MOVES / 5)
    sure = min(sure, 0.4) if len(series.values) < ENOUGH else sure
    return sure, since(series, series.values < 2 * MOVES), evidence


def _mistaken(history: History) -> Found | None:
    """Samples do not look like the class that they were asked for."""
    series = history.column("metrics/condition_consistency").known
    reals = history.recent("floor/condition_consistency")
    chance = _chance(history)
    if len(series.values) < ENOUGH or not reals - chance > TELLS:
        return None
    heard = (series.values - chance) / (reals - chance)
    now = float(sorted(heard[-3:])[1])
    if not now < 1.5 * HEARD or _climbs(heard, 0.1):
        return None
    says = (
        f"{float(series.values[-1]):.0%} of the fakes look like the class they were asked for;"
        f" chance is {chance:.0%}, reals reach {reals:.0%}"
    )
    evidence = Evidence("metrics/condition_consistency", now, (HEARD, None), says)
    count = len(series.values)
    young = count < (2 * ENOUGH - 2 if has_learned(history) else LATE)
    sure = confidence(max(now, 0.01), HEARD, 0.1)
    sure = min(sure, 0.4) if young else sure
    return sure, since(series, heard < 2 * HEARD), evidence


def _climbs(values: Values, least: float) -> bool:
    """Whether the last exams climb, from what is no longer nothing."""
    return rises(values[-5:]) and median(values[-3:]) > least


def _chance(history: History) -> float:
    """How often a generator that hears nothing is right, by the classes that it makes.

    Where that was not recorded, the sum of squared class shares.
    """
    known = history.column("metrics/condition_chance").known.values
    if len(known):
        return median(known[-3:])
    facts = history.data.get("facts")
    classes = facts.get("classes") if isinstance(facts, dict) else None
    counts = [float(n) for n in classes.values()] if isinstance(classes, dict) else []
    total = sum(counts)
    return sum((n / total) ** 2 for n in counts) if total else 0.1
