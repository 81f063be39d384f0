"""Whether the samples of the exams are those that the discriminator is trained on."""

import math
from typing import NamedTuple

import numpy as np

from gansmith.doctor.history import History, Series, median
from gansmith.doctor.measurements.measurement import measured

EXAMS = 3  # the newest, all of which must agree


class JudgedExam(NamedTuple):
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


@measured(unit="spreads of the scores", healthy=(-3.0, None))
def exam_score_offset(history: History) -> float:
    """D's score of the samples of exams less that of the loop's fakes, over the newest three exams.

    Healthy loops stay within 1; averaged generators come to 2.
    """
    last = judged_exams(history)[-EXAMS:]
    return median(np.array([exam.apart for exam in last])) if len(last) == EXAMS else math.nan


@measured(unit="times the distance of two samples", healthy=(None, 0.6))
def mode_gap(history: History) -> float:
    """How far samples move when the generator leaves training mode; least of the newest three.

    Sound networks are below 0.35.
    """
    gaps = history.column("samples/mode_gap").known.values[-EXAMS:]
    return float(gaps.min()) if len(gaps) == EXAMS else math.nan


def judged_exams(history: History) -> list[JudgedExam]:
    """Return D's scores at the exams where they are known: not before the first step."""
    return [exam for number in range(len(history.metrics)) if (exam := _judged(history, number))]


def _judged(history: History, number: int) -> JudgedExam | None:
    row = history.metrics[number]
    kimg, shown, spread = (_number(row.get(n)) for n in ("kimg", *_names("shown")))
    real, own = (_number(row.get(name)) for name in _names("shown_real"))
    training = _number(row.get("scores/shown_training/mean"))
    fakes, fake_spread = (history.column(f"scores/fake/{what}") for what in ("mean", "std"))
    reals = history.column("scores/real/mean")
    if not kimg > 0 or not fakes or len(fakes.kimg) != len(fake_spread.kimg):
        return None
    spreads = [spread, own, _nearest(fake_spread, kimg)]
    unit = math.sqrt(float(np.mean(np.square(spreads)))) + _jitter(fakes, kimg)
    if not (unit > 0 and math.isfinite(shown)):
        return None
    differences = (_beyond(shown, fakes, kimg), _beyond(real, reals, kimg))
    mode = _beyond(training, fakes, kimg)
    apart, of_reals, of_mode = (value / unit for value in (*differences, mode))
    return JudgedExam(kimg, apart, of_reals, of_mode, shown, _nearest(fakes, kimg))


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


def _jitter(curve: Series, kimg: float) -> float:
    """How far a curve jumps from one tick to the next, around a time."""
    place = int(np.searchsorted(curve.kimg, kimg, side="right"))
    steps = np.abs(np.diff(curve.values[max(0, place - 4) : place + 3]))
    return median(steps[np.isfinite(steps)]) if len(steps) else 0.0


def _nearest(curve: Series, kimg: float) -> float:
    return float(curve.values[int(np.abs(curve.kimg - kimg).argmin())])


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else math.nan
