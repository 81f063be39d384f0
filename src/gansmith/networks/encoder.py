"""An encoder, from samples to latents, around the features of any discriminator."""

from typing import Any

from torch import Tensor, nn

from gansmith.networks.plain import judging
from gansmith.registry import discriminators, encoders


class Encoder(nn.Module):
    """Reads a latent off the features of a network that judges samples.

    Args:
        net: gives features of ``feature_width`` with its scores, which are not used.
        width: of the features.
        latent: how many numbers come out.
    """

    def __init__(self, net: nn.Module, width: int, latent: int) -> None:
        super().__init__()
        self.net, self.read = net, nn.Linear(width, latent)
        self.couples_batch = bool(getattr(net, "couples_batch", True))
        self.channels_last = bool(getattr(net, "channels_last", False))

    def forward(self, samples: Tensor) -> Tensor:
        """Map samples [batch, ...] to latents [batch, latent]."""
        latents: Tensor = self.read(self.net(samples).features)
        return latents


@encoders.add(wraps=True)
def encoder(shape: tuple[int, ...], latent: int, *, base: str, **options: Any) -> nn.Module:
    """A discriminator's network with the latent in place of a score.

    For games that have an encoder beside the two players, as BiGAN and latent regressors do.
    Options of the base stand beside its name: base = "lean", width = 16.

    Args:
        shape: of one sample: (features,) or (channels, height, width).
        latent: how many numbers come out.
        base: name of a discriminator that gives features with its scores.
        options: of the base.

    Raises:
        ValueError: the base gives no features, or cannot be built.

    Reference: Donahue et al. 2016 (BiGAN), arXiv:1605.09782.
    """
    net = judging(discriminators.build(base, options, shape=shape))
    width = getattr(net, "feature_width", None)
    if not isinstance(width, int):
        raise ValueError(f"{base} gives no features with its scores; name another base, as mlp")
    return Encoder(net, width, latent)
