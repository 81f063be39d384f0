"""Memorisation: fakes that are training samples, not new ones."""

from gansmith.doctor.evidence import Diagnosis
from gansmith.doctor.history import History, median
from gansmith.doctor.measurements.columns import copied_rows, nearest_record
from gansmith.doctor.measurements.novelty import memorisation_p_value, memorised_share
from gansmith.doctor.statistics import confidence, second_half, since
from gansmith.registry import detectors

DOUBTFUL_SHARE, SURE_SHARE = 0.2, 0.6  # confidence 0.5 and 0.95
# Exams, share and p-value, on the median of the second half; a handful of samples proves little.
LEAST_CONFIDENCE = 0.2  # that copied rows are spoken of
LASTING = ((8, 0.4, 0.006), (16, 0.8, 0.02))


@detectors.add
def memorisation(history: History) -> Diagnosis | None:
    """Fakes lie nearest to training samples more often than to held-out ones, beyond chance.

    Rests on the metric ``memorisation``, and of tables on ``nearest_record``; a run whose exams
    take neither is not judged. Training
    and held-out samples are alike to a generator that learned the distribution, so any surplus
    beyond chance is memorising, whatever the data look like. Few samples prove less at one
    exam; there a large surplus must last.

    Reference: Meehan et al. 2020, arXiv:2004.05675.
    """
    copied = _copied_rows(history)
    if copied:
        return copied
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


def _copied_rows(history: History) -> Diagnosis | None:
    """Tables: rows that equal training rows, or lie far nearer to them than unseen rows do."""
    share, ratio = copied_rows(history), nearest_record(history)
    copies = confidence(share, 0.15, 0.5) if share > copied_rows.high else 0.0
    near = confidence(ratio, 0.35, 0.1) if ratio < nearest_record.low else 0.0
    if history.exams < 2 or max(copies, near) < LEAST_CONFIDENCE:
        return None
    if copies >= near:
        signal = "metrics/copied_rows"
        says = f"{share:.0%} more of the rows equal a training row than rows of other reals do"
        evidence = copied_rows.at_most(signal, share, says)
    else:
        signal = "metrics/nearest_record_ratio"
        says = f"rows lie at {ratio:.0%} of the distance to a training row that unseen reals keep"
        evidence = nearest_record.at_least(signal, ratio, says)
    curve = history.column(signal).known
    limit = curve.values > copied_rows.high if copies >= near else curve.values < nearest_record.low
    return Diagnosis("memorisation", max(copies, near), (evidence,), since(curve, limit))


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
