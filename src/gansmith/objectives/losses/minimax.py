"""The zero-sum form of the first GAN: for theory and comparison."""

from torch.nn.functional import logsigmoid

from gansmith.records import AdversarialLoss, Scores
from gansmith.registry import losses


@losses.add(saturates="log(1 - D(G(z))) is flat where D rejects the fakes; use non_saturating")
def minimax() -> AdversarialLoss:
    """The zero-sum game of the first GAN; its generator gradient vanishes when D wins.

    Good for theory and for showing the failure; `non_saturating` has the same fixed points and
    trains.

    Formula: D: -log s(D(x)) - log s(-D(G(z))); G: log s(-D(G(z))); s the sigmoid.

    Reference: Goodfellow et al. 2014, arXiv:1406.2661.
    """

    def discriminator(real: Scores, fake: Scores) -> Scores:
        return -logsigmoid(real) - logsigmoid(-fake)

    def generator(real: Scores, fake: Scores) -> Scores:
        return logsigmoid(-fake)

    return AdversarialLoss(discriminator, generator)
