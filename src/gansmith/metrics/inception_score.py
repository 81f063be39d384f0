"""Inception score: sharpness and variety of classes."""

from typing import Annotated

import torch

from gansmith.facts import Value
from gansmith.metrics.maths.chances import Chances
from gansmith.metrics.maths.checks import Features, both_sides
from gansmith.metrics.maths.influence import Influence
from gansmith.ranges import Range
from gansmith.registry import metrics

SCORE = {
    "inception_score": Value(
        "high",
        "realism",
        "Inception score",
        "confident and diverse predictions of a classifier",
        least=1,
    ),
    "inception_score_error": Value(
        "low",
        "error bar",
        "Error of it",
        "standard deviation of the inception score over parts of the fakes",
    ),
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
