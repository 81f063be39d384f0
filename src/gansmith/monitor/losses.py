"""Whose loss is whose, under the names that loops give them."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

NAMES = {
    "discriminator": ("discriminator", "d", "disc", "dis", "critic", "netd"),
    "generator": ("generator", "g", "gen", "netg"),
}
BESIDE = {"loss", "losses", "err", "error", "l", "total", "net", "opt", "optim", "optimizer"}


class Losses:
    """Reads the losses of each step, and says once whose are missing.

    Args:
        say: is told, in a sentence.
    """

    def __init__(self, say: Callable[[str], Any]) -> None:
        self.say, self.seen, self.others = say, set[str](), dict[str, None]()

    def __call__(self, losses: Any, device: torch.device, tick: bool) -> dict[str, Tensor]:
        """Return the means of the players' losses as ``loss/NAME``, of all others as ``term/NAME``.

        Args:
            losses: by name, tensors of any shape or numbers; None is left out.
            device: where to keep them.
            tick: whether the first steps are over.

        Raises:
            TypeError: they are no mapping.
        """
        if losses is None:
            return {}
        if not isinstance(losses, Mapping):
            raise TypeError(
                f'losses are a mapping such as {{"discriminator": loss_d, "generator": loss_g}},'
                f" not a {type(losses).__name__}"
            )
        players = players_of(losses)
        self._look(losses, players, tick)
        return {
            f"loss/{players[name]}" if name in players else f"term/{name}": torch.as_tensor(
                value, device=device
            )
            .detach()
            .float()
            .mean()
            for name, value in losses.items()
            if value is not None
        }

    def _look(self, losses: Mapping[Any, Any], players: Mapping[Any, str], tick: bool) -> None:
        self.seen.update(players.values())
        self.others.update(dict.fromkeys(str(name) for name in losses if name not in players))
        missing = [player for player in NAMES if player not in self.seen]
        if self.others and missing and (tick or len(missing) == 2):
            kept = ", ".join(self.others)
            self.say(
                f"no loss is called {' or '.join(missing)} (or D, loss_D, errD, d_loss; G alike),"
                f" so nothing is known of it; kept as terms: {kept}"
            )
            self.seen.update(missing)  # said once


def players_of(names: Any) -> dict[Any, str]:
    """Return which of some names of losses are players', and whose.

    A player's full name comes before others that mean it; of those, the first.
    """
    found: dict[Any, str] = {}
    for exact in (True, False):
        for name in names:
            player = name if name in NAMES else None if exact else _meant(str(name))
            if player is not None and player not in found.values():
                found[name] = player
    return found


def _meant(name: str) -> str | None:
    """The player that a name such as "loss_D", "errG" or "d_loss" means, if any."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
    words = [word for word in re.split(r"[^a-z]+", split.lower()) if word]
    words = [part for word in words for part in _apart(word)]
    left = [word for word in words if word not in BESIDE]
    return next((p for p, names in NAMES.items() if len(left) == 1 and left[0] in names), None)


def _apart(word: str) -> list[str]:
    """A word such as "lossd" or "gloss" as two."""
    fit = re.fullmatch(r"(?:(loss|err|l)(\w+)|(\w+?)(loss|losses|err))", word)
    parts = [part for part in fit.groups() if part] if fit else [word]
    known = any(part in names for part in parts for names in NAMES.values())
    return parts if known else [word]
