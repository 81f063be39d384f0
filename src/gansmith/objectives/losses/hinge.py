"""D stops learning from samples beyond the margin: the loss of SNGAN, SAGAN and BigGAN."""

from typing import Annotated

from torch.nn.functional import relu

from gansmith.ranges import Range
from gansmith.records import AdversarialLoss, Scores
from gansmith.registry import losses


@losses.add
def hinge(
    margin: Annotated[float, Range(above=0.0, why="at 0 D is content when all scores are 0")] = 1.0,
) -> AdversarialLoss:
    """Hinge loss: D learns only from scores inside the margin, G's gradient never saturates.

    Formula: D: max(0, m - D(x)) + max(0, m + D(G(z))); G: -D(G(z)).

    Args:
        margin: score m beyond which D is content, above 0. Only its ratio to the scale of D's
            weights matters; 1 is usual.

    Raises:
        ValueError: margin is not above 0.

    Reference: Lim and Ye 2017, arXiv:1705.02894.
    """

    def discriminator(real: Scores, fake: Scores) -> Scores:
        return relu(margin - real) + relu(margin + fake)

    def generator(real: Scores, fake: Scores) -> Scores:
        return -fake

    return AdversarialLoss(discriminator, generator)
