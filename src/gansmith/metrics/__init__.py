"""Metrics are functions of features (real, fake); every number carries its protocol.

A metric of one number returns it; one of several returns them by name. ``evaluate`` and ``Exam``
enter both under their names.
"""

from gansmith.metrics.class_probabilities import class_coverage, inception_score
from gansmith.metrics.classwise import by_class
from gansmith.metrics.evaluation import evaluate
from gansmith.metrics.exam import Exam
from gansmith.metrics.extrapolation import frechet_infinity
from gansmith.metrics.frechet import frechet_between, frechet_distance
from gansmith.metrics.kernel import KernelBlocks, kernel_distance
from gansmith.metrics.mode_coverage import modes
from gansmith.metrics.moments import Moments
from gansmith.metrics.neighbours import prdc
from gansmith.metrics.novelty import authenticity, memorisation
from gansmith.metrics.path_length import perceptual_path_length
from gansmith.metrics.rarity_score import rarity
from gansmith.metrics.similarity import ms_ssim, pair_similarity
from gansmith.metrics.sliced import sliced_wasserstein
from gansmith.metrics.sources import Labelled
from gansmith.metrics.spectrum import artefacts
from gansmith.metrics.spread import diversity
from gansmith.metrics.summary import Summary, compare_summaries
from gansmith.metrics.telling import Examples, examples
from gansmith.metrics.two_sample_test import two_sample
from gansmith.metrics.uncertainty import intervals
from gansmith.metrics.values import Value, known_values
from gansmith.metrics.vendi import vendi_score

__all__ = [
    "Exam",
    "Examples",
    "KernelBlocks",
    "Labelled",
    "Moments",
    "Summary",
    "Value",
    "artefacts",
    "authenticity",
    "by_class",
    "class_coverage",
    "compare_summaries",
    "diversity",
    "evaluate",
    "examples",
    "frechet_between",
    "frechet_distance",
    "frechet_infinity",
    "inception_score",
    "intervals",
    "kernel_distance",
    "known_values",
    "memorisation",
    "modes",
    "ms_ssim",
    "pair_similarity",
    "perceptual_path_length",
    "prdc",
    "rarity",
    "sliced_wasserstein",
    "two_sample",
    "vendi_score",
]
