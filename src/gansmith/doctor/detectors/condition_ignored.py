"""Condition ignored: whatever class is asked for, the generator makes what it likes."""

from gansmith.doctor.evidence import Diagnosis, Evidence
from gansmith.doctor.history import History, median
from gansmith.doctor.quality import way_left
from gansmith.doctor.statistics import confidence, rises, since
from gansmith.registry import detectors

ENOUGH = 4  # exams before which a conditional generator is still learning what a class is
TELLS = 0.15  # how far reals must stand above chance: eight standard errors of 256 fakes
HEARD = 0.3  # share of the way from chance to the reals' own consistency


@detectors.add
def condition_ignored(history: History) -> Diagnosis | None:
    """Fakes of a class are recognised as that class hardly more often than by chance.

    Reals, judged in the same way, set the scale: where their own classes cannot be told apart by
    the features, there is no diagnosis. A consistency that still climbs is left alone; a generator
    whose samples are nothing yet, or that had fewer than six exams, is under suspicion only.

    Reference: Ravuri and Vinyals 2019, arXiv:1905.10887.
    """
    series = history.column("metrics/condition_consistency").known
    reals = history.recent("floor/condition_consistency")
    chance = _chance(history)
    if len(series.values) < ENOUGH or not reals - chance > TELLS:
        return None
    heard = (series.values - chance) / (reals - chance)
    now = float(sorted(heard[-3:])[1])
    if not now < 1.5 * HEARD or (rises(heard[-5:]) and now > 0.1):
        return None
    says = (
        f"{float(series.values[-1]):.0%} of the fakes look like the class they were asked for;"
        f" chance is {chance:.0%}, reals reach {reals:.0%}"
    )
    evidence = Evidence("metrics/condition_consistency", now, (HEARD, None), says)
    young = len(series.values) < 2 * ENOUGH - 2
    began = since(series, heard < 2 * HEARD)
    sure = confidence(max(now, 0.01), HEARD, 0.1)
    sure = min(sure, 0.4) if young or way_left(history) > 0.7 else sure
    return Diagnosis("condition_ignored", sure, (evidence,), began)


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
