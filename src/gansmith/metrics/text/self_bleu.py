"""Self-BLEU: how much of each text the other texts of the same generator say too."""

import numpy as np
from torch import Tensor

from gansmith.metrics.maths.bleu_scores import SHOWN, References, values_of_bleu
from gansmith.metrics.maths.ngrams import tokens_of
from gansmith.registry import metrics

VALUES = values_of_bleu("self_bleu", "low", "diversity", "Self-BLEU", "that other fakes hold too")


@metrics.add(values=VALUES, of="samples", kinds=("text",))
def self_bleu(real: Tensor, fake: Tensor) -> dict[str, float]:
    """Mean BLEU-2 to BLEU-5 of each fake against all other fakes, in Texygen's protocol.

    The text itself is no reference of its own. Near the reals' own value is right: above it fakes
    repeat each other, below it they are more random than reals. It grows with the number of texts.

    Args:
        real: code points of reals [texts, characters]; they say what a token is.
        fake: code points of fakes [texts, characters].

    Raises:
        ValueError: a side has fewer than two texts.

    Reference: Zhu et al. 2018, arXiv:1802.01886.
    """
    _, fakes = tokens_of("self_bleu", real, fake)
    others = References(fakes)
    means = np.mean([others.scores(text, own) for own, text in enumerate(fakes)], 0)
    return {f"self_bleu_{size}": float(means[size - 1]) for size in SHOWN}
