"""How likely texts are to an n-gram model of real texts."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Annotated

from torch import Tensor

from gansmith.facts import Value
from gansmith.metrics.maths.ngrams import Gram, Tokens, counted, framed, tokens_of
from gansmith.ranges import Range
from gansmith.registry import metrics

VALUES = {
    "ngram_nll": Value(
        "low",
        "realism",
        "N-gram NLL",
        "mean of -log p a token under an n-gram model of reals, nats",
        least=0,
    )
}


class NgramModel:
    """p(token | the size - 1 tokens before it), interpolated with shorter contexts.

    Formula (Witten-Bell): p(w | h) = (c(h w) + T(h) p(w | h')) / (c(h) + T(h)), h' without its
    first token, T(h) how many different tokens follow h, and at the end one over the tokens.

    Args:
        texts: of tokens.
        size: tokens of an n-gram.

    Reference: Witten and Bell 1991, doi:10.1109/18.87000.
    """

    def __init__(self, texts: Sequence[Tokens], size: int) -> None:
        self.size = size
        self.counts: dict[Gram, Counter[str]] = defaultdict(Counter)
        for gram, count in counted(texts, size).items():
            for start in range(size):
                self.counts[gram[start:-1]][gram[-1]] += count
        self.tokens = len(self.counts[()]) + 1  # and one that was never seen
        self._totals = {context: found.total() for context, found in self.counts.items()}

    def chance(self, token: str, context: Gram) -> float:
        """Return p(token | context), the last size - 1 tokens."""
        chance = 1 / self.tokens
        for start in range(len(context), -1, -1):
            known = context[start:]
            found = self.counts.get(known)
            if found is None:
                break
            kinds = len(found)
            chance = (found[token] + kinds * chance) / (self._totals[known] + kinds)
        return chance

    def nll(self, text: Tokens) -> float:
        """Return -log p of a text with its end, in nats."""
        whole = [*framed(text, self.size)]
        return -sum(
            math.log(self.chance(whole[place], tuple(whole[place - self.size + 1 : place])))
            for place in range(self.size - 1, len(whole))
        )


@metrics.add(values=VALUES, of="samples", kinds=("text",))
def ngram_nll(
    real: Tensor,
    fake: Tensor,
    held_out: Tensor | None = None,
    size: Annotated[int, Range(low=1, high=6)] = 3,
) -> float:
    """Mean of -log p a token of fakes under an n-gram model, of held-out reals where there are any.

    Near the noise floor is right: above it texts are unlike real ones, below it they are more usual
    than those, as texts drawn at a low temperature or repeated are.

    Args:
        real: code points of reals [texts, characters]; the model's texts without held-out ones.
        fake: code points of fakes [texts, characters].
        held_out: code points of reals that were not trained on.
        size: tokens of an n-gram.

    Raises:
        ValueError: a side has fewer than two texts.
    """
    reals, fakes, others = tokens_of(
        "ngram_nll", real, fake, real if held_out is None else held_out
    )
    model = NgramModel(reals if held_out is None else others, size)
    tokens = sum(len(text) + 1 for text in fakes)
    return sum(map(model.nll, fakes)) / tokens
