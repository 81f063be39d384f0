"""D says whether a sample is more real than the average of the other kind."""

from gansmith.objectives.bases import base_loss, check_base
from gansmith.records import AdversarialLoss, Scores
from gansmith.registry import losses


@losses.add(paired=True, check=check_base)
def relativistic_average(base: str = "non_saturating") -> AdversarialLoss:
    """Relativistic average: D compares a sample with the average of the other side.

    The average is taken over the scores that one process sees at once (patches included), so
    small batches make it noisy; `relativistic` has no such average.

    Formula: D: f(D(x) - E D(G)) + f(E D(x) - D(G)); G: f(D(G) - E D(x)) + f(E D(G) - D(x));
    f(t) = -log s(t) for the base non_saturating, and the base's D loss for any base.

    Args:
        base: name of the loss that judges the differences: non_saturating, least_squares,
            hinge ...

    Raises:
        ValueError: base cannot judge differences of scores.

    Reference: Jolicoeur-Martineau 2018, arXiv:1807.00734.
    """
    compare = base_loss(base).discriminator

    def discriminator(real: Scores, fake: Scores) -> Scores:
        return compare(real - fake.mean(), fake - real.mean())

    def generator(real: Scores, fake: Scores) -> Scores:
        return discriminator(fake, real)

    return AdversarialLoss(discriminator, generator, generator_sees_real=True)
