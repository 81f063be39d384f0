"""Mode collapse: the fakes are less varied than the data, whatever their quality."""

import math
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from gansmith.doctor.evidence import Diagnosis, Evidence
from gansmith.doctor.history import TICKS, History, Values, median
from gansmith.doctor.quality import (
    are_vectors,
    has_learned,
    improves,
    is_raw,
    lacks_room,
    untrained,
    way_left,
    way_of_weights,
)
from gansmith.doctor.statistics import confidence, ratio, rises, since, together
from gansmith.registry import detectors

NARROW = 0.5  # share of the reals' own variety below which the fakes are called narrow
LOST = 0.3  # the same for pictures near no real, or without detail: alike in what they lack
BLURRED = 0.05  # of the reals' power above half the highest frequency
SEEN = 3  # exams whose median counts: one may fall into a passing dip
REACHES = 0.35  # share of what reals cover that a few repeated samples cannot reach
NEARLY_ALL = 0.8  # of the fakes repeat another: what a few samples again and again come to
CROWDED = 0.1  # spacing over the reals' own below which few samples come again and again
LEFT_OUT = {True: 0.18, False: 0.28}  # of vectors, of pictures: data where no fakes are made
MISSED = 5.0  # times the distance of reals, up to which all that is left out are the rims of modes
AMONG = {True: 0.25, False: 0.65}  # of vectors, of pictures, over the reals' own precision
ASTRAY = 2.0  # times the reals' variety: far outliers, against which all else lies close together
FAR_OFF = 3.0  # sum of steps, each as a share of the weights, after which a net is another
ENOUGH = 4  # exams below which it stays a suspicion: young generators are narrow


@detectors.add
def mode_collapse(history: History) -> Diagnosis | None:
    """The generator repeats itself or leaves out parts of the data.

    Looks at the newest exams, each number against the same number measured between reals:
    diversity (mean pairwise feature distance), near-duplicates, modes of a toy, and recall where
    precision shows that what is made is good. A generator whose variety is still growing, or that
    learned nothing of pictures, is young rather than collapsed, and so is one with fewer than four
    exams or eight ticks, or one whose weights have hardly moved, unless what it makes became far
    more alike: then it stays a suspicion, as of a generator that is too small to make more.

    Reference: Goodfellow 2016, arXiv:1701.00160; Kynkäänniemi et al. 2019, arXiv:1904.06991.
    """
    if history.exams < 2 or not _has_moved(history):
        return None
    looks = (_diversity, _of_a_class, _evenness, _spacing, _duplicates, _modes, _recall, _left_out)
    found = [item for look in looks if (item := look(history))]
    sure = together(*(c for c, _, _ in found)) if found else 0.0
    if sure < 0.2:
        return None
    nothing = not (has_learned(history) or are_vectors(history))
    nothing = nothing and not (_narrowed(history) or _crowds(history))
    young = history.exams < ENOUGH or 0 < history.ticks < TICKS
    young = young or (is_raw(history) and not _narrowed(history))
    young = young or nothing or _still_growing(history, found)
    sure = min(sure, 0.3) if young else sure
    sure = min(sure, 0.45) if lacks_room(history) else sure  # it cannot make more: underfitting
    began = min((b for _, b, _ in found if not math.isnan(b)), default=history.kimg)
    evidence = (*(e for _, _, e in found), *_uncovered(history))
    return Diagnosis("mode_collapse", sure, evidence, began)


def _uncovered(history: History) -> tuple[Evidence, ...]:
    """Which share of the data no fake is near; it describes a collapse and proves none."""
    reach, reals = _lately(history, "coverage"), _floor(history, "coverage", math.nan)
    if math.isnan(reach) or not reach < 0.8 * reals:
        return ()
    says = (
        f"{1 - reach:.0%} of the reals have no fake near them, measured by the reals' own gaps;"
        f" {1 - reals:.0%} of them have no other real near"
    )
    picture = history.data.get("uncovered")
    says += f"; {picture} in the run folder shows some of them" if picture else ""
    return (Evidence("metrics/coverage", reach, (0.8 * reals, None), says),)


Found = tuple[float, float, Evidence]  # confidence, since kimg, evidence


def _diversity(history: History) -> Found | None:
    series = history.column("metrics/diversity_ratio").known
    floor = _floor(history, "diversity_ratio", 1.0)
    now, limit = _lately(history, "diversity_ratio"), _narrow(history)
    if not now < 1.4 * limit * floor:
        return None
    share = now / floor
    says = (
        f"fakes differ from each other {share:.0%} as much as reals do"
        f" (median of the last {SEEN} exams)"
    )
    evidence = Evidence("metrics/diversity_ratio", now, (limit * floor, None), says)
    began = since(series, series.values < 1.4 * limit * floor)
    return confidence(share, limit, limit / 2), began, evidence


def _narrow(history: History) -> float:
    """Return the share of the reals' variety below which these fakes are narrow."""
    blurred = _lately(history, "high_frequency_ratio") < BLURRED
    return LOST if blurred or _nowhere(history) else NARROW


def _narrowed(history: History) -> bool:
    """Whether training made the fakes far more alike than those of the untrained net were."""
    return _lately(history, "diversity_ratio") < 0.6 * untrained(history, "diversity_ratio")


def _nowhere(history: History) -> bool:
    return not are_vectors(history) and _lately(history, "precision") < 0.05


def _of_a_class(history: History) -> Found | None:
    """Conditional runs: the class whose fakes are most alike."""
    series = history.column("metrics/class_diversity_ratio").known
    now = median(series.values[-SEEN:])
    if not now < 0.7:
        return None
    says = f"within one class, fakes differ from each other {now:.0%} as much as reals of it do"
    evidence = Evidence("metrics/class_diversity_ratio", now, (NARROW, None), says)
    sure = confidence(now, NARROW, NARROW / 2)
    sure = min(sure, 0.45) if are_vectors(history) and not _is_missed(history) else sure
    return sure, since(series, series.values < 0.7), evidence


def _evenness(history: History) -> Found | None:
    """Toys: effective number of modes, exp(entropy of the nearest modes), over all modes."""
    series = history.column("metrics/reverse_kl").known
    share = np.exp(-series.values)
    now = median(share[-SEEN:])
    varied = _lately(history, "diversity_ratio") > NARROW
    nowhere = varied and _lately(history, "high_quality") < 0.1
    if not now < 0.85 or nowhere:  # samples that lie at no mode have no mode to be counted for
        return None
    says = f"samples are spread as if over {now:.0%} of the modes (median of the last {SEEN} exams)"
    evidence = Evidence("metrics/reverse_kl", -math.log(now), (None, -math.log(0.85)), says)
    return confidence(now, 0.75, 0.5), since(series, share < 0.85), evidence


def _duplicates(history: History) -> Found | None:
    """Fakes closer to each other than reals are; not where they lie near much of the data.

    Smooth fakes lie closer together than reals and are no repetition: a few pictures again and
    again would be near few reals. Pictures near no real at all are alike in what they lack.
    """
    series = history.column("metrics/duplicate_share").known
    floor = _floor(history, "duplicate_share", 0.0)
    now = median(series.values[-SEEN:])
    excess = now - floor
    reach = ratio(_lately(history, "coverage"), _floor(history, "coverage", math.nan))
    if not excess > 0.1 or reach > REACHES or _nowhere(history):
        return None
    says = f"{now:.0%} of the fakes are near-duplicates of another; among reals {floor:.0%} are"
    evidence = Evidence("metrics/duplicate_share", now, (None, floor + 0.2), says)
    began = since(series, series.values > floor + 0.1)
    return confidence(excess, NEARLY_ALL, 0.95), began, evidence


def _spacing(history: History) -> Found | None:
    """Few samples again and again, however different they are: the nearest is all but the same."""
    series = history.column("metrics/spacing_ratio").known
    now = median(series.values[-SEEN:])
    if not now < 2 * CROWDED or _lately(history, "diversity_ratio") > ASTRAY:
        return None
    says = (
        f"a fake's nearest other fake is at {now:.1%} of the distance that reals keep, both against"
        f" their mean distance: few samples come again and again"
    )
    evidence = Evidence("metrics/spacing_ratio", now, (CROWDED, None), says)
    began = since(series, series.values < 2 * CROWDED)
    return confidence(max(now, 1e-6), CROWDED, CROWDED / 5), began, evidence


def _modes(history: History) -> Found | None:
    """Toys: modes that no good sample reaches, once most samples are good."""
    floor, good = _floor(history, "modes", math.nan), _lately(history, "high_quality")
    now = _lately(history, "modes")
    missing = 1.0 - ratio(now, floor)
    if not (missing > 0.02 and good > 0.3):
        return None
    says = f"{now:.0f} of {floor:.0f} modes have a good sample, and {good:.0%} of samples are good"
    evidence = Evidence("metrics/modes", now, (floor, floor), says)
    series = history.column("metrics/modes").known
    return confidence(missing, 0.1, 0.3), since(series, series.values < floor), evidence


def _recall(history: History) -> Found | None:
    """Good samples that cover little of the data; poor ones cover little too, and prove nothing."""
    recall = ratio(_lately(history, "recall"), _floor(history, "recall", math.nan))
    precision = ratio(_lately(history, "precision"), _floor(history, "precision", math.nan))
    reach = ratio(_lately(history, "coverage"), _floor(history, "coverage", math.nan))
    if not (recall < 0.25 and precision > 0.6) or reach > 0.35:
        return None
    says = (
        f"what is made is good (precision {precision:.0%} of the reals' own)"
        f" but covers little of the data (recall {recall:.0%} of the reals' own)"
    )
    series = history.column("metrics/recall").known
    level = 0.25 * _floor(history, "recall", math.nan)
    evidence = Evidence("metrics/recall", recall, (0.25, None), says)
    # Alone a suspicion: in features that see pixels, recall comes last in healthy runs too.
    sure = min(confidence(recall / precision, 0.2, 0.05), 0.25)
    return sure, since(series, series.values < level), evidence


def _left_out(history: History) -> Found | None:
    """Fakes are among the reals, but a part of the data has none, and it gets no smaller."""
    series = history.column("metrics/missing_share").known
    missing = median(series.values[-SEEN:])
    limit, among = LEFT_OUT[are_vectors(history)], AMONG[are_vectors(history)]
    good = ratio(_lately(history, "precision"), _floor(history, "precision", math.nan))
    lately = missing, 2 * median(series.values[-1:])  # of one exam a passing dip is allowed for
    shrinks = min(lately) < 0.75 * median(_middle(series.values))
    if not (missing > limit / 2 and good > among) or shrinks or not _is_missed(history):
        return None
    says = (
        f"{missing:.0%} of the data lie where a tenth of the fakes due there are made, or fewer;"
        f" elsewhere fakes are good (precision {good:.0%} of the reals' own)"
    )
    evidence = Evidence("metrics/missing_share", missing, (None, limit), says)
    began = since(series, series.values > limit / 2)
    return confidence(missing, limit, 2 * limit), began, evidence


def _is_missed(history: History) -> bool:
    """Whether what is not made shows in the distance; rims of narrow modes hardly do."""
    now, reals = _lately(history, "frechet_distance"), history.recent("floor/frechet_distance")
    return not ratio(now, reals) < MISSED


def _floor(history: History, name: str, otherwise: float) -> float:
    floor = history.recent(f"floor/{name}")
    return otherwise if math.isnan(floor) else floor


def _lately(history: History, name: str) -> float:
    return median(history.column(f"metrics/{name}").known.values[-SEEN:])


def _still_growing(history: History, found: Sequence[Found]) -> bool:
    """Whether the run is young: variety climbs from exam to exam, or grows as the distance falls.

    A falling distance alone says little: one picture can be painted better and better.
    """
    signals = [evidence.signal for _, _, evidence in found]
    if _repeats(history) or (are_vectors(history) and "metrics/missing_share" in signals):
        return False  # of what is left out it was asked already whether it shrinks
    if improves(history) and way_left(history) < 0.8:
        return any(_grows(history, signal) for signal in signals)
    names = ("metrics/diversity_ratio", "metrics/recall")
    spread = [history.column(name).known.values for name in names]
    spread.append(np.exp(-history.column("metrics/reverse_kl").known.values))
    known = [values for values in spread if len(values)]
    return bool(known) and all(rises(values) for values in known)


def _repeats(history: History) -> bool:
    """Whether nearly all fakes were copies of others at every exam of the second half.

    Told by a spacing of next to nothing, or by near-duplicates that lie near few of the reals.
    """
    if _crowds(history):
        return True
    values = history.column("metrics/duplicate_share").known.values
    excess = values[len(values) // 2 :] - _floor(history, "duplicate_share", 0.0)
    reach = ratio(_lately(history, "coverage"), _floor(history, "coverage", math.nan))
    if reach > REACHES:
        return False
    return len(values) >= 2 * ENOUGH and float(excess.min()) > NEARLY_ALL


def _crowds(history: History) -> bool:
    """Whether the spacing was next to nothing at every exam of the second half."""
    spacing = history.column("metrics/spacing_ratio").known.values
    late = spacing[len(spacing) // 2 :]
    near = len(spacing) >= 2 * ENOUGH and float(late.max()) < CROWDED / 2
    return near and _lately(history, "diversity_ratio") < ASTRAY


def _grows(history: History, name: str) -> bool:
    """Whether a sign of narrowness gave way by a tenth of itself since the middle of the run."""
    values = history.column(name).known.values
    floor = history.recent(name.replace("metrics/", "floor/"))
    lack = np.abs((1.0 if math.isnan(floor) else floor) - values)
    return len(lack) > 2 * SEEN and median(lack[-SEEN:]) < 0.9 * median(_middle(lack))


def _middle(values: Values) -> Float[np.ndarray, " middle"]:
    return values[len(values) // 3 : len(values) - len(values) // 3]


def _has_moved(history: History) -> bool:
    """Whether the generator has left its untrained state, as far as numbers can show it.

    By the distance; or by the way its weights went, if what it makes is like some of the data: the
    one mode that it makes may be as far from all as its untrained samples were.
    """
    series = history.column("metrics/frechet_distance").known
    if not series or series.kimg[0] > 0.02 * history.kimg or not (series.values > 0).all():
        return True
    good = ratio(_lately(history, "precision"), _floor(history, "precision", math.nan)) > 0.5
    if bool(np.abs(np.log(series.values / series.values[0])).max() > 0.15):
        return True
    return good and way_of_weights(history) > FAR_OFF
