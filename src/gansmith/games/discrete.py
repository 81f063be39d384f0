"""Texts against a discriminator: maximum likelihood first, then a game whose samples are tokens."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated, Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.games.estimators.gumbel_softmax import gumbel_softmax
from gansmith.games.estimators.reinforce import advantages, policy_loss, prefix_losses
from gansmith.games.estimators.straight_through import straight_through
from gansmith.games.two_player import TwoPlayer
from gansmith.kinds.text import lengths
from gansmith.networks.text.autoregressive import Autoregressive
from gansmith.networks.text.likelihood import log_chances
from gansmith.ranges import Range
from gansmith.records import (
    AdversarialLoss,
    Batch,
    Condition,
    Draws,
    Knob,
    Outcome,
    Term,
    Turn,
    View,
)
from gansmith.registry import games

Estimator = Literal["gumbel_softmax", "straight_through", "reinforce"]
OF_WEIGHTS = ("weight_decay", "orthogonal")  # terms of G that need no gradient through samples


class Discrete(TwoPlayer):
    """The game of two players with samples of tokens.

    Args:
        players: a generator that writes token by token, and a discriminator.
        loss: what both play for.
        terms: what is added to each player's loss, by name.
        latent: as many numbers as places.
        discriminator_turns: turns of D for one of G.
        estimator: how G gets a gradient through tokens.
        temperature: of Gumbel-softmax.
        rollouts: of REINFORCE, from each prefix.
        pretraining: steps of maximum likelihood before the game.
        warmup: steps after them in which D alone learns.
        likelihood: weight of maximum likelihood in the game.
    """

    def __init__(
        self,
        players: Mapping[str, nn.Module],
        loss: AdversarialLoss,
        terms: Mapping[str, Term],
        latent: int,
        discriminator_turns: int,
        estimator: Estimator,
        temperature: float,
        rollouts: int,
        pretraining: int,
        warmup: int,
        likelihood: float,
    ) -> None:
        super().__init__(players, loss, terms, latent, discriminator_turns)
        self.estimator, self.rollouts = estimator, rollouts
        self.pretraining, self.warmup = pretraining, warmup
        self.knobs["likelihood"] = Knob("likelihood", likelihood)
        if estimator == "gumbel_softmax":
            self.knobs["temperature"] = Knob("temperature", temperature, low=1e-3)
        judged = any("discriminator" in term.players for term in terms.values())
        self.whole = estimator == "reinforce" and not judged  # D reads numbers of tokens

    @property
    def writer(self) -> Autoregressive:
        """The generator, which writes token by token."""
        assert isinstance(self.generator, Autoregressive)
        return self.generator

    def turns(self, step: int) -> Sequence[Turn]:
        """Return G's turn on a fresh batch at first, then D's alone, then those of two players."""
        if step < self.pretraining:
            return [Turn("generator")]
        if step < self.pretraining + self.warmup:
            return [Turn("discriminator")]
        return super().turns(step)

    def play(self, turn: Turn, batch: Batch, step: int) -> Outcome:
        """Play one turn: of maximum likelihood, of D, or of G by the estimator."""
        if step < self.pretraining:
            return self._likelihood(batch)
        latent = batch.draws.normal("latent", self.latent)
        judged = replace(batch, real=self._as_judged(batch.real))
        if turn.player == "discriminator":
            with torch.no_grad():
                fake = self._written(latent, batch.draws)
            return self.discriminator_turn(judged, fake, latent, step)
        if self.estimator == "reinforce":
            outcome = self._reinforced(judged, latent, step)
        else:
            outcome = self.generator_turn(judged, self._written(latent, batch.draws), latent, step)
        return self._also_likely(outcome, batch)

    def sample(self, latent: Tensor, condition: Condition | None = None) -> Tensor:
        """Return texts as token numbers [batch, places], or as terms compare them."""
        return self._as_judged(super().sample(latent, condition))

    def _as_judged(self, tokens: Tensor) -> Tensor:
        """Return token numbers as D is given them: so, or as corners of the simplex."""
        if self.whole:
            return tokens
        return F.one_hot(tokens.round().long(), self.writer.tokens).to(tokens.dtype)

    def _written(self, latent: Tensor, draws: Draws) -> Tensor:
        """Return fakes as D is given them, by the estimator."""
        choose: Callable[[Tensor, int], Tensor]
        places, tokens = self.writer.places, self.writer.tokens
        if self.estimator == "reinforce":
            return self.sample(latent)
        if self.estimator == "straight_through":
            each = draws.uniform("token", places)
            choose = partial(_at_place, straight_through, each)
        else:
            each = draws.uniform("gumbel", places, tokens)
            warmth = self.knobs["temperature"].value
            choose = partial(_at_place, partial(gumbel_softmax, temperature=warmth), each)
        return self.writer.relaxed(choose, len(latent))

    def _reinforced(self, batch: Batch, latent: Tensor, step: int) -> Outcome:
        """Return G's loss of whole texts, with the gradient that REINFORCE estimates."""
        tokens = self.writer(latent).round().long()
        longest = self._longest(tokens, batch)
        tokens = tokens[:, :longest]
        with torch.no_grad():
            real = self._judge(batch.real).scores if self.loss.generator_sees_real else None
        places = self.writer.places
        uniform = batch.draws.uniform("rollouts", places, self.rollouts, places)
        losses = partial(self._losses, real)
        drawn = uniform[:, :longest, :, :longest]  # drawn whole: as many for any batch
        expected = prefix_losses(self.writer, tokens, losses, drawn)
        gain = advantages(expected)
        surrogate = policy_loss(log_chances(self.writer, tokens, tempered=True), gain).mean()
        value = expected[:, -1].mean()
        due = self._due("generator", step)
        view = View(
            real=batch.real,
            fake=self._as_judged(tokens.to(latent.dtype)),
            latent=latent,
            discriminator=self._judge,
            generator=self.sample,
            draws=batch.draws,
            players=self.players,
            player="generator",
            mean=batch.mean,
        )
        total = value + surrogate - surrogate.detach()
        return self._outcome("generator", total, due, view, {})

    def _longest(self, tokens: Tensor, batch: Batch) -> int:
        """Return the longest text's length in the whole batch, by which rollouts are cut."""
        own = F.one_hot(lengths(tokens).max(), self.writer.places + 1)
        return int(batch.mean(own.float()).nonzero().max())

    def _losses(self, real: Tensor | None, tokens: Tensor) -> Tensor:
        """Return G's loss of each text; reals are paired with the texts of a batch in turn."""
        missing = self.writer.places - tokens.shape[1]
        whole = F.pad(tokens, (0, missing)).to(self.writer.table.dtype)
        fake = self._judge(self._as_judged(whole)).scores
        pairs = fake if real is None else real.repeat(len(fake) // len(real))
        return self.loss.generator(pairs, fake)

    def _likelihood(self, batch: Batch) -> Outcome:
        """Return -log p of the reals, in nats a text."""
        loss, seen = self._nll(batch)
        return Outcome(loss, {"loss/generator": loss, **seen})

    def _also_likely(self, outcome: Outcome, batch: Batch) -> Outcome:
        """Add -log p of the reals to G's loss, if it has a weight."""
        weight = self.knobs["likelihood"].value
        if not weight:
            return outcome
        nll, seen = self._nll(batch)
        total = outcome.loss + weight * nll
        signals = {**outcome.signals, "loss/generator": total, **seen}
        return replace(outcome, loss=total, signals=signals)

    def _nll(self, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        tokens = batch.real.round().long()
        tokens = tokens[:, : int(lengths(tokens).max())]
        total = -log_chances(self.writer, tokens).sum()
        sums = batch.mean(torch.stack([total.detach(), lengths(tokens).sum().to(total.dtype)]))
        return total / len(tokens), {"likelihood/nll": sums[0] / sums[1]}


def _at_place(
    choose: Callable[[Tensor, Tensor], Tensor], draws: Tensor, logits: Tensor, place: int
) -> Tensor:
    return choose(logits, draws[:, place])


def check_terms(terms: Mapping[str, Term], estimator: str) -> None:
    """Refuse terms of G that need what REINFORCE has not: a gradient through samples.

    Raises:
        ValueError: there is one.
    """
    of_samples = [
        name
        for name, term in terms.items()
        if "generator" in term.players and name.partition("-")[0] not in OF_WEIGHTS
    ]
    if of_samples and estimator == "reinforce":
        raise ValueError(
            f"reinforce has no gradient through samples, which the term {of_samples[0]} of G needs;"
            f" leave it out, or take gumbel_softmax or straight_through"
        )


@games.add(kinds=("text",))
def discrete(
    players: Mapping[str, nn.Module],
    loss: AdversarialLoss,
    terms: Mapping[str, Term],
    latent: int,
    discriminator_turns: int = 1,
    *,
    estimator: Estimator = "gumbel_softmax",
    temperature: Annotated[float, Range(above=0, log=True)] = 1.0,
    rollouts: Annotated[int, Range(low=1, high=64)] = 4,
    pretraining: Annotated[int, Range(low=0)] = 0,
    warmup: Annotated[int, Range(low=0)] = 0,
    likelihood: Annotated[float, Range(low=0)] = 0.0,
) -> Discrete:
    """Texts against a discriminator: samples are tokens, which have no gradient by themselves.

    The first steps are G's alone, by maximum likelihood; then D may learn alone; then both play.

    Args:
        players: the networks by name.
        loss: what both play for.
        terms: additions to the players' losses by name.
        latent: as many numbers as places of a text.
        discriminator_turns: turns of D for one of G.
        estimator: gumbel_softmax (relaxed tokens), straight_through (whole tokens, the gradient of
            their probabilities) or reinforce (whole texts, judged from every prefix).
        temperature: of Gumbel-softmax, a knob; low ones have less bias and more variance.
        rollouts: texts that REINFORCE writes from each prefix.
        pretraining: steps of maximum likelihood before the game.
        warmup: steps after them in which D alone learns.
        likelihood: weight of -log p of the reals, in nats a text, in the game; a knob. It holds G
            to all of the data.

    Raises:
        ValueError: a term of G needs a gradient that reinforce has not, or G does not write token
            by token.

    Reference: Yu et al. 2016, arXiv:1609.05473; Jang et al. 2016, arXiv:1611.01144.
    """
    if not isinstance(players["generator"], Autoregressive):
        raise ValueError(
            "the game discrete needs a generator that writes token by token: text_rnn or "
            "text_transformer"
        )
    check_terms(terms, estimator)
    return Discrete(
        players,
        loss,
        terms,
        latent,
        discriminator_turns,
        estimator,
        temperature,
        rollouts,
        pretraining,
        warmup,
        likelihood,
    )
