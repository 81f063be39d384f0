"""Hidden signal: the way back reads the image in what noise destroys."""

from gansmith.doctor.evidence import Diagnosis, Sign
from gansmith.doctor.history import History
from gansmith.doctor.measurements import translation
from gansmith.doctor.statistics import confidence, since
from gansmith.registry import detectors

MIN_EXAMS = 4
SURE = 3.0  # times the healthy limit


@detectors.add
def hidden_signal(history: History) -> Diagnosis | None:
    """The error of there and back grows by many times the noise that is put on a translation.

    Cycle consistency can be had by a code in the lowest bits of the translation, from which the way
    back restores what the translation does not show. Eight bits and noise of four levels destroy
    such a code; an honest way back passes the noise on, once.

    Reference: Chu et al. 2017, arXiv:1712.02950.
    """
    series, now = history.column("metrics/hidden_signal").known, translation.hidden_signal(history)
    limit = translation.hidden_signal.high
    if len(series.values) < MIN_EXAMS or not now > limit / 2:
        return None
    says = f"noise on a translation makes the error of there and back grow by {now:.1f} times it"
    evidence = translation.hidden_signal.at_most("metrics/hidden_signal", now, says)
    began = since(series, series.values > limit)
    return Diagnosis.of_signs(
        "hidden_signal", [Sign(confidence(now, limit, SURE * limit), evidence, began)]
    )
