"""A tiny smooth game in float64 whose turns can be differentiated as often as one likes."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.func import functional_call

from gansmith.records import Condition, Critique, Player, Side, View
from gansmith.sampling.draws import CounterDraws

LATENT = 2
CLASSES = 2
PAIRS = ("target", "cycle", "identity")


class SmallGenerator(nn.Module):
    """latent -> tanh of a linear map -> samples."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.shape = shape
        self.linear = nn.Linear(LATENT, math.prod(shape))

    def forward(self, latent: Tensor) -> Tensor:
        """Map latents [batch, 2] to samples [batch, *shape]."""
        return torch.tanh(self.linear(latent)).view(-1, *self.shape)


class SmallDiscriminator(nn.Module):
    """samples -> tanh features -> one score, or patches of 2x2 scores; a class moves them."""

    def __init__(self, shape: tuple[int, ...], patches: bool) -> None:
        super().__init__()
        self.patches = patches
        self.features = nn.Linear(math.prod(shape), 3)
        self.scores = nn.Linear(3, 4 if patches else 1)
        self.classes = nn.Embedding(CLASSES, 3)

    def forward(self, samples: Tensor, condition: Condition | None = None) -> Critique:
        """Judge samples [batch, *shape], with their classes if there are any."""
        features = torch.tanh(self.features(samples.flatten(1)))
        scores = self.scores(features)
        if condition is not None:
            scores = scores + (features * self.classes(condition["labels"])).sum(1, keepdim=True)
        return Critique(scores.view(-1, 2, 2) if self.patches else scores.squeeze(1), features)


class SmallGame:
    """One turn of a game between two tiny networks, on samples of two classes.

    Args:
        shape: of one sample.
        patches: whether D gives 2x2 scores a sample.
        batch: samples a side.
    """

    def __init__(self, shape: tuple[int, ...], patches: bool = False, batch: int = 4) -> None:
        self.shape, self.batch = shape, batch
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            self.generator = SmallGenerator(shape).double()
            self.discriminator = SmallDiscriminator(shape, patches).double()
        like = torch.zeros((), dtype=torch.float64)
        self.draws = CounterDraws((0,), batch, slice(0, batch), like)
        self.real = self.draws.uniform("real", *shape) * 2 - 1
        self.latent = self.draws.normal("latent", LATENT)
        self.condition = Condition(labels=torch.arange(batch) % CLASSES)

    def parameters(self, player: Player) -> list[nn.Parameter]:
        """Return one player's parameters."""
        return list(self._player(player).parameters())

    def clear(self) -> None:
        """Forget all gradients."""
        self.generator.zero_grad()
        self.discriminator.zero_grad()

    @contextmanager
    def flat(self) -> Iterator[None]:
        """Make D constant for a while: all its weights are 0."""
        kept = {name: value.clone() for name, value in self.discriminator.state_dict().items()}
        self.clear()
        with torch.no_grad():
            for parameter in self.discriminator.parameters():
                parameter.zero_()
        yield
        self.discriminator.load_state_dict(kept)

    @contextmanager
    def larger(self, player: Player) -> Iterator[None]:
        """Make a player's weights twice as large for a while."""
        network = self._player(player)
        kept = {name: value.clone() for name, value in network.state_dict().items()}
        network.load_state_dict({name: 2 * value for name, value in kept.items()})
        yield
        network.load_state_dict(kept)

    def view(
        self, player: Player, slope_at: Sequence[Side], parameters: Sequence[Tensor] = ()
    ) -> View:
        """Return a turn of a player, as a game that offers every pair would play it.

        Args:
            player: whose turn it is; in D's turn the fakes carry no graph.
            slope_at: sides whose samples need a gradient.
            parameters: take these in place of the player's own.
        """
        names = [name for name, _ in self._player(player).named_parameters()]
        swapped = dict(zip(names, parameters, strict=True)) if parameters else {}

        def generate(latent: Tensor, condition: Condition | None = None) -> Tensor:
            mine = swapped if player == "generator" else {}
            samples: Tensor = functional_call(self.generator, mine, (latent,))
            return samples

        def judge(samples: Tensor, condition: Condition | None = None) -> Critique:
            mine = swapped if player == "discriminator" else {}
            critique: Critique = functional_call(self.discriminator, mine, (samples, condition))
            return critique

        fake = generate(self.latent)
        if player == "discriminator":
            fake = fake.detach()
        real = self.real.clone().requires_grad_("real" in slope_at)
        fake = fake.requires_grad_() if "fake" in slope_at else fake
        critiques: dict[Side, Critique] = {"fake": judge(fake, self.condition)}
        if player == "discriminator":  # G's turn judges only the fakes
            critiques["real"] = judge(real, self.condition)
        return View(
            real=real,
            fake=fake,
            latent=self.latent,
            discriminator=judge,
            generator=generate,
            draws=self.draws,
            condition=self.condition,
            critiques=critiques,
            players={"generator": self.generator, "discriminator": self.discriminator},
            player=player,
            pairs={} if player == "discriminator" else dict.fromkeys(PAIRS, (fake, real)),
        )

    def _player(self, player: Player) -> nn.Module:
        return self.generator if player == "generator" else self.discriminator
