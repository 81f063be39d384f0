"""Exams: the averaged generator's samples against real ones, on a fixed latent set."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gansmith.data import Samples, to_unit
from gansmith.metrics import Exam
from gansmith.metrics.condition_consistency import ConditionConsistency
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
            reference=(self.reals, first_labels(data.train, len(self.reals))),
            device=str(parts.runtime.device),
        )
        self.exam = Exam(
            reals=self.reals,
            held_out=first_samples(data.held_out, recipe.evaluation.samples),
            extractor=extractor,
            metrics=_metrics(recipe.evaluation.metrics or (), self.reals),
            facts=data.facts,
            samples=recipe.evaluation.samples,
        )
        self.held_out = first_samples(data.held_out, SCORED)
        self._stride = max(1, len(self.reals) // SCORED)
        count = recipe.evaluation.samples
        self._latents = draw_latents(recipe.seed + 1, max(count, SHOWN, SCORED), parts.game.latent)
        self._labels = _labels(parts, count)
        labels = first_labels(data.train, 2 * count) if self._labels is not None else None
        self._consistency = (
            None if labels is None else ConditionConsistency(extractor, self.reals, labels)
        )

    def judge(self) -> dict[str, float]:
        """Return the metrics of the generator as it is now."""
        fakes = self._fakes()
        metrics = self.exam(fakes)
        if self._consistency and self._labels is not None:
            asked = self._labels[:SCORED]
            metrics |= self._consistency(fakes[:SCORED], asked)
        return metrics

    def uncovered(self) -> Tensor | None:
        """Return reals that none of the generator's samples is near; None without metrics."""
        return self.exam.left_out(self._fakes()) if self.exam.metrics else None

    def _fakes(self) -> Tensor:
        latents = self._latents[: self.parts.recipe.evaluation.samples]
        return make_samples(self.parts.generator, latents, self._labels)

    @property
    def floor(self) -> dict[str, float]:
        """The same metrics of reals, against other reals."""
        floor = dict(self.exam.floor)
        if self._consistency:
            floor |= self._consistency.of_reals
        return floor

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


def first_labels(samples: Samples, count: int) -> Tensor | None:
    """Return the labels of ``first_samples``; None where there are none."""
    if samples.labels is None:
        return None
    chosen = np.linspace(0, len(samples) - 1, min(count, len(samples))).round().astype(np.int64)
    return torch.from_numpy(samples.labels[chosen])


def _metrics(names: Sequence[str], reals: Tensor) -> list[tuple[str, dict[str, Any]]]:
    """The recipe's metrics, and for pictures their artefacts: a few transforms of each."""
    pictures = reals.ndim == 4 and min(reals.shape[2:]) >= 8
    wanted = [*names, "artefacts"] if names and pictures and "artefacts" not in names else names
    return [(name, {}) for name in wanted]


def _labels(parts: Parts, count: int) -> Tensor | None:
    labels = parts.data.train.labels
    if not parts.conditional or labels is None:
        return None
    return spread_labels(labels, count, parts.recipe.seed)
