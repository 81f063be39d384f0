"""A generator whose batch norms use a fixed reference batch, around any other with batch norm."""

from typing import Annotated, Any

import torch
from torch import Tensor, nn

from gansmith.networks.layers.virtual_batch_norm import in_place_of_batch_norm
from gansmith.ranges import Range
from gansmith.registry import generators


class ReferredGenerator(nn.Module):
    """Passes a fixed batch of latents through the network with every batch.

    Args:
        net: a generator with ``VirtualBatchNorm``.
        latents: the reference batch [reference, latent].
    """

    couples_batch = False
    reference: Tensor

    def __init__(self, net: nn.Module, latents: Tensor) -> None:
        super().__init__()
        self.net = net
        self.register_buffer("reference", latents)
        self.channels_last = bool(getattr(net, "channels_last", False))

    def forward(self, latent: Tensor) -> Tensor:
        """Map latents [batch, latent] to samples."""
        together = torch.cat([self.reference.to(latent.dtype), latent])
        samples: Tensor = self.net(together)
        return samples[len(self.reference) :]


def holds_no_other_generator(base: str) -> None:
    """Refuse a base that has a base itself, or makes images from images.

    Raises:
        ValueError: it does.
    """
    facts = generators.get(base).facts
    if facts.wraps or facts.translates:
        raise ValueError(f"base must be a generator from latents with batch norm but is {base}")


@generators.add(wraps=True, check=holds_no_other_generator)
def virtual_batch_norm(
    shape: tuple[int, ...],
    latent: int,
    *,
    base: str,
    reference: Annotated[
        int, Range(low=2, high=4096, why="a variance needs two samples, and each costs a pass")
    ] = 64,
    **options: Any,
) -> nn.Module:
    """Another generator whose batch norms use a fixed reference batch and the sample itself.

    With batch norm the samples of a batch take on what they have in common, and the same latent
    gives another sample while training than after; here it gives the same one everywhere. The
    reference batch, drawn once, goes through the network with every batch: a step costs
    (reference + batch) / batch passes of G. Options of the base stand beside its name:
    base = "dcgan", reference = 64, width = 64.

    Args:
        shape: of one sample.
        latent: length of the latent vector.
        base: name of a generator that has batch norm: dcgan, sngan, mlp with norm = "batch".
        reference: latents in the reference batch.
        options: of the base.

    Raises:
        ValueError: the base has no batch norm, or cannot be built.

    Reference: Salimans et al. 2016, arXiv:1606.03498.
    """
    net = generators.build(base, options, shape=shape, latent=latent)
    if not in_place_of_batch_norm(net, reference):
        raise ValueError(f'{base} has no batch norm to take the place of; set norm = "batch"')
    return ReferredGenerator(net, torch.randn(reference, latent))
