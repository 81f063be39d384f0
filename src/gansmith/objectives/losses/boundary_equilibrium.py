"""An autoencoder D, and a balance between its errors on reals and on fakes: BEGAN."""

from collections.abc import Mapping
from typing import Annotated

from torch import Tensor

from gansmith.ranges import Range
from gansmith.records import AdversarialLoss, Knob, Scores
from gansmith.registry import losses


@losses.add(autoencoder=True, controlled="k")
def boundary_equilibrium(
    gamma: Annotated[float, Range(above=0.0, high=1.0, why="it is a ratio of two errors")] = 0.5,
) -> AdversarialLoss:
    """BEGAN: an autoencoder D whose effort against fakes, k, is balanced while it trains.

    Its convergence measure is recorded as the signal `equilibrium/convergence`: lower is better,
    which few GAN losses can say. The knob k starts at 0 and needs a controller:
    `[[controllers]] name = "integral", knob = "loss.k", signal = "equilibrium/balance"`.

    Formula: D: L(x) - k L(G(z)); G: L(G(z)); L = -D the reconstruction error; balance
    gamma L(x) - L(G(z)), to be summed up into k in [0, 1]; convergence L(x) + |balance|.

    Args:
        gamma: error of fakes over that of reals at the balance, in (0, 1]; lower gives cleaner
            and less varied samples. 0.3 to 0.7.

    Raises:
        ValueError: gamma is not in (0, 1].

    Reference: Berthelot et al. 2017, arXiv:1703.10717.
    """
    k = Knob("k", 0.0, low=0.0, high=1.0)

    def discriminator(real: Scores, fake: Scores) -> Scores:
        return k.value * fake - real

    def generator(real: Scores, fake: Scores) -> Scores:
        return -fake

    def signals(real: Scores, fake: Scores) -> Mapping[str, Tensor]:
        balance = fake.mean() - gamma * real.mean()
        convergence = balance.abs() - real.mean()
        return {"equilibrium/balance": balance, "equilibrium/convergence": convergence}

    return AdversarialLoss(discriminator, generator, knobs={"k": k}, signals=signals)
