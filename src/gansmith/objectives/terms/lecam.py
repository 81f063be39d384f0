"""D's scores of one kind stay near the average score of the other."""

from typing import Annotated

from torch import nn

from gansmith.objectives.averages import MovingAverage
from gansmith.objectives.options import Weight
from gansmith.ranges import Range
from gansmith.records import Knob, PerSample, Term, View
from gansmith.registry import terms


@terms.add(remembers=True)
def lecam(
    weight: Weight = 1e-3,
    decay: Annotated[float, Range(low=0.0, below=1.0, why="at 1 the averages never move")] = 0.99,
) -> Term:
    """LeCam regularisation: keeps D's scores of reals and fakes from drifting apart.

    For little data, where D memorises the training samples; works beside augmentation.

    Formula: weight * E [(D(x) - a_F)^2 + (D(G(z)) - a_R)^2], a_R and a_F moving averages of D's
    scores of reals and fakes.

    Args:
        weight: strength; 1e-4 to 1e-2, stronger with less data.
        decay: share of the old averages that is kept each turn of D, in [0, 1).

    Raises:
        ValueError: weight is not above 0 or decay is out of range.

    Reference: Tseng et al. 2021, arXiv:2104.03310.
    """
    of_reals, of_fakes = MovingAverage(decay), MovingAverage(decay)

    def value(view: View) -> PerSample:
        real, fake = view.critiques["real"].scores, view.critiques["fake"].scores
        average_real = of_reals.update(view.mean(real.detach().mean()))
        average_fake = of_fakes.update(view.mean(fake.detach().mean()))
        drift = (real - average_fake).square() + (fake - average_real).square()
        return drift.view(len(drift), -1).mean(1)

    memory = nn.ModuleDict({"real": of_reals, "fake": of_fakes})
    return Term(value, "discriminator", Knob("weight", weight), module=memory)
