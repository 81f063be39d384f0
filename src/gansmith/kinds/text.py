"""Texts: rows of token numbers, each ended by an end token; files are lines."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from gansmith.errors import RunError
from gansmith.kinds.files import array_bytes, picture_writers
from gansmith.kinds.kind import Choice, Defaults, Kind, Said, Surroundings
from gansmith.kinds.known import Facts, Known
from gansmith.kinds.pages import page_of
from gansmith.kinds.words import sentence
from gansmith.registry import kinds

END = 0  # the token that ends a text; all places after it hold it too
TOKENS = "tokens"  # the fact that holds unit and vocabulary
JOINS = {"words": sentence, "characters": "".join, "pairs": "".join}  # tokens of a unit to text
LAST = 0x10FFFF  # the highest code point
FIRST_SURROGATE, LAST_SURROGATE = 0xD800, 0xDFFF  # code points that are no characters
PRETRAINING = 3000  # steps of maximum likelihood where nobody says
METRICS = (
    *("ngram_divergence", "self_bleu", "bleu", "distinct", "ngram_nll"),
    *("frechet_distance", "prdc", "diversity"),
)


@kinds.add
def text() -> Kind:
    """Texts: lines or passages of characters, words or byte pairs; files are lines of text.

    A sample is a row of token numbers, 0 from the end of the text on; networks are built for
    (places, tokens). What users get, and what metrics compare, are code points of characters, 0
    after the last, [N, characters].
    """
    return Kind(
        name="text",
        plural="texts",
        axes=("places", "tokens"),
        shown=_page,
        written={".txt": _file, ".npz": array_bytes, **picture_writers(_page)},
        pieces=_pieces,
        defaults=Defaults(
            batch=lambda around: (min(64, around.count), "many small steps go further"),
            network=lambda around: (
                {"name": "text_rnn"},
                "reads and writes in order, at any length",
            ),
            slope=lambda around: 1.0,
            extractor=("text", "counts of n-grams; no network is trained for them"),
            metrics=(METRICS, "n-grams, repetition and novelty, and distance"),
            lr=_lr,
            game=_game,
            samples=_samples,
            interval=3,
            pictured=64,
        ),
        discrete=True,
        lines=strings,
        legend="Lines that stand there more than once are marked.",
        unlabelled=(".txt",),
        sized=lambda shape, facts: (*shape, len(vocabulary_of(facts))),
        to_unit=lambda stored, facts: np.asarray(stored, np.float32),
        from_unit=from_unit,
        compared=from_unit,
        mask=mask,
    )


def _lr(around: Surroundings) -> Said:
    return 1e-3, "usual for recurrent networks, with maximum likelihood before the game"


def _samples(around: Surroundings, short: bool) -> Said | None:
    return (1024, "an exam takes seconds") if around.small_machine else None


def _game(around: Surroundings) -> tuple[Choice, ...]:
    """The game of discrete samples, one number of the latent a place, and maximum likelihood."""
    return (
        Choice("game.name", "discrete", "samples of tokens carry no gradient by themselves"),
        Choice("game.latent", around.shape[0], "one number a place: it draws the token there"),
        Choice(
            "game.pretraining",
            PRETRAINING,
            "steps of maximum likelihood; against noise from an untrained G, D learns nothing",
        ),
    )


def strings(samples: Tensor) -> list[str]:
    """Return texts as users get them, code points [N, characters], as strings.

    A number that is no character becomes the replacement character.
    """
    whole = samples.round().to(torch.int64).clamp(0, LAST)
    whole[(whole >= FIRST_SURROGATE) & (whole <= LAST_SURROGATE)] = 0xFFFD
    rows = whole.cpu().numpy().astype("<u4")
    return [row.tobytes().decode("utf-32-le").partition("\0")[0] for row in rows]


def codes(texts: Sequence[str]) -> Tensor:
    """Return strings as code points, float32 [N, characters], 0 after the last of each."""
    wide = max([1, *map(len, texts)])
    rows = np.zeros((len(texts), wide), np.float32)
    for row, one in zip(rows, texts, strict=True):
        row[: len(one)] = np.frombuffer(one.encode("utf-32-le", "replace"), "<u4")
    return torch.from_numpy(rows)


def vocabulary_of(facts: Facts) -> Sequence[str]:
    """Return the tokens of a data set by number, the end token first.

    Raises:
        RunError: the facts name none.
    """
    known = facts.get(TOKENS)
    found = known.get("vocabulary") if isinstance(known, Mapping) else None
    if not isinstance(found, list | tuple) or not all(isinstance(one, str) for one in found):
        raise RunError(
            f"data.facts.{TOKENS} in environment.json does not hold a vocabulary, without which "
            "token numbers are no text; put the file back"
        )
    return found


def from_unit(samples: Tensor, facts: Facts) -> Tensor:
    """Return token numbers [N, places] as code points [N, characters]."""
    if TOKENS not in facts:
        return samples
    tokens, join = vocabulary_of(facts), JOINS.get(str(facts[TOKENS].get("unit")), "".join)
    rows = samples.round().to(torch.int64).cpu().tolist()
    return codes([join(list(_until_end(row, tokens))) for row in rows])


def _until_end(row: Sequence[int], tokens: Sequence[str]) -> Iterator[str]:
    for number in row:
        if number == END:
            return
        yield tokens[number] if 0 < number < len(tokens) else "�"


def lengths(tokens: Tensor) -> Tensor:
    """Return how many places of rows of token numbers [N, places] count, the end with them."""
    ended = (tokens == END).to(torch.int64)
    return torch.where(ended.any(1), ended.argmax(1) + 1, tokens.shape[1])


def mask(lengths: Tensor, length: int) -> Tensor:
    """Return which places of texts count, bool [N, length], by how many each has, int64 [N]."""
    return torch.arange(length, device=lengths.device) < lengths[:, None]


def _page(samples: Tensor, real: Tensor | None, facts: Facts) -> Image.Image:
    return page_of(strings(samples))


def _file(samples: Tensor, known: Known) -> bytes:
    """Return one text a line: line breaks within it become spaces."""
    return "".join(f"{' '.join(text.split(chr(10)))}\n" for text in strings(samples)).encode()


def _pieces(samples: Tensor, known: Known) -> Iterator[tuple[str, bytes]]:
    for number, line in enumerate(strings(samples)):
        yield f"sample-{number:05d}.txt", f"{line}\n".encode()
