"""Does a conditional generator do what it is asked? Judged by the reals' own neighbours."""

import torch
from jaxtyping import Int
from torch import Tensor

from gansmith.features import Extractor, extract

NEIGHBOURS = 5
Labels = Int[Tensor, " _"]


class ConditionConsistency:
    """Share of fakes that look like the class they were asked for, by their nearest reals.

    A fake's class is that of most of its nearest reals in feature space. The floor judges each real
    by the others in the same way: a low floor says that these features do not tell the classes.

    Args:
        extractor: of the features.
        reals: labelled real samples in [-1, 1].
        labels: their classes.
        most: how many of them to use.

    Reference: Ravuri and Vinyals 2019, arXiv:1905.10887 (classification accuracy score).
    """

    def __init__(
        self, extractor: Extractor, reals: Tensor, labels: Labels, most: int = 1024
    ) -> None:
        step = max(1, len(reals) // most)
        self.extractor, self.labels = extractor, labels[::step][:most]
        self.features = extract(extractor, reals[::step][:most]).double()
        near = self._nearest(self.features, NEIGHBOURS + 1)[:, 1:]
        self.floor = self._agreement(near, self.labels)

    def __call__(self, fakes: Tensor, asked: Labels) -> float:
        """Return the share of fakes whose class is the one asked for, 0 to 1."""
        near = self._nearest(extract(self.extractor, fakes).double(), NEIGHBOURS)
        return self._agreement(near, asked)

    def _nearest(self, features: Tensor, count: int) -> Tensor:
        count = min(count, len(self.features))
        return torch.cdist(features, self.features).topk(count, largest=False).indices

    def _agreement(self, near: Tensor, asked: Labels) -> float:
        return float((self.labels[near].mode(1).values == asked).double().mean())
