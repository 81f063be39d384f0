"""Texts to token numbers: characters, words or byte pairs, and the vocabulary that they make."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from gansmith.errors import DataError
from gansmith.kinds.text import JOINS
from gansmith.kinds.words import words as in_words

UNITS = tuple(JOINS)
UNKNOWN = "<unk>"  # stands for words that are not in the vocabulary
SENTENCE = 4  # words of the median line from which lines are read as words
MOST_TOKENS = {"characters": 1000, "words": 20_000, "pairs": 2000}
PIECES = r"\s?\S+|\s+"  # no pair reaches over the end of a word


@dataclass(frozen=True)
class Vocabulary:
    """Tokens by number, the end token, "", first.

    Args:
        unit: what a token is: characters, words or pairs.
        tokens: their texts.
        split: a text to the texts of its tokens.
        covered: share of all tokens of the data that are in it.
    """

    unit: str
    tokens: tuple[str, ...]
    split: Callable[[str], Sequence[str]]
    covered: float = 1.0

    def numbers(self, texts: Sequence[str]) -> list[list[int]]:
        """Return texts as token numbers, each without its end."""
        number = {token: place for place, token in enumerate(self.tokens)}
        unknown = number.get(UNKNOWN, 0)
        return [[number.get(token, unknown) for token in self.split(text)] for text in texts]


def usual_unit(texts: Sequence[str]) -> tuple[str, str]:
    """Return what tokens are where nobody says, and why."""
    words = median(len(in_words(text)) for text in texts)
    if words >= SENTENCE:
        return "words", f"the median text has {words:.0f} words"
    return "characters", f"the median text has fewer than {SENTENCE} words"


def splitter(unit: str) -> Callable[[str], Sequence[str]]:
    """Return what splits a text into its characters or words."""
    return in_words if unit == "words" else list


def make_vocabulary(texts: Sequence[str], unit: str, most: int | None = None) -> Vocabulary:
    """Return the vocabulary of texts: all tokens, or the most frequent ones.

    Args:
        texts: to train on.
        unit: what a token is.
        most: how many tokens there may be, the end token not counted; absent: 1,000 characters,
            20,000 words, 2,000 byte pairs. Others count as ``<unk>``.

    Raises:
        DataError: byte pairs are asked for, and the package ``tokenizers`` is not installed.
    """
    most = most or MOST_TOKENS[unit]
    if unit == "pairs":
        return _byte_pairs(texts, most)
    split = splitter(unit)
    counts = Counter(token for text in texts for token in split(text))
    total, all_fit = counts.total(), len(counts) <= most
    kept = sorted(counts, key=lambda token: (-counts[token], token))[: most - (not all_fit)]
    covered = sum(counts[token] for token in kept) / max(1, total)
    order = kept if unit == "words" else sorted(kept)
    return Vocabulary(unit, ("", *order, *([] if all_fit else [UNKNOWN])), split, covered)


def _byte_pairs(texts: Sequence[str], most: int) -> Vocabulary:
    """Return a vocabulary of pieces of words, joined pair by pair (Sennrich et al. 2016)."""
    try:
        from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers
    except ImportError as error:
        raise DataError(
            "byte pairs need the package tokenizers; install it with `pip install "
            "'gansmith[text]'`, or set data.tokens.unit to characters or words"
        ) from error
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.Split(Regex(PIECES), behavior="isolated")
    made.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=most, show_progress=False))
    known = sorted(made.get_vocab().items(), key=lambda item: item[1])
    tokens = ("", *(token for token, _ in known))
    return Vocabulary("pairs", tokens, lambda text: made.encode(text).tokens)
