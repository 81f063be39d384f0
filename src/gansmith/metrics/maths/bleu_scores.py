"""BLEU of each text against many: the most that any of them holds of each n-gram."""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from gansmith.metric_value import About, Good, Value
from gansmith.metrics.maths.ngrams import Gram, Tokens, grams

SHOWN = (2, 3, 4, 5)  # sizes whose scores are shown
LONGEST = 5  # tokens of an n-gram
SMOOTHED = 0.1  # stands for a number of matches of 0 (method 1 of Chen and Cherry 2014)


class References:
    """Texts that others are compared with.

    Of each n-gram the two largest numbers in a text are kept, with the text that holds the most,
    so that each text can be compared with all others too.

    Args:
        texts: of tokens.
        longest: n-grams of 1 to so many tokens.
    """

    def __init__(self, texts: Sequence[Tokens], longest: int = LONGEST) -> None:
        self.longest = longest
        self.most: dict[Gram, tuple[int, int, int]] = {}  # most, whose, most of another
        self.lengths = Counter(map(len, texts))
        self._ordered = sorted(self.lengths)
        for number, text in enumerate(texts):
            for size in range(1, longest + 1):
                self._add(grams(text, size), number)

    def _add(self, found: Counter[Gram], number: int) -> None:
        for gram, count in found.items():
            most, owner, second = self.most.get(gram, (0, -1, 0))
            if count > most:
                self.most[gram] = (count, number, most)
            elif count > second:
                self.most[gram] = (most, owner, count)

    def scores(self, text: Tokens, own: int | None = None) -> list[float]:
        """Return BLEU-1 to BLEU-``longest`` of a text, in [0, 1].

        Formula: brevity * exp(mean over n of log p_n), p_n the share of the text's n-grams that a
        reference holds as often; a number of 0 counts as 0.1. Brevity is exp(1 - r / c) where the
        text, c tokens, is shorter than the nearest length r of a reference.

        Args:
            text: of tokens.
            own: its number among the references, where it is one of them: compare with the others.
        """
        logs, found = 0.0, []
        brevity = self._brevity(len(text), own is not None)
        for size in range(1, self.longest + 1):
            counts = grams(text, size)
            matched = sum(min(count, self._held(gram, own)) for gram, count in counts.items())
            if size == 1 and not matched:
                return [0.0] * self.longest
            logs += math.log((matched or SMOOTHED) / max(1, counts.total()))
            found.append(brevity * math.exp(logs / size))
        return found

    def _held(self, gram: Gram, own: int | None) -> int:
        most, owner, second = self.most.get(gram, (0, -1, 0))
        return second if own is not None and owner == own else most

    def _brevity(self, length: int, one_of_them: bool) -> float:
        """Return the penalty of a text of so many tokens; of two lengths as near the shorter."""
        if length == 0:
            return 0.0
        place = bisect_left(self._ordered, length)
        near = self._ordered[max(0, place - 2) : place + 2]
        if one_of_them and self.lengths[length] == 1:
            near = [other for other in near if other != length]
        nearest = min(near, key=lambda other: (abs(other - length), other), default=length)
        return 1.0 if length >= nearest else math.exp(1 - nearest / length)


def values_of_bleu(
    prefix: str, good: Good, about: About, title: str, held: str
) -> dict[str, Value]:
    """Return what scores of each size are called and mean.

    Args:
        prefix: of their names.
        good: direction.
        about: which part of the gap between fakes and reals they are about.
        title: before the size.
        held: which n-grams count, a relative clause.
    """
    return {
        f"{prefix}_{size}": Value(
            good,
            about,
            f"{title}-{size}",
            f"n-grams of up to {size} tokens {held}",
            least=0,
            most=1,
        )
        for size in SHOWN
    }
