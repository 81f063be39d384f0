"""BLEU of texts against reals: are their n-grams found in real texts?"""

import numpy as np
from torch import Tensor

from gansmith.metrics.maths.bleu_scores import SHOWN, References, values_of_bleu
from gansmith.metrics.maths.ngrams import tokens_of
from gansmith.registry import metrics

VALUES = values_of_bleu(
    "bleu", "high", "realism", "BLEU", "that reals hold, shorter texts punished"
)


@metrics.add(values=VALUES, of="samples", kinds=("text",))
def bleu(real: Tensor, fake: Tensor) -> dict[str, float]:
    """Mean BLEU-2 to BLEU-5 of each fake against all reals at once, in Texygen's protocol.

    Every real is a reference of every fake; a number of matches of 0 counts as 0.1 (NLTK's
    smoothing method 1). Against more reals it is higher: compare at equal counts. A generator that
    always writes the same good text scores high, so it says nothing without ``self_bleu``.

    Args:
        real: code points of reals [texts, characters].
        fake: code points of fakes [texts, characters].

    Raises:
        ValueError: a side has fewer than two texts.

    Reference: Papineni et al. 2002, doi:10.3115/1073083.1073135; Zhu et al. 2018, arXiv:1802.01886.
    """
    reals, fakes = tokens_of("bleu", real, fake)
    against = References(reals)
    means = np.mean([against.scores(text) for text in fakes], 0)
    return {f"bleu_{size}": float(means[size - 1]) for size in SHOWN}
