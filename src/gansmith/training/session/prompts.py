"""What G is asked at every exam: always the same latents, or always the same images."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from gansmith.data import Data, Samples, to_bytes, to_unit
from gansmith.evaluation.condition_consistency import ConditionConsistency
from gansmith.evaluation.condition_sensitivity import condition_sensitivity
from gansmith.features import Extractor
from gansmith.kinds.drawing import image_grid
from gansmith.networks.conditioning.directions import Directions
from gansmith.recipe.recipe import Recipe
from gansmith.sampling.draws import CounterDraws
from gansmith.sampling.generate import draw_latents, make_samples, spread_labels
from gansmith.training.parts.conditions import corrupted, directions

SHOWN = 64  # samples in the grid of a picture
SCORED = 256  # samples whose classes are looked at
EXAMPLES = 20  # translations in a picture, four to a row
LEAST = 16  # held-out inputs, below which those trained on are asked


@runtime_checkable
class Asked(Protocol):
    """The same questions to G at every exam."""

    count: int

    def samples(self, generator: nn.Module) -> Tensor:
        """Return G's answers, ``count`` samples on the processor."""
        ...

    def also(self, generator: nn.Module, fakes: Tensor) -> dict[str, float]:
        """Return what the answers say beside the metrics of an exam."""
        ...

    @property
    def floor(self) -> dict[str, float]:
        """The same of reals, where it means something."""
        ...

    def picture(self, generator: nn.Module) -> Image.Image:
        """Return a picture of some answers."""
        ...


class Latents:
    """Latents, with labels drawn as the data have them where the run is conditional."""

    def __init__(
        self, recipe: Recipe, data: Data, latent: int, extractor: Extractor, reals: Tensor
    ) -> None:
        self.count, self.reals, self.classes = recipe.evaluation.samples, reals, len(data.classes)
        self.kind, self.facts = data.kind, data.facts
        self.latents = draw_latents(recipe.seed + 1, max(self.count, SHOWN, SCORED), latent)
        labels = data.train.labels if recipe.labelled else None
        self.labels: Tensor | None = None
        self._consistency: ConditionConsistency | None = None
        if labels is not None:
            self.labels = spread_labels(labels, self.count, recipe.seed)
            seen = first_labels(data.train, 2 * self.count)
            assert seen is not None
            self._consistency = ConditionConsistency(extractor, reals, seen)

    def samples(self, generator: nn.Module) -> Tensor:
        """Return samples of the latents."""
        return self._made(generator, self.count, self.labels)

    def also(self, generator: nn.Module, fakes: Tensor) -> dict[str, float]:
        """Return how far samples have the classes asked for, and change with them."""
        if self._consistency is None or self.labels is None:
            return {}
        asked = self.labels[:SCORED]
        found = self._consistency(fakes[:SCORED], asked)
        if self.classes > 1:
            others = self._made(generator, len(asked), (asked + 1) % self.classes)
            found["condition_sensitivity"] = condition_sensitivity(fakes[: len(asked)], others)
        return found

    @property
    def floor(self) -> dict[str, float]:
        """How far reals have their classes."""
        return self._consistency.of_reals if self._consistency else {}

    def picture(self, generator: nn.Module) -> Image.Image:
        """Return a picture of always the same latents, the classes in turn."""
        count = min(self.kind.defaults.pictured or len(self.latents), len(self.latents))
        labels = None if self.labels is None else torch.arange(count) % self.classes
        return self.kind.picture(self._made(generator, count, labels), self.reals, self.facts)

    def _made(self, generator: nn.Module, count: int, labels: Tensor | None) -> Tensor:
        latents = self.latents[:count]
        return make_samples(generator, latents, labels, bounds=self.kind.bounds)


class Inputs:
    """Images to be translated: held out from training, unless there are too few of them."""

    def __init__(self, recipe: Recipe, data: Data) -> None:
        source, self.bounds = data.inputs, data.kind.bounds
        self.count = recipe.evaluation.samples
        held = source.held_out if source else data.held_out
        part = "held_out" if len(held) >= LEAST else "train"
        self._matched = directions(recipe) == 1
        self.targets = first_samples(getattr(data, part), self.count) if self._matched else None
        if source:
            self.inputs = first_samples(getattr(source, part), self.count)
        else:
            self.inputs = self._made(recipe)
        self.count = len(self.inputs)

    def _made(self, recipe: Recipe) -> Tensor:
        assert self.targets is not None
        assert recipe.condition is not None
        count = len(self.targets)
        draws = CounterDraws((recipe.seed + 1,), count, slice(0, count), self.targets)
        return corrupted(recipe.condition, self.targets, draws)

    def samples(self, generator: nn.Module) -> Tensor:
        """Return the translations of the images."""
        return make_samples(generator, self.inputs, bounds=self.bounds)

    def also(self, generator: nn.Module, fakes: Tensor) -> dict[str, float]:
        """Return how far, by mean absolute difference, outputs are from what is known of them."""
        if self.targets is not None:
            return {"target_distance": float((fakes - self.targets).abs().mean())}
        assert isinstance(generator, Directions)
        again = make_samples(generator.back, fakes, bounds=self.bounds)
        return {"cycle_distance": float((again - self.inputs).abs().mean())}

    @property
    def floor(self) -> dict[str, float]:
        """Nothing: reals have no inputs to be made from again."""
        return {}

    def picture(self, generator: nn.Module) -> Image.Image:
        """Return a picture of triples: input, output, and target (or there and back)."""
        inputs = self.inputs[:EXAMPLES]
        outputs = make_samples(generator, inputs, bounds=self.bounds)
        if self.targets is None:
            assert isinstance(generator, Directions)
            last = make_samples(generator.back, outputs, bounds=self.bounds)
        else:
            last = self.targets[:EXAMPLES]
        return triples(inputs, outputs, last)


def triples(*kinds: Tensor) -> Image.Image:
    """Return one picture of images of several kinds, those that belong together side by side."""
    colours = max(len(kind[0]) for kind in kinds)
    alike = [kind if len(kind[0]) == colours else _coloured(kind, colours) for kind in kinds]
    together = torch.stack(alike, 1).flatten(0, 1)
    return image_grid(to_bytes(together), columns=4 * len(kinds))


def _coloured(images: Tensor, colours: int) -> Tensor:
    """Return images with more channels: grey is repeated, what is not there is opaque."""
    grey = images[:, :1].expand(-1, min(3, colours), -1, -1)
    shown = images[:, :3] if images.shape[1] >= 3 else grey
    opaque = shown.new_ones(len(shown), colours - shown.shape[1], *shown.shape[2:])
    return torch.cat([shown, opaque], 1)


def first_samples(samples: Samples, count: int) -> Tensor:
    """Return up to ``count`` samples spread evenly over a set, float32 in [-1, 1]."""
    if len(samples) == 0:
        return torch.empty(0)
    return to_unit(samples.take(_spread(samples, count)))


def first_labels(samples: Samples, count: int) -> Tensor | None:
    """Return the labels of ``first_samples``; None where there are none."""
    if samples.labels is None:
        return None
    return torch.from_numpy(samples.labels[_spread(samples, count)])


def _spread(samples: Sequence[object] | Samples, count: int) -> np.ndarray:
    count = min(count, len(samples))
    return np.linspace(0, len(samples) - 1, count).round().astype(np.int64)
