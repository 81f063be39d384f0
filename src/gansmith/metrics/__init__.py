"""Metrics are functions of features (real, fake); every number carries its protocol.

A metric of one number returns it; one of several returns them by name. ``evaluate`` and ``Exam``
enter both under their names. How metrics are measured is in ``gansmith.evaluation``; its public
names are offered here as well, imported when they are first used.
"""

import importlib
from typing import TYPE_CHECKING, Any

from gansmith.facts import Value
from gansmith.metrics.artefacts import artefacts
from gansmith.metrics.authenticity import authenticity
from gansmith.metrics.class_coverage import class_coverage
from gansmith.metrics.diversity import diversity
from gansmith.metrics.frechet_distance import frechet_between, frechet_distance
from gansmith.metrics.frechet_infinity import frechet_infinity
from gansmith.metrics.inception_score import inception_score
from gansmith.metrics.kernel_distance import KernelBlocks, kernel_distance
from gansmith.metrics.maths.moments import Moments
from gansmith.metrics.memorisation import memorisation
from gansmith.metrics.modes import modes
from gansmith.metrics.pair_similarity import ms_ssim, pair_similarity
from gansmith.metrics.path_length import perceptual_path_length
from gansmith.metrics.prdc import prdc
from gansmith.metrics.rarity import rarity
from gansmith.metrics.sliced_wasserstein import sliced_wasserstein
from gansmith.metrics.text.bleu import bleu
from gansmith.metrics.text.distinct import distinct
from gansmith.metrics.text.ngram_divergence import ngram_divergence
from gansmith.metrics.text.ngram_nll import ngram_nll
from gansmith.metrics.text.self_bleu import self_bleu
from gansmith.metrics.two_sample import two_sample
from gansmith.metrics.vendi_score import vendi_score
from gansmith.values import known_values

if TYPE_CHECKING:
    from gansmith.evaluation.classwise import by_class
    from gansmith.evaluation.evaluate import evaluate
    from gansmith.evaluation.exam import Exam
    from gansmith.evaluation.intervals import intervals
    from gansmith.evaluation.loaded import Labelled
    from gansmith.evaluation.streaming import Summary, compare_summaries
    from gansmith.evaluation.telling_examples import Examples, examples

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
    "bleu",
    "by_class",
    "class_coverage",
    "compare_summaries",
    "distinct",
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
    "ngram_divergence",
    "ngram_nll",
    "pair_similarity",
    "perceptual_path_length",
    "prdc",
    "rarity",
    "self_bleu",
    "sliced_wasserstein",
    "two_sample",
    "vendi_score",
]

_EVALUATION = {
    "Exam": "gansmith.evaluation.exam",
    "Examples": "gansmith.evaluation.telling_examples",
    "Labelled": "gansmith.evaluation.sources",
    "Summary": "gansmith.evaluation.streaming",
    "by_class": "gansmith.evaluation.classwise",
    "compare_summaries": "gansmith.evaluation.streaming",
    "evaluate": "gansmith.evaluation.evaluate",
    "examples": "gansmith.evaluation.telling_examples",
    "intervals": "gansmith.evaluation.intervals",
}


def __getattr__(name: str) -> Any:
    """Import a name of ``gansmith.evaluation`` when it is first used: it imports this package."""
    if name in _EVALUATION:
        return getattr(importlib.import_module(_EVALUATION[name]), name)
    raise AttributeError(f"module 'gansmith.metrics' has no attribute '{name}'")


def __dir__() -> list[str]:
    """Return the public names, for completion."""
    return sorted(__all__)
