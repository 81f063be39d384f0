"""What an augmentation is, and how a game applies it to whatever its discriminator judges."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from gansmith.errors import wrong_return
from gansmith.records import Draws, Knob

Images = Float[Tensor, " batch channels height width"]
Samples = Float[Tensor, " batch *axes"]


class Numbers:
    """Random numbers for one augmentation of any number of samples.

    They come from the turn's draws, so one process and two see the same, and a resumed run too.

    Args:
        draws: random numbers of the turn, for its whole batch.
        call: how many augmentations went before in this turn.
        count: samples to augment: one batch, both sides of it, or any other number.
    """

    def __init__(self, draws: Draws, call: int, count: int) -> None:
        self._draws, self._call, self._count = draws, call, count

    def uniform(self, stream: str, *shape: int) -> Tensor:
        """Return uniform numbers in [0, 1), [count, *shape]."""
        return self._enough(self._draws.uniform, stream, shape)

    def normal(self, stream: str, *shape: int) -> Tensor:
        """Return standard normal numbers, [count, *shape]."""
        return self._enough(self._draws.normal, stream, shape)

    def happens(self, stream: str, chance: float) -> Tensor:
        """Return for each sample whether something of that chance happens to it, bool [count]."""
        return self.uniform(f"{stream}/happens") < chance

    def _enough(self, draw: Callable[..., Tensor], stream: str, shape: tuple[int, ...]) -> Tensor:
        parts: list[Tensor] = []
        while sum(map(len, parts)) < self._count:
            parts.append(draw(f"augment/{self._call}/{len(parts)}/{stream}", *shape))
        return torch.cat(parts)[: self._count]


@dataclass(frozen=True)
class Augmentation:
    """A differentiable change of samples: of each with a chance, or of all by some amount.

    Most are for images; what is registered with ``any_samples=True`` takes vectors too.

    Attributes:
        apply: (samples, numbers, strength) -> samples of the same shape.
        strength: the chance or the amount, 0 to 1; a knob, so that a controller may move it.
    """

    apply: Callable[[Samples, Numbers, float], Samples]
    strength: Knob


class Augmenter:
    """Augments what the discriminator judges, in every turn and on both sides alike.

    The generator's gradient and D's slope at its samples go through it. A game calls ``turn`` with
    the draws of each turn first.
    """

    def __init__(self, augmentation: Augmentation) -> None:
        self.augmentation, self.strength = augmentation, augmentation.strength
        self._draws: Draws | None = None
        self._calls = 0

    def turn(self, draws: Draws) -> None:
        """Take the random numbers of a turn."""
        self._draws, self._calls = draws, 0

    def __call__(self, samples: Samples) -> Samples:
        """Return the samples, augmented with fresh numbers at each call."""
        assert self._draws is not None, "a game calls turn() first"
        self._calls += 1
        if self.strength.value <= 0:
            return samples
        numbers = Numbers(self._draws, self._calls, len(samples))
        with torch.autocast(samples.device.type, enabled=False):  # places need all their digits
            changed = self.augmentation.apply(samples, numbers, self.strength.value)
        if getattr(changed, "shape", None) != samples.shape:
            must = f"samples of the shape it is given, {list(samples.shape)}"
            raise wrong_return("the augmentation", must, changed)
        return changed
