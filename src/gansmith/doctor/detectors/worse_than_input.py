"""Worse than input: translations lie farther from the target than what they are made from."""

import itertools

from gansmith.doctor.evidence import Diagnosis, Sign
from gansmith.doctor.history import History
from gansmith.doctor.measurements.translation import distance_over_inputs, distance_to_target
from gansmith.doctor.statistics import confidence, since
from gansmith.registry import detectors

MIN_EXAMS = 4
SURE = 1.5  # times the inputs' distance


@detectors.add(yields_to=("divergence",))
def worse_than_input(history: History) -> Diagnosis | None:
    """Outputs lie farther from the target than the inputs would if they were left alone.

    By the kernel or Fréchet distance of the sets, or by the difference to each target in the game
    of pairs; what reals get is taken off. A young generator is: four exams are needed, and a
    distance that still falls by a tenth from exam to exam is left alone.

    Reference: Zhu et al. 2017, arXiv:1703.10593.
    """
    series, now = history.column("metrics/translation_change").known, distance_over_inputs(history)
    if len(series.values) < MIN_EXAMS or not now > 1 or _falls(history):
        return None
    says = f"outputs lie at {now:.2g} times the distance to the target that untouched inputs have"
    signal = f"metrics/{distance_to_target(history)}"
    evidence = distance_over_inputs.at_most(signal, now, says)
    sign = Sign(confidence(now, 1.1, SURE), evidence, since(series, series.values > -1))
    return Diagnosis.of_signs("worse_than_input", [sign])


def _falls(history: History) -> bool:
    """Whether the distance fell by a tenth in each of the last two exams."""
    values = history.column(f"metrics/{distance_to_target(history)}").known.values[-3:]
    steps = [later < 0.9 * earlier for earlier, later in itertools.pairwise(values)]
    return len(steps) == 2 and all(steps)
