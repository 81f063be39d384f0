"""D says which of two samples is more real: the pairing GAN of R3GAN."""

from gansmith.objectives.bases import base_loss, check_base
from gansmith.records import AdversarialLoss, Scores
from gansmith.registry import losses


@losses.add(paired=True, check=check_base)
def relativistic(base: str = "non_saturating") -> AdversarialLoss:
    """Relativistic pairing: D ranks the real of a pair above the fake, G the reverse.

    Every fake is judged against a real, so the loss has no minimum in which D ignores some modes;
    with R1 and R2 it converges locally (R3GAN).

    Formula: D: f(D(x) - D(G(z))); G: f(D(G(z)) - D(x)); f(t) = -log s(t) for the base
    non_saturating, and half the base's D loss at (t, -t) for any base.

    Args:
        base: name of the loss that judges the difference: non_saturating, least_squares,
            hinge ...

    Raises:
        ValueError: base cannot judge differences of scores.

    Reference: Jolicoeur-Martineau 2018, arXiv:1807.00734; with R1 and R2 Huang et al. 2025,
    arXiv:2501.05441.
    """
    compare = base_loss(base).discriminator

    def discriminator(real: Scores, fake: Scores) -> Scores:
        return 0.5 * compare(real - fake, fake - real)

    def generator(real: Scores, fake: Scores) -> Scores:
        return discriminator(fake, real)

    return AdversarialLoss(discriminator, generator, generator_sees_real=True)
