"""What all generators of texts share: they write one token after the other, each given the last."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Annotated

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.kinds.kind import require_kind
from gansmith.kinds.text import END
from gansmith.ranges import Range

Choose = Callable[[Tensor, int], Tensor]
State = tuple[Tensor, ...]  # what a generator remembers of the tokens so far, each [batch, ...]
Temperature = Annotated[float, Range(above=0, why="at 0 the same text is written again and again")]
Dropout = Annotated[float, Range(low=0, high=0.9)]


def check_text(shape: tuple[int, ...], net: str) -> None:
    """Refuse a shape that is not a text's.

    Raises:
        ValueError: not (places, tokens), or fewer than two tokens.
    """
    require_kind(shape, ("text",), net)
    if shape[1] < 2:
        raise ValueError(f"{net} needs two tokens or more, the end among them, but has {shape[1]}")


def check_latent(shape: tuple[int, ...], latent: int) -> None:
    """Refuse a latent that has not one number for each place.

    Raises:
        ValueError: says which it must be.
    """
    if latent != shape[0]:
        raise ValueError(
            f"each number of the latent draws the token of one place, so game.latent must be "
            f"{shape[0]} but is {latent}; leave it out of the recipe"
        )


class Autoregressive(nn.Module, ABC):
    """A generator of texts: p(token | tokens before it), from which it draws.

    A derived class says how it remembers: ``begin``, ``advance`` and ``read``.

    Args:
        shape: (places, tokens).
        width: of an embedding.
        hidden: of what the distribution of the next token is read off.
        temperature: the logits are divided by it when tokens are drawn.
    """

    couples_batch = False
    channels_last = False

    def __init__(
        self, shape: tuple[int, ...], width: int, hidden: int, temperature: float = 1.0
    ) -> None:
        super().__init__()
        self.places, self.tokens = shape
        self.temperature = temperature
        first = torch.randn(self.tokens + 1, width) / math.sqrt(width)
        self.table = nn.Parameter(first)  # the last row stands before the first token
        self.head = nn.Linear(hidden, self.tokens)

    @abstractmethod
    def begin(self, count: int) -> State:
        """Return what is remembered of nothing, for so many texts."""

    @abstractmethod
    def advance(self, inputs: Tensor, state: State) -> tuple[Tensor, State]:
        """Read one embedding [batch, width]; return what comes of it [batch, hidden]."""

    @abstractmethod
    def read(self, inputs: Tensor, dropped: bool) -> Tensor:
        """Read embeddings [batch, places, width] at once; return [batch, places, hidden].

        ``dropped`` says that dropout is to be applied, where there is any.
        """

    def forward(self, latent: Tensor) -> Tensor:
        """Map latents [batch, places] to token numbers [batch, places], 0 from the end on.

        The normal number of a place, through its distribution function, is the uniform one by
        which the token is drawn, so a latent stands for one text.
        """
        uniform = 0.5 * (1 + torch.erf(latent / math.sqrt(2)))
        return self.draw(uniform).to(latent.dtype)

    @torch.no_grad()
    def draw(self, uniform: Tensor) -> Tensor:
        """Draw token numbers, int64 [batch, places], by uniform numbers [batch, places]."""
        state, inputs = self.begin(len(uniform)), self.before(len(uniform))
        found = torch.full(uniform.shape, END, device=uniform.device)
        rows = torch.arange(len(uniform), device=uniform.device)  # of texts that have not ended
        for place in range(self.places):
            hidden, state = self.advance(inputs, state)
            token = self.pick(hidden, uniform[rows, place])
            found[rows, place] = token
            going = token != END
            rows, inputs = rows[going], self.table[token[going]]
            state = tuple(part[going] for part in state)
            if not len(rows):
                break
        return found

    def pick(self, hidden: Tensor, uniform: Tensor) -> Tensor:
        """Draw the next token, int64 [batch]: where the sum of chances passes the number."""
        chances = F.softmax(self.head(hidden) / self.temperature, 1)
        passed: Tensor = (chances.cumsum(1) <= uniform[:, None]).sum(1)
        return passed.clamp(max=self.tokens - 1)

    def logits(self, tokens: Tensor, dropped: bool = False) -> Tensor:
        """Return the logits of each token given those before it, [batch, places, tokens].

        Args:
            tokens: numbers, int64 [batch, places].
            dropped: with dropout, as in maximum likelihood.
        """
        before = self.before(len(tokens))[:, None]
        inputs = torch.cat([before, self.table[tokens[:, :-1]]], 1)
        found: Tensor = self.head(self.read(inputs, dropped and self.training))
        return found

    def relaxed(self, choose: Choose, count: int) -> Tensor:
        """Write texts as rows of distributions [batch, places, tokens], with a gradient.

        Args:
            choose: (logits [batch, tokens], place) to a distribution [batch, tokens] that stands
                for a token.
            count: how many texts.
        """
        state, inputs = self.begin(count), self.before(count)
        end = inputs.new_zeros(self.tokens)
        end[END].fill_(1)
        going = inputs.new_ones(count, 1)
        found = []
        for place in range(self.places):
            hidden, state = self.advance(inputs, state)
            token = choose(self.head(hidden) / self.temperature, place)
            token = going * token + (1 - going) * end
            found.append(token)
            going = going * (token.argmax(1, keepdim=True) != END)
            inputs = token @ self.table[: self.tokens]
        return torch.stack(found, 1)

    def before(self, count: int) -> Tensor:
        """Return what stands before the first token, [count, width]."""
        return self.table[self.tokens].expand(count, -1)


def embedded(samples: Tensor, table: Tensor) -> Tensor:
    """Return embeddings [batch, places, width] of token numbers, or of distributions over tokens.

    Args:
        samples: numbers [batch, places], or distributions [batch, places, tokens].
        table: embedding of each token [tokens, width].
    """
    return table[samples.round().long()] if samples.ndim == 2 else samples @ table
