"""Mode collapse: the fakes are less varied than the data, whatever their quality."""

import math

from gansmith.doctor.evidence import Diagnosis, Evidence
from gansmith.doctor.history import History
from gansmith.doctor.statistics import confidence, ratio, since, together
from gansmith.registry import detectors

NARROW = 0.5  # share of the reals' own variety below which the fakes are called narrow
SEEN = 2  # exams that must agree: one exam may fall into a passing dip


@detectors.add
def mode_collapse(history: History) -> Diagnosis | None:
    """The generator repeats itself or leaves out parts of the data.

    Looks at the newest exams, each number against the same number of reals among themselves:
    diversity (mean pairwise feature distance), near-duplicates, modes of a toy, and recall where
    precision shows that what is made is good. A generator whose variety is still growing is young
    rather than collapsed, and one exam alone proves nothing.

    Reference: Goodfellow 2016, arXiv:1701.00160; Kynkäänniemi et al. 2019, arXiv:1904.06991.
    """
    if history.exams < SEEN:
        return None
    found = [item for look in (_diversity, _duplicates, _modes, _recall) if (item := look(history))]
    sure = together(*(c for c, _, _ in found)) if found else 0.0
    if sure < 0.3:
        return None
    sure = min(sure, 0.4) if _still_growing(history) else sure
    began = min((b for _, b, _ in found if not math.isnan(b)), default=history.kimg)
    return Diagnosis("mode_collapse", sure, tuple(e for _, _, e in found), began)


Found = tuple[float, float, Evidence]  # confidence, since kimg, evidence


def _diversity(history: History) -> Found | None:
    series = history.column("metrics/diversity_ratio").known
    floor = _floor(history, "diversity_ratio", 1.0)
    now = _best_of_last(history, "diversity_ratio")
    if not now < 0.7 * floor:
        return None
    share = now / floor
    says = (
        f"fakes differ from each other {share:.0%} as much as reals do"
        f" (best of the last {SEEN} exams)"
    )
    evidence = Evidence("metrics/diversity_ratio", now, (NARROW * floor, None), says)
    began = since(series, series.values < 0.7 * floor)
    return confidence(share, NARROW, NARROW / 2), began, evidence


def _duplicates(history: History) -> Found | None:
    series = history.column("metrics/duplicate_share").known
    floor = _floor(history, "duplicate_share", 0.0)
    if len(series.values) < SEEN:
        return None
    now = float(series.values[-SEEN:].min())
    excess = now - floor
    if not excess > 0.1:
        return None
    says = f"{now:.0%} of the fakes are near-duplicates of another; among reals {floor:.0%} are"
    evidence = Evidence("metrics/duplicate_share", now, (None, floor + 0.2), says)
    began = since(series, series.values > floor + 0.1)
    return confidence(excess, 0.25, 0.6), began, evidence


def _modes(history: History) -> Found | None:
    """Toys: modes that no good sample reaches, once most samples are good."""
    floor, good = _floor(history, "modes", math.nan), _best_of_last(history, "high_quality")
    now = _best_of_last(history, "modes")
    missing = 1.0 - ratio(now, floor)
    if not (missing > 0.02 and good > 0.3):
        return None
    says = f"{now:.0f} of {floor:.0f} modes have a good sample, and {good:.0%} of samples are good"
    evidence = Evidence("metrics/modes", now, (floor, floor), says)
    series = history.column("metrics/modes").known
    return confidence(missing, 0.1, 0.3), since(series, series.values < floor), evidence


def _recall(history: History) -> Found | None:
    """Good samples that cover little of the data; poor ones cover little too, and prove nothing."""
    recall = ratio(_best_of_last(history, "recall"), _floor(history, "recall", math.nan))
    precision = ratio(_best_of_last(history, "precision"), _floor(history, "precision", math.nan))
    if not (recall < 0.25 and precision > 0.6):
        return None
    says = (
        f"what is made is good (precision {precision:.0%} of the reals' own)"
        f" but covers little of the data (recall {recall:.0%} of the reals' own)"
    )
    series = history.column("metrics/recall").known
    level = 0.25 * _floor(history, "recall", math.nan)
    evidence = Evidence("metrics/recall", recall, (0.25, None), says)
    return confidence(recall / precision, 0.2, 0.05), since(series, series.values < level), evidence


def _floor(history: History, name: str, otherwise: float) -> float:
    floor = history.recent(f"floor/{name}")
    return otherwise if math.isnan(floor) else floor


def _best_of_last(history: History, name: str) -> float:
    values = history.column(f"metrics/{name}").known.values[-SEEN:]
    return float(values.max()) if len(values) == SEEN else math.nan


def _still_growing(history: History) -> bool:
    """Whether the newest diversity is the best by a clear step: a young generator spreads."""
    for name in ("diversity_ratio", "modes"):
        values = history.column(f"metrics/{name}").known.values
        if len(values) >= 3 and values[-1] > 1.15 * values[:-1].max():
            return True
    return False
