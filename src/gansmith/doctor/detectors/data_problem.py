"""Data problem: what is wrong was wrong before training began."""

import math
from collections.abc import Mapping

import numpy as np

from gansmith.doctor.evidence import Diagnosis, Evidence
from gansmith.doctor.history import TICKS, History, Values
from gansmith.doctor.quality import are_vectors
from gansmith.doctor.statistics import confidence, together
from gansmith.registry import detectors

Found = tuple[float, Evidence]
TOLD = 0.04  # share of reals among their own label over chance: twice the error of 400 samples
SKIPPED = 0.01  # share of unreadable files that training allows unless told otherwise
NEAR = 0.02  # of the bounds of a last layer
EXAMS = 4  # before which a generator is young
LONG = 8  # numbers of a sample from which two that are equal are copies and no chance


@detectors.add
def data_problem(history: History) -> Diagnosis | None:
    """Copies, too few samples, unbalanced classes, unreadable files, ranges or labels that are off.

    Reads what the run folder knows of its data, and of real and generated samples at the exams: do
    their ranges meet, and do labels belong to the samples? Few samples or uneven classes alone stay
    a suspicion until they are extreme: small sets are trained on every day.

    Reference: Karras et al. 2020, arXiv:2006.06676; Cao et al. 2019, arXiv:1906.07413.
    """
    looks = (_copies, _few, _uneven, _unreadable, _ranges, _one_sided, _unrelated)
    found = [item for look in looks if (item := look(history))]
    if not found:
        return None
    sure = together(*(c for c, _ in found))
    ordered = sorted(found, key=lambda item: -item[0])
    return Diagnosis("data_problem", sure, tuple(e for _, e in ordered), 0.0)


def _copies(history: History) -> Found | None:
    facts = _facts(history)
    used = _number(facts, "found") - len(_list(facts, "skipped"))
    split = facts.get("split")
    distinct = _number(split, "distinct") if isinstance(split, Mapping) else 0.0
    shape = history.data.get("shape")
    long = isinstance(shape, list | tuple) and math.prod(shape) >= LONG
    if not (long and used > 0 and distinct > 0):
        return None
    share = 1 - distinct / used
    if share < 0.05:
        return None
    says = f"{share:.0%} of the samples are exact copies of others"
    sure = confidence(share, 0.2, 0.5)
    return sure, Evidence("environment/data", share, (None, 0.05), says)


def _few(history: History) -> Found | None:
    count, pictures = _number(history.data, "train"), _pictures(history)
    enough = 2000 if pictures else 100
    if not 0 < count < enough or "crops" in _facts(history):
        return None
    says = f"only {count:.0f} samples to train on; a discriminator soon memorises them"
    sure = max(confidence(count, 100 if pictures else 50, 25), 0.25)
    return sure, Evidence("environment/data", count, (enough, None), says)


def _uneven(history: History) -> Found | None:
    classes = _facts(history).get("classes")
    counts = [n for n in classes.values() if n] if isinstance(classes, Mapping) else []
    if len(counts) < 2 or not _pictures(history):
        return None
    times = max(counts) / min(counts)
    if times < 10:
        return None
    conditional = "condition" in history.recipe
    says = f"the largest class has {times:.0f} times as many samples as the smallest"
    sure = confidence(times, 30, 100)
    sure = sure if conditional else min(sure, 0.45)  # without labels it is what the data are
    return sure, Evidence("environment/data", times, (None, 10), says)


def _unreadable(history: History) -> Found | None:
    facts = _facts(history)
    skipped, found = len(_list(facts, "skipped")), _number(facts, "found")
    if not skipped or not found:
        return None
    share = skipped / found
    if share <= SKIPPED:
        return None
    says = f"{skipped} of {found:.0f} files could not be used"
    return confidence(share, 0.1, 0.4), Evidence("environment/data", share, (None, SKIPPED), says)


def _ranges(history: History) -> Found | None:
    """Real and generated pictures fill different ranges, to the end; a young net fills little.

    Of vectors the farthest few make the range: there a generator must have come to the bounds of
    its last layer, too.
    """
    names = ("real/low", "real/high", "fake/low", "fake/high")
    columns = [history.column(f"samples/{name}").known.values for name in names]
    if min(map(len, columns)) < EXAMS or history.ticks < TICKS:
        return None
    if not (_pictures(history) or _is_bounded(columns[2], columns[3])):
        return None
    filled = columns[3] - columns[2]
    if filled[-1] > 1.05 * filled[-max(3, len(filled) // 3)]:
        return None
    low, high, fake_low, fake_high = (float(np.median(column[-3:])) for column in columns)
    width = high - low
    if not width > 0:
        return None
    met = (min(high, fake_high) - max(low, fake_low)) / max(width, fake_high - fake_low, 1e-12)
    if met > 0.8:
        return None
    says = (
        f"real samples run from {low:.3g} to {high:.3g}, generated ones from {fake_low:.3g} to"
        f" {fake_high:.3g}: they are told apart by their range alone"
    )
    doubtful, sure = (0.7, 0.5) if _pictures(history) else (0.5, 0.3)
    evidence = Evidence("samples/fake/low", met, (0.8, None), says)
    return confidence(max(met, 1e-3), doubtful, sure), evidence


def _one_sided(history: History) -> Found | None:
    """Samples that come down to zero and were never below it, of data that lie on both sides."""
    reals, fakes = (history.column(f"samples/{side}/low").known.values for side in ("real", "fake"))
    if min(len(reals), len(fakes)) < EXAMS or history.ticks < TICKS:
        return None
    high = float(np.median(history.column("samples/fake/high").known.values[-3:]))
    low, reach = float(np.median(reals[-3:])), float(np.median(fakes[-3:]))
    if not (low < -NEAR < 0 <= float(fakes.min()) and reach < NEAR * high):
        return None
    says = (
        f"real samples begin at {low:.3g}, and no generated one was ever below 0: does its last"
        " layer end in a sigmoid or a relu?"
    )
    sure = confidence(-low / high, 0.3, 0.6) if high > 0 else 0.99
    return sure, Evidence("samples/fake/low", reach, (low, None), says)


def _unrelated(history: History) -> Found | None:
    """Vectors whose nearest others are of their class by chance; features of pictures may not tell.

    A shift by one between samples and labels is enough.
    """
    reals = history.column("floor/condition_consistency").known.values
    chance = history.column("metrics/condition_chance").known.values
    if not are_vectors(history) or min(len(reals), len(chance)) < EXAMS:
        return None
    told, guessed = float(np.median(reals)), float(np.median(chance))
    if not told < guessed + TOLD:
        return None
    says = (
        f"of real samples {told:.0%} lie among others of their own label, and by chance it would be"
        f" {guessed:.0%}: do the labels belong to these samples?"
    )
    sure = confidence(max(told - guessed, 0.0) + TOLD, 2 * TOLD, TOLD)
    return sure, Evidence("floor/condition_consistency", told, (guessed + TOLD, None), says)


def _is_bounded(low: Values, high: Values) -> bool:
    """Whether samples come near -1 or 0 and near 1, and never beyond: a tanh or a sigmoid."""
    ends = float(np.median(low)), float(np.median(high))
    full = min(abs(ends[0] + 1), abs(ends[0])) < NEAR and abs(ends[1] - 1) < NEAR
    return full and float(high.max()) <= 1 and float(low.min()) >= -1


def _facts(history: History) -> Mapping[str, object]:
    facts = history.data.get("facts")
    return facts if isinstance(facts, Mapping) else {}


def _pictures(history: History) -> bool:
    return history.kind.name == "image"


def _number(table: Mapping[str, object], name: str) -> float:
    value = table.get(name)
    return float(value) if isinstance(value, int | float) else 0.0


def _list(table: Mapping[str, object], name: str) -> list[object]:
    value = table.get(name)
    return value if isinstance(value, list) else []
