"""Data problem: what is wrong was wrong before training began."""

import numpy as np

from gansmith.doctor.evidence import Diagnosis, Doubt, Evidence, Sign, doubted
from gansmith.doctor.history import TICKS, History
from gansmith.doctor.measurements.data_facts import (
    MAX_DISTANCE_TO_A_BOUND,
    MIN_EXAMS,
    MIN_TRAINING_IMAGES,
    MIN_TRAINING_VECTORS,
    are_images,
    class_imbalance,
    copy_share,
    label_relevance,
    label_shares,
    newest_range,
    range_overlap,
    sample_ranges,
    training_samples,
    unreadable_files,
    unreadable_share,
)
from gansmith.doctor.statistics import confidence, together
from gansmith.registry import detectors

IN_THE_DATA = "environment/data"  # what evidence from the data facts calls its signal
CONFIDENCE_OF_FEW = 0.25  # the least, wherever a set is small


@detectors.add
def data_problem(history: History) -> Diagnosis | None:
    """Copies, too few samples, unbalanced classes, unreadable files, ranges or labels that are off.

    Reads what the run folder knows of its data, and of real and generated samples at the exams: do
    their ranges meet, and do labels belong to the samples? Few samples or uneven classes alone stay
    a suspicion until they are extreme: small sets are trained on every day.

    Reference: Karras et al. 2020, arXiv:2006.06676; Cao et al. 2019, arXiv:1906.07413.
    """
    looks = (_copies, _few, _uneven, _unreadable, _ranges, _one_sided, _unrelated)
    found = [sign for look in looks if (sign := look(history))]
    if not found:
        return None
    ordered = sorted(found, key=lambda sign: -sign.confidence)
    return Diagnosis.of_signs("data_problem", ordered, together, began=0.0)


def _copies(history: History) -> Sign | None:
    share = copy_share(history)
    if not share >= copy_share.high:
        return None
    says = f"{share:.0%} of the samples are exact copies of others"
    return Sign(confidence(share, 0.2, 0.5), copy_share.at_most(IN_THE_DATA, share, says))


def _few(history: History) -> Sign | None:
    count, images = training_samples(history), are_images(history)
    least = MIN_TRAINING_IMAGES if images else MIN_TRAINING_VECTORS
    if not count < least:
        return None
    says = f"only {count:.0f} samples to train on; a discriminator soon memorises them"
    sure = max(confidence(count, 100 if images else 50, 25), CONFIDENCE_OF_FEW)
    return Sign(sure, Evidence(IN_THE_DATA, count, (least, None), says))


def _uneven(history: History) -> Sign | None:
    times = class_imbalance(history)
    if not times >= class_imbalance.high:
        return None
    says = f"the largest class has {times:.0f} times as many samples as the smallest"
    sign = Sign(confidence(times, 30, 100), class_imbalance.at_most(IN_THE_DATA, times, says))
    unlabelled = Doubt(0.45, "the run is not conditional: uneven classes may be what the data are")
    return doubted(sign, [] if "condition" in history.recipe else [unlabelled])


def _unreadable(history: History) -> Sign | None:
    share, count = unreadable_share(history), unreadable_files(history)
    if not share > unreadable_share.high:
        return None
    says = f"{count} of {count / share:.0f} files could not be used"
    return Sign(confidence(share, 0.1, 0.4), unreadable_share.at_most(IN_THE_DATA, share, says))


def _ranges(history: History) -> Sign | None:
    """Real and generated samples fill different ranges, to the end."""
    overlap = range_overlap(history)
    if not overlap <= range_overlap.low:
        return None
    low, high = newest_range(sample_ranges(history, "real"))
    fake_low, fake_high = newest_range(sample_ranges(history, "fake"))
    says = (
        f"real samples run from {low:.3g} to {high:.3g}, generated ones from {fake_low:.3g} to"
        f" {fake_high:.3g}: they are told apart by their range alone"
    )
    doubtful, sure = (0.7, 0.5) if are_images(history) else (0.5, 0.3)
    evidence = range_overlap.at_least("samples/fake/low", overlap, says)
    return Sign(confidence(max(overlap, 1e-3), doubtful, sure), evidence)


def _one_sided(history: History) -> Sign | None:
    """Samples that come down to zero and were never below it, of data that lie on both sides."""
    (reals, _), (fakes, highs) = (sample_ranges(history, side) for side in ("real", "fake"))
    if min(len(reals), len(fakes)) < MIN_EXAMS or history.ticks < TICKS:
        return None
    low, reach, high = (float(np.median(ends[-3:])) for ends in (reals, fakes, highs))
    margin = MAX_DISTANCE_TO_A_BOUND
    both_sides = low < -margin
    if not (both_sides and float(fakes.min()) >= 0 and reach < margin * high):
        return None
    says = (
        f"real samples begin at {low:.3g}, and no generated one was ever below 0: does its last"
        " layer end in a sigmoid or a relu?"
    )
    sure = confidence(-low / high, 0.3, 0.6) if high > 0 else 0.99
    return Sign(sure, Evidence("samples/fake/low", reach, (low, None), says))


def _unrelated(history: History) -> Sign | None:
    """Vectors whose nearest others are of their class by chance.

    A shift by one between samples and labels is enough.
    """
    relevance, least = label_relevance(history), label_relevance.low
    if not relevance < least:
        return None
    own, chance = (float(np.median(shares)) for shares in label_shares(history))
    says = (
        f"of real samples {own:.0%} lie among others of their own label, and by chance it would be"
        f" {chance:.0%}: do the labels belong to these samples?"
    )
    sure = confidence(max(relevance, 0.0) + least, 2 * least, least)
    return Sign(sure, Evidence("floor/condition_consistency", own, (chance + least, None), says))
