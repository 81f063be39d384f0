"""Slopes of a discriminator at samples, and their sizes: what every gradient penalty is made of."""

import torch
from jaxtyping import Float
from torch import Tensor

from gansmith.errors import GansmithError
from gansmith.records import Critique, PerSample, View, by_score

Samples = Float[Tensor, " batch *axes"]
Slopes = Float[Tensor, " scores *slope"]


def judge(view: View, samples: Samples) -> Critique:
    """Return the discriminator's critique of other samples under the view's condition."""
    if view.condition is None:
        return view.discriminator(samples)
    return view.discriminator(samples, view.condition)


def between(view: View, stream: str) -> Samples:
    """Return samples on the lines from fakes to reals, at one random share per sample or pack."""
    share = view.draws.uniform(stream).to(view.real.dtype)
    share = share[:: view.pack].repeat_interleave(view.pack) if view.pack > 1 else share
    share = share.view(-1, *[1] * (view.real.ndim - 1))
    return share * view.real.detach() + (1 - share) * view.fake.detach()


def slope_at(view: View, samples: Samples) -> Slopes:
    """Return the gradient of D's scores (summed over patches) at samples that no turn has judged.

    It costs a forward pass of its own and can be differentiated with respect to D's parameters.
    Shape as the samples, or [packs, pack, ...] where one score judges a pack.
    """
    samples = samples.detach().requires_grad_(True)
    scores = judge(view, samples).scores
    (slope,) = torch.autograd.grad(scores.sum(), samples, create_graph=True)
    return by_score(slope, len(scores))


def rows(slope: Samples) -> Float[Tensor, " batch width"]:
    """Return one row a sample, in float32 at least: a sum of many bfloat16 squares loses digits."""
    return slope.flatten(1).to(torch.promote_types(slope.dtype, torch.float32))


def norms(slope: Samples) -> PerSample:
    """Return the Euclidean norm of each sample's slope, over all axes but the batch."""
    length: Tensor = torch.linalg.vector_norm(rows(slope), dim=1)
    return length


def squared_norms(slope: Samples) -> PerSample:
    """Return the sum of squares of each sample's slope, over all axes but the batch."""
    return rows(slope).square().sum(1)


def features_of(critique: Critique, term: str) -> Float[Tensor, " batch width"]:
    """Return a critique's features, in float32 at least.

    Raises:
        GansmithError: the discriminator gives none.
    """
    if critique.features is None:
        raise GansmithError(
            f"terms.{term} needs a discriminator that gives features with its scores; take one "
            f"whose Critique has them (mlp, dcgan, sngan, modern)"
        )
    return rows(critique.features)
