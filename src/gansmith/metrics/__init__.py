"""Metrics are functions of features (real, fake); every number carries its protocol."""

from gansmith.metrics.evaluation import evaluate
from gansmith.metrics.exam import Exam
from gansmith.metrics.frechet import frechet_between, frechet_distance
from gansmith.metrics.kernel import kernel_distance
from gansmith.metrics.mode_coverage import modes
from gansmith.metrics.moments import Moments
from gansmith.metrics.neighbours import prdc
from gansmith.metrics.spread import diversity
from gansmith.metrics.values import Value, known_values

__all__ = [
    "Exam",
    "Moments",
    "Value",
    "diversity",
    "evaluate",
    "frechet_between",
    "frechet_distance",
    "kernel_distance",
    "known_values",
    "modes",
    "prdc",
]
