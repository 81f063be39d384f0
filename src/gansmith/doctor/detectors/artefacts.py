"""Artefacts: the spectrum of the fakes has what that of the reals has not."""

import math

import numpy as np

from gansmith.doctor.evidence import Diagnosis, Evidence
from gansmith.doctor.history import History, Series, Values, median
from gansmith.doctor.quality import has_learned, improves, way_left
from gansmith.doctor.statistics import confidence, since, together
from gansmith.registry import detectors

BOARD = 10.0  # decibels of the finest pattern over the reals': ten times its power
STANDS_OUT = 9.0  # decibels over neighbouring patterns, more than in reals; young nets have 8
SHARP = 3.5  # power above half the highest frequency, over the reals': 5 decibels
ENOUGH = 4  # exams before which a generator has not yet found its textures


@detectors.add
def artefacts(history: History) -> Diagnosis | None:
    """A checkerboard, or too much fine detail, to the end; measured against the reals' spectrum.

    Blur is no artefact: a young or small generator is blurred. The pattern must stand out in each
    of the last three exams and not be fading. Fakes that are not yet like the data, or are getting
    there, are rough all over: then it stays a suspicion.

    Reference: Odena et al. 2016, Distill; Durall et al. 2020, arXiv:2003.01826.
    """
    if len(history.column("metrics/checkerboard").known.values) < ENOUGH:
        return None
    found = [item for item in (_checkerboard(history), _noise(history)) if item]
    if not found:
        return None
    left = way_left(history)
    weaker = all(_weakens(history.column(e.signal).known.values) for _, _, e in found)
    learned = any(_learned(history.column(e.signal).known) for _, _, e in found)
    plain = _stands_out(history) > 1.4 * STANDS_OUT  # it is why they are far
    plain = has_learned(history) and (plain or learned)
    rough = not plain and (left > 0.7 or (left > 0.5 and weaker and improves(history)))
    sure = min(together(*(c for c, _, _ in found)), 0.3 if rough else 1.0)
    began = min((b for _, b, _ in found if not math.isnan(b)), default=history.kimg)
    return Diagnosis("artefacts", sure, tuple(e for _, _, e in found), began)


def _checkerboard(history: History) -> tuple[float, float, Evidence] | None:
    """The pattern must stand out of its neighbours, and of what reals have at its frequency."""
    stands = history.column("metrics/checkerboard").known
    fine = history.column("metrics/high_frequency_ratio").known
    noise = abs(history.recent("floor/checkerboard"))
    out = stands.values - (0.0 if math.isnan(noise) else noise)
    if len(fine.values) == len(out):
        out = out + 10 * np.log10(np.maximum(fine.values, 1e-12))
    now, stands_out = float(out[-3:].min()), _stands_out(history)
    if now < BOARD / 2 or stands_out < STANDS_OUT / 2 or _fades(stands.values):
        return None
    says = (
        f"a pattern of one pixel on, one off is {now:.1f} dB stronger than in reals,"
        f" {10 ** (now / 10):.0f} times the power: a checkerboard"
    )
    evidence = Evidence("metrics/checkerboard", now, (None, BOARD), says)
    began = since(stands, out > BOARD / 2)
    clear = confidence(stands_out, STANDS_OUT, 1.5 * STANDS_OUT)
    return min(clear, confidence(now, BOARD, 2 * BOARD)), began, evidence


def _stands_out(history: History) -> float:
    return float(history.column("metrics/checkerboard").known.values[-3:].min())


def _noise(history: History) -> tuple[float, float, Evidence] | None:
    series = history.column("metrics/high_frequency_ratio").known
    if len(series.values) < ENOUGH:
        return None
    now = float(series.values[-3:].min())
    if now < SHARP / 2 or _fades(series.values):
        return None
    says = f"the fakes have {now:.1f} times the reals' power above half the highest frequency"
    evidence = Evidence("metrics/high_frequency_ratio", now, (0.5, SHARP), says)
    return confidence(now, SHARP, 2 * SHARP), since(series, series.values > SHARP / 2), evidence


def _learned(series: Series) -> bool:
    """Whether it is stronger than in the untrained net: training smooths, so this was learned."""
    return float(series.values[-3:].min()) > 1.25 * abs(float(series.values[0]))


def _weakens(values: Values) -> bool:
    middle = median(values[len(values) // 3 : -len(values) // 3])
    return median(values[-3:]) < 0.95 * middle


def _fades(values: Values) -> bool:
    """Whether the newest values lie well below those of the middle of the run."""
    middle = median(values[len(values) // 3 : -len(values) // 3])
    return median(values[-3:]) < 0.7 * middle
