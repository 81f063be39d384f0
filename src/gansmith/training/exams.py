"""Exams: the averaged generator's samples against real ones, on a fixed latent set."""

import numpy as np
import torch
from torch import Tensor

from gansmith.data import Samples, to_unit
from gansmith.metrics import Exam
from gansmith.registry import extractors
from gansmith.training.parts import Parts
from gansmith.training.sampling import draw_latents, make_samples, spread_labels

SHOWN = 64  # samples in the grid of a picture


class Examiner:
    """Asks the generator for the same latents each time and has its samples judged."""

    def __init__(self, parts: Parts) -> None:
        recipe, data = parts.recipe, parts.data
        self.parts = parts
        self.reals = first_samples(data.train, 2 * recipe.evaluation.samples)
        extractor = extractors.build(
            recipe.evaluation.extractor or "pixels",
            reference=(self.reals, data.train.labels),
            device=str(parts.runtime.device),
        )
        self.exam = Exam(
            reals=self.reals,
            held_out=first_samples(data.held_out, recipe.evaluation.samples),
            extractor=extractor,
            metrics=[(name, {}) for name in recipe.evaluation.metrics or ()],
            facts=data.facts,
            samples=recipe.evaluation.samples,
        )
        count = recipe.evaluation.samples
        self._latents = draw_latents(recipe.seed + 1, max(count, SHOWN), parts.game.latent)
        self._labels = _labels(parts, count)

    def judge(self) -> dict[str, float]:
        """Return the metrics of the generator as it is now."""
        count = self.parts.recipe.evaluation.samples
        fakes = make_samples(self.parts.generator, self._latents[:count], self._labels)
        return self.exam(fakes)

    def show(self) -> Tensor:
        """Return the samples of a picture: always the same latents, the classes in turn."""
        count = SHOWN if self.reals.ndim == 4 else len(self._latents)
        labels = None
        if self._labels is not None:
            labels = torch.arange(count) % len(self.parts.data.classes)
        return make_samples(self.parts.generator, self._latents[:count], labels)

    @torch.no_grad()
    def held_out_score(self) -> float | None:
        """Return D's mean score of held-out reals, or None where none are held out."""
        held = self.parts.data.held_out
        if len(held) == 0 or self.parts.conditional:
            return None
        discriminator = self.parts.game.players["discriminator"]
        samples = self.parts.runtime.put(first_samples(held, 256))
        was_training = discriminator.training
        discriminator.eval()
        score = discriminator(samples).scores.float().mean().item()
        discriminator.train(was_training)
        return float(score)


def first_samples(samples: Samples, count: int) -> Tensor:
    """Return up to ``count`` samples spread evenly over a set, float32 in [-1, 1]."""
    if len(samples) == 0:
        return torch.empty(0)
    count = min(count, len(samples))
    chosen = np.linspace(0, len(samples) - 1, count).round().astype(np.int64)
    return to_unit(samples.take(chosen))


def _labels(parts: Parts, count: int) -> Tensor | None:
    labels = parts.data.train.labels
    if not parts.conditional or labels is None:
        return None
    return spread_labels(labels, count, parts.recipe.seed)
