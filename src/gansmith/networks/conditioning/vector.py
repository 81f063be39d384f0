"""A vector of numbers as a condition, around any generator and any discriminator."""

import torch
from torch import Tensor, nn

from gansmith.records import Condition, Critique


def _given(condition: Condition | None, name: str) -> Tensor:
    if condition is None or name not in condition:
        raise ValueError(f"this network was trained with {name} and needs them for each sample")
    return condition[name]


class ToldGenerator(nn.Module):
    """A generator whose latent is lengthened by what a layer makes of the condition.

    Args:
        net: takes latents of length latent + width.
        name: of the condition.
        encoder: the condition, as it comes, to [batch, width].
    """

    def __init__(self, net: nn.Module, name: str, encoder: nn.Module) -> None:
        super().__init__()
        self.net, self.name, self.encoder = net, name, encoder
        self.couples_batch = bool(getattr(net, "couples_batch", True))
        self.channels_last = bool(getattr(net, "channels_last", False))

    def forward(self, latent: Tensor, condition: Condition | None = None) -> Tensor:
        """Map latents [batch, latent] and the condition to samples.

        Raises:
            ValueError: there is no condition.
        """
        code = self.encoder(_given(condition, self.name)).to(latent.dtype)
        samples: Tensor = self.net(torch.cat([latent, code], dim=1))
        return samples


class ToldDiscriminator(nn.Module):
    """A discriminator that adds how well the features of a sample agree with its condition.

    Args:
        net: its ``Critique`` carries features.
        name: of the condition.
        encoder: the condition, as it comes, to [batch, width of the features].

    Reference: Miyato and Koyama 2018, arXiv:1802.05637.
    """

    def __init__(self, net: nn.Module, name: str, encoder: nn.Module) -> None:
        super().__init__()
        self.net, self.name, self.encoder = net, name, encoder
        self.feature_width = getattr(net, "feature_width", None)
        self.couples_batch = bool(getattr(net, "couples_batch", True))
        self.channels_last = bool(getattr(net, "channels_last", False))

    def forward(self, samples: Tensor, condition: Condition | None = None) -> Critique:
        """Judge samples with their condition.

        Raises:
            ValueError: there is no condition, or the net gives no features.
        """
        given = self.encoder(_given(condition, self.name))
        scores, features = self.net(samples)
        if features is None:
            raise ValueError("a projection discriminator needs a net whose Critique has features")
        agreement = (given.to(features.dtype) * features).sum(1)
        return Critique(scores + agreement.view(-1, *[1 for _ in scores.shape[1:]]), features)
