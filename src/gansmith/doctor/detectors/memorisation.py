"""Memorisation: fakes that are training samples, not new ones."""

from gansmith.doctor.evidence import Diagnosis
from gansmith.doctor.history import History, median
from gansmith.doctor.measurements.novelty import memorisation_p_value, memorised_share
from gansmith.doctor.statistics import confidence, second_half, since
from gansmith.registry import detectors

DOUBTFUL_SHARE, SURE_SHARE = 0.2, 0.6  # confidence 0.5 and 0.95
# Exams, share and p-value, on the median of the second half; a handful of samples proves little.
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
    share, p_value = memorised_share(history), memorisation_p_value(history)
    if not (share > memorised_share.high and p_value < memorisation_p_value.low):
        share, p_value = _half(history, "memorised_share"), _half(history, "memorisation_p")
        if not _lasts(history, share, p_value):
            return None
    says = (
        f"{share:.0%} more of the fakes than chance allows have a training sample as their nearest"
        f" real, held-out ones considered (p = {p_value:.1g})"
    )
    curve = history.column("metrics/memorised_share").known
    began = since(curve, curve.values > memorised_share.high)
    evidence = memorised_share.at_most("metrics/memorised_share", share, says)
    sure = confidence(share, DOUBTFUL_SHARE, SURE_SHARE)
    return Diagnosis("memorisation", sure, (evidence,), began)


def _half(history: History, name: str) -> float:
    return median(second_half(history.column(f"metrics/{name}").known.values))


def _lasts(history: History, share: float, p_value: float) -> bool:
    """Whether so large a surplus of few samples was there all through the second half."""
    exams = len(history.column("metrics/memorised_share").known.values)
    if len(history.column("metrics/memorisation_p").known.values) < 2:
        return False
    return any(
        exams >= least and share > large and p_value < unlikely
        for least, large, unlikely in LASTING
    )
