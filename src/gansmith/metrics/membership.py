"""Can it be told from generated samples which reals a generator was trained on?"""

import numpy as np
import torch

from gansmith.facts import Value
from gansmith.metrics.maths.boosted_trees import area_under_curve
from gansmith.metrics.maths.checks import Features, both_sides, one_side
from gansmith.metrics.maths.distances import comparable, nearest
from gansmith.registry import metrics

VALUES = {
    "membership_auc": Value(
        "half",
        "memorisation",
        "Membership AUC",
        "how well distance to the fakes tells training samples from held-out ones",
        least=0,
        most=1,
    ),
    "membership_p": Value(
        "high", "memorisation", "Membership p", "chance of that AUC without memorisation"
    ),
}


@metrics.add(needs=("real", "fake", "held_out"), values=VALUES)
def membership(real: Features, fake: Features, held_out: Features) -> dict[str, float]:
    """Membership inference: whether training samples lie nearer to the fakes than held-out ones.

    An attacker who has nothing but generated samples takes a real for a training sample the nearer
    its nearest fake is. ``membership_auc`` is the area under the ROC curve of that guess: a half
    where training samples cannot be told, 1 where all can. ``membership_p`` is the chance of such
    an AUC or a higher one without memorisation (Mann and Whitney's test, normal approximation).
    About the reals, where ``memorisation`` is about the fakes: a generator may copy few samples
    often. Held-out reals must come from where the training samples come from: other pictures, days
    or machines lie farther away without any memorisation. The more fakes, the sharper the test.

    Args:
        real: features of the training samples [samples, width].
        fake: features of fakes [samples, width].
        held_out: features of reals that training never saw [samples, width].

    Raises:
        ValueError: a side has too few samples, or a value that is not finite.

    Reference: Chen et al. 2019, arXiv:1909.03935 (the attack on the generator's samples alone);
    Mann and Whitney 1947.
    """
    rows = both_sides("membership", real, fake)
    others = one_side("membership", "held-out", held_out)
    fakes, trained = comparable(rows[1], rows[0])
    kept = comparable(rows[1], others)[1]
    near = [-nearest(side, fakes).farthest.double().numpy() for side in (trained, kept)]
    truth = np.repeat([1.0, 0.0], [len(trained), len(kept)])
    auc = area_under_curve(np.concatenate(near), truth)
    error = ((len(trained) + len(kept) + 1) / (12 * len(trained) * len(kept))) ** 0.5
    score = torch.tensor((0.5 - auc) / error, dtype=torch.float64)
    return {"membership_auc": auc, "membership_p": float(torch.special.ndtr(score))}
