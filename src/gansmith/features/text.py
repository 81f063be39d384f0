"""Features of texts without a network: which n-grams they hold."""

import zlib
from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

from gansmith.data.prepare.vocabulary import splitter, usual_unit
from gansmith.features.extractor import FixedExtractor, Reference, digest_of
from gansmith.kinds.text import strings
from gansmith.registry import extractors

SIZES = (1, 2, 3)  # tokens of an n-gram
BUCKETS = 128  # features of each size
SEPARATOR = "\x1f"  # between the tokens of an n-gram


@extractors.add(kinds=("text",))
def text(reference: Reference | None = None) -> FixedExtractor:
    """Texts as numbers to compare: how often they hold n-grams of one, two and three tokens.

    Tokens are words where the median text has four or more, else characters. An n-gram counts
    towards one of 128 features of its size, by its checksum (CRC-32), with the sign of another bit
    of it, so that different n-grams of a feature cancel in the mean. The length in tokens is a
    feature too. Each feature is scaled by its deviation over the reals. Nothing is learned: the
    same reals give the same features.

    Args:
        reference: (samples, labels): reals as code points [batch, characters]; without them tokens
            are characters, and features are not scaled.

    Reference: Weinberger et al. 2009, arXiv:0902.2206.
    """
    if reference is None:
        return FixedExtractor("text", 0, "none", lambda samples: _features(samples, "characters"))
    reals = torch.as_tensor(reference[0]).detach().cpu()
    unit = usual_unit(strings(reals))[0]
    found = _features(reals, unit)
    deviation = found.std(0, correction=0)
    scale = torch.where(deviation > 1e-6, deviation, torch.ones_like(deviation))

    def features(samples: Tensor) -> Tensor:
        return _features(samples, unit) / scale

    units = torch.tensor([float(unit == "words")])
    digest = digest_of((scale, units))
    return FixedExtractor("text", len(scale), "none", features, digest, notes=(f"tokens: {unit}",))


def _features(samples: Tensor, unit: str) -> Tensor:
    """Return signed counts of n-grams and the length, [texts, 3 * 128 + 1]."""
    split = splitter(unit)
    return torch.tensor([_counts(split(one)) for one in strings(samples)])


def _counts(tokens: Sequence[str]) -> list[float]:
    found = [0.0] * (len(SIZES) * BUCKETS + 1)
    for place, size in enumerate(SIZES):
        for gram in _grams(tokens, size):
            number = zlib.crc32(gram.encode())
            found[place * BUCKETS + number % BUCKETS] += 1.0 if number & 0x10000 else -1.0
    found[-1] = float(len(tokens))
    return found


def _grams(tokens: Sequence[str], size: int) -> Iterable[str]:
    return (SEPARATOR.join(tokens[i : i + size]) for i in range(len(tokens) - size + 1))
