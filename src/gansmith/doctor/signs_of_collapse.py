"""What shows that a generator repeats itself or leaves out parts of the data."""

import math
from collections.abc import Callable

from gansmith.doctor.evidence import Doubt, Evidence, Sign, doubted
from gansmith.doctor.history import History, median
from gansmith.doctor.measurements.columns import flat_columns, lost_categories
from gansmith.doctor.measurements.fidelity import (
    EXAMS,
    distance_over_floor,
    excess_duplicates,
    floor,
    lately,
    missing_share,
    relative_coverage,
    relative_diversity,
    relative_precision,
    relative_recall,
    spacing,
)
from gansmith.doctor.measurements.measurement import Measurement
from gansmith.doctor.measurements.progress import are_vectors
from gansmith.doctor.measurements.sound import one_tone_share, silent_share
from gansmith.doctor.measurements.variety import (
    MAX_DIVERSITY,
    MAX_EXCESS_DUPLICATES,
    class_diversity,
    effective_modes,
    is_near_no_real,
    missing_modes,
    mode_shares,
)
from gansmith.doctor.signs_of_repetition import alike_in_words, repeated_texts
from gansmith.doctor.statistics import centre, confidence, since

MAX_DETAIL_OF_BLURRED_IMAGES = 0.05  # of the reals' power above half the highest frequency
MIN_DIVERSITY_OF_BLURRED_IMAGES = 0.3  # of the reals' own: they are alike in what they lack
MAX_MISSING_SHARE_OF_VECTORS = 0.18
MIN_PRECISION_BESIDE_A_GAP = {True: 0.25, False: 0.65}  # of vectors, of images


def signs_of_collapse(history: History) -> list[Sign]:
    """Return all that speaks for a collapse, with the doubts about each."""
    return [sign for look in LOOKS if (sign := look(history))]


def _alike(history: History) -> Sign | None:
    series = history.column("metrics/diversity_ratio").known
    share, now = relative_diversity(history), lately(history, "diversity_ratio")
    reals, least = floor(history, "diversity_ratio", 1.0), _least_diversity(history)
    if not share < 1.4 * least:
        return None
    says = (
        f"fakes differ from each other {share:.0%} as much as reals do"
        f" (median of the last {EXAMS} exams)"
    )
    evidence = Evidence("metrics/diversity_ratio", now, (least * reals, None), says)
    began = since(series, series.values < 1.4 * least * reals)
    return Sign(confidence(share, least, least / 2), evidence, began)


def _least_diversity(history: History) -> float:
    """Return the share of the reals' variety below which these fakes are narrow."""
    blurred = lately(history, "high_frequency_ratio") < MAX_DETAIL_OF_BLURRED_IMAGES
    if blurred or is_near_no_real(history):
        return MIN_DIVERSITY_OF_BLURRED_IMAGES
    return relative_diversity.low


def _alike_within_a_class(history: History) -> Sign | None:
    """Conditional runs: the class whose fakes are most alike."""
    series, least = history.column("metrics/class_diversity_ratio").known, class_diversity.low
    now = class_diversity(history)
    if not now < 0.7:
        return None
    says = f"within one class, fakes differ from each other {now:.0%} as much as reals of it do"
    evidence = class_diversity.at_least("metrics/class_diversity_ratio", now, says)
    began = since(series, series.values < 0.7)
    rims = are_vectors(history) and not _is_missed(history)
    doubts = [Doubt(0.45, "what a narrow class leaves out hardly shows in the distance")]
    return doubted(Sign(confidence(now, least, least / 2), evidence, began), doubts if rims else [])


def _uneven_modes(history: History) -> Sign | None:
    """Toys: samples are spread over few of the modes; those at no mode are not counted."""
    now, least = effective_modes(history), effective_modes.low
    varied = lately(history, "diversity_ratio") > relative_diversity.low
    if not now < least or (varied and lately(history, "high_quality") < 0.1):
        return None
    says = (
        f"samples are spread as if over {now:.0%} of the modes (median of the last {EXAMS} exams)"
    )
    evidence = Evidence("metrics/reverse_kl", -math.log(now), (None, -math.log(least)), says)
    series = history.column("metrics/reverse_kl").known
    return Sign(confidence(now, 0.75, 0.5), evidence, since(series, mode_shares(history) < least))


def _duplicates(history: History) -> Sign | None:
    """Fakes closer to each other than reals are; not where they lie near much of the data.

    Smooth fakes lie closer together than reals and are no repetition: a few images again and
    again would be near few reals. Images near no real at all are alike in what they lack.
    """
    excess, reals = excess_duplicates(history), floor(history, "duplicate_share", 0.0)
    spread = relative_coverage(history) > relative_coverage.low
    if not excess > 0.1 or spread or is_near_no_real(history):
        return None
    now = lately(history, "duplicate_share")
    says = f"{now:.0%} of the fakes are near-duplicates of another; among reals {reals:.0%} are"
    limit = reals + excess_duplicates.high
    evidence = Evidence("metrics/duplicate_share", now, (None, limit), says)
    series = history.column("metrics/duplicate_share").known
    began = since(series, series.values > reals + 0.1)
    return Sign(confidence(excess, MAX_EXCESS_DUPLICATES, 0.95), evidence, began)


def _crowded(history: History) -> Sign | None:
    """Near-duplicates, however different the samples are: the nearest is all but the same."""
    series, least = history.column("metrics/spacing_ratio").known, spacing.low
    now = spacing(history)
    if not now < 2 * least or lately(history, "diversity_ratio") > MAX_DIVERSITY:
        return None
    says = (
        f"a fake's nearest other fake is at {now:.1%} of the distance that reals keep, both against"
        f" their mean distance: the samples are near-duplicates of a few"
    )
    evidence = spacing.at_least("metrics/spacing_ratio", now, says)
    began = since(series, series.values < 2 * least)
    return Sign(confidence(max(now, 1e-6), least, least / 5), evidence, began)


def _missing_modes(history: History) -> Sign | None:
    """Toys: modes that no good sample reaches, once most samples are good."""
    missing, good = missing_modes(history), lately(history, "high_quality")
    if not (missing > 0.02 and good > 0.3):
        return None
    now, all_modes = lately(history, "modes"), floor(history, "modes")
    says = (
        f"{now:.0f} of {all_modes:.0f} modes have a good sample, and {good:.0%} of samples are good"
    )
    evidence = Evidence("metrics/modes", now, (all_modes, all_modes), says)
    series = history.column("metrics/modes").known
    sure = confidence(missing, missing_modes.high, 0.3)
    return Sign(sure, evidence, since(series, series.values < all_modes))


def _low_recall(history: History) -> Sign | None:
    """Good samples that cover little of the data; poor ones cover little too, and prove nothing."""
    recall, precision = relative_recall(history), relative_precision(history)
    spread = relative_coverage(history) > relative_coverage.low
    if not (recall < relative_recall.low and precision > 0.6) or spread:
        return None
    says = (
        f"what is made is good (precision {precision:.0%} of the reals' own)"
        f" but covers little of the data (recall {recall:.0%} of the reals' own)"
    )
    series = history.column("metrics/recall").known
    began = since(series, series.values < relative_recall.low * floor(history, "recall"))
    sign = Sign(
        confidence(recall / precision, 0.2, 0.05),
        relative_recall.at_least("metrics/recall", recall, says),
        began,
    )
    return doubted(sign, [Doubt(0.25, "recall is the last to rise in healthy runs too")])


def _left_out(history: History) -> Sign | None:
    """Fakes are among the reals, but a part of the data has none, and it gets no smaller."""
    vectors, missing = are_vectors(history), missing_share(history)
    limit = MAX_MISSING_SHARE_OF_VECTORS if vectors else missing_share.high
    good = relative_precision(history)
    if not (missing > limit / 2 and good > MIN_PRECISION_BESIDE_A_GAP[vectors]):
        return None
    if _shrinks(history) or not _is_missed(history):
        return None
    says = (
        f"{missing:.0%} of the data lie where a tenth of the fakes due there are made, or fewer;"
        f" elsewhere fakes are good (precision {good:.0%} of the reals' own)"
    )
    series = history.column("metrics/missing_share").known
    evidence = Evidence("metrics/missing_share", missing, (None, limit), says)
    return Sign(
        confidence(missing, limit, 2 * limit), evidence, since(series, series.values > limit / 2)
    )


def _shrinks(history: History) -> bool:
    """Whether what is left out got smaller; of one exam a passing dip is allowed for."""
    values = history.column("metrics/missing_share").known.values
    lately_missing = missing_share(history), 2 * median(values[-1:])
    return min(lately_missing) < 0.75 * median(centre(values))


def _is_missed(history: History) -> bool:
    """Whether what is not made shows in the distance; rims of narrow modes hardly do."""
    return not distance_over_floor(history) < distance_over_floor.high


def _lost_categories(history: History) -> Sign | None:
    """Tables: categories of the data that no row has."""
    lost = lost_categories(history)
    if not lost > lost_categories.high:
        return None
    says = (
        f"{lost:.0%} of the categories that the data have, other reals considered, are never made"
    )
    series = history.column("metrics/lost_categories").known
    evidence = lost_categories.at_most("metrics/lost_categories", lost, says)
    began = since(series, series.values > lost_categories.high)
    return Sign(confidence(lost, 0.12, 0.35), evidence, began)


def _flat_columns(history: History) -> Sign | None:
    """Tables: columns by which rows hardly vary, though the data do."""
    flat = flat_columns(history)
    if not flat > flat_columns.high:
        return None
    says = f"{flat:.0%} of the columns are as good as constant, and vary in the data"
    series = history.column("metrics/flat_columns").known
    evidence = flat_columns.at_most("metrics/flat_columns", flat, says)
    began = since(series, series.values > flat_columns.high)
    return Sign(confidence(flat, 0.04, 0.3), evidence, began)


def _silent(history: History) -> Sign | None:
    """Clips in which nothing is heard."""
    return _unheard(history, silent_share, "silent_share", "silent: nothing in them is heard")


def _one_tone(history: History) -> Sign | None:
    """Clips of a single tone, whatever its pitch."""
    return _unheard(history, one_tone_share, "one_tone_share", "one steady tone and nothing else")


def _unheard(history: History, share: Measurement, name: str, what: str) -> Sign | None:
    excess, now, reals = share(history), lately(history, name), floor(history, name, 0.0)
    if not excess > share.high / 2:
        return None
    says = f"{now:.0%} of the fakes are {what}; of the reals {reals:.0%} are"
    evidence = Evidence(f"metrics/{name}", now, (None, reals + share.high), says)
    series = history.column(f"metrics/{name}").known
    began = since(series, series.values > reals + share.high / 2)
    return Sign(confidence(excess, share.high, 0.8), evidence, began)


LOOKS: tuple[Callable[[History], Sign | None], ...] = (
    _alike,
    _alike_within_a_class,
    _uneven_modes,
    _crowded,
    _duplicates,
    repeated_texts,
    alike_in_words,
    _missing_modes,
    _low_recall,
    _left_out,
    _lost_categories,
    _flat_columns,
    _silent,
    _one_tone,
)
