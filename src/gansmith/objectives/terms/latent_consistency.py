"""D's score of a fake is not to change when its latent changes a little."""

from typing import Annotated

from gansmith.objectives.gradients import judge
from gansmith.objectives.options import Weight
from gansmith.ranges import Range
from gansmith.records import Knob, PerSample, Term, View
from gansmith.registry import terms


@terms.add(latent=True)
def latent_consistency(
    weight: Weight = 5.0,
    noise: Annotated[
        float, Range(above=0.0, log=True, why="without a change there is nothing to compare")
    ] = 0.07,
) -> Term:
    """Latent consistency of D (zCR): a small change of the latent is not to change the score.

    Goes with `latent_sensitivity`, which keeps G from answering by ignoring its latent.

    Formula: weight * E (D(G(z)) - D(G(z + n)))^2, n ~ N(0, noise^2); added to D's loss.

    Args:
        weight: strength, 5 in the paper.
        noise: standard deviation of the change of the latent; 0.03 to 0.1.

    Raises:
        ValueError: weight or noise is not above 0.

    Reference: Zhao et al. 2020, arXiv:2002.04724.
    """

    def value(view: View) -> PerSample:
        moved = view.latent + noise * view.draws.normal("zcr", *view.latent.shape[1:])
        fake = view.generator(moved.to(view.latent.dtype), view.condition).detach()
        change = (view.critiques["fake"].scores - judge(view, fake).scores).square()
        return change.view(len(change), -1).mean(1)

    return Term(value, "discriminator", Knob("weight", weight))
