"""A generator that plays against what the discriminator will be after some steps."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated, Any

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.optim import Optimizer
from torch.utils.checkpoint import checkpoint

from gansmith.augment.augmentation import Augmenter
from gansmith.games.differentiable_steps import Weight, on_their_way, stepped
from gansmith.games.top_scored import Top
from gansmith.games.two_player import TwoPlayer
from gansmith.ranges import Range
from gansmith.records import AdversarialLoss, Batch, Knob, Outcome, Term, Turn
from gansmith.registry import games

Weights = dict[str, Weight]


class Unrolled(TwoPlayer):
    """The game of two players in which G sees through D's next steps.

    Args:
        players: ``generator`` and ``discriminator``.
        loss: what both play for.
        terms: what is added to each player's loss, by name; D's are part of what it unrolls.
        latent: how many numbers go into G.
        optimizer: D's, of a kind that ``differentiable_steps`` knows.
        recompute: forget what happens within a step, and compute it again on the way back.
        more: what ``TwoPlayer`` takes besides.
    """

    reals_teach_generator = True  # by way of D's steps

    def __init__(
        self,
        players: Mapping[str, nn.Module],
        loss: AdversarialLoss,
        terms: Mapping[str, Term],
        latent: int,
        optimizer: Optimizer,
        recompute: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(players, loss, terms, latent, **more)
        self.optimizer, self.recompute = optimizer, recompute
        self._held = _Held(self.discriminator)

    def play(self, turn: Turn, batch: Batch, step: int) -> Outcome:
        """Play D's turn as two players do, and G's against the D of some steps on."""
        if turn.player == "discriminator":
            return super().play(turn, batch, step)
        latent = batch.draws.normal("latent", self.latent)
        self._begin(batch)
        fake = self.sample(latent, batch.condition)
        ahead = self._look_ahead(batch, fake, latent, step)
        self._begin(batch)
        own = fake.clone()  # slopes at samples are not to lead back through D's steps
        return self._at(ahead, lambda: self.generator_turn(batch, own, latent, step))

    def _look_ahead(self, batch: Batch, fake: Tensor, latent: Tensor, step: int) -> Weights:
        """Return D's weights after its steps on this batch, as functions of the fakes."""
        weights = on_their_way(self.optimizer, dict(self.discriminator.named_parameters()))
        act = partial(self._one_step, replace(batch, looked=False), latent, step)
        for _ in range(round(self.knobs["steps"].value)):
            if self.recompute:
                weights = checkpoint(act, fake, weights, use_reentrant=False)
            else:
                weights = act(fake, weights)
        return weights

    def _one_step(
        self, batch: Batch, latent: Tensor, step: int, fake: Tensor, weights: Weights
    ) -> Weights:
        self._begin(batch)
        own = fake.clone()  # as above
        loss = self._at(weights, lambda: self._separate(batch, own, latent, step)).loss
        values = [weight.value for weight in weights.values()]
        slopes = torch.autograd.grad(loss, values, create_graph=True, materialize_grads=True)
        kind = type(self.optimizer)
        pairs = zip(weights.items(), _averaged(slopes, batch.mean), strict=True)
        return {name: stepped(kind, weight, slope) for (name, weight), slope in pairs}

    def _begin(self, batch: Batch) -> None:
        """Augment from the first of the turn's random numbers on, at each step alike."""
        if self.augment:
            self.augment.turn(batch.draws)

    def _at(self, weights: Weights, act: Callable[[], Outcome]) -> Outcome:
        """Return what an act comes to while D has other weights; its buffers stay as they are."""
        swapped = {f"network.{name}": weight.value for name, weight in weights.items()}
        swapped |= {name: held.clone() for name, held in self._held.named_buffers()}
        outcome: Outcome = functional_call(self._held, swapped, (act,))
        return outcome


class _Held(nn.Module):
    """Runs anything while functional_call has put other weights into a network."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, act: Callable[[], Outcome]) -> Outcome:
        """Run it."""
        return act()


class _Mean(torch.autograd.Function):
    """The mean over processes, of a gradient on the way there and of its own on the way back."""

    @staticmethod
    def forward(ctx: Any, values: Tensor, mean: Callable[[Tensor], Tensor]) -> Tensor:
        """Return the mean of all processes' values."""
        ctx.mean = mean
        return mean(values.clone())

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        """Return the mean of all processes' gradients, since each is one share of the whole."""
        return ctx.mean(gradients[0].clone()), None


def _averaged(slopes: tuple[Tensor, ...], mean: Callable[[Tensor], Tensor]) -> list[Tensor]:
    flat = torch.cat([slope.reshape(-1) for slope in slopes])
    joint: Tensor = _Mean.apply(flat, mean)  # type: ignore[no-untyped-call]
    parts = joint.split([slope.numel() for slope in slopes])  # type: ignore[no-untyped-call]
    return [part.view_as(slope) for part, slope in zip(parts, slopes, strict=True)]


@games.add(unrolls=True)
def unrolled(
    players: Mapping[str, nn.Module],
    loss: AdversarialLoss,
    terms: Mapping[str, Term],
    latent: int,
    optimizers: Mapping[str, Optimizer],
    discriminator_turns: int = 1,
    steps: Annotated[
        int, Range(low=1, high=10, why="each costs as much as a turn of D and more")
    ] = 5,
    recompute: bool = False,
    top: Top | None = None,
    augment: Augmenter | None = None,
) -> Unrolled:
    """A generator against the D that would come of some more steps, which it sees through.

    G's gradient goes through D's optimizer, so that G does not run after the D of the moment and
    gather its samples where that is weak. D itself takes ordinary steps, and its weights, moments
    and buffers stay as they are. The steps ahead use the batch of the turn. D's optimizer is sgd,
    adam or adamw; what D's terms learn besides stands still.

    Formula: L_G(G, D_K), D_0 = D, D_(k+1) = D_k after one step on L_D(G, D_k), differentiated as a
    whole.

    Args:
        players: the networks by name.
        loss: what both play for.
        terms: additions to the players' losses by name; those of D count in its steps ahead.
        latent: how many numbers go into G.
        optimizers: of the players, by name.
        discriminator_turns: turns of D for one of G.
        steps: how far G looks ahead, K in the paper: 1 to 10.
        recompute: keep the weights of each step only and compute what lies between again on the way
            back: memory that hardly grows with the steps, for about half as much time again.
        top: share of each batch of fakes, highest scored, that G learns from; absent: all.
        augment: changes all that D judges, if anything does.

    Raises:
        ValueError: steps or top is out of range.

    Reference: Metz et al. 2016, arXiv:1611.02163.
    """
    more = {"discriminator_turns": discriminator_turns, "augment": augment, "top": top}
    optimizer = optimizers["discriminator"]
    game = Unrolled(players, loss, terms, latent, optimizer, recompute, **more)
    game.knobs["steps"] = Knob("steps", steps, low=1, high=10)
    return game
