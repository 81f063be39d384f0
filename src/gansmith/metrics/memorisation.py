"""Did the generator learn the distribution, or memorise its training samples?"""

import torch

from gansmith.facts import Value
from gansmith.metrics.maths.checks import Features, both_sides, one_side
from gansmith.metrics.maths.distances import comparable, nearest
from gansmith.registry import metrics

VALUES = {
    "memorised_share": Value(
        "low",
        "memorisation",
        "Memorised",
        "surplus of fakes whose nearest real was trained on",
        most=1,
    ),
    "memorisation_p": Value(
        "high", "memorisation", "Memorisation p", "chance of that surplus without memorisation"
    ),
}


@metrics.add(needs=("real", "fake", "held_out"), values=VALUES)
def memorisation(real: Features, fake: Features, held_out: Features) -> dict[str, float]:
    """Share of fakes copied from training samples, and how surely it is more than chance.

    Training samples and held-out ones are alike to a generator that learned the distribution: the
    real nearest to a fake is then a training sample just as often as their number says, whatever
    the fakes look like. ``memorised_share`` is the surplus, 1 if all fakes sit on training samples,
    about 0 (or slightly below) if none does. ``memorisation_p`` is the chance of such a surplus
    without memorisation; it is calibrated by exchanging training and held-out samples, which also
    holds when many fakes share a neighbour. About the fakes. ``real`` should be all the training
    samples: copies of others are not seen.

    Formula: share = (t - q) / (1 - q), t = share of fakes whose nearest is a training sample, q =
    share of training samples among all reals.

    Args:
        real: features of the training samples [samples, width].
        fake: features of fakes [samples, width].
        held_out: features of reals that training never saw [samples, width].

    Raises:
        ValueError: a side has too few samples, or a value that is not finite.

    Reference: Meehan et al. 2020, arXiv:2004.05675, who test the same in another way.
    """
    rows = both_sides("memorisation", real, fake)
    others = one_side("memorisation", "held-out", held_out)
    both_sides("memorisation", real, others)
    pool, fakes = comparable(torch.cat([rows[0], others]), rows[1])
    chosen = torch.bincount(nearest(fakes, pool).index, minlength=len(pool)).double()
    trained, kept = len(rows[0]), len(others)
    expected = trained / len(pool)
    hits, share = float(chosen[:trained].sum()), len(fakes)
    deviation = (trained * kept / len(pool) * float(chosen.var())) ** 0.5
    surplus = hits - expected * share
    score = surplus / deviation if deviation > 0 else 0.0
    return {
        "memorised_share": (hits / share - expected) / (1 - expected),
        "memorisation_p": float(torch.special.ndtr(torch.tensor(-score, dtype=torch.float64))),
    }
