"""The words of captions, which a run keeps so that it can be asked for texts later."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from gansmith.kinds.words import words

MOST_WORDS = 10_000
LONGEST = 48  # words of a caption that are read
EXAMPLES = 64  # captions kept to show samples of


def caption_words(captions: Sequence[str]) -> dict[str, Any]:
    """Return the words of captions, the most frequent first, how many one may have, and examples.

    Args:
        captions: of the samples that are trained on.
    """
    split = [words(str(caption).lower()) for caption in captions]
    counts = Counter(word for caption in split for word in caption)
    kept = sorted(counts, key=lambda word: (-counts[word], word))[:MOST_WORDS]
    longest = max((len(caption) for caption in split), default=1)
    distinct = list(dict.fromkeys(map(str, captions)))
    examples = distinct[:: max(1, len(distinct) // EXAMPLES)][:EXAMPLES]
    return {"words": kept, "longest": max(1, min(longest, LONGEST)), "examples": examples}
