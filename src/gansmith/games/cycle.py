"""Two generators, there and back, against two discriminators, without pairs."""

from collections.abc import Mapping, Sequence

from torch import Tensor, nn

from gansmith.games.fakes_again import FakesAgain
from gansmith.games.judging import exact, exact_critique
from gansmith.games.paired import images_of
from gansmith.games.two_player import TwoPlayer
from gansmith.networks.conditioning.directions import Directions, Judges
from gansmith.records import (
    AdversarialLoss,
    Batch,
    Condition,
    Critique,
    Draws,
    Knob,
    Outcome,
    Pair,
    Player,
    Term,
    Turn,
)
from gansmith.registry import games


class Direction(TwoPlayer):
    """One direction: its generator makes samples of one kind, its discriminator judges them."""

    def sample(self, latent: Tensor, condition: Condition | None = None) -> Tensor:
        """Translate the condition's images; the latent is empty."""
        return self.translate(images_of(condition))

    def translate(self, images: Tensor) -> Tensor:
        """Make samples of one kind from images of the other."""
        return exact(self.generator(images))

    def _judge(self, samples: Tensor, condition: Condition | None = None) -> Critique:
        return exact_critique(self.discriminator(samples))


class Apart:
    """The random numbers of a turn under other names, so that two directions draw their own."""

    def __init__(self, draws: Draws, name: str) -> None:
        self._draws, self._name = draws, name

    def normal(self, stream: str, *shape: int) -> Tensor:
        """Return standard normal numbers [batch, *shape]."""
        return self._draws.normal(f"{self._name}/{stream}", *shape)

    def uniform(self, stream: str, *shape: int) -> Tensor:
        """Return uniform numbers in [0, 1), [batch, *shape]."""
        return self._draws.uniform(f"{self._name}/{stream}", *shape)


class Cycle:
    """The game of CycleGAN: two directions at once, whose losses are added up.

    ``players`` are one generator that holds both directions and one discriminator that holds a
    judge of either kind, so that each has one optimizer, one average, one place in a checkpoint.

    Args:
        players: ``generator`` and ``discriminator``.
        loss: what all play for.
        terms: what is added to the losses of each direction, by name.
        discriminator_turns: turns of D for one of G.
    """

    latent = 0
    augment = None

    def __init__(
        self,
        players: Mapping[str, nn.Module],
        loss: AdversarialLoss,
        terms: Mapping[str, Term],
        discriminator_turns: int = 1,
    ) -> None:
        self.players = dict(players)
        generator, discriminator = players["generator"], players["discriminator"]
        assert isinstance(generator, Directions)
        assert isinstance(discriminator, Judges)
        there = {"generator": generator.there, "discriminator": discriminator.outputs}
        back = {"generator": generator.back, "discriminator": discriminator.inputs}
        self.fakes = FakesAgain[Pair](generator)
        self.there = Direction(there, loss, terms, 0, discriminator_turns)
        self.back = Direction(back, loss, terms, 0, discriminator_turns)
        self.knobs: Mapping[str, Knob] = self.there.knobs

    def turns(self, step: int) -> Sequence[Turn]:
        """Return the turns of a step: both judges on fresh batches, then both generators."""
        return self.there.turns(step)

    def play(self, turn: Turn, batch: Batch, step: int) -> Outcome:
        """Play one turn both ways: reals are one kind, the images of the condition the other."""
        x, y = images_of(batch.condition), batch.real
        batches = (
            Batch(y, Apart(batch.draws, "there"), Condition(images=x), batch.mean, batch.looked),
            Batch(x, Apart(batch.draws, "back"), Condition(images=y), batch.mean, batch.looked),
        )
        own = turn.player == "generator"
        made = self.fakes.made_for_generator if own else self.fakes.made_for_discriminator
        fakes = made(lambda: (self.there.translate(x), self.back.translate(y)))
        there = self._turn(self.there, turn.player, batches[0], fakes, step)
        back = self._turn(self.back, turn.player, batches[1], fakes[::-1], step)
        return _both(there, back)

    def sample(self, latent: Tensor, condition: Condition | None = None) -> Tensor:
        """Translate the condition's images; the latent is empty."""
        return self.there.sample(latent, condition)

    def _turn(
        self, side: Direction, player: Player, batch: Batch, fakes: tuple[Tensor, Tensor], step: int
    ) -> Outcome:
        """Play one direction: ``fakes`` are its own, and the other's, made from its reals."""
        fake, other = fakes
        latent = batch.draws.normal("latent", 0)
        if player == "discriminator":
            return side.discriminator_turn(batch, fake, latent, step)

        def there_and_back() -> Pair:
            return side.translate(other), batch.real

        def as_it_is() -> Pair:
            return side.translate(batch.real), batch.real

        offers = {"cycle": there_and_back, "identity": as_it_is}
        return side.generator_turn(batch, fake, latent, step, offers)


def _both(there: Outcome, back: Outcome) -> Outcome:
    """Add up losses and terms; scores are the mean of both sides."""
    signals = {
        name: (value + back.signals[name]) / (2 if name.startswith("scores/") else 1)
        for name, value in there.signals.items()
    }
    return Outcome(there.loss + back.loss, signals, there.watched)


@games.add(
    translates=True,
    kinds=("image",),
    directions=2,
    offers=("cycle", "identity"),
    generator="translator",
    loss="least_squares",
    term={"name": "cycle"},
)
def cycle(
    players: Mapping[str, nn.Module],
    loss: AdversarialLoss,
    terms: Mapping[str, Term],
    discriminator_turns: int = 1,
) -> Cycle:
    """Image to image without pairs (CycleGAN): there and back again must give the image.

    Two sets of images, the data and [condition] with source = PATH, of which none belongs to
    another. One generator makes images of the data's kind from the others, a second the reverse;
    each kind has a discriminator. The recipe names one of each network, built twice. Offers "cycle"
    and "identity" to terms that compare; without the term cycle an output need not resemble its
    input. `gansmith translate` uses a trained run, either way.

    Args:
        players: both directions in one module, both judges in another.
        loss: what all play for; losses and terms of both directions are added up.
        terms: additions to the losses of each direction by name.
        discriminator_turns: turns of D for one of G.

    Reference: Zhu et al. 2017, arXiv:1703.10593.
    """
    return Cycle(players, loss, terms, discriminator_turns)
