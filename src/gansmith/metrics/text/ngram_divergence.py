"""How far the n-grams of texts are from those of reals, as distributions."""

import math
from collections import Counter
from typing import Annotated

from torch import Tensor

from gansmith.facts import Value
from gansmith.metrics.maths.ngrams import Gram, counted, tokens_of
from gansmith.ranges import Range
from gansmith.registry import metrics

VALUES = {
    "ngram_divergence": Value(
        "low",
        "distance",
        "N-gram divergence",
        "Jensen-Shannon divergence of the n-grams of fakes from those of reals, bits",
        least=0,
        most=1,
    )
}


@metrics.add(values=VALUES, of="samples", kinds=("text",))
def ngram_divergence(
    real: Tensor, fake: Tensor, size: Annotated[int, Range(low=1, high=10)] = 4
) -> float:
    """Jensen-Shannon divergence between the n-grams of fakes and of reals, in bits.

    Texts have begins and an end around them, so that how they begin and how long they are counts.
    0 for equal distributions, 1 for no n-gram in common. It falls as texts are more: compare at
    equal counts, and with the noise floor.

    Formula: H((p + q) / 2) - (H(p) + H(q)) / 2.

    Args:
        real: code points of reals [texts, characters].
        fake: code points of fakes [texts, characters].
        size: tokens of an n-gram.

    Raises:
        ValueError: a side has fewer than two texts.

    Reference: Lin 1991, doi:10.1109/18.61115.
    """
    reals, fakes = tokens_of("ngram_divergence", real, fake)
    return divergence(counted(reals, size), counted(fakes, size))


def divergence(p: Counter[Gram], q: Counter[Gram]) -> float:
    """Return the Jensen-Shannon divergence of two counts as distributions, in bits."""
    of_p, of_q = p.total(), q.total()
    total = 0.0
    for gram in p.keys() | q.keys():
        a, b = p[gram] / of_p, q[gram] / of_q
        middle = (a + b) / 2
        total += 0.5 * sum(x * math.log2(x / middle) for x in (a, b) if x > 0)
    return max(0.0, total)
