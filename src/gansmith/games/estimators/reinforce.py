"""REINFORCE: each token is judged by what D makes of the texts that begin with it."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from gansmith.kinds.text import END
from gansmith.networks.text.autoregressive import Autoregressive, State

Losses = Callable[[Tensor], Tensor]  # token numbers [texts, places] to G's loss of each [texts]


@torch.no_grad()
def prefix_losses(
    generator: Autoregressive, tokens: Tensor, losses: Losses, uniform: Tensor
) -> Tensor:
    """Return G's expected loss given no token, the first, ... all of them, [batch, places + 1].

    By Monte Carlo: from each prefix the generator writes ``rollouts`` whole texts, all prefixes in
    one batch; that of all tokens is the loss of the text itself.

    Args:
        generator: that wrote the texts.
        tokens: numbers, int64 [batch, places].
        losses: G's loss of each of some texts, in rows of batches: text i is judged as text
            ``i % batch`` of the batch.
        uniform: numbers that draw the rollouts, [batch, prefixes, rollouts, places]; prefixes are
            of 0 to places - 1 tokens.

    Reference: Yu et al. 2016, arXiv:1609.05473.
    """
    batch, prefixes, rollouts, _ = uniform.shape
    whole = losses(tokens)[:, None]
    written = completions(generator, tokens, uniform)
    means = losses(written.flatten(0, 2)).view(prefixes, rollouts, batch).mean(1)
    return torch.cat([means.T, whole], 1)


@torch.no_grad()
def completions(generator: Autoregressive, tokens: Tensor, uniform: Tensor) -> Tensor:
    """Return texts written on from every prefix, int64 [prefixes, rollouts, batch, places].

    The state after a prefix is found once, as the texts are read, and copied for each rollout.

    Args:
        generator: that writes.
        tokens: numbers, int64 [batch, places].
        uniform: that draw the tokens, [batch, prefixes, rollouts, places].
    """
    batch, prefixes, rollouts, places = uniform.shape
    draws = uniform.permute(1, 2, 0, 3).reshape(-1, places)  # by prefix, rollout, text
    kept = torch.ones(prefixes, places, dtype=torch.bool, device=tokens.device).tril(-1)
    found = torch.where(kept[:, None, None], tokens, END)
    written = found.expand(prefixes, rollouts, batch, places).reshape(-1, places)
    inputs, state = generator.before(batch), generator.begin(batch)
    going, held = torch.arange(batch, device=tokens.device), _Held()
    for place in range(places):
        own, state = generator.advance(inputs, state)
        held = held.going_on(generator, written, place)
        for rollout in range(rollouts):
            rows = (place * rollouts + rollout) * batch + going
            held = held.joined(rows, own[going], tuple(part[going] for part in state))
        written[held.rows, place] = generator.pick(held.hidden, draws[held.rows, place])
        going = going[tokens[going, place] != END]
        inputs = generator.table[tokens[:, place]]
    return written.view(prefixes, rollouts, batch, places)


class _Held(NamedTuple):
    """The texts that are being written: their rows, and what the generator made of them."""

    rows: Tensor = torch.empty(0, dtype=torch.int64)
    hidden: Tensor = torch.empty(0)
    state: State = ()

    def going_on(self, generator: Autoregressive, written: Tensor, place: int) -> "_Held":
        """Return those that have not ended, after their last token."""
        if not self.state:
            return self
        last = written[self.rows, place - 1]
        going = last != END
        state = tuple(part[going] for part in self.state)
        return _Held(self.rows[going], *generator.advance(generator.table[last[going]], state))

    def joined(self, rows: Tensor, hidden: Tensor, state: State) -> "_Held":
        """Return them with further ones."""
        if not self.state:
            return _Held(rows, hidden, state)
        pairs = zip(self.state, state, strict=True)
        joined = tuple(torch.cat(pair) for pair in pairs)
        return _Held(torch.cat([self.rows, rows]), torch.cat([self.hidden, hidden]), joined)


def advantages(expected: Tensor) -> Tensor:
    """Return how much each token raised the expected loss, [batch, places].

    Formula: Q_t - Q_(t-1), the expected losses given t and t - 1 tokens. What is taken off does
    not depend on the token, so that the gradient stays unbiased.

    Args:
        expected: by number of tokens, [batch, places + 1]; see ``prefix_losses``.
    """
    return expected[:, 1:] - expected[:, :-1]


def policy_loss(log_chances: Tensor, advantage: Tensor) -> Tensor:
    """Return what has the gradient of the expected loss: sum over places of log p x advantage.

    Args:
        log_chances: log p(token | tokens before it), 0 after the end, [batch, places].
        advantage: of each token, [batch, places]; its gradient is not used.

    Returns:
        One number a text, [batch].

    Reference: Williams 1992, doi:10.1007/BF00992696.
    """
    return (log_chances * advantage.detach()).sum(1)
