"""A step of the style, or of the latent, is to move the sample by the same amount everywhere."""

from typing import Annotated

import torch
from torch import Tensor, nn

from gansmith.objectives.averages import MovingAverage
from gansmith.objectives.gradients import norms
from gansmith.objectives.options import Every, Weight
from gansmith.ranges import Range
from gansmith.records import Knob, PerSample, Term, View
from gansmith.registry import terms


@terms.add(latent=True, pulls=True, kinds=("image", "vector"))
def path_length(
    weight: Weight = 2.0,
    decay: Annotated[float, Range(low=0.0, below=1.0, why="at 1 the average never moves")] = 0.99,
    every: Every = 4,
) -> Term:
    """Path length regularisation: a step of the style moves the sample equally far everywhere.

    Makes G smooth and easier to invert. Costs a forward pass of G of its own. A generator without
    a mapping from latents to styles is taken at its latents.

    Formula: weight * E (|J^T y| - a)^2, J the Jacobian of G at w (or z), y ~ N(0, I) divided by the
    root of the number of pixels, a the moving average of |J^T y|; added to G's loss.

    Args:
        weight: strength, 2 in the paper.
        decay: share of the old average that is kept each time, in [0, 1); 0.99 in the paper.
        every: apply on every n-th step only (lazy); the value is multiplied by n to keep the
            mean.

    Raises:
        ValueError: weight is not above 0, or decay or every is out of range.

    Reference: Karras et al. 2019, arXiv:1912.04958.
    """
    average = MovingAverage(decay)

    def value(view: View) -> PerSample:
        latent = view.latent.detach().requires_grad_(True)
        samples, steered = _generated(view, latent)
        noise = view.draws.normal("path_length", *samples.shape[1:]).to(samples.dtype)
        pixels = samples[0, 0].numel() if samples.ndim > 2 else samples[0].numel()
        pulled = (samples * noise).sum() / pixels**0.5
        (slope,) = torch.autograd.grad(pulled, steered, create_graph=True)
        lengths = norms(slope)
        return (lengths - average.update(view.mean(lengths.detach().mean()))).square()

    return Term(value, "generator", Knob("weight", weight), every, module=average)


def _generated(view: View, latent: Tensor) -> tuple[Tensor, Tensor]:
    """Return samples, and what they are differentiated by: their styles, else their latents."""
    parts = view.players["generator"].modules() if view.players else ()
    mapping = next((part.mapping for part in parts if hasattr(part, "mapping")), None)
    found = [latent]
    if not isinstance(mapping, nn.Module):
        return view.generator(latent, view.condition), latent
    hook = mapping.register_forward_hook(lambda module, given, styles: found.append(styles))
    try:
        samples = view.generator(latent, view.condition)
    finally:
        hook.remove()
    return samples, found[-1]
