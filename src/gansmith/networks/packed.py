"""A discriminator that judges several samples at once, around any other."""

from typing import Annotated, Any

from jaxtyping import Float
from torch import Tensor, nn

from gansmith.networks.plain import judging
from gansmith.networks.wrapping import holds_no_other
from gansmith.ranges import Range
from gansmith.records import Critique
from gansmith.registry import discriminators

Samples = Float[Tensor, " batch channels *places"]


class PackedDiscriminator(nn.Module):
    """Lays ``pack`` neighbours of a batch on one another and has a network judge them as one.

    Args:
        net: judges samples of ``pack`` times as many channels.
        pack: samples behind one score.
    """

    couples_batch = True

    def __init__(self, net: nn.Module, pack: int) -> None:
        super().__init__()
        self.net, self.pack = net, pack
        self.channels_last = bool(getattr(net, "channels_last", False))
        self.autoencodes = bool(getattr(net, "autoencodes", False))
        self.feature_width = getattr(net, "feature_width", None)

    def forward(self, samples: Samples) -> Critique:
        """Judge samples [batch, channels, ...]: scores [packs, *patch], features [packs, width].

        In evaluation mode the last pack may be incomplete: it is filled up with the first samples.

        Raises:
            ValueError: packs do not divide the batch in training, where each sample counts once.
        """
        missing = -len(samples) % self.pack
        if missing and self.training:
            raise ValueError(
                f"packs of {self.pack} do not divide {len(samples)} samples; make data.batch a"
                f" multiple of {self.pack} on each process and in each piece"
            )
        if missing:
            samples = samples[[k % len(samples) for k in range(len(samples) + missing)]]
        critique: Critique = self.net(in_packs(samples, self.pack))
        return critique


def in_packs(samples: Samples, pack: int) -> Float[Tensor, " packs joint *places"]:
    """Lay each ``pack`` neighbours on one another: [B, C, ...] -> [B / pack, pack * C, ...]."""
    packs, channels = len(samples) // pack, pack * samples.shape[1]
    return samples.reshape(packs, channels, *samples.shape[2:])


@discriminators.add(wraps=True, packs=True, check=holds_no_other)
def packed(
    shape: tuple[int, ...],
    *,
    base: str,
    samples: Annotated[
        int, Range(low=2, why="a pack of one is the base alone: name that instead")
    ] = 2,
    **options: Any,
) -> nn.Module:
    """PacGAN: another discriminator that judges several samples at once, all real or all fake.

    Samples that are alike give a pack away though each may pass for real alone, so that a collapsed
    generator loses. The batch is cut into packs of neighbours and has as many scores as packs;
    penalties on the slope are of whole packs. Each process and each piece needs whole packs. Not
    for labels, codes or input images, which belong to one sample and not to a pack.

    Options of the base stand beside its name: base = "lean", samples = 2, width = 16.

    Args:
        shape: of one sample: (features,) or (channels, height, width).
        base: name of the discriminator that sees the samples of a pack on one another.
        samples: in a pack; the paper takes 2 to 4.
        options: of the base.

    Raises:
        ValueError: a pack has less than two samples, or the base cannot be built.

    Reference: Lin et al. 2017, arXiv:1712.04086.
    """
    joint = (samples * shape[0], *shape[1:])
    return PackedDiscriminator(judging(discriminators.build(base, options, shape=joint)), samples)
