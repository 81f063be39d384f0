"""A generator against a discriminator."""

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor, nn

from gansmith.augment.augmentation import Augmenter
from gansmith.errors import wrong_return
from gansmith.games.judging import call, exact, exact_critique, judge_apart, judge_together
from gansmith.games.score_signals import score_signals
from gansmith.games.top_scored import Top, top_scored
from gansmith.records import (
    AdversarialLoss,
    Batch,
    Condition,
    Critique,
    Knob,
    Outcome,
    Pair,
    Player,
    Side,
    Term,
    Turn,
    View,
)
from gansmith.registry import games


class TwoPlayer:
    """The game of Goodfellow et al. 2014: D separates real from fake, G makes D take fake for real.

    Args:
        players: ``generator`` and ``discriminator``.
        loss: what both play for.
        terms: what is added to each player's loss, by name.
        latent: how many numbers go into G.
        discriminator_turns: turns of D, each on a fresh batch, for one of G.
        augment: changes all that D judges, if anything does.
        top: share of the fakes, highest scored, that G learns from; None: all.
    """

    reals_teach_generator = False  # whether scores of reals depend on G

    def __init__(
        self,
        players: Mapping[str, nn.Module],
        loss: AdversarialLoss,
        terms: Mapping[str, Term],
        latent: int,
        discriminator_turns: int = 1,
        augment: Augmenter | None = None,
        top: float | None = None,
    ) -> None:
        self.players, self.loss, self.terms, self.latent = dict(players), loss, terms, latent
        self.generator, self.discriminator = players["generator"], players["discriminator"]
        self.augment = augment
        self.knobs = {
            "discriminator_turns": Knob("discriminator_turns", discriminator_turns, low=1, high=100)
        }
        if top is not None:
            self.knobs["top"] = Knob("top", top, low=1e-3, high=1.0)
        self._couples = bool(getattr(self.discriminator, "couples_batch", True))

    def turns(self, step: int) -> Sequence[Turn]:
        """Return the turns of a step: D on fresh batches, then G."""
        count = round(self.knobs["discriminator_turns"].value)
        return [Turn("discriminator")] * count + [Turn("generator", fresh=False)]

    def play(self, turn: Turn, batch: Batch, step: int) -> Outcome:
        """Play one turn: the player's loss and what can be seen of the game."""
        if self.augment:
            self.augment.turn(batch.draws)
        latent = batch.draws.normal("latent", self.latent)
        if turn.player == "discriminator":
            with torch.no_grad():
                fake = self.sample(latent, batch.condition)
            return self.discriminator_turn(batch, fake, latent, step)
        return self.generator_turn(batch, self.sample(latent, batch.condition), latent, step)

    def sample(self, latent: Tensor, condition: Condition | None = None) -> Tensor:
        """Make samples in [-1, 1] from latents [batch, latent]."""
        return exact(call(self.generator, latent, condition))

    def discriminator_turn(self, batch: Batch, fake: Tensor, latent: Tensor, step: int) -> Outcome:
        """Return D's loss of reals against fakes made from latents, which carry no graph."""
        return self._separate(batch, fake.detach(), latent, step)

    def _separate(self, batch: Batch, fake: Tensor, latent: Tensor, step: int) -> Outcome:
        due = self._due("discriminator", step)
        view = self._judge_both(batch, fake, latent, due)
        real, fakes = view.critiques["real"].scores, view.critiques["fake"].scores
        loss = self.loss.discriminator(real, fakes).mean()
        own = self.loss.signals(real.detach(), fakes.detach()) if self.loss.signals else {}
        seen = dict(own) | (score_signals(real, fakes) if batch.looked else {})
        return self._outcome("discriminator", loss, due, view, seen)

    def generator_turn(
        self,
        batch: Batch,
        fake: Tensor,
        latent: Tensor,
        step: int,
        offers: Mapping[str, Callable[[], Pair]] | None = None,
    ) -> Outcome:
        """Return G's loss of fakes that carry its graph.

        ``offers`` makes the pairs that the game has to compare, by name; only those are made that a
        term which is due needs.
        """
        due = self._due("generator", step)
        if fake.requires_grad:
            fake.retain_grad()
        critiques: dict[Side, Critique] = {"fake": self._judge(fake, batch.condition)}
        if self.loss.generator_sees_real:
            with torch.set_grad_enabled(self.reals_teach_generator):
                critiques["real"] = self._judge(batch.real, batch.condition)
        view = self._view(batch, batch.real, fake, latent, critiques)
        view.player = "generator"
        asked = {name for term in due.values() for name in term.compares}
        view.pairs = {name: make() for name, make in (offers or {}).items() if name in asked}
        fakes = critiques["fake"].scores
        real = critiques["real"].scores if "real" in critiques else fakes.detach()
        loss = self._counted(self.loss.generator(real, fakes), fakes).mean()
        outcome = self._outcome("generator", loss, due, view, {})
        return Outcome(outcome.loss, outcome.signals, {"gradient/samples": fake})

    def _counted(self, losses: Tensor, fakes: Tensor) -> Tensor:
        """Return the losses of those fakes that G learns from."""
        return top_scored(losses, fakes, self.knobs["top"].value) if "top" in self.knobs else losses

    def _outcome(
        self,
        player: Player,
        loss: Tensor,
        due: Mapping[str, Term],
        view: View,
        seen: Mapping[str, Tensor],
    ) -> Outcome:
        signals = {f"loss/{player}/adversarial": loss, **seen}
        total = loss
        for name, term in due.items():
            added = term.weight.value * term.every * _value(name, term, view).mean()
            signals[f"term/{name}/{player}" if term.player == "both" else f"term/{name}"] = added
            total = total + added
        return Outcome(total, {f"loss/{player}": total, **signals})

    def _due(self, player: Player, step: int) -> dict[str, Term]:
        return {n: t for n, t in self.terms.items() if player in t.players and not step % t.every}

    def _judge(self, samples: Tensor, condition: Condition | None = None) -> Critique:
        judged = self.augment(samples) if self.augment else samples
        return exact_critique(call(self.discriminator, judged, condition))

    def _judge_both(
        self, batch: Batch, fake: Tensor, latent: Tensor, due: Mapping[str, Term]
    ) -> View:
        sides = {side for term in due.values() for side in term.slope_at}
        apart = self._couples or len(sides) == 1
        judged = (judge_apart if apart else judge_together)(
            self._judge, batch.real, fake, batch.condition, sides
        )
        view = self._view(batch, judged.real, judged.fake, latent, judged.critiques)
        view.joint = judged.joint
        return view

    def _view(
        self,
        batch: Batch,
        real: Tensor,
        fake: Tensor,
        latent: Tensor,
        critiques: Mapping[Side, Critique],
    ) -> View:
        return View(
            real=real,
            fake=fake,
            latent=latent,
            discriminator=self._judge,
            generator=self.sample,
            draws=batch.draws,
            condition=batch.condition,
            critiques=critiques,
            players=self.players,
            mean=batch.mean,
        )


def _value(name: str, term: Term, view: View) -> Tensor:
    value = term.value(view)
    if not isinstance(value, Tensor):
        raise wrong_return(f"the value of terms.{name}", "one number for each sample", value)
    return value


@games.add
def two_player(
    players: Mapping[str, nn.Module],
    loss: AdversarialLoss,
    terms: Mapping[str, Term],
    latent: int,
    discriminator_turns: int = 1,
    top: Top | None = None,
    augment: Augmenter | None = None,
) -> TwoPlayer:
    """A generator against a discriminator, D on a fresh batch each turn, then G.

    Args:
        players: the networks by name.
        loss: what both play for.
        terms: additions to the players' losses by name.
        latent: how many numbers go into G.
        discriminator_turns: turns of D for one of G; 5 is usual for Wasserstein with a penalty.
        top: share of each batch of fakes, highest scored, that G learns from; absent: all. The
            paper lowers it from 1 to 0.5-0.75 with time: a controller with knob = "game.top".
        augment: changes all that D judges, if anything does.

    Raises:
        ValueError: top is not in (0, 1].

    Reference: Goodfellow et al. 2014, arXiv:1406.2661; top Sinha et al. 2020, arXiv:2002.06224.
    """
    return TwoPlayer(players, loss, terms, latent, discriminator_turns, augment, top)
