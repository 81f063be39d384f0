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
SCORED = 256  # samples of each side that D scores at an exam


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
        self.held_out = first_samples(data.held_out, SCORED)
        self._stride = max(1, len(self.reals) // SCORED)
        count = recipe.evaluation.samples
        self._latents = draw_latents(recipe.seed + 1, max(count, SHOWN, SCORED), parts.game.latent)
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
    def scores(self) -> dict[str, float]:
        """Return D's mean scores of reals held out, reals trained on, and fakes of G as it is.

        All three by the same D in evaluation mode at the same moment; held-out reals only where
        there are such. Nothing for conditional runs.
        """
        if self.parts.conditional:
            return {}
        sides = {"held_out": self.held_out, "trained": self.reals[:: self._stride][:SCORED]}
        live = self.parts.game.players["generator"]
        sides["generated"] = make_samples(live, self._latents[:SCORED])
        return {f"scores/{n}/mean": self._mean_score(s) for n, s in sides.items() if len(s)}

    def _mean_score(self, samples: Tensor) -> float:
        discriminator = self.parts.game.players["discriminator"]
        was_training = discriminator.training
        discriminator.eval()
        pieces = self.parts.runtime.put(samples).split(64)  # type: ignore[no-untyped-call]
        total = sum(discriminator(piece).scores.double().mean() * len(piece) for piece in pieces)
        discriminator.train(was_training)
        return float(total) / len(samples)


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
