"""Scores are pulled to labels by squared error: LSGAN."""

from gansmith.errors import check_range
from gansmith.records import AdversarialLoss, Scores
from gansmith.registry import losses


def in_order(a: float, b: float, c: float) -> None:
    """Refuse labels of reals, or labels that G wants, that are not above those of fakes."""
    check_range("b", b, above=a, why="a higher score means more real")
    check_range("c", c, above=a, why="the generator is to raise its scores")


@losses.add(aliases=("mse",), check=in_order)
def least_squares(a: float = 0.0, b: float = 1.0, c: float = 1.0) -> AdversarialLoss:
    """Squared error between scores and labels: smooth gradients even for fakes D is sure about.

    Formula: D: (D(x)-b)^2/2 + (D(G(z))-a)^2/2; G: (D(G(z))-c)^2/2.

    Args:
        a: label of fake samples for D.
        b: label of real samples for D, above a. With b - c = 1 and b - a = 2, as (-1, 1, 0), the
            game minimises the Pearson chi-squared divergence.
        c: label that G wants for its samples, above a.

    Raises:
        ValueError: b or c is not above a.

    Reference: Mao et al. 2016, arXiv:1611.04076.
    """

    def discriminator(real: Scores, fake: Scores) -> Scores:
        return 0.5 * (real - b).square() + 0.5 * (fake - a).square()

    def generator(real: Scores, fake: Scores) -> Scores:
        return 0.5 * (fake - c).square()

    return AdversarialLoss(discriminator, generator)
