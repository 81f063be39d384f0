"""Samples differ: what the exams look at is not what the discriminator is trained on."""

import math
from typing import NamedTuple

import numpy as np

from gansmith.doctor.evidence import Diagnosis, Evidence
from gansmith.doctor.history import TICKS, History, Series, median
from gansmith.doctor.statistics import confidence, since
from gansmith.registry import detectors

APART = (
    3.0  # spreads between the scores of both; averaged generators come to 2, others stay below 1
)
SURE = 6.0
AGREES = 1.0  # spreads between the scores of the reals of exams and of the loop
GAP = 0.6  # between samples in both modes, over that of two samples; sound nets are below 0.35
EXAMS = 3  # the newest, all of which must tell
MODE = 1 / 3  # of the difference, which training mode leaves where the mode makes it


class Judged(NamedTuple):
    """D's scores at one exam, in the loop's own mode, beside those of the loop around it.

    Args:
        kimg: of the exam.
        apart: score of the samples examined less that of the loop's fakes, in spreads.
        reals: the same of real samples.
        mode: score of samples made in training mode less that of the loop's fakes, in spreads.
        shown: score of the samples examined.
        fakes: score of the loop's fakes.
    """

    kimg: float
    apart: float
    reals: float
    mode: float
    shown: float
    fakes: float


@detectors.add
def samples_differ(history: History) -> Diagnosis | None:
    """D scores the samples of the exams far below the fakes that it is trained on.

    Both come from one generator, and D does not know which of them are examined: three spreads of
    the scores apart, to the end, they are not the same distribution. In evaluation mode a batch
    normalisation whose running statistics lag makes other samples; samples of new noise are others
    where the loop draws it once; so are samples of another net, or in another scale. Where D scores
    the exams' reals unlike the loop's too, the scale of both is another, and nothing is said.

    Reference: Ioffe and Szegedy 2015, arXiv:1502.03167 (statistics in training and after).
    """
    if history.ticks < TICKS:
        return None
    found = [item for item in (_by_scores(history), _by_mode(history)) if item]
    if not found:
        return None
    sure, began, _ = max(found, key=lambda item: item[0])
    return Diagnosis("samples_differ", sure, tuple(evidence for *_, evidence in found), began)


Found = tuple[float, float, Evidence]  # confidence, since kimg, evidence


def _by_mode(history: History) -> Found | None:
    """Samples move far when the generator leaves training mode, whoever judges them."""
    gaps = history.column("samples/mode_gap").known
    if len(gaps.values) < EXAMS:
        return None
    least = float(gaps.values[-EXAMS:].min())
    if least < GAP / 2:
        return None
    says = (
        f"in evaluation mode, as in the exams, samples lie {least:.2g} times the distance of two"
        " samples from those of the same noise in training mode: running statistics lag behind"
    )
    evidence = Evidence("samples/mode_gap", least, (None, GAP), says)
    return confidence(least, GAP, 1.0), since(gaps, gaps.values > GAP / 2), evidence


def _by_scores(history: History) -> Found | None:
    exams = [judged for n in range(len(history.metrics)) if (judged := _judged(history, n))]
    last = exams[-EXAMS:]
    if len(last) < EXAMS or max(exam.apart for exam in last) > -1.0:
        return None
    apart = median(np.array([exam.apart for exam in last]))
    reals = median(np.abs([exam.reals for exam in last]))
    if not reals < min(AGREES, -apart / 3):
        return None
    began = next(e.kimg for n, e in enumerate(exams) if all(x.apart < -1.0 for x in exams[n:]))
    return confidence(-apart, APART, SURE), began, _evidence(last, apart)


def _evidence(last: list[Judged], apart: float) -> Evidence:
    mode = median(np.abs([exam.mode for exam in last]))
    shown, fakes = (median(np.array([getattr(e, n) for e in last])) for n in ("shown", "fakes"))
    scores = (
        f"the discriminator scores the samples of the exams {shown:.3g} and the loop's own fakes"
        f" {fakes:.3g}, {-apart:.1f} spreads apart: it is not trained on what `sample` makes."
    )
    if mode < MODE * -apart:
        says = (
            f"{scores} In training mode the generator makes samples that score like the loop's, so"
            " the running statistics of its batch normalisation lag behind"
        )
        return Evidence("scores/shown_training/mean", apart, (-APART, None), says)
    says = (
        f"{scores} Does the loop draw its noise once, or does `sample` use another network (an"
        " average, an old copy), another scale or another mode than the loop?"
    )
    return Evidence("scores/shown/mean", apart, (-APART, None), says)


def _judged(history: History, number: int) -> Judged | None:
    """What D thought at an exam; None where that is not known, as before the first step."""
    row = history.metrics[number]
    kimg, shown, spread = (_number(row.get(n)) for n in ("kimg", *_names("shown")))
    real, own = (_number(row.get(name)) for name in _names("shown_real"))
    training = _number(row.get("scores/shown_training/mean"))
    fakes, fake_spread = (history.column(f"scores/fake/{what}") for what in ("mean", "std"))
    reals = history.column("scores/real/mean")
    if not kimg > 0 or not fakes or len(fakes.kimg) != len(fake_spread.kimg):
        return None
    spreads = [spread, own, _nearest(fake_spread, kimg)]
    unit = math.sqrt(float(np.mean(np.square(spreads)))) + _tremble(fakes, kimg)
    if not (unit > 0 and math.isfinite(shown)):
        return None
    differences = (_beyond(shown, fakes, kimg), _beyond(real, reals, kimg))
    mode = _beyond(training, fakes, kimg)
    apart, of_reals, of_mode = (value / unit for value in (*differences, mode))
    return Judged(kimg, apart, of_reals, of_mode, shown, _nearest(fakes, kimg))


def _names(side: str) -> tuple[str, str]:
    return f"scores/{side}/mean", f"scores/{side}/std"


def _beyond(value: float, curve: Series, kimg: float) -> float:
    """How far a value lies outside of what a curve was just before and after; NaN: unknown."""
    place = int(np.searchsorted(curve.kimg, kimg, side="right"))
    around = curve.values[max(0, place - 1) : place + 1]
    around = around[np.isfinite(around)]
    if not len(around) or math.isnan(value):
        return math.nan
    return min(0.0, value - float(around.min())) + max(0.0, value - float(around.max()))


def _tremble(curve: Series, kimg: float) -> float:
    """How far a curve jumps from one tick to the next, around a time."""
    place = int(np.searchsorted(curve.kimg, kimg, side="right"))
    steps = np.abs(np.diff(curve.values[max(0, place - 4) : place + 3]))
    return median(steps[np.isfinite(steps)]) if len(steps) else 0.0


def _nearest(curve: Series, kimg: float) -> float:
    return float(curve.values[int(np.abs(curve.kimg - kimg).argmin())])


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else math.nan
