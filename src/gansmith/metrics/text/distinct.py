"""How many different texts are made, and how many of them are new."""

from torch import Tensor

from gansmith.facts import Value
from gansmith.metrics.maths.ngrams import texts_of
from gansmith.registry import metrics

VALUES = {
    "distinct_share": Value(
        "high", "diversity", "Distinct", "different texts over all texts made", least=0, most=1
    ),
    "new_share": Value(
        "high",
        "memorisation",
        "New",
        "share of the texts made that are none of those trained on",
        least=0,
        most=1,
    ),
}


@metrics.add(needs=("real", "fake", "trained"), values=VALUES, of="samples", kinds=("text",))
def distinct(real: Tensor, fake: Tensor, trained: Tensor) -> dict[str, float]:
    """Share of different texts among the fakes, and share of fakes that are not in the data.

    Texts are compared letter by letter, spaces at their ends apart.

    Args:
        real: code points of reals [texts, characters].
        fake: code points of fakes [texts, characters].
        trained: code points of all texts that are trained on.

    Raises:
        ValueError: a side has fewer than two texts.
    """
    _, fakes, known = (
        [text.strip() for text in side] for side in texts_of("distinct", real, fake, trained)
    )
    seen = set(known)
    return {
        "distinct_share": len(set(fakes)) / len(fakes),
        "new_share": sum(text not in seen for text in fakes) / len(fakes),
    }
