"""D is an autoencoder that reconstructs reals well and fakes badly: EBGAN."""

from typing import Annotated

from torch.nn.functional import relu

from gansmith.ranges import Range
from gansmith.records import AdversarialLoss, Scores
from gansmith.registry import losses


@losses.add(autoencoder=True)
def energy(
    margin: Annotated[float, Range(above=0.0, why="an energy is never negative")] = 1.0,
) -> AdversarialLoss:
    """EBGAN: D gives reals low energy and pushes that of fakes up to a margin.

    The energy is the reconstruction error of an autoencoder and the score its negative, so D must
    be one (`autoencoder`); beside it the paper uses the term `pulling_away`.

    Formula: D: E(x) + max(0, m - E(G(z))); G: E(G(z)); E = -D.

    Args:
        margin: energy m above which a fake is bad enough, above 0, in the units of D's error.
            Images in [-1, 1] have a mean squared error of about 0.5 to 1 before training.

    Raises:
        ValueError: margin is not above 0.

    Reference: Zhao et al. 2016, arXiv:1609.03126.
    """

    def discriminator(real: Scores, fake: Scores) -> Scores:
        return relu(margin + fake) - real

    def generator(real: Scores, fake: Scores) -> Scores:
        return -fake

    return AdversarialLoss(discriminator, generator)
