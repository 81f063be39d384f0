"""Memorisation: fakes that are training samples, not new ones."""

from gansmith.doctor.evidence import Diagnosis, Evidence
from gansmith.doctor.history import History, median
from gansmith.doctor.statistics import confidence, since
from gansmith.registry import detectors

SEEN = 2  # exams that must agree
CHANCE = 0.001  # largest chance of such a surplus without memorisation
# Exams, share and chance, on the median of the second half; a handful of samples proves little.
LASTING = ((8, 0.4, 0.006), (16, 0.8, 0.02))


@detectors.add
def memorisation(history: History) -> Diagnosis | None:
    """Fakes lie nearest to training samples more often than to held-out ones, beyond chance.

    Rests on the metric ``memorisation``; a run whose exams do not take it is not judged. Training
    and held-out samples are alike to a generator that learned the distribution, so any surplus
    beyond chance is memorising, whatever the data look like. Few samples prove less at one
    exam; there a large surplus must last.

    Reference: Meehan et al. 2020, arXiv:2004.05675.
    """
    share = history.column("metrics/memorised_share").known
    chance = history.column("metrics/memorisation_p").known
    if len(share.values) < SEEN or len(chance.values) < SEEN:
        return None
    now, unlikely = float(share.values[-SEEN:].min()), float(chance.values[-SEEN:].max())
    if not (now > 0.1 and unlikely < CHANCE):
        now, unlikely = (
            median(column.values[len(column.values) // 2 :]) for column in (share, chance)
        )
        count = len(share.values)
        if not any(count >= n and now > large and unlikely < p for n, large, p in LASTING):
            return None
    says = (
        f"{now:.0%} more of the fakes than chance allows have a training sample as their nearest"
        f" real, held-out ones considered (p = {unlikely:.1g})"
    )
    evidence = Evidence("metrics/memorised_share", now, (None, 0.1), says)
    began = since(share, share.values > 0.1)
    return Diagnosis("memorisation", confidence(now, 0.2, 0.6), (evidence,), began)
