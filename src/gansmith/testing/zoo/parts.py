"""Generators with a defect built in, so that the failure is certain."""

from typing import Any

import torch
from torch import Tensor, nn

from gansmith.registry import generators


class Defective(nn.Module):
    """A generator around which one thing is wrong.

    Args:
        net: the generator.
        defect: narrow (only the signs of two numbers are heard: four samples), deaf (numbers of the
            latent beyond ``heard`` are not heard, such as a class code), or checkered (every second
            pixel brighter, which no weight can take back).
        heard: numbers of the latent that a deaf one hears.
    """

    couples_batch = True

    def __init__(self, net: nn.Module, defect: str, heard: int) -> None:
        super().__init__()
        self.net, self.defect, self.heard = net, defect, heard

    def forward(self, latent: Tensor) -> Tensor:
        """Return samples, with the defect."""
        if self.defect == "narrow":
            latent = torch.cat([latent[:, :2].sign(), 1e-3 * latent[:, 2:]], 1)
        if self.defect == "deaf":
            latent = torch.cat([latent[:, : self.heard], 0 * latent[:, self.heard :]], 1)
        samples: Tensor = self.net(latent)
        if self.defect != "checkered":
            return samples
        rows, columns = (torch.arange(n, device=latent.device) for n in samples.shape[2:])
        board = ((rows[:, None] + columns) % 2).to(samples.dtype)
        return (samples + 0.15 * (2 * board - 1)).clamp(-1, 1)


def defective(
    shape: tuple[int, ...],
    latent: int,
    *,
    base: str,
    defect: str,
    heard: int = 32,
    width: int | None = None,
    widths: tuple[int, ...] | None = None,
) -> nn.Module:
    """A generator of the package with a defect."""
    options: dict[str, Any] = {"width": width} if width else {}
    options |= {"widths": widths} if widths else {}
    net = generators.build(base, options, shape=shape, latent=latent)
    return Defective(net, defect, heard)
