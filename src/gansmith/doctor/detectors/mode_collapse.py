"""Mode collapse: the fakes are less varied than the data, whatever their quality."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from gansmith.doctor.evidence import Diagnosis, Doubt, Evidence, Sign, doubted
from gansmith.doctor.history import TICKS, History
from gansmith.doctor.measurements.capacity import why_too_small
from gansmith.doctor.measurements.fidelity import floor, lately, relative_precision
from gansmith.doctor.measurements.maturity import NEW_NETWORK, is_barely_trained, weight_change
from gansmith.doctor.measurements.progress import (
    UNTRAINED_SHARE,
    are_vectors,
    has_learned,
    improves,
    remaining_distance,
)
from gansmith.doctor.measurements.variety import (
    any_lack_shrinks,
    is_crowded_throughout,
    narrowed,
    repeats_throughout,
    variety_climbs,
)
from gansmith.doctor.signs_of_collapse import signs_of_collapse
from gansmith.doctor.statistics import together
from gansmith.errors import counted
from gansmith.registry import detectors

MIN_EXAMS = 4  # early generators are narrow
MIN_CONFIDENCE = 0.2
MIN_CHANGE_OF_DISTANCE = 0.15  # of its logarithm, over the untrained net's


@detectors.add(yields_to={"samples_differ": 0.0})
def mode_collapse(history: History) -> Diagnosis | None:
    """The generator repeats itself or leaves out parts of the data.

    Looks at the newest exams, each number against the same number measured between reals:
    diversity (mean pairwise feature distance), near-duplicates, modes of a toy, and recall where
    precision shows that what is made is good. A generator whose variety is still growing, or that
    learned nothing of images, is early rather than collapsed, and so is one with fewer than four
    exams or eight ticks, or one whose weights have hardly moved, unless what it makes became far
    more alike: then it stays a suspicion, as of a generator that is too small to make more.

    Reference: Goodfellow 2016, arXiv:1701.00160; Kynkäänniemi et al. 2019, arXiv:1904.06991.
    """
    if history.exams < 2 or not _has_moved(history):
        return None
    found = signs_of_collapse(history)
    if together(sign.confidence for sign in found) < MIN_CONFIDENCE:
        return None
    times = [sign.since_kimg for sign in found if not math.isnan(sign.since_kimg)]
    began = min(times, default=history.kimg)
    diagnosis = doubted(
        Diagnosis.of_signs("mode_collapse", found, together, began=began), _doubts(history, found)
    )
    return replace(diagnosis, evidence=(*diagnosis.evidence, *_uncovered(history)))


def _doubts(history: History, found: Sequence[Sign]) -> Iterator[Doubt]:
    """Why narrow fakes may be no collapse."""
    if history.exams < MIN_EXAMS:
        yield Doubt(0.3, f"only {counted(history.exams, 'exam')} yet")
    if 0 < history.ticks < TICKS:
        yield Doubt(0.3, f"only {counted(history.ticks, 'tick')} yet")
    if is_barely_trained(history) and not narrowed(history):
        yield Doubt(0.3, "the generator's weights have barely changed")
    if _learned_nothing(history):
        yield Doubt(
            0.3, "the generator has learned nothing yet: what keeps it from that comes first"
        )
    if _still_growing(history, found):
        yield Doubt(0.3, "the variety of the samples still grows")
    if why_too_small(history):
        yield Doubt(0.45, "the generator looks too small to make more")


def _learned_nothing(history: History) -> bool:
    """Whether nothing was learned of images, nor did training make them alike."""
    if has_learned(history) or are_vectors(history):
        return False
    return not (narrowed(history) or is_crowded_throughout(history))


def _still_growing(history: History, found: Sequence[Sign]) -> bool:
    """Whether the run is early: variety climbs from exam to exam, or grows as the distance falls.

    A falling distance alone says little: one image can be painted better and better.
    """
    signals = [sign.evidence.signal for sign in found]
    if repeats_throughout(history):
        return False
    if are_vectors(history) and "metrics/missing_share" in signals:
        return False  # of what is left out it was asked already whether it shrinks
    if improves(history) and remaining_distance(history) < 0.8:
        return any_lack_shrinks(history, signals)
    return variety_climbs(history)


def _has_moved(history: History) -> bool:
    """Whether the generator has left its untrained state, as far as numbers can show it.

    By the distance; or by how far its weights went, if what it makes is like some of the data: the
    one mode that it makes may be as far from all as its untrained samples were.
    """
    series = history.column("metrics/frechet_distance").known
    untrained = series and series.kimg[0] <= UNTRAINED_SHARE * history.kimg
    if not untrained or not (series.values > 0).all():
        return True
    change = float(np.abs(np.log(series.values / series.values[0])).max())
    if change > MIN_CHANGE_OF_DISTANCE:
        return True
    return relative_precision(history) > 0.5 and weight_change(history) > NEW_NETWORK


def _uncovered(history: History) -> Iterator[Evidence]:
    """Which share of the data no fake is near; it describes a collapse and proves none."""
    reach, reals = lately(history, "coverage"), floor(history, "coverage")
    if not reach < 0.8 * reals:
        return
    says = (
        f"{1 - reach:.0%} of the reals have no fake near them, measured by the reals' own gaps;"
        f" {1 - reals:.0%} of them have no other real near"
    )
    image = history.data.get("uncovered")
    says += f"; {image} in the run folder shows some of them" if image else ""
    yield Evidence("metrics/coverage", reach, (0.8 * reals, None), says)
