"""Rules on what a generator can hold."""

from collections.abc import Iterator

from gansmith.preflight.case import Case, Finding, rules
from gansmith.preflight.fixes import at, wider
from gansmith.registry import generators
from gansmith.runs.networks import too_small

LATENT = 4  # numbers of a latent for images
WIDTH = 64  # that a net of some layers can be given without a thought


@rules.add(needs="networks")
def generator_too_small(case: Case) -> Iterator[Finding]:
    """A generator whose layers pass on a few numbers cannot make more than a few samples.

    It depends on the narrowest dense layer, and for images on the parameters for each number of a
    sample and at the length of the latent. Nets from image to image are left out.

    Reference: Brock et al. 2018, arXiv:1809.11096 (width helps both players).
    """
    data, net = case.data, case.networks.get("generator")
    if data is None or net is None or data.inputs:
        return
    size = {"parameters": net.parameters, "narrowest": net.narrowest}
    small = too_small(size, data.shape, data.kind.pixels)
    short = data.kind.pixels and case.recipe.game.latent < LATENT
    part = case.recipe.networks.generator
    changes = at("networks.generator", wider(part, generators, WIDTH)) if part and small else {}
    if small or short:
        yield Finding(
            "generator_too_small",
            "warn",
            "networks.generator",
            (small or f"a latent of {case.recipe.game.latent} numbers leaves it little to vary")
            + ": it is too small for these data, and its samples will look as if it had collapsed",
            f"give its layers a width of {WIDTH} or more, and the latent {WIDTH} numbers",
            changes | ({"game.latent": WIDTH} if short else {}),
            "Brock et al. 2018, arXiv:1809.11096",
        )
