"""Codes in front of any generator."""

from torch import Tensor, nn

from gansmith.codes import Codes
from gansmith.records import Condition


class CodedGenerator(nn.Module):
    """A generator that reads the first numbers of its latent as codes.

    Normal latents go in, as for any generator; the network inside sees each category as ones among
    zeros and each continuous code in [-1, 1].

    Args:
        net: takes latents of length ``codes.width(latent)``.
        codes: which codes there are.

    Reference: Chen et al. 2016, arXiv:1606.03657.
    """

    def __init__(self, net: nn.Module, codes: Codes) -> None:
        super().__init__()
        self.net, self.codes = net, codes
        self.couples_batch = bool(getattr(net, "couples_batch", True))
        self.channels_last = bool(getattr(net, "channels_last", False))

    def forward(self, latent: Tensor, condition: Condition | None = None) -> Tensor:
        """Map latents [batch, latent], and labels where the net takes them, to samples."""
        spelled = self.codes.spell(latent)
        samples: Tensor = self.net(spelled) if condition is None else self.net(spelled, condition)
        return samples
