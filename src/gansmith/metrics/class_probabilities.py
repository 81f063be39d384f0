"""What a classifier says about the samples: sharpness and variety of classes, and missing ones."""

import torch
from torch import Tensor

from gansmith.errors import check_range
from gansmith.metrics.inputs import Features, both_sides
from gansmith.metrics.values import Value
from gansmith.registry import metrics

SCORE = {
    "inception_score": Value("high", "realism"),
    "inception_score_error": Value("low", "error bar"),
}
COVERAGE = {
    "classes_found": Value("high", "diversity"),
    "class_kl": Value("low", "diversity"),
}


@metrics.add(of="probabilities", values=SCORE)
def inception_score(real: Features, fake: Features, splits: int = 10) -> dict[str, float]:
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
    check_range("splits", splits, low=1)
    rows = both_sides("inception_score", real, fake, 1)[1]
    if len(rows) < splits:
        raise ValueError(
            f"inception_score with {splits} splits needs at least {splits} fakes but got "
            f"{len(rows)}; raise the number of samples or lower inception_score.splits"
        )
    scores = torch.stack([_score(part) for part in rows.tensor_split(splits)])
    return {
        "inception_score": float(scores.mean()),
        "inception_score_error": float(scores.std(correction=0)),
    }


def _score(chances: Tensor) -> Tensor:
    overall = chances.mean(0)
    information = torch.special.xlogy(chances, chances).sum(1).mean()
    score: Tensor = information - torch.special.xlogy(overall, overall).sum()
    return score.exp()


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
    reals, fakes = (torch.bincount(side.argmax(1), minlength=side.shape[1]) for side in rows)
    expected = reals.double().clamp(min=0.5) / len(rows[0])
    shares = fakes.double() / len(rows[1])
    surplus = torch.special.xlogy(shares, shares) - torch.special.xlogy(shares, expected)
    return {
        "classes_found": float(((fakes > 0) & (reals > 0)).sum()),
        "class_kl": max(float(surplus.sum()), 0.0),
    }
