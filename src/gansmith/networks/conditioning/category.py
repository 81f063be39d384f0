"""One category of one column of a table as a condition, around any generator and discriminator."""

import torch
from torch import Tensor, nn

from gansmith.kinds.tables.categories import Category, same_column
from gansmith.records import Condition, Critique


def _asked(condition: Condition | None, player: str) -> Tensor:
    if condition is None or "category" not in condition:
        raise ValueError(
            f"this {player} was trained with a category for each row and needs one; pass "
            f"condition=Condition(category=...), or --condition category=COLUMN=CATEGORY"
        )
    return condition["category"]


class AskedGenerator(nn.Module):
    """A generator that is told a category of a column, and whose rows have it.

    Args:
        net: latents lengthened by one number a category to rows [batch, width].
        categories: that can be asked for.
    """

    places: Tensor
    alike: Tensor

    def __init__(self, net: nn.Module, categories: tuple[Category, ...]) -> None:
        super().__init__()
        self.net = net
        self.couples_batch = bool(getattr(net, "couples_batch", True))
        self.channels_last = bool(getattr(net, "channels_last", False))
        at = torch.tensor([one.place for one in categories], dtype=torch.int64)
        self.register_buffer("places", at, persistent=False)
        alike = same_column(categories).float()
        self.register_buffer("alike", alike, persistent=False)

    def forward(self, latent: Tensor, condition: Condition | None = None) -> Tensor:
        """Map latents [batch, latent] and categories [batch, categories] to rows.

        Raises:
            ValueError: there is no condition.
        """
        asked = _asked(condition, "generator").to(latent.dtype)
        rows: Tensor = self.net(torch.cat([latent, asked], 1))
        free = 1 - asked @ self.alike.to(latent.dtype)  # 0 at all categories of that column
        own = rows[:, self.places] * free + asked
        return rows.index_copy(1, self.places, own)


class AskedDiscriminator(nn.Module):
    """A discriminator that sees with each row which category was asked for.

    Args:
        net: judges rows lengthened by one number a category.
    """

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net, self.feature_width = net, getattr(net, "feature_width", None)
        self.pack = int(getattr(net, "pack", 1))
        self.couples_batch = bool(getattr(net, "couples_batch", True))
        self.channels_last = bool(getattr(net, "channels_last", False))

    def forward(self, samples: Tensor, condition: Condition | None = None) -> Critique:
        """Judge rows [batch, width] with what was asked for, [batch, categories].

        Raises:
            ValueError: there is no condition.
        """
        asked = _asked(condition, "discriminator").to(samples.dtype)
        critique: Critique = self.net(torch.cat([samples, asked], 1))
        return critique
