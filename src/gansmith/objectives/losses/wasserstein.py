"""The difference of mean scores under a 1-Lipschitz critic: an earth mover's distance."""

from gansmith.records import AdversarialLoss, Scores
from gansmith.registry import losses


@losses.add(lipschitz=True)
def wasserstein() -> AdversarialLoss:
    """Difference of mean scores; minus D's loss estimates the earth mover's distance.

    The scores have no scale of their own: without a Lipschitz constraint (`gradient_penalty`,
    `weight_clip`, `spectral_norm`) they run away, so a recipe without one is refused. Usually D
    takes several turns for each of G's.

    Formula: D: D(G(z)) - D(x); G: -D(G(z)).

    Reference: Arjovsky et al. 2017, arXiv:1701.07875.
    """

    def discriminator(real: Scores, fake: Scores) -> Scores:
        return fake - real

    def generator(real: Scores, fake: Scores) -> Scores:
        return -fake

    return AdversarialLoss(discriminator, generator)
