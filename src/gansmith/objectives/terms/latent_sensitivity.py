"""G's sample is to change when its latent changes a little."""

from typing import Annotated

from gansmith.objectives.options import Weight
from gansmith.ranges import Range
from gansmith.records import Knob, PerSample, Term, View
from gansmith.registry import terms


@terms.add(latent=True)
def latent_sensitivity(
    weight: Weight = 0.5,
    noise: Annotated[
        float, Range(above=0.0, log=True, why="without a change there is nothing to compare")
    ] = 0.07,
) -> Term:
    """Latent sensitivity of G (zCR): a small change of the latent is to change the sample.

    The counterpart of `latent_consistency`; costs a second forward pass of G.

    Formula: -weight * E mean (G(z) - G(z + n))^2, n ~ N(0, noise^2); added to G's loss.

    Args:
        weight: strength, 0.5 in the paper.
        noise: standard deviation of the change of the latent; 0.03 to 0.1.

    Raises:
        ValueError: weight or noise is not above 0.

    Reference: Zhao et al. 2020, arXiv:2002.04724.
    """

    def value(view: View) -> PerSample:
        moved = view.latent + noise * view.draws.normal("zcr", *view.latent.shape[1:])
        other = view.generator(moved.to(view.latent.dtype), view.condition)
        return -(view.fake - other).square().flatten(1).mean(1)

    return Term(value, "generator", Knob("weight", weight))
