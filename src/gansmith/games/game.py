"""What a game is: whose turn it is, and what that player minimises."""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from torch import Tensor, nn

from gansmith.records import Batch, Condition, Outcome, Turn


@runtime_checkable
class Game(Protocol):
    """Says whose turn it is and what that player minimises."""

    players: Mapping[str, nn.Module]
    latent: int

    def turns(self, step: int) -> Sequence[Turn]:
        """Return the turns of a step."""
        ...

    def play(self, turn: Turn, batch: Batch, step: int) -> Outcome:
        """Return the loss of the turn's player; no backward."""
        ...

    def sample(self, latent: Tensor, condition: Condition | None = None) -> Tensor:
        """Make samples from latents."""
        ...
