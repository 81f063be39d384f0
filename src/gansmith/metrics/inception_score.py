"""What a classifier says about the samples: sharpness and variety of classes, and missing ones."""

from dataclasses import dataclass
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from gansmith.metrics.maths.checks import Features, both_sides
from gansmith.metrics.maths.influence import Influence
from gansmith.metrics.maths.values import Value
from gansmith.ranges import Range
from gansmith.registry import metrics

SCORE = {
    "inception_score": Value("high", "realism", 1),
    "inception_score_error": Value("low", "error bar"),
}
COVERAGE = {
    "classes_found": Value("high", "diversity", 0),
    "class_kl": Value("low", "diversity", 0),
}


def score_influence(real: Features, fake: Features, splits: int = 10) -> dict[str, Influence]:
    """Return each fake's influence on the inception score; reals have none."""
    rows = both_sides("inception_score", real, fake, 1)
    overall = rows[1].mean(0)
    divergence = (
        torch.special.xlogy(rows[1], rows[1]) - torch.special.xlogy(rows[1], overall)
    ).sum(1)
    of_reals = rows[0].new_zeros(len(rows[0]))
    return {"inception_score": Influence(of_reals, divergence * divergence.mean().exp())}


@metrics.add(of="probabilities", values=SCORE, influence=score_influence)
def inception_score(
    real: Features, fake: Features, splits: Annotated[int, Range(low=1)] = 10
) -> dict[str, float]:
    """Inception score: are the fakes of clear classes, and of all of them; higher is better.

    Between 1 and the number of classes. It is about the fakes alone: the reals' own score stands in
    the noise floor. It does not see whether classes are varied inside. Works with any classifier;
    numbers compare only with the same one.

    Formula: exp( E KL( p(y|x) || p(y) ) ), the mean over ``splits`` parts of the fakes.

    Args:
        real: class probabilities of reals [samples, classes]; not used.
        fake: class probabilities of fakes [samples, classes].
        splits: parts to average over; their spread is the error.

    Returns:
        ``inception_score`` and the standard deviation over parts, ``inception_score_error``.

    Raises:
        ValueError: there are fewer fakes than splits, or a value is not finite.

    Reference: Salimans et al. 2016, arXiv:1606.03498.
    """
    rows = both_sides("inception_score", real, fake, 1)[1]
    if len(rows) < splits:
        raise ValueError(
            f"inception_score with {splits} splits needs at least {splits} fakes but got "
            f"{len(rows)}; raise the number of samples or lower inception_score.splits"
        )
    values = [Chances.of(part).score for part in rows.tensor_split(splits)]
    scores = torch.tensor(values, dtype=torch.float64)
    return {
        "inception_score": float(scores.mean()),
        "inception_score_error": float(scores.std(correction=0)),
    }


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


@metrics.add(of="probabilities", values=COVERAGE)
def class_coverage(real: Features, fake: Features) -> dict[str, float]:
    """How many of the reals' classes the fakes have, and how far their shares are from the reals'.

    A sample counts for its most likely class. ``classes_found`` is the number of classes of the
    reals that at least one fake has; ``class_kl`` is 0 for equal shares. Both are about the fakes
    (diversity); the reals say which classes there are and how often.

    Formula: class_kl = sum_y p_fake(y) log( p_fake(y) / p_real(y) ); a class that no real has
    counts as half a real.

    Args:
        real: class probabilities of reals [samples, classes].
        fake: class probabilities of fakes [samples, classes].

    Raises:
        ValueError: widths differ or a value is not finite.

    Reference: Che et al. 2016, arXiv:1612.02136.
    """
    rows = both_sides("class_coverage", real, fake, 1)
    return class_coverage_between(*(Chances.of(side) for side in rows))


def class_coverage_between(real: Chances, fake: Chances) -> dict[str, float]:
    """Return ``class_coverage`` of streamed probabilities, as of the samples."""
    expected = real.likeliest.clamp(min=0.5) / real.count
    shares = fake.likeliest / fake.count
    surplus = torch.special.xlogy(shares, shares) - torch.special.xlogy(shares, expected)
    return {
        "classes_found": float(((fake.likeliest > 0) & (real.likeliest > 0)).sum()),
        "class_kl": max(float(surplus.sum()), 0.0),
    }
