"""Exams: the averaged generator's answers against real samples, to the same questions each time."""

import copy
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import torch
from torch import Tensor, nn

from gansmith.conditions.conditioning import ExamSetting
from gansmith.data import Data
from gansmith.evaluation.exam import Exam
from gansmith.features.lookup import built_extractor
from gansmith.kinds.drawing import Shown
from gansmith.networks.text.autoregressive import Autoregressive
from gansmith.networks.text.likelihood import nll_a_token
from gansmith.recipe.sections import Part
from gansmith.sampling.first_samples import first_labels, first_samples
from gansmith.sampling.generate import make_samples
from gansmith.training.parts.run_parts import Parts
from gansmith.training.session.prompts import SCORED, ExamPrompts

EXAMS = 8  # exams in a run whose recipe names no interval, if they cost little
LOOKS = 24  # the same where the autopilot judges by them what it does
FEW_LOOKS = 12  # exams of a recipe's own interval, with fewer of which it cannot judge
OF_INPUTS = ("frechet_distance", "kernel_distance")  # told of images left as they are
SHARE = 0.05  # of such a run's time that exams may take
QUICK = 0.5  # seconds: exams that take less are never fewer


class Examiner:
    """Asks the generator the same each time and has its samples judged."""

    def __init__(self, parts: Parts) -> None:
        recipe, data = parts.recipe, parts.data
        self.parts = parts
        self.reals = first_samples(data.train, 2 * recipe.evaluation.samples)
        named = recipe.evaluation.extractor or Part(name="pixels")

        def compared(samples: Tensor) -> Tensor:
            return data.kind.compared(samples, data.facts)

        extractor = built_extractor(
            named.name,
            named.options,
            reference=(compared(self.reals), first_labels(data.train, len(self.reals))),
            device=str(parts.runtime.device),
            facts=data.facts,
        )
        samples, seed = recipe.evaluation.samples, recipe.seed
        about = ExamSetting(data, samples, seed, self.reals, extractor)
        self.prompts = ExamPrompts(parts.conditionings, parts.game.latent, about)
        self.exam = Exam(
            reals=self.reals,
            held_out=first_samples(data.held_out, recipe.evaluation.samples),
            extractor=extractor,
            metrics=exam_metrics(recipe.evaluation.metrics or (), data),
            facts=exam_facts(data),
            samples=self.prompts.count,
            compared=compared,
        )
        self.held_out = first_samples(data.held_out, SCORED)
        self._stride = max(1, len(self.reals) // SCORED)

    def of(self, parts: Parts) -> "Examiner":
        """Return an examiner of other parts of the same run, with the same reals and questions."""
        if parts.game.latent != self.parts.game.latent:
            return Examiner(parts)
        other = copy.copy(self)
        other.parts = parts
        return other

    def ready(self) -> None:
        """Make the reals' own numbers, so that no exam has to."""
        dict(self.floor)

    def judge(self) -> dict[str, float]:
        """Return the metrics of the generator as it is now."""
        fakes = self.prompts.samples(self.parts.generator)
        return self.exam(fakes) | self.prompts.judge(self.parts.generator, fakes)

    def record(self) -> dict[str, Any]:
        """Return all that an exam finds, and how: metrics, floor, protocol, mean scores."""
        metrics, floor = self.judge(), self.floor
        protocol = dict(self.exam.protocol)
        return {"metrics": metrics, "floor": floor, "protocol": protocol, **self.scores()}

    def uncovered(self) -> Tensor | None:
        """Return reals that none of the last exam's samples is near; None without metrics."""
        return self.exam.left_out() if self.exam.metrics else None

    @property
    def floor(self) -> dict[str, float]:
        """The same metrics of reals, against other reals."""
        return dict(self.exam.floor) | self.prompts.floor | self._unchanged

    @cached_property
    def _unchanged(self) -> dict[str, float]:
        """The distance of what samples are made from, where it has the shape of a sample."""
        for exam in self.prompts.exams.values():
            inputs = exam.unchanged
            if inputs is not None and inputs.shape[1:] == self.reals.shape[1:]:
                found = self.exam.of_inputs(inputs)
                return {f"inputs_{n}": found[n] for n in OF_INPUTS if n in found}
        return {}

    def picture(self) -> Shown:
        """Return an image, or lines, of some of the generator's answers."""
        return self.prompts.picture(self.parts.generator)

    def file(self) -> tuple[str, bytes] | None:
        """Return a file of some of the answers, its ending and its content, if one is kept."""
        return self.prompts.file(self.parts.generator)

    @torch.no_grad()
    def scores(self) -> dict[str, float]:
        """Return D's mean scores of reals held out, reals trained on, and fakes of G as it is.

        All three by the same D in evaluation mode at the same moment; held-out reals only where
        there are such. Nothing for conditional runs.
        """
        if not self.compares_scores:
            return {}
        sides = {"held_out": self.held_out, "trained": self.reals[:: self._stride][:SCORED]}
        live = self.parts.game.players["generator"]
        latents, bounds = self.prompts.latents[:SCORED], self.parts.data.kind.bounds
        sides["generated"] = make_samples(live, latents, bounds=bounds)
        found = {f"scores/{n}/mean": self.mean_score(s) for n, s in sides.items() if len(s)}
        return found | self._likelihoods(live, sides)

    def _likelihoods(self, live: nn.Module, sides: Mapping[str, Tensor]) -> dict[str, float]:
        """Return G's -log p a token of reals trained on and held out, where it writes tokens."""
        if not isinstance(live, Autoregressive):
            return {}
        names = [name for name in ("held_out", "trained") if len(sides[name])]
        return {f"likelihood/{name}/nll": nll_a_token(live, sides[name]) for name in names}

    @property
    def compares_scores(self) -> bool:
        """Whether exams compare D's scores: not where samples depend on a condition."""
        return not any(one.affects_scores for one in self.parts.conditionings)

    @torch.no_grad()
    def mean_score(self, samples: Tensor) -> float:
        """Return D's mean score of samples, in evaluation mode."""
        discriminator = self.parts.game.players["discriminator"]
        was_training = discriminator.training
        discriminator.eval()
        pieces = self.parts.runtime.put(samples).split(64)  # type: ignore[no-untyped-call]
        total = sum(discriminator(piece).scores.double().mean() * len(piece) for piece in pieces)
        discriminator.train(was_training)
        return float(total) / len(samples)


def exam_facts(data: Data) -> Mapping[str, Any]:
    """The facts that metrics may ask for; of texts all that are trained on, too."""
    if not data.kind.discrete:
        return data.facts
    trained = data.kind.compared(first_samples(data.train, len(data.train)), data.facts)
    return {**data.facts, "trained": trained}


def exam_metrics(names: Sequence[str], data: Data) -> list[tuple[str, dict[str, Any]]]:
    """The recipe's metrics, and those that exams of the kind add: for images their artefacts."""
    further = data.kind.defaults.further(data.shape) if names else ()
    return [(name, {}) for name in dict.fromkeys((*names, *further))]


def affordable_exams(seconds: float, first: float, each: float, most: int = EXAMS) -> int:
    """Return how many exams after the first a run affords, the one at its end among them.

    Args:
        seconds: that the run takes.
        first: seconds of the untrained generator's exam, the reals' own numbers included.
        each: seconds of any other.
        most: how many there are at most.
    """
    if each < QUICK:
        return most
    return min(most, max(1, int((SHARE * seconds - first) / each)))
