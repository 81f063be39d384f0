"""Small networks that read captions, trained with the player that they belong to."""

from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

HEADS = 4
Reading = Literal["gru", "transformer"]


class TextEncoder(nn.Module):
    """Words -> embeddings -> recurrent cells both ways or attention -> mean over words -> linear.

    Args:
        words: how many there are; 0 stands for no word, 1 for an unknown one, then they follow.
        longest: words of a text.
        outputs: numbers that come out.
        width: of the embeddings, a multiple of 4.
        reading: gru or transformer.
    """

    def __init__(
        self, words: int, longest: int, outputs: int, width: int, reading: Reading
    ) -> None:
        super().__init__()
        self.table = nn.Embedding(words + 2, width, padding_idx=0)
        self.reading = reading
        if reading == "gru":
            self.cells = nn.GRU(width, width // 2, batch_first=True, bidirectional=True)
        else:
            self.places = nn.Parameter(0.1 * torch.randn(longest, width))
            self.norm = nn.LayerNorm(width)
            self.attend, self.mix = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.out = nn.Linear(2 * width, outputs)

    def forward(self, words: Tensor) -> Tensor:
        """Map numbers of words [batch, longest] to [batch, outputs]."""
        there = words > 0
        inputs = self.table(words)
        read = self._recur(inputs) if self.reading == "gru" else self._attention(inputs, there)
        mean = self._mean(read, there)
        found: Tensor = self.out(torch.cat([mean, self._mean(inputs, there)], 1))
        return found

    def _recur(self, inputs: Tensor) -> Tensor:
        found: Tensor = self.cells(inputs)[0]
        return found

    def _attention(self, inputs: Tensor, there: Tensor) -> Tensor:
        """Attend to all words that are there; by matrix products, which differentiate twice."""
        x = inputs + self.places[: inputs.shape[1]]
        parts = self.attend(self.norm(x)).unflatten(2, (3, HEADS, -1)).permute(2, 0, 3, 1, 4)
        query, key, value = parts
        scores = query @ key.mT / query.shape[-1] ** 0.5
        weights = scores.masked_fill(~there[:, None, None], -1e4).softmax(-1)
        found: Tensor = x + F.gelu(self.mix((weights @ value).transpose(1, 2).flatten(2)))
        return found

    @staticmethod
    def _mean(x: Tensor, there: Tensor) -> Tensor:
        weights = there.to(x.dtype)
        return (x * weights[:, :, None]).sum(1) / weights.sum(1, keepdim=True).clamp_min(1)
