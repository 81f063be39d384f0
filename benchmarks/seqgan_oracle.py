"""The LSTM of SeqGAN's synthetic test: it draws sequences of tokens and says how likely they are.

Vocabulary 5,000, embedding and hidden size 32, sequences of 20 tokens after the start token 0
(Yu et al. 2016, arXiv:1609.05473). Its weights are the authors'; give them as an .npz.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

LENGTH, START = 20, 0
GATES = [f"{part}{gate}" for gate in "ifoc" for part in "WUb"]
ORDER = ["embedding", *GATES, "W_out", "b_out"]


class Oracle:
    """A distribution over sequences of tokens that is known.

    Args:
        weights: embedding; input, recurrent weight and bias of the gates input, forget, output
            and cell; weight and bias of the output, in this order.
    """

    def __init__(self, weights: Sequence[np.ndarray]) -> None:
        arrays = [weight.astype(np.float32) for weight in weights]
        self.table, *gates, self.out, self.bias = arrays
        self.inputs, self.hidden, self.biases = gates[0::3], gates[1::3], gates[2::3]

    @classmethod
    def load(cls, path: Path) -> "Oracle":
        """Read the weights from an .npz."""
        with np.load(path) as archive:
            return cls([archive[name] for name in ORDER])

    def draw(self, count: int, seed: int = 0) -> np.ndarray:
        """Return sequences that it draws, int64 [count, 20]."""
        draws = np.random.default_rng(seed)
        tokens = np.zeros((count, LENGTH), np.int64)
        for place, chances in enumerate(self._read(tokens)):
            passed = chances.cumsum(1) <= draws.random((count, 1))
            tokens[:, place] = passed.sum(1).clip(max=chances.shape[1] - 1)
        return tokens

    def nll(self, tokens: np.ndarray) -> float:
        """Return the mean of -log p a token of sequences [count, 20]."""
        rows = np.arange(len(tokens))
        told = [chances[rows, tokens[:, p]] for p, chances in enumerate(self._read(tokens))]
        return float(-np.log(np.stack(told)).mean())

    def _read(self, tokens: np.ndarray) -> Iterator[np.ndarray]:
        """Yield the chances of each token given those before it; ``tokens`` may grow meanwhile."""
        count, width = len(tokens), self.table.shape[1]
        hidden, cell = np.zeros((2, count, width), np.float32)
        last = np.full(count, START)
        for place in range(LENGTH):
            given = self.table[last]
            sums = [
                given @ w + hidden @ u + b
                for w, u, b in zip(self.inputs, self.hidden, self.biases, strict=True)
            ]
            enter, forget, leave = (1 / (1 + np.exp(-x)) for x in sums[:3])
            cell = forget * cell + enter * np.tanh(sums[3])
            hidden = leave * np.tanh(cell)
            scores = hidden @ self.out + self.bias
            powers = np.exp(scores - scores.max(1, keepdims=True))
            yield powers / powers.sum(1, keepdims=True)
            last = tokens[:, place]
