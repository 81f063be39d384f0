"""Samples differ: what the exams look at is not what the discriminator is trained on."""

from collections.abc import Sequence

import numpy as np

from gansmith.doctor.evidence import Diagnosis, Evidence, Sign
from gansmith.doctor.history import TICKS, History, median
from gansmith.doctor.measurements.exam_samples import (
    EXAMS,
    JudgedExam,
    exam_score_offset,
    judged_exams,
    mode_gap,
)
from gansmith.doctor.statistics import confidence, since
from gansmith.registry import detectors

MIN_OFFSET_OF_EACH_EXAM = 1.0  # spreads by which each of the newest exams must score lower
MAX_OFFSET_OF_REALS = 1.0  # spreads between the scores of the reals of exams and of the loop
MAX_SHARE_OF_REALS = 1 / 3  # of the fakes' offset, beyond which the scale is another
MAX_SHARE_OF_TRAINING_MODE = 1 / 3  # of the offset, which is left where the mode makes it


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
    found = [sign for sign in (_by_scores(history), _by_mode(history)) if sign]
    return Diagnosis.of_signs("samples_differ", found) if found else None


def _by_mode(history: History) -> Sign | None:
    """Samples move far when the generator leaves training mode, whoever judges them."""
    least = mode_gap(history)
    if not least >= mode_gap.high / 2:
        return None
    says = (
        f"in evaluation mode, as in the exams, samples lie {least:.2g} times the distance of two"
        " samples from those of the same noise in training mode: running statistics lag behind"
    )
    gaps = history.column("samples/mode_gap").known
    began = since(gaps, gaps.values > mode_gap.high / 2)
    evidence = mode_gap.at_most("samples/mode_gap", least, says)
    return Sign(confidence(least, mode_gap.high, 1.0), evidence, began)


def _by_scores(history: History) -> Sign | None:
    """D scores the samples of each of the newest exams below the loop's own fakes."""
    exams, apart = judged_exams(history), exam_score_offset(history)
    last = exams[-EXAMS:]
    if len(last) < EXAMS or max(exam.apart for exam in last) > -MIN_OFFSET_OF_EACH_EXAM:
        return None
    reals = median(np.abs([exam.reals for exam in last]))
    if not reals < min(MAX_OFFSET_OF_REALS, -apart * MAX_SHARE_OF_REALS):
        return None
    sure = confidence(-apart, -exam_score_offset.low, -2 * exam_score_offset.low)
    return Sign(sure, _evidence(last, apart), _began(exams))


def _began(exams: Sequence[JudgedExam]) -> float:
    """The kimg of the first exam from which on all score lower."""
    return next(
        exam.kimg
        for number, exam in enumerate(exams)
        if all(later.apart < -MIN_OFFSET_OF_EACH_EXAM for later in exams[number:])
    )


def _evidence(last: Sequence[JudgedExam], apart: float) -> Evidence:
    mode = median(np.abs([exam.mode for exam in last]))
    shown = median(np.array([exam.shown for exam in last]))
    fakes = median(np.array([exam.fakes for exam in last]))
    scores = (
        f"the discriminator scores the samples of the exams {shown:.3g} and the loop's own fakes"
        f" {fakes:.3g}, {-apart:.1f} spreads apart: it is not trained on what `sample` makes."
    )
    if mode < MAX_SHARE_OF_TRAINING_MODE * -apart:
        says = (
            f"{scores} In training mode the generator makes samples that score like the loop's, so"
            " the running statistics of its batch normalisation lag behind"
        )
        return exam_score_offset.at_least("scores/shown_training/mean", apart, says)
    says = (
        f"{scores} Does the loop draw its noise once, or does `sample` use another network (an"
        " average, an old copy), another scale or another mode than the loop?"
    )
    return exam_score_offset.at_least("scores/shown/mean", apart, says)
