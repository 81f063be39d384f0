"""What each sample adds to a smooth number, to first order: what a bootstrap resamples."""

from typing import NamedTuple

from torch import Tensor


class Influence(NamedTuple):
    """How a number moves when a sample weighs more, for each sample; only differences matter.

    A number f of weighted samples is f + mean_r (w_r - 1) real_r + mean_f (w_f - 1) fake_f, up to
    squares of the weights' deviations from 1.
    """

    real: Tensor
    fake: Tensor
