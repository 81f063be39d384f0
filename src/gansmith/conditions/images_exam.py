"""What exams ask of a generator that makes images from images, and what is known of the answers."""

import math

import torch
from PIL import Image
from torch import Tensor, nn

from gansmith.conditions.conditioning import ConditionExam, ExamSetting, Prompts
from gansmith.conditions.corruption import Corruption
from gansmith.features import extract
from gansmith.metrics.kernel_distance import kernel_distance
from gansmith.networks.conditioning.directions import Directions
from gansmith.networks.layers.lightness import on_levels
from gansmith.sampling.draws import CounterDraws
from gansmith.sampling.first_samples import first_samples
from gansmith.sampling.generate import make_samples
from gansmith.sampling.grids import side_by_side

EXAMPLES = 20  # translations in an image, four to a row
NOISE = 8 / 255  # deviation of the noise that tries a translation: four levels of 256
MEAN_OF_NORMAL = (2 / math.pi) ** 0.5  # mean absolute value of a standard normal number
NOISE_SEED = 1_712
LEAST = 16  # held-out inputs, below which those trained on are asked


class ImagesExam(ConditionExam):
    """Images to be translated at every exam, and how far outputs are from what is known of them.

    Args:
        corruption: that makes them from the samples, if one does.
        matched: whether each has an output that belongs to it.
        about: what they are chosen by.
    """

    def __init__(self, corruption: Corruption | None, matched: bool, about: ExamSetting) -> None:
        source = about.data.inputs
        held = source.held_out if source else about.data.held_out
        part = "held_out" if len(held) >= LEAST else "train"
        targets = first_samples(getattr(about.data, part), about.count) if matched else None
        if corruption:
            assert targets is not None
            rows = slice(0, len(targets))
            draws = CounterDraws((about.seed + 1,), len(targets), rows, targets)
            images = corruption(targets, draws)
        else:
            assert source is not None
            images = first_samples(getattr(source, part), about.count)
        super().__init__(images)
        self.bounds, self.extractor = about.data.kind.bounds, about.extractor
        self.pictured = corruption.shown(images) if corruption else images
        self.images, self.targets, self.unchanged = images, targets, self.pictured
        self.others = None if matched else first_samples(getattr(about.data, part), about.count)
        self.floor = self._untouched(about.reals)

    def judge(self, generator: nn.Module, prompts: Prompts, fakes: Tensor) -> dict[str, float]:
        """Return how far outputs are from what is known of them, and of cycles both directions.

        Distances are mean absolute differences. ``translation_change`` is that of outputs and
        inputs over that of any output's target and any input; ``hidden_signal`` is how much the
        way there and back grows longer where the translation is noised, over the noise.
        """
        known = self._changes(fakes)
        if self.targets is not None:
            return {"target_distance": _apart(fakes, self.targets), **known}
        assert isinstance(generator, Directions)
        assert self.others is not None
        back = self._made(generator.back, self.others)
        ways = (
            self._there_and_back(generator.back, fakes, self.images),
            self._there_and_back(generator.there, back, self.others),
        )
        return {
            "cycle_distance": ways[0][0],
            "back_cycle_distance": ways[1][0],
            "hidden_signal": max(way[1] for way in ways),
            **known,
            **self._of_back(back),
        }

    def picture(self, generator: nn.Module) -> Image.Image:
        """Return an image of triples: input, output, and target (or there and back)."""
        outputs = self._made(generator, self.images[:EXAMPLES])
        if self.targets is not None:
            return side_by_side(self.pictured[:EXAMPLES], outputs, self.targets[:EXAMPLES])
        assert isinstance(generator, Directions)
        again = self._made(generator.back, outputs)
        return side_by_side(self.pictured[:EXAMPLES], outputs, again)

    def _made(self, net: nn.Module, images: Tensor) -> Tensor:
        return make_samples(net, images, bounds=self.bounds)

    def _there_and_back(self, net: nn.Module, there: Tensor, wanted: Tensor) -> tuple[float, float]:
        """Return the error of there and back, and its growth by noise over the noise."""
        draws = torch.Generator().manual_seed(NOISE_SEED)
        noised = on_levels(there) + NOISE * torch.randn(there.shape, generator=draws)
        clean, worse = (_apart(self._made(net, t), wanted) for t in (there, noised.clamp(-1, 1)))
        return clean, (worse - clean) / (NOISE * MEAN_OF_NORMAL)

    def _changes(self, fakes: Tensor) -> dict[str, float]:
        """Return how far outputs are from their inputs, as a share of the distance of the sets."""
        wanted = self.targets if self.others is None else self.others
        inputs, count = self.pictured, min(len(fakes), len(self.pictured))
        if wanted is None or fakes.shape[1:] != inputs.shape[1:] or count < 2:
            return {}
        apart = _apart(wanted[:count].roll(1, 0), inputs[: len(wanted[:count])])
        moved = _apart(fakes[:count], inputs[:count])
        return {"translation_change": moved / max(apart, 1e-6)}

    def _of_back(self, back: Tensor) -> dict[str, float]:
        """Return the distance of translations back to the inputs, as sets."""
        if self._seen is None:
            return {}
        return {"back_kernel_distance": self._distance(back)}

    def _untouched(self, reals: Tensor) -> dict[str, float]:
        """Return what a generator that changes nothing gets, where inputs can be outputs."""
        self._seen: Tensor | None = None
        if self.pictured.shape[1:] != reals.shape[1:]:
            return {}
        if self.targets is not None:
            return {"inputs_target_distance": _apart(self.pictured, self.targets)}
        assert self.others is not None
        if min(len(self.images), len(self.others)) >= LEAST:
            self._seen = extract(self.extractor, self.images)
            return {"inputs_back_kernel_distance": self._distance(self.others)}
        return {}

    def _distance(self, samples: Tensor) -> float:
        assert self._seen is not None
        found = kernel_distance(self._seen, extract(self.extractor, samples))
        return float(found["kernel_distance"])


def _apart(one: Tensor, other: Tensor) -> float:
    return float((one - other).abs().mean())
