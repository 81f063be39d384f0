"""The words everything else speaks: batches, critiques, views, outcomes, knobs.

One sign, one order, one scale, one clock: a higher score means more real, real comes before fake,
samples live in [-1, 1], time is samples of real data seen.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor

Scores = Float[Tensor, " batch *patch"]
PerSample = Float[Tensor, " batch"]
Player = str  # "discriminator", "generator", and further ones where a game has them
Side = Literal["real", "fake"]
Pair = tuple[Tensor, Tensor]


@dataclass(eq=False)
class Knob:
    """A number that may change while training runs; only the knob table sets it.

    Its value is base x scale. The base is the recipe's number, ``start``, until a treatment or a
    person sets another. The scale is what schedules and controllers make of it: they propose
    ``planned``, as if the base were still ``start``, so that neither takes back what the other
    did. A knob that starts at 0 has nothing to scale; what controllers add then adds to its base.
    Controllers that keep a balance own a ``factor`` of their own, on top of any schedule.

    Args:
        name: of the knob, without whose it is.
        base: what the recipe says.
        low: the lowest value.
        high: the highest value.
    """

    name: str
    base: float
    low: float = 0.0
    high: float = math.inf

    def __post_init__(self) -> None:
        self.start = self.planned = self.base
        self.factor = 1.0

    @property
    def scale(self) -> float:
        """What schedules and controllers multiply the base by; 1 where it starts at 0."""
        return self.planned / self.start if self.start else 1.0

    @property
    def value(self) -> float:
        """The number that training uses."""
        if self.base == self.start and self.factor == 1:
            return self.planned  # to the bit
        moved = self.base * self.scale if self.start else self.base + self.planned
        return min(max(moved * self.factor, self.low), self.high)


@dataclass(frozen=True)
class Move:
    """A proposal to set a knob: who proposes it and why.

    ``to`` of a schedule or controller is the value that the knob would have with the recipe's
    base; of a controller that keeps a balance the factor of both; of a treatment or a person the
    new base.
    """

    knob: str
    to: float
    by: str
    because: str


@dataclass(frozen=True)
class AdversarialLoss:
    """A pair of pure functions of scores (real, fake), per score, never reduced.

    ``generator_sees_real`` says that the generator's side uses the scores of real samples;
    ``signals`` are what the loss wants recorded of the scores in D's turn.
    """

    discriminator: Callable[[Scores, Scores], Scores]
    generator: Callable[[Scores, Scores], Scores]
    generator_sees_real: bool = False
    knobs: Mapping[str, Knob] = field(default_factory=dict)
    signals: Callable[[Scores, Scores], Mapping[str, Tensor]] | None = None


class Condition(Mapping[str, Tensor]):
    """What samples are to be: tensors by name, each with one row a sample; immutable.

    ``labels`` are class indices, int64 [batch]; ``images``, [batch, channels, height, width] in
    [-1, 1], are what samples are made from. A name that is not there raises KeyError.

    Args:
        tensors: by name.
    """

    def __init__(self, **tensors: Tensor) -> None:
        self._tensors = tensors

    def __getitem__(self, name: str) -> Tensor:
        return self._tensors[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tensors)

    def __len__(self) -> int:
        return len(self._tensors)

    def rows(self, rows: slice | Tensor) -> "Condition":
        """Return the condition of some of the samples: a slice, or indices [n]."""
        return self._each(lambda values: values[rows])

    def to(self, device: torch.device | str) -> "Condition":
        """Return the condition on a device."""
        return self._each(lambda values: values.to(device))

    def concatenated(self, other: "Condition") -> "Condition":
        """Return the condition of these samples followed by others of the same names."""
        joined = {name: torch.cat([values, other[name]]) for name, values in self.items()}
        return Condition(**joined)

    def _each(self, change: Callable[[Tensor], Tensor]) -> "Condition":
        return Condition(**{name: change(values) for name, values in self._tensors.items()})


class Critique(NamedTuple):
    """What a discriminator says: scores [batch, *patch], features [batch, width] behind them."""

    scores: Tensor
    features: Tensor | None = None


@runtime_checkable
class Draws(Protocol):
    """Random numbers of one turn, per sample, the same for any number of processes."""

    def normal(self, stream: str, *shape: int) -> Tensor:
        """Return standard normal numbers [batch, *shape]; the stream's name picks the sequence."""
        ...

    def uniform(self, stream: str, *shape: int) -> Tensor:
        """Return uniform numbers in [0, 1) [batch, *shape]."""
        ...


@dataclass(frozen=True)
class Batch:
    """Real samples in [-1, 1] with their conditions, and the random numbers of the turn.

    ``mean`` averages a number without a gradient over all processes; ``looked`` says whether the
    signals of its scores are wanted. ``mask`` says which places of the samples count, bool
    [batch, length]; None: all do.
    """

    real: Tensor
    draws: Draws
    condition: Condition | None = None
    mean: Callable[[Tensor], Tensor] = Tensor.clone
    looked: bool = True
    mask: Tensor | None = None


@dataclass
class View:
    """What a term sees of one turn.

    ``real``, ``fake`` are the samples that the discriminator judged (``fake`` carries the
    generator's graph in the generator's turn), ``latent`` is what the fakes were made from;
    ``critiques`` holds the judgement of each side where the turn made one. ``joint`` is the tensor
    of both sides together where one forward pass judged both. ``players`` are the networks, for
    terms of their weights; ``player`` is whose turn it is; ``mean`` averages a number without a
    gradient over all processes.

    ``pairs`` are images to be alike, made by G and given, where a term that is due ``compares``
    them: "target" (a fake, the real sample that belongs to its input), "cycle" (there and back, the
    original), "identity" (G of a sample that is of its target's kind already, the sample).
    """

    real: Tensor
    fake: Tensor
    latent: Tensor
    discriminator: Callable[..., Critique]
    generator: Callable[..., Tensor]
    draws: Draws
    condition: Condition | None = None
    critiques: Mapping[Side, Critique] = field(default_factory=dict)
    joint: Tensor | None = None
    players: Mapping[str, torch.nn.Module] = field(default_factory=dict)
    player: Player = "discriminator"
    mean: Callable[[Tensor], Tensor] = Tensor.clone
    pairs: Mapping[str, Pair] = field(default_factory=dict)
    _slopes: dict[Side, Tensor] = field(default_factory=dict)

    @property
    def pack(self) -> int:
        """How many samples one score judges together; 1 for most discriminators."""
        judged = next(iter(self.critiques.values()), None)
        return len(self.fake) // len(judged.scores) if judged else 1

    def slope(self, side: Side) -> Tensor:
        """Return the gradient of the summed scores of one side at its samples, differentiable.

        Shape as the samples, or [packs, pack, ...] where one score judges a pack. It reuses the
        graph of the turn's own forward pass, so R1 and R2 together cost no further forward; the
        game has marked the samples as needing a gradient because the term says so in ``slope_at``.
        """
        if not self._slopes and self.joint is not None:
            total = self.critiques["real"].scores.sum() + self.critiques["fake"].scores.sum()
            (slope,) = torch.autograd.grad(total, self.joint, create_graph=True)
            n = len(self.real)
            self._slopes["real"], self._slopes["fake"] = slope[:n], slope[n:]
        if side not in self._slopes:
            samples = self.real if side == "real" else self.fake
            scores = self.critiques[side].scores
            (slope,) = torch.autograd.grad(scores.sum(), samples, create_graph=True)
            self._slopes[side] = by_score(slope, len(scores))
        return self._slopes[side]


def by_score(slope: Tensor, count: int) -> Tensor:
    """Return slopes at samples with one row a score: [packs, pack, ...] where it judges several."""
    return slope if len(slope) == count else slope.reshape(count, -1, *slope.shape[1:])


@dataclass(frozen=True)
class Term:
    """Something added to a player's loss: ``weight * mean(value(view))``, every ``every`` steps.

    The trainer multiplies a lazy value by ``every``, which keeps its mean. ``slope_at`` names the
    sides whose ``View.slope`` the value uses, ``compares`` the ``View.pairs``.

    ``module`` holds what a term remembers (its buffers, such as a moving average) or learns (its
    parameters, such as a head on D's features): it is placed, checkpointed and resumed with the
    networks, and its parameters are stepped by the optimizer of the player, or of ``trained_by``.
    A term of ``both`` players is evaluated in each turn and sees in ``View.player`` whose it is.
    """

    value: Callable[[View], PerSample]
    player: Player  # or "both", of generator and discriminator
    weight: Knob
    every: int = 1
    slope_at: tuple[Side, ...] = ()
    compares: tuple[str, ...] = ()
    module: torch.nn.Module | None = None
    trained_by: Player | None = None

    @property
    def players(self) -> tuple[Player, ...]:
        """Whose losses it is added to."""
        return ("discriminator", "generator") if self.player == "both" else (self.player,)

    @property
    def owner(self) -> Player:
        """Whose optimizer steps the module's parameters."""
        return self.trained_by or self.players[0]


@dataclass(frozen=True)
class Constraint:
    """A restriction on the discriminator: ``prepare`` once, ``after_step`` after each step."""

    prepare: Callable[[torch.nn.Module], None] | None = None
    after_step: Callable[[torch.nn.Module], None] | None = None


class Turn(NamedTuple):
    """Whose turn it is, and whether it is played on a fresh batch of real samples."""

    player: Player
    fresh: bool = True


@dataclass(frozen=True)
class Outcome:
    """What a turn came to: the loss to step on, and signals as tensors on the device.

    ``watched`` are tensors whose gradient norm per sample becomes a signal after the backward pass.
    """

    loss: Tensor
    signals: Mapping[str, Tensor]
    watched: Mapping[str, Tensor] = field(default_factory=dict)
