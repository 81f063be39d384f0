"""Fakes that D has judged, used again in G's turn of the same step."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

import torch
from torch import nn

Fakes = TypeVar("Fakes")


class FakesAgain(Generic[Fakes]):
    """Spares a pass through G where both turns of a step make the same fakes of the same images.

    So do the loops of pix2pix and CycleGAN. G's graph is kept while D learns. Where D has several
    turns for one of G, or a batch is worked off in pieces, fakes are made anew in each turn.

    Args:
        generator: all that makes the fakes.
    """

    def __init__(self, generator: nn.Module) -> None:
        self.generator = generator
        self._kept: Fakes | None = None
        self._several = False

    def made_for_discriminator(self, make: Callable[[], Fakes]) -> Fakes:
        """Return fakes for D's turn."""
        self._several = self._several or self._kept is not None
        self._kept = None
        if self._several:
            with torch.no_grad():
                return make()
        with _learning(self.generator):
            self._kept = make()
        return self._kept

    def made_for_generator(self, make: Callable[[], Fakes]) -> Fakes:
        """Return fakes with G's graph: those of D's turn, or new ones."""
        kept, self._kept = self._kept, None
        return make() if kept is None else kept


@contextmanager
def _learning(network: nn.Module) -> Iterator[None]:
    """Record the graph of a network whose turn it is not."""
    weights = list(network.parameters())
    before = [weight.requires_grad for weight in weights]
    network.requires_grad_(True)
    try:
        yield
    finally:
        for weight, wanted in zip(weights, before, strict=True):
            weight.requires_grad_(wanted)
