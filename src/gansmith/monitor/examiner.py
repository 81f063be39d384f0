"""Exams of a generator that only a function can sample from."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from gansmith.features.extraction import as_unit
from gansmith.imports import permit
from gansmith.metrics import Exam
from gansmith.monitor.classes import Classes
from gansmith.monitor.samples import collect, collect_labels, scale_of, undisturbed
from gansmith.monitor.scores import heads
from gansmith.registry import extractors

IMAGE_METRICS: tuple[str, ...] = ("frechet_distance", "prdc", "diversity", "artefacts")
VECTOR_METRICS: tuple[str, ...] = ("frechet_distance", "prdc", "diversity")
AT_ONCE = 256  # samples asked for at a time
SCORED = 256  # samples of each side that D scores
SHOWN = 64  # samples in a picture
PICTURES, VECTORS = 512, 1024  # samples of an exam: the features of pictures take their time


class Examiner:
    """Asks for samples now and then, always from the same random numbers, and measures them.

    Args:
        sample: n to n samples, tensor or array; absent: made by ``sample_as``.
        real: real samples; see ``collect``.
        held_out: real samples that the loop does not train on, if there are any.
        samples: how many fakes and reals to compare; absent: 512 pictures, 1024 vectors.
        extractor: of the features; chosen by the shape if absent.
        metrics: their names; chosen by the shape, and by what is held out, if absent.
        sample_as: labels [n] to n samples of those classes; with ``labels``, a conditional
            generator is asked for its classes too.
        labels: class of each of ``real``.
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
    ) -> None:
        with undisturbed():
            self.trained = collect(real, 2 * (samples or VECTORS))
        kinds = collect_labels(labels, real, 2 * (samples or VECTORS))
        self.scale = scale_of(self.trained)
        samples = samples or (PICTURES if self.scale.images else VECTORS)
        self.trained = self.trained[: 2 * samples]
        with undisturbed():
            self.held_out = torch.empty(0) if held_out is None else collect(held_out, samples)
        self.ranges: dict[str, float] = {}
        self.reals = self.scale(self.trained)
        images = self.scale.images
        size = min(self.scale.shape[1:]) if images else 0
        usual = "efficientnet_lite" if images else "identity"
        wanted = IMAGE_METRICS if size >= 8 else VECTOR_METRICS
        wanted += ("memorisation",) if len(self.held_out) >= samples else ()
        permit(extractor, metrics)
        features = extractors.build(extractor or usual, reference=(self.reals, None), device="cpu")
        self.exam = Exam(
            self.reals,
            self.scale(self.held_out) if len(self.held_out) else None,
            features,
            [(name, {}) for name in metrics or wanted],
            samples=samples,
        )
        self.classes: Classes | None = None
        if sample_as is not None and kinds is not None:
            kinds = kinds[: len(self.reals)]
            self.classes = Classes(sample_as, kinds, self.reals, features, self.scale)
        made = sample or (self.classes.sample if self.classes else None)
        if made is None:
            raise ValueError("give sample, or sample_as with the labels of the reals")
        self.sample = made

    def draw(self, generator: nn.Module | None) -> Tensor:
        """Return the samples of one exam, scaled, from the same random numbers each time.

        Raises:
            ValueError: samples have another shape than the reals, or are not finite.
        """
        count = max(self.exam.samples, SHOWN)
        with undisturbed(), torch.no_grad(), evaluating(generator):
            sizes = [min(AT_ONCE, count - n) for n in range(0, count, AT_ONCE)]
            parts = [self._ask(self.sample, size) for size in sizes]
        fakes = torch.cat(parts)
        self.ranges = _ranges("real", self.trained) | _ranges("fake", fakes)
        return self.scale(fakes)

    def scores(self, discriminator: nn.Module | None, sign: float) -> dict[str, float]:
        """Return D's mean scores of trained, held-out and generated samples, in evaluation mode."""
        if discriminator is None or not len(self.held_out):
            return {}
        weight = next(discriminator.parameters())
        with undisturbed(), torch.no_grad(), evaluating(discriminator):
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
        """Return how far a conditional generator makes the classes that it is asked for."""
        if self.classes is None:
            return {}

        def ask(make: Callable[[int], Any], count: int) -> Tensor:
            with undisturbed(), torch.no_grad(), evaluating(generator):
                return self._ask(make, count)

        return self.classes(ask)

    @property
    def floor(self) -> dict[str, float]:
        """The numbers of an exam of reals against other reals."""
        return self.exam.floor | (self.classes.consistency.of_reals if self.classes else {})

    def _ask(self, make: Callable[[int], Any], count: int) -> Tensor:
        made = make(count)
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


def _ranges(side: str, samples: Tensor) -> dict[str, float]:
    low, high = torch.aminmax(samples)
    return {f"samples/{side}/low": float(low), f"samples/{side}/high": float(high)}


class evaluating:  # noqa: N801
    """Puts a network into evaluation mode, and every part of it back as it was."""

    def __init__(self, network: nn.Module | None) -> None:
        self.modes = [(m, m.training) for m in network.modules()] if network is not None else []

    def __enter__(self) -> None:
        for module, _ in self.modes:
            module.training = False

    def __exit__(self, *error: object) -> None:
        for module, training in self.modes:
            module.training = training
