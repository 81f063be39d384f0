"""The generator maximises log D(G(z)): the loss of the first GAN in the form that trains."""

from typing import Annotated

from torch.nn.functional import logsigmoid

from gansmith.ranges import Range
from gansmith.records import AdversarialLoss, Scores
from gansmith.registry import losses


@losses.add(aliases=("bce",))
def non_saturating(
    real_target: Annotated[
        float, Range(above=0.5, high=1.0, why="it is the probability that D gives to a real sample")
    ] = 1.0,
) -> AdversarialLoss:
    """Binary cross-entropy with a generator whose gradient lives when it loses: the plain GAN.

    Written with log-sigmoid, so its gradient at a score of -30 is -1 where log(sigmoid + eps)
    has none left.

    Formula: D: -t log s(D(x)) - (1-t) log s(-D(x)) - log s(-D(G(z))); G: -log s(D(G(z)));
    s the sigmoid, t the real target.

    Args:
        real_target: label of real samples, in (0.5, 1]; below 1 is one-sided label smoothing
            (typical 0.9), which keeps D's scores of reals bounded.

    Raises:
        ValueError: real_target is not in (0.5, 1].

    Reference: Goodfellow et al. 2014, arXiv:1406.2661; label smoothing Salimans et al. 2016,
    arXiv:1606.03498.
    """

    def discriminator(real: Scores, fake: Scores) -> Scores:
        # -log s(-x) = x - log s(x): the smoothed part is a straight line
        return (1.0 - real_target) * real - logsigmoid(real) - logsigmoid(-fake)

    def generator(real: Scores, fake: Scores) -> Scores:
        return -logsigmoid(fake)

    return AdversarialLoss(discriminator, generator)
