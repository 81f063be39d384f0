"""Exams of a generator that only a function can sample from."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from gansmith.evaluation.exam import Exam
from gansmith.features import Extractor
from gansmith.imports import permit
from gansmith.kinds.drawing import Shown
from gansmith.kinds.kind import kind_named
from gansmith.kinds.units import as_unit
from gansmith.monitor.classes import Classes
from gansmith.monitor.guard import UNTOLD, Guard
from gansmith.monitor.labels import collect_labels
from gansmith.monitor.looking import buffers_kept, has_batch_statistics, looking
from gansmith.monitor.samples import Scale, collect, scale_of, undisturbed
from gansmith.monitor.scores import heads, judged
from gansmith.monitor.tables import TableScale, is_table
from gansmith.registry import extractors

AT_ONCE = 256  # samples asked for at a time
IN_BATCH = 64  # of them in training mode, about as many as loops have in a batch
SCORED = 256  # samples of each side that D scores
SHOWN = 64  # samples in an image


class Examiner:
    """Asks for samples now and then, always from the same random numbers, and measures them.

    Args:
        sample: n to n samples, tensor or array; absent: made by ``sample_as``.
        real: real samples; see ``collect``.
        held_out: real samples that the loop does not train on, if there are any.
        samples: how many fakes and reals to compare; absent: 512 images, 1024 vectors.
        extractor: of the features; chosen by the shape if absent.
        metrics: their names; chosen by the shape, and by what is held out, if absent.
        sample_as: labels [n] to n samples of those classes; with ``labels``, a conditional
            generator is asked for its classes too.
        labels: class of each of ``real``.
        kind: what a sample is; as it seems if absent.
        guard: leaves out held-out samples or classes that cannot be used, and says why.
    """

    def __init__(
        self,
        sample: Callable[[int], Any] | None,
        real: Any,
        held_out: Any = None,
        samples: int | None = None,
        extractor: str | None = None,
        metrics: Sequence[str] | None = None,
        sample_as: Callable[[Tensor], Any] | None = None,
        labels: Any = None,
        kind: str | None = None,
        guard: Guard = UNTOLD,
    ) -> None:
        self._wanted = 2 * (samples or kind_named("vector").defaults.monitored)
        with undisturbed():
            self.trained, self.scale = reals_of(real, self._wanted, kind)
        if isinstance(self.scale, Scale) and self.scale.because:
            guard.say(self.scale.because)
        defaults = self.scale.kind.defaults
        samples = samples or defaults.monitored
        self.trained = self.trained[: 2 * samples]
        held = guard("held-out samples", self._held_out, held_out, samples)
        self.held_out = torch.empty(0) if held is None else held
        self.reals, self.shown = self.scale(self.trained), torch.empty(0)
        self.ranges: dict[str, float] = {}
        permit(extractor, metrics)
        named = extractor or defaults.extractor[0]
        known = self.scale.facts
        features = extractors.build(named, reference=(self.reals, None), device="cpu", facts=known)
        self.exam = Exam(
            self.reals,
            self.scale(self.held_out) if len(self.held_out) else None,
            features,
            [(name, {}) for name in metrics or self._usual_metrics(samples)],
            facts=known,
            samples=samples,
        )
        asked = (sample_as, labels, real, features, guard.say)
        found = {"labels": guard("classes", self._classes, *asked)}
        self.conditions: dict[str, Classes] = {name: one for name, one in found.items() if one}
        made = sample or next((one.sample for one in self.conditions.values()), None)
        if made is None:
            raise ValueError("give sample, or sample_as with the labels of the reals")
        self.sample = made

    def _held_out(self, given: Any, samples: int) -> Tensor:
        if given is None:
            return torch.empty(0)
        with undisturbed():
            found = collect(self.scale.read(given), samples)
        if found.shape[1:] != self.trained.shape[1:]:
            raise ValueError(
                f"they have the shape {tuple(found.shape[1:])} each but the real samples"
                f" {tuple(self.trained.shape[1:])}"
            )
        return found

    def _usual_metrics(self, samples: int) -> tuple[str, ...]:
        defaults = self.scale.kind.defaults
        wanted = (*defaults.metrics[0], *defaults.further(self.scale.shape))
        return wanted + (("memorisation",) if len(self.held_out) >= samples else ())

    def _classes(
        self,
        sample_as: Callable[[Tensor], Any] | None,
        labels: Any,
        real: Any,
        features: Extractor,
        say: Callable[[str], None],
    ) -> Classes | None:
        if sample_as is None or labels is None:
            if sample_as is not None or labels is not None:
                missing = "labels" if labels is None else "sample_as"
                raise ValueError(f"sample_as and labels go together; {missing} is not given")
            return None
        kinds = collect_labels(labels, real, self._wanted, say)[: len(self.reals)]
        return Classes(sample_as, kinds, self.reals, features, self.scale)

    def record(
        self, players: Mapping[str, nn.Module | None], sign: float, guard: Guard
    ) -> dict[str, Any]:
        """Return what an exam finds, as a line of metrics.jsonl without its time.

        Args:
            players: "generator" and "discriminator", as far as they are known.
            sign: -1 where D gives reals the lower scores.
            guard: leaves out what cannot be had.
        """
        generator, discriminator = players["generator"], players["discriminator"]
        fakes = self.draw(generator)
        scores = guard("held-out scores", self.scores, discriminator, sign) or {}
        obeys = guard("classes", self.obeys, generator) or {}
        beside = UNTOLD("", self.compare, generator, discriminator, sign) or {}
        beside |= UNTOLD("", self.mode_gap, generator) or {}
        return {
            "metrics": self.exam(fakes[: self.exam.samples]) | obeys,
            "floor": dict(self.floor),
            "protocol": dict(self.exam.protocol),
            **scores,
            **beside,  # of a D that takes samples alone
            **self.ranges,
        }

    def shown_picture(self) -> Shown | None:
        """Return an image of the samples of the newest exam."""
        return self.picture(self.scale(self.shown))

    def uncovered_picture(self) -> Shown | None:
        """Return an image of the reals that none of those samples is near."""
        return self.picture(self.exam.left_out())

    def picture(self, samples: Tensor) -> Shown | None:
        """Return an image of scaled samples; None where there is nothing to see."""
        kind = self.scale.kind
        if not len(samples) or not kind.fits(self.scale.shape):
            return None  # numbers that were flattened to compare them
        return kind.picture(samples[: kind.defaults.pictured], self.reals, self.scale.facts)

    def draw(self, generator: nn.Module | None) -> Tensor:
        """Return the samples of one exam, scaled, from the same random numbers each time.

        Raises:
            ValueError: samples have another shape than the reals, or are not finite.
        """
        count = max(self.exam.samples, SHOWN)
        with looking(generator):
            sizes = [min(AT_ONCE, count - n) for n in range(0, count, AT_ONCE)]
            parts = [self._ask(self.sample, size) for size in sizes]
        fakes = torch.cat(parts)
        self.ranges = _ranges("real", self.trained) | _ranges("fake", fakes)
        self.shown = fakes
        return self.scale(fakes)

    def scores(self, discriminator: nn.Module | None, sign: float) -> dict[str, float]:
        """Return D's mean scores of trained, held-out and generated samples, in evaluation mode."""
        if discriminator is None or not len(self.held_out) or self.scale.facts:
            return {}  # rows of tables are not as the loop's networks see them
        weight = next(discriminator.parameters())
        with looking(discriminator):
            sides = {
                "trained": self.trained[:: max(1, len(self.trained) // SCORED)],
                "held_out": self.held_out,
                "generated": self._ask(self.sample, AT_ONCE),
            }
            found = {}
            for name, side in sides.items():
                judged = discriminator(side[:SCORED].to(weight.device, weight.dtype))
                means = [head.float().mean() for head in heads(judged)][:1]
                found[f"scores/{name}/mean"] = sign * float(means[0])
        return found

    def obeys(self, generator: nn.Module | None) -> dict[str, float]:
        """Return how far a conditional generator makes what it is asked for."""

        def ask(make: Callable[[int], Any], count: int) -> Tensor:
            with looking(generator):
                return self._ask(make, count)

        return {n: v for one in self.conditions.values() for n, v in one(ask).items()}

    def compare(
        self, generator: nn.Module | None, discriminator: nn.Module | None, sign: float
    ) -> dict[str, float]:
        """Return how D, in the loop's own mode, scores the samples of the newest exam.

        Beside the reals of the exam and, where the generator has batch statistics, samples that it
        makes in training mode: what the loop trains on should score like what is examined.
        """
        if discriminator is None or not len(self.shown) or self.scale.facts:
            return {}
        with looking(), buffers_kept((generator, discriminator)):
            sides = {"shown": self.shown, "shown_real": self.trained}
            if has_batch_statistics(generator):
                sides["shown_training"] = self._ask(self.sample, IN_BATCH)
            return {
                name: value
                for side, samples in sides.items()
                for name, value in judged(discriminator, samples, side, sign).items()
            }

    def mode_gap(self, generator: nn.Module | None) -> dict[str, float]:
        """Return how far samples move when the generator leaves training mode, where it matters.

        Over the distance between two samples: 0 is not at all, 1 like samples of other noise.
        """
        if not has_batch_statistics(generator) or self.scale.facts:
            return {}
        with looking(), buffers_kept((generator,)):
            training = self._ask(self.sample, IN_BATCH).flatten(1)
        with looking(generator):
            evaluated = self._ask(self.sample, IN_BATCH).flatten(1)
        between = (training - training.roll(1, 0)).norm(dim=1).mean().clamp_min(1e-12)
        return {"samples/mode_gap": float((training - evaluated).norm(dim=1).mean() / between)}

    @property
    def floor(self) -> dict[str, float]:
        """The numbers of an exam of reals against other reals."""
        floors = (one.floor.items() for one in self.conditions.values())
        return self.exam.floor | {name: value for floor in floors for name, value in floor}

    def _ask(self, make: Callable[[int], Any], count: int) -> Tensor:
        made = self.scale.read(make(count))
        if not isinstance(made, torch.Tensor | np.ndarray):
            raise ValueError(
                f"sample({count}) returned a {type(made).__name__}, but {count} samples in one"
                " tensor or array are wanted"
            )
        samples = torch.as_tensor(made).detach().cpu()
        expected = (count, *self.scale.shape)
        if tuple(samples.shape) != expected:
            raise ValueError(
                f"sample({count}) returned the shape {tuple(samples.shape)} but the real samples"
                f" make it {expected}"
            )
        if not torch.isfinite(samples).all():
            raise ValueError(f"sample({count}) returned values that are not finite numbers")
        return as_unit(samples)


def reals_of(real: Any, count: int, kind: str | None) -> tuple[Tensor, Scale | TableScale]:
    """Return up to ``count`` real samples, and how to bring others to what extractors expect."""
    if is_table(real):
        scale = TableScale(real, count)
        return scale.reals, scale
    found = collect(real, count)
    return found, scale_of(found, kind)


def _ranges(side: str, samples: Tensor) -> dict[str, float]:
    low, high = torch.aminmax(samples)
    return {f"samples/{side}/low": float(low), f"samples/{side}/high": float(high)}
