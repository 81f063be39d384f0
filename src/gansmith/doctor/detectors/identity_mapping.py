"""Identity mapping: translations are their inputs, though the target is elsewhere."""

from gansmith.doctor.evidence import Diagnosis, Sign
from gansmith.doctor.history import History
from gansmith.doctor.measurements.translation import distance_over_inputs, translation_change
from gansmith.doctor.statistics import confidence, since
from gansmith.registry import detectors

MIN_EXAMS = 4
MIN_OF_NO_GAIN = 0.9  # of the inputs' distance to the target, from which nothing is gained


@detectors.add
def identity_mapping(history: History) -> Diagnosis | None:
    """Outputs hardly differ from inputs, and lie no nearer to the target than those.

    The way there and back is then perfect and says nothing. Where the inputs are nearly the target
    already, small changes are right, and bring outputs nearer.

    Reference: Zhu et al. 2017, arXiv:1703.10593 (failures).
    """
    series, now = history.column("metrics/translation_change").known, translation_change(history)
    least, gained = translation_change.low, distance_over_inputs(history)
    if len(series.values) < MIN_EXAMS or not now < 2 * least or not gained > MIN_OF_NO_GAIN:
        return None
    says = (
        f"outputs differ from inputs by {now:.1%} of what inputs and targets differ by, and lie at"
        f" {gained:.2g} times the inputs' distance to the target"
    )
    evidence = translation_change.at_least("metrics/translation_change", now, says)
    began = since(series, series.values < 2 * least)
    sign = Sign(confidence(max(now, 1e-6), least, least / 4), evidence, began)
    return Diagnosis.of_signs("identity_mapping", [sign])
