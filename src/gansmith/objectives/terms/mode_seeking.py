"""Two latents are to give two different samples."""

from gansmith.objectives.options import Weight
from gansmith.records import Knob, PerSample, Term, View
from gansmith.registry import terms


@terms.add(latent=True)
def mode_seeking(weight: Weight = 1.0) -> Term:
    """Mode seeking: G's samples are to differ as much as their latents do.

    For conditional generators that ignore their latent: both samples of a pair have the same
    condition. Costs a second forward pass of G.

    Formula: weight * E 1 / (|G(z1) - G(z2)| / |z1 - z2| + 1e-5), mean absolute differences;
    added to G's loss.

    Args:
        weight: strength, 1 in the paper.

    Raises:
        ValueError: weight is not above 0.

    Reference: Mao et al. 2019, arXiv:1903.05628.
    """

    def value(view: View) -> PerSample:
        latent = view.draws.normal("mode_seeking", *view.latent.shape[1:]).to(view.latent.dtype)
        other = view.generator(latent, view.condition)
        apart = (view.fake - other).flatten(1).abs().mean(1)
        return 1.0 / (apart / (view.latent - latent).abs().mean(1) + 1e-5)

    return Term(value, "generator", Knob("weight", weight))
