"""Class probabilities of any number of samples, summed."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor


@dataclass(frozen=True)
class Chances:
    """Class probabilities seen so far, summed: constant memory, mergeable; float64."""

    count: int
    total: Float[Tensor, " classes"]  # of the probabilities
    information: float  # sum of p log p
    likeliest: Float[Tensor, " classes"]  # how many samples each class is the likeliest of

    @classmethod
    def of(cls, chances: Tensor) -> "Chances":
        """Return the sums of class probabilities [samples, classes]."""
        rows = chances.detach().to("cpu", torch.float64)
        likeliest = torch.bincount(rows.argmax(1), minlength=rows.shape[1]).double()
        return cls(len(rows), rows.sum(0), float(torch.special.xlogy(rows, rows).sum()), likeliest)

    def __add__(self, other: "Chances") -> "Chances":
        """Return the sums of both sets together."""
        return Chances(
            self.count + other.count,
            self.total + other.total,
            self.information + other.information,
            self.likeliest + other.likeliest,
        )

    @property
    def score(self) -> float:
        """The inception score of all samples in one part."""
        overall = self.total / self.count
        spread = torch.special.xlogy(overall, overall).sum()
        return float((self.information / self.count - spread).exp())
