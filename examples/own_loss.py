"""A loss of your own: one function in your own file, used by its import path.

python examples/own_loss.py        # checks the loss, then trains on the ring with it
gansmith train ring --set 'loss.name="examples/own_loss.py:softplus_margin"'
"""

from typing import Annotated

import torch.nn.functional as F

from gansmith.ranges import Range
from gansmith.records import AdversarialLoss, Scores

Margin = Annotated[float, Range(above=0.0, why="at 0 D is content when all scores are 0")]


def softplus_margin(margin: Margin = 1.0) -> AdversarialLoss:
    """Hinge loss with its corner rounded off: D never quite stops learning.

    Formula: D: softplus(m - D(x)) + softplus(m + D(G(z))); G: -D(G(z)).

    Args:
        margin: score m from which D is nearly content, above 0.
    """

    def discriminator(real: Scores, fake: Scores) -> Scores:
        return F.softplus(margin - real) + F.softplus(margin + fake)

    def generator(real: Scores, fake: Scores) -> Scores:
        return -fake

    return AdversarialLoss(discriminator, generator)


if __name__ == "__main__":
    import gansmith
    from gansmith.testing.conformance import check_loss

    check_loss(softplus_margin)  # shape, order, signs, gradients, scores of 10,000
    print("softplus_margin keeps all the rules")

    changes = {
        "loss.name": f"{__file__}:softplus_margin",
        "loss.margin": 0.5,
        "length.kimg": 16,  # to see it run; the ring recipe's own 2048 cover all modes
    }
    run = gansmith.train(gansmith.Recipe.load("ring", set=changes))
    print(f"trained with it: {run}")
