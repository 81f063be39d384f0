"""Whether a foreign loop's conditional generator makes the classes that it is asked for."""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from gansmith.conditions.labels import LabelsJudgement
from gansmith.features import Extractor

ASKED = 256  # samples whose classes are looked at

Ask = Callable[[Callable[[int], Any], int], Tensor]  # a source of samples, and how many


class Classes:
    """Asks for classes as often as the data have them, always the same ones.

    Args:
        sample_as: labels [n] to n samples of those classes.
        labels: class of each of ``reals``.
        reals: real samples, scaled.
        extractor: of the features.
        scale: brings samples to what the extractor expects.

    Raises:
        ValueError: there are not as many labels as reals, or they are one class only.
    """

    def __init__(
        self,
        sample_as: Callable[[Tensor], Any],
        labels: Tensor,
        reals: Tensor,
        extractor: Extractor,
        scale: Callable[[Tensor], Tensor],
    ) -> None:
        self.sample_as, self.scale = sample_as, scale
        kinds = torch.tensor(sorted(set(labels.tolist())))
        if len(kinds) < 2:
            raise ValueError("labels hold one class only; leave them out, or give all classes")
        self.judgement = LabelsJudgement(extractor, reals, labels)
        self.floor = self.judgement.floor
        draws = torch.Generator().manual_seed(0)
        self.asked = labels[torch.randint(len(labels), (ASKED,), generator=draws)]
        self.others = kinds[(torch.searchsorted(kinds, self.asked) + 1) % len(kinds)]

    def sample(self, count: int) -> Any:
        """Return samples of the classes in the shares of the data."""
        return self.sample_as(self.asked.repeat(-(-count // ASKED))[:count])

    def __call__(self, ask: Ask) -> dict[str, float]:
        """Return how far samples have their classes, and change with them.

        Args:
            ask: draws samples from the same random numbers each time, and checks them.
        """
        fakes, others = (
            self.scale(ask(partial(self._make, kinds), ASKED))
            for kinds in (self.asked, self.others)
        )
        return self.judgement(fakes, self.asked, others)

    def _make(self, kinds: Tensor, count: int) -> Any:
        return self.sample_as(kinds[:count])
